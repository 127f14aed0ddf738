"""The same work by hand, in one loop without a chassis: what a good engineer writes who needs nothing else.

It checks the contract, drops what the inbox has seen, keeps the newest version with its history, fills the outbox,
commits the offsets after PostgreSQL, reads ahead, and publishes in order by whole batches. It has no answer to bad
input, to outages, to rebalances or to a second replica, and writes no trace.
"""

import asyncio
import gc
import os
from collections.abc import Sequence
from typing import Any
from zlib import crc32

import asyncpg
import uvloop
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition

from benchmarks.contest import Peer
from services.internships.domain import offer_id
from shared.contracts.feedback import SubmissionAccepted
from shared.contracts.internships import InternshipOffered, InternshipPosted, Terms
from shared.kafka.variables import OURS, read

CLAIM = """
    INSERT INTO inbox (source, event_id, digest) SELECT s, e, '' FROM unnest($1::text[], $2::text[]) AS new (s, e)
    ON CONFLICT DO NOTHING RETURNING event_id
"""
SAVE = """
    WITH new AS (
        SELECT * FROM unnest(
            $1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[]
        ) AS new (offer_id, siren, reference, version, terms, changed_by)
    ), saved AS (
        INSERT INTO offer (offer_id, siren, reference, version, terms, open, changed_at, changed_by)
        SELECT offer_id, siren, reference, version, terms, true, now(), changed_by FROM new
        ON CONFLICT (offer_id) DO UPDATE SET version = excluded.version, terms = excluded.terms, open = true,
            changed_at = excluded.changed_at, changed_by = excluded.changed_by
        WHERE offer.version < excluded.version
        RETURNING offer_id, version, changed_at, changed_by
    ), history AS (
        INSERT INTO offer_history (offer_id, version, open, changed_at, changed_by)
        SELECT offer_id, version, true, changed_at, changed_by FROM saved
    )
    SELECT offer_id FROM saved
"""
TELL = ("topic", "key", "type", "payload")
WAITING = "SELECT id, event_id::text, topic, key, type, payload, created_at FROM outbox ORDER BY id LIMIT 1000"


async def consume(consumer: AIOKafkaConsumer, database: "asyncpg.Connection[Any]", peer: Peer, rung: Any) -> None:
    """Read a batch while the one before is being stored."""
    storing: asyncio.Task[None] | None = None
    while True:
        found = await consumer.getmany(timeout_ms=10, max_records=1000)
        records = [record for several in found.values() for record in several]
        events = [(InternshipOffered.model_validate_json(record.value), record) for record in records]
        if storing:
            await storing
            storing = None
        if events:
            ends = {place: several[-1].offset + 1 for place, several in found.items()}
            storing = asyncio.create_task(store(consumer, database, peer, events, ends, rung))


async def store(
    consumer: AIOKafkaConsumer,
    database: "asyncpg.Connection[Any]",
    peer: Peer,
    events: Sequence[tuple[InternshipOffered, Any]],
    ends: dict[TopicPartition, int],
    rung: asyncio.Event,
) -> None:
    ids = [dict(record.headers)["ce_id"].decode() for _, record in events]
    async with database.transaction():
        claimed = await database.fetch(CLAIM, ["urn:siren:" + event.siren for event, _ in events], ids)
        fresh = {row["event_id"] for row in claimed}
        new = [(event, one, offer_id(event)) for (event, _), one in zip(events, ids, strict=True) if one in fresh]
        offers = [
            (offer, event.siren, event.reference, event.version, Terms.made_of(event).model_dump_json(), one)
            for event, one, offer in new
        ]
        await database.fetch(SAVE, *map(list, zip(*offers, strict=True)))
        rows = [row for event, one, offer in new for row in told(peer, event, one, offer)]
        await database.copy_records_to_table("outbox", records=rows, columns=TELL)
    rung.set()
    await consumer.commit(ends)


def told(peer: Peer, event: InternshipOffered, event_id: str, offer: Any) -> list[tuple[str, str, str, bytes]]:
    posted = InternshipPosted.made_of(event, offer_id=offer)
    accepted = SubmissionAccepted(
        company=event.siren,
        submission_id=event_id,
        submission_type=event.wire_name,
        reference=event.reference,
        accepted_as=offer,
    )
    return [
        (peer.offers, posted.key, posted.wire_name, posted.model_dump_json(exclude_none=True).encode()),
        (
            peer.feedback(event.siren),
            accepted.key,
            accepted.wire_name,
            accepted.model_dump_json(exclude_none=True).encode(),
        ),
    ]


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
    return [
        ("ce_specversion", b"1.0"),
        ("ce_id", row["event_id"].encode()),
        ("ce_source", b"urn:passerelle:internships"),
        ("ce_type", row["type"].encode()),
        ("ce_subject", key),
        ("ce_time", row["created_at"].isoformat().encode()),
        ("content-type", b"application/json"),
    ]


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
