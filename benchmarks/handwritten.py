"""The same work by hand, in one loop without a chassis: what a good engineer writes who needs nothing else.

It reads CloudEvents and checks the contract with the same library, drops what the inbox has seen, keeps the newest
version with its history, answers what is stale, fills the outbox, commits the offsets after PostgreSQL, reads ahead,
and publishes in order by whole batches, in the trace that the offer came with. It has no answer to bad input, to an
outage, to a second replica or to an id used twice, and writes no span.
"""

import asyncio
import gc
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Any, NamedTuple
from uuid import UUID
from zlib import crc32

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.contest import Peer
from services.internships.domain.life import due_at
from services.internships.domain.offers import offer_id
from shared.contracts.checking import check
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted, SubmissionStale
from shared.contracts.internships import InternshipOffered, InternshipPosted, Terms
from shared.contracts.wire import unwrap, value_of
from shared.kafka.variables import OURS, read

CLAIM = """
    INSERT INTO inbox (source, event_id, digest) SELECT * FROM unnest($1::text[], $2::text[], $3::bytea[])
    ON CONFLICT DO NOTHING RETURNING event_id
"""
SAVE = """
    WITH new AS (
        SELECT * FROM unnest(
            $1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[], $7::timestamptz[]
        ) AS new (offer_id, siren, reference, version, terms, changed_by, due_at)
    ), saved AS (
        INSERT INTO offer (offer_id, siren, reference, version, terms, state, said, due_at)
        SELECT offer_id, siren, reference, version, terms, 'posted', 'offer', due_at FROM new
        ON CONFLICT (offer_id) DO UPDATE SET version = excluded.version, terms = excluded.terms, state = 'posted',
            said = 'offer', due_at = excluded.due_at
        WHERE offer.version < excluded.version
        RETURNING offer_id
    )
    INSERT INTO offer_history (offer_id, state, version, trigger, actor, changed_at, changed_by)
    SELECT offer_id, 'posted', version, 'offer', 'company', now(), changed_by FROM new JOIN saved USING (offer_id)
"""
KNOWN = "SELECT offer_id, version FROM offer WHERE offer_id = ANY($1)"
TELL = ("topic", "key", "type", "payload", "traceparent")
WAITING = (
    "SELECT id, event_id::text, topic, key, type, payload, created_at, traceparent FROM outbox ORDER BY id LIMIT 1000"
)


async def consume(consumer: AIOKafkaConsumer, database: "asyncpg.Connection[Any]", peer: Peer, rung: Any) -> None:
    """Read a batch while the one before is being stored."""
    storing: asyncio.Task[None] | None = None
    while True:
        found = await consumer.getmany(timeout_ms=10, max_records=1000)
        records = [record for several in found.values() for record in several]
        events = [submitted(record) for record in records]
        if storing:
            await storing
            storing = None
        if events:
            ends = {place: several[-1].offset + 1 for place, several in found.items()}
            storing = asyncio.create_task(store(consumer, database, peer, events, ends, rung))


class Submitted(NamedTuple):
    """An offer with what its record says around it."""

    event: InternshipOffered
    event_id: str
    source: str
    digest: bytes
    offer: UUID
    traceparent: str | None


def submitted(record: Any) -> Submitted:
    message = unwrap(record.headers, record.value)
    event = check(InternshipOffered, message.data or b"")
    if message.faults or isinstance(event, list):
        raise ValueError(message.faults or event)
    digest = blake2b(record.value, digest_size=16).digest()
    return Submitted(event, message.id, "urn:siren:" + event.siren, digest, offer_id(event), message.traceparent)


async def store(
    consumer: AIOKafkaConsumer,
    database: "asyncpg.Connection[Any]",
    peer: Peer,
    events: Sequence[Submitted],
    ends: dict[TopicPartition, int],
    rung: asyncio.Event,
) -> None:
    async with database.transaction():
        claims = [(one.source, one.event_id, one.digest) for one in events]
        fresh = {row["event_id"] for row in await database.fetch(CLAIM, *map(list, zip(*claims, strict=True)))}
        new = [one for one in events if one.event_id in fresh]
        known = {row["offer_id"]: row["version"] for row in await database.fetch(KNOWN, [one.offer for one in new])}
        kept = [one for one in new if known.get(one.offer, 0) < one.event.version]
        await database.execute(SAVE, *map(list, zip(*map(columns, kept), strict=True)))
        rows = [row for one in new for row in told(peer, one, known.get(one.offer, 0))]
        await database.copy_records_to_table("outbox", records=rows, columns=TELL)
    rung.set()
    await consumer.commit(ends)


def columns(one: Submitted) -> tuple[object, ...]:
    event = one.event
    terms = Terms.made_of(event).model_dump_json()
    due = due_at("posted", min(event.ends_on, event.valid_through or event.ends_on), datetime.now(UTC))
    return one.offer, event.siren, event.reference, event.version, terms, one.event_id, due


def told(peer: Peer, one: Submitted, known: int) -> Iterator[tuple[str, str, str, bytes, str | None]]:
    about: dict[str, Any] = {
        "company": one.event.siren,
        "submission_id": one.event_id,
        "submission_type": one.event.wire_name,
        "submission_source": one.source,
        "reference": one.event.reference,
    }
    if one.event.version <= known:
        stale = SubmissionStale(**about, version=one.event.version, newest_version=known)
        yield row(peer.feedback(one.event.siren), stale, one)
        return
    yield row(peer.offers, InternshipPosted.made_of(one.event, offer_id=one.offer), one)
    yield row(peer.feedback(one.event.siren), SubmissionAccepted(**about, accepted_as=one.offer), one)


def row(topic: str, fact: Event, one: Submitted) -> tuple[str, str, str, bytes, str | None]:
    return topic, fact.key, fact.wire_name, value_of(fact), one.traceparent


async def relay(producer: AIOKafkaProducer, database: "asyncpg.Connection[Any]", rung: asyncio.Event) -> None:
    while True:
        rows = await database.fetch(WAITING)
        if not rows:
            await rung.wait()
            rung.clear()
            continue
        places = dict[tuple[str, int], list[tuple[Any, bytes]]]()
        for row in rows:
            key = row["key"].encode()
            partitions = sorted(await producer.partitions_for(row["topic"]))
            places.setdefault((row["topic"], partitions[crc32(key) % len(partitions)]), []).append((row, key))
        futures = []
        for (topic, partition), several in places.items():
            builder = producer.create_batch()
            for row, key in several:
                fields = {"timestamp": None, "key": key, "value": row["payload"], "headers": headers_of(row, key)}
                if not builder.append(**fields):
                    futures.append(await producer.send_batch(builder, topic, partition=partition))
                    builder = producer.create_batch()
                    builder.append(**fields)
            futures.append(await producer.send_batch(builder, topic, partition=partition))
        await asyncio.gather(*futures)
        await database.execute("DELETE FROM outbox WHERE id = ANY($1)", [row["id"] for row in rows])


def headers_of(row: Any, key: bytes) -> list[tuple[str, bytes]]:
    headers = [
        ("ce_specversion", b"1.0"),
        ("ce_id", row["event_id"].encode()),
        ("ce_source", b"urn:passerelle:internships"),
        ("ce_type", row["type"].encode()),
        ("ce_subject", key),
        ("ce_time", row["created_at"].isoformat().encode()),
        ("content-type", b"application/json"),
    ]
    if row["traceparent"]:
        headers.append(("traceparent", row["traceparent"].encode()))
    return headers


async def main() -> None:
    kafka, peer = read(os.environ, OURS), Peer(os.environ["PEER"])
    first, second = [await asyncpg.connect(os.environ["PASSERELLE_DATABASE"]) for _ in range(2)]
    rung = asyncio.Event()
    consumer = AIOKafkaConsumer(
        **kafka.arguments(), group_id=peer.name, enable_auto_commit=False, auto_offset_reset="earliest"
    )
    consumer.subscribe(pattern=peer.intakes)
    producer = AIOKafkaProducer(**kafka.arguments(), enable_idempotence=True, max_batch_size=256 << 10)
    async with consumer, producer:
        await asyncio.gather(consume(consumer, first, peer, rung), relay(producer, second, rung))


if __name__ == "__main__":
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    uvloop.run(main())
