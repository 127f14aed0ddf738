"""Dead letters: records that cannot be handled, kept as they arrived, with the reason."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from shared.chassis.database import Db, Row
from shared.chassis.intake import Raw
from shared.chassis.records import ESCAPE
from shared.contracts.received import Received

FAILED = "handler_failed"
"""The reason of what failed by a bug of ours, and is held; every other reason is a rule that its sender was told."""

WHOLE_BATCHES = ("undecodable_batch", "batch_too_large")
"""The reasons of what is no record, but a batch that could not be read: there is nothing to handle again."""

CHANNEL = "dead_letter"
"""Is notified when letters are due."""

REPLAY_LOCK = 7_278_003
"""Advisory lock of the replica that replays: what is due is handled in the order in which it came."""


class Letter(NamedTuple):
    """A record, why it is kept, and what else is to be said about that."""

    raw: Raw
    received: Received
    reason: str
    detail: object


async def keep(db: Db, letters: Sequence[Letter]) -> None:
    """Keep records in the transaction that marks them as seen."""
    if letters:
        await db.executemany(
            """
            INSERT INTO dead_letter
                (topic, partition, record_offset, key, value, headers, sender, event_id, reason, detail, rejected)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
            """,
            [_row(*letter) for letter in letters],
        )


def _row(raw: Raw, received: Received, reason: str, detail: object) -> Sequence[object]:
    # In hexadecimal, names too: jsonb holds no NUL and no broken UTF-8, and a record is kept as it arrived.
    headers = [
        [name.encode("utf-8", ESCAPE).hex(), None if value is None else value.hex()] for name, value in raw.headers
    ]
    return (
        raw.topic,
        raw.partition,
        raw.offset,
        raw.key,
        raw.value,
        json.dumps(headers),
        received.sender,
        received.event_id,
        reason,
        json.dumps(detail),
        reason != FAILED,
    )


class Kept(NamedTuple):
    """A dead letter, and whether its sender was told a rejection of it."""

    letter_id: int
    raw: Raw
    event_id: str
    sender: str
    rejected: bool


def kept(row: Row) -> Kept:
    """The letter in a row of the table, its record as it arrived."""
    headers = [
        (bytes.fromhex(name).decode("utf-8", ESCAPE), None if value is None else bytes.fromhex(value))
        for name, value in json.loads(row["headers"])
    ]
    raw = Raw(row["topic"], row["partition"], row["record_offset"], row["key"], row["value"], headers)
    return Kept(row["id"], raw, row["event_id"], row["sender"], row["rejected"])


async def take_due(db: Db, most: int) -> list[Kept]:
    """The first letters that are due, until the transaction ends; none while another replica is at it."""
    if not await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", REPLAY_LOCK):
        return []
    rows = await db.fetch("SELECT * FROM dead_letter WHERE state = 'due' ORDER BY id LIMIT $1 FOR UPDATE", most)
    return [kept(row) for row in rows]


async def mark_replayed(db: Db, letter_ids: Sequence[int]) -> None:
    """These took their effect, in this transaction."""
    await db.execute(
        "UPDATE dead_letter SET state = 'replayed', changed_at = now() WHERE id = ANY($1::bigint[])", letter_ids
    )


async def keep_again(db: Db, failed: Sequence[tuple[int, str, object]]) -> None:
    """These failed once more: letter, reason and detail. What is not due any more was replayed meanwhile."""
    if failed:
        await db.executemany(
            """
            UPDATE dead_letter
            SET state = 'kept', attempts = attempts + 1, reason = $2, detail = $3, rejected = rejected OR $4,
                changed_at = now()
            WHERE id = $1 AND state = 'due'
            """,
            [(letter_id, reason, json.dumps(detail), reason != FAILED) for letter_id, reason, detail in failed],
        )


class Selection(NamedTuple):
    """Which letters are meant: those of every filter that is given; times bound when a record was first kept."""

    ids: Sequence[int] = ()
    reason: str | None = None
    sender: str | None = None
    topic: str | None = None
    since: datetime | None = None
    states: Sequence[str] = ("kept",)


CHOSEN = """
    (cardinality($1::bigint[]) = 0 OR id = ANY($1)) AND ($2::text IS NULL OR reason = $2)
    AND ($3::text IS NULL OR sender = $3) AND ($4::text IS NULL OR topic = $4)
    AND ($5::timestamptz IS NULL OR created_at >= $5) AND state = ANY($6::text[])
"""


async def find(db: Db, which: Selection, limit: int | None = None) -> list[Row]:
    """Letters without their records, the first kept first; of more than `limit` the last."""
    return await db.fetch(
        f"""
        SELECT * FROM (
            SELECT id, reason, state, attempts, sender, event_id, topic, partition, record_offset,
                   created_at, changed_at, changed_by, note
            FROM dead_letter WHERE {CHOSEN} ORDER BY id DESC LIMIT $7
        ) AS last ORDER BY id
        """,  # noqa: S608
        *which,
        limit,
    )


async def count(db: Db, which: Selection) -> list[Row]:
    """How many letters there are, by reason and state; the most first."""
    return await db.fetch(
        f"""
        SELECT reason, state, count(*) AS letters FROM dead_letter WHERE {CHOSEN}
        GROUP BY reason, state ORDER BY letters DESC, reason, state
        """,  # noqa: S608
        *which,
    )


async def make_due(db: Db, which: Selection, by: str) -> list[int]:
    """Let the service replay letters, as soon as it runs; whole batches are left out. Returns which are due now."""
    rows = await db.fetch(
        f"""
        UPDATE dead_letter SET state = 'due', changed_at = now(), changed_by = $7
        WHERE {CHOSEN} AND reason <> ALL($8::text[]) RETURNING id
        """,  # noqa: S608
        *which,
        by,
        WHOLE_BATCHES,
    )
    await db.execute("SELECT pg_notify($1, '')", CHANNEL)
    return sorted(row["id"] for row in rows)


async def discard(db: Db, letter_ids: Sequence[int], by: str, note: str) -> list[Kept]:
    """Mark letters as never to be handled; they stay where they are. Returns them as they were."""
    rows = await db.fetch(
        """
        UPDATE dead_letter SET state = 'discarded', changed_at = now(), changed_by = $2, note = $3, rejected = true
        WHERE id = ANY($1::bigint[]) AND state IN ('kept', 'due') RETURNING WITH (OLD AS before) before.*
        """,
        letter_ids,
        by,
        note,
    )
    return [kept(row) for row in rows]
