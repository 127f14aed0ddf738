"""What an event costs as the work grows: more companies to hear, and more events stored."""

import asyncio
import json
from collections.abc import Sequence

import asyncpg

from benchmarks.feed import DESCRIPTION
from shared.cli.ops.access import CompanyAccess
from shared.cli.ops.cluster import cluster
from shared.cli.platform import LAYOUT, Platform

STORED = """
    WITH old AS (
        SELECT gen_random_uuid() AS offer_id, 'old-' || number AS reference
        FROM generate_series($1::int + 1, $3::int) AS number
    ), kept AS (
        INSERT INTO offer (offer_id, siren, reference, version, terms, state, said, due_at, compared)
        SELECT offer_id, '000000000', reference, 1, $2::jsonb, 'posted', 'offer',
               date_trunc('day', now()) + make_interval(days => 30 + length(reference)), true FROM old
    ), history AS (
        INSERT INTO offer_history (offer_id, state, version, trigger, actor, changed_at, changed_by)
        SELECT offer_id, 'posted', 1, 'offer', 'company', now(), reference FROM old
    )
    INSERT INTO inbox (source, event_id, digest)
    SELECT 'urn:siren:000000000', reference, '\\x00000000000000000000000000000000' FROM old
"""
TERMS = {"title": "Technicienne ou technicien fibre (F/H)", "description": DESCRIPTION, "company_name": "Fibrelune"}
SIZES = """
    SELECT relname, pg_total_relation_size(oid) / 1048576.0 AS mib FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace
"""


def add_companies(running: Platform, sirens: Sequence[str]) -> None:
    """Give companies their topics, and the services their rules there, all in two requests."""
    accesses = [CompanyAccess(siren, LAYOUT) for siren in sirens]
    with cluster(running.kafka) as admin:
        admin.allow(rule for one in accesses for rule in one.rules_for_services())
        admin.create(topic for one in accesses for topic in one.topics())


def store(running: Platform, events: int) -> None:
    """Let the internships service have that many events behind it."""
    asyncio.run(_store(running.databases["internships"], events))


async def _store(database: str, events: int) -> None:
    connection = await asyncpg.connect(database)
    step = 100_000
    for begin in range(0, events, step):
        await connection.execute(STORED, begin, json.dumps(TERMS), min(begin + step, events))
    await connection.execute("VACUUM ANALYZE")
    await connection.close()


def table_mib(running: Platform) -> dict[str, float]:
    """MiB of each of the internships service's tables, its indexes included."""
    return asyncio.run(_table_mib(running.databases["internships"]))


async def _table_mib(database: str) -> dict[str, float]:
    connection = await asyncpg.connect(database)
    rows = await connection.fetch(SIZES)
    await connection.close()
    return {row["relname"]: float(row["mib"]) for row in rows}
