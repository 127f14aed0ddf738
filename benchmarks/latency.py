"""How long an offer takes at a steady load: from Kafka's acknowledgement of it to its event in a consumer's hands."""

import asyncio
import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer

from benchmarks import feed
from shared.cli.platform import Platform
from shared.contracts.topics import intake

RATE = 300
"""Offers a second."""
WARM_UP_SECONDS = 3.0


@dataclass(frozen=True)
class Latency:
    """Milliseconds within which half, and all but one in a hundred, of the offers were through."""

    rate: float
    p50_ms: float
    p99_ms: float


def measure(running: Platform, companies: Sequence[str], seconds: float) -> Latency:
    """Publish offers at RATE to the running service for some seconds."""
    return asyncio.run(_measure(running, companies, seconds))


async def _measure(running: Platform, companies: Sequence[str], seconds: float) -> Latency:
    acknowledged: dict[str, float] = {}
    read: dict[str, float] = {}
    total = int(RATE * (WARM_UP_SECONDS + seconds))
    async with (
        AIOKafkaConsumer("internships.offers", **running.kafka.arguments(), fetch_max_wait_ms=10) as consumer,
        AIOKafkaProducer(**running.kafka.arguments(), acks="all", enable_idempotence=True) as producer,
    ):
        await consumer.seek_to_end()
        hearing = asyncio.create_task(_hear(consumer, read, total))
        start = time.monotonic()
        for number, (siren, record) in enumerate(_offers(companies, total)):
            await asyncio.sleep(max(0.0, start + number / RATE - time.monotonic()))
            await _send(producer, siren, record, acknowledged)
        spent = time.monotonic() - start
        await asyncio.wait_for(hearing, 60)
    steady = list(acknowledged)[int(RATE * WARM_UP_SECONDS) :]
    took = sorted((read[one] - acknowledged[one]) * 1000 for one in steady)
    return Latency(total / spent, statistics.median(took), took[int(len(took) * 0.99)])


def _offers(companies: Sequence[str], total: int) -> list[tuple[str, feed.Record]]:
    each = [(siren, iter(list(feed.offers(total // len(companies) + 1, siren)))) for siren in companies]
    return [(siren, next(records)) for number in range(total) for siren, records in [each[number % len(each)]]]


async def _send(producer: AIOKafkaProducer, siren: str, record: feed.Record, acknowledged: dict[str, float]) -> None:
    key, value, headers = record
    sending = await producer.send(intake(siren, "internships"), value, key=key, headers=list(headers))
    name = f"{siren}/{key.decode()}"
    sending.add_done_callback(lambda _: acknowledged.setdefault(name, time.monotonic()))


async def _hear(consumer: AIOKafkaConsumer, read: dict[str, float], total: int) -> None:
    while len(read) < total:
        for records in (await consumer.getmany(timeout_ms=1000)).values():
            now = time.monotonic()
            for record in records:
                offer = json.loads(record.value)
                read[f"{offer['siren']}/{offer['reference']}"] = now
