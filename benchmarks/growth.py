"""What an event costs as the work grows: with more stored, more companies, more replicas, and a long backlog."""

import asyncio
import json

import asyncpg

from benchmarks.feed import DESCRIPTION
from shared.cli.platform import Platform

STORED = """
    WITH old AS (
        SELECT gen_random_uuid() AS offer_id, 'old-' || number AS reference
        FROM generate_series($1::int + 1, $3::int) AS number
    ), kept AS (
        INSERT INTO offer (offer_id, siren, reference, version, terms, open, changed_at, changed_by)
        SELECT offer_id, '000000000', reference, 1, $2::jsonb, true, now(), reference FROM old
    ), history AS (
        INSERT INTO offer_history (offer_id, version, open, changed_at, changed_by)
        SELECT offer_id, 1, true, now(), reference FROM old
    )
    INSERT INTO inbox (source, event_id, digest)
    SELECT 'urn:siren:000000000', reference, '\\x00000000000000000000000000000000' FROM old
"""
TERMS = {"title": "Technicienne ou technicien fibre (F/H)", "description": DESCRIPTION, "company_name": "Fibrelune"}


def store(running: Platform, events: int) -> None:
    """Let the internships service have that many events behind it."""
    asyncio.run(_store(running.databases["internships"], events))


async def _store(database: str, events: int) -> None:
    connection = await asyncpg.connect(database)
    step = 100_000
    for begin in range(0, events, step):
        await connection.execute(
            STORED,
            begin,
            json.dumps(TERMS),
            min(begin + step, events),
        )
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


async def relation_mib(database: str) -> dict[str, float]:
    """MiB of each table with its indexes."""
    connection = await asyncpg.connect(database)
    rows = await connection.fetch(
        "SELECT relname, pg_total_relation_size(oid) / 1048576.0 AS mib FROM pg_class WHERE relkind = 'r' "
        "AND relnamespace = 'public'::regnamespace"
    )
    await connection.close()
    return {row["relname"]: float(row["mib"]) for row in rows}
