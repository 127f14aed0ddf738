"""Offers to run on, as a company's integration publishes them, and the fast way to publish a backlog of them."""

import asyncio
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from aiokafka import AIOKafkaProducer
from stdnum import luhn

from shared.contracts.internships import InternshipOffered
from shared.contracts.topics import intake
from shared.contracts.wire import Attributes, source_of
from shared.kafka.connection import Connection
from shared.kafka.ids import new_traceparent

Record = tuple[bytes, bytes, Sequence[tuple[str, bytes]]]
"""Key, value and headers."""

DESCRIPTION = (
    "Rejoindre l'équipe qui raccorde des foyers à la fibre : préparer les interventions, suivre une technicienne sur "
    "le terrain, mesurer les lignes et rendre compte.\n\nVous préparez un diplôme du numérique ou des télécoms ; "
    "débutantes et débutants bienvenus. Une tutrice vous suit pendant toute la période, trois jours sur place et deux "
    "à distance."
)


def sirens(count: int) -> list[str]:
    """Numbers of companies that nobody has: nine digits with their check digit (Luhn)."""
    firsts = (f"9{number:07d}" for number in range(count))
    return [first + luhn.calc_check_digit(first) for first in firsts]


def offers(count: int, siren: str, *, version: int = 1, prefix: str = "") -> Iterator[Record]:
    """`count` different offers of one company, ids of their own."""
    today = datetime.now(UTC)
    prefix = prefix or uuid4().hex[:8]
    for number in range(count):
        reference = f"{prefix}-{number:07d}"
        content = {
            "siren": siren,
            "reference": reference,
            "version": version,
            "title": "Technicienne ou technicien fibre (F/H)",
            "description": DESCRIPTION,
            "company_name": "Fibrelune",
            "place": {"city": "Rennes", "departement": "35"},
            "starts_on": (today + timedelta(days=100)).date().isoformat(),
            "ends_on": (today + timedelta(days=150)).date().isoformat(),
            "level": 5,
            "hourly_pay": "4.50",
            "trade": "fibre",
        }
        attributes = Attributes(
            id=f"{prefix}-{number:07d}-{version}",
            source=source_of(siren),
            type=InternshipOffered.wire_name,
            subject=reference,
            time=today,
            traceparent=new_traceparent(),
        )
        yield reference.encode(), json.dumps(content, ensure_ascii=False).encode(), attributes.headers()


async def publish(kafka: Connection, topics: Sequence[str], count: int, companies: Sequence[str]) -> None:
    """Publish `count` offers, spread over the topics' partitions; each topic belongs to the company of its place."""
    async with AIOKafkaProducer(**kafka.arguments(), enable_idempotence=True, max_batch_size=1 << 19) as producer:
        each, rest = divmod(count, len(topics))
        for place, (topic, siren) in enumerate(zip(topics, companies, strict=True)):
            await _publish(producer, topic, offers(each + (place < rest), siren))


async def _publish(producer: AIOKafkaProducer, topic: str, records: Iterator[Record]) -> None:
    """By whole batches: a tenth of the time that a record by itself takes."""
    partitions = sorted(await producer.partitions_for(topic))
    builders = {partition: producer.create_batch() for partition in partitions}
    sent = []
    for number, (key, value, headers) in enumerate(records):
        partition = partitions[number % len(partitions)]
        if builders[partition].append(key=key, value=value, timestamp=None, headers=headers) is None:
            sent.append(await producer.send_batch(builders[partition], topic, partition=partition))
            builders[partition] = producer.create_batch()
            builders[partition].append(key=key, value=value, timestamp=None, headers=headers)
    for partition, builder in builders.items():
        if builder.record_count():
            sent.append(await producer.send_batch(builder, topic, partition=partition))
    await asyncio.gather(*sent)


def intakes(companies: Sequence[str]) -> list[str]:
    """The topics on which these companies submit offers."""
    return [intake(siren, "internships") for siren in companies]
