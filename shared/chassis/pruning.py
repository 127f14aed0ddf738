"""Keeps the chassis's own tables small, in the background: forgets what is published, seen or settled long since."""

import asyncio

from shared.chassis.database import TRANSIENT, Database
from shared.chassis.telemetry import log

_log = log(__name__)

PERIOD_SECONDS = 2.0

DEAD_ROWS = 20_000
"""Rows that left the outbox until their room is used again: at full speed a second's. PostgreSQL's own daemon looks
once a minute, and by then the table would be as large as a minute's events."""

AT_ONCE = 5_000
"""Rows that are forgotten in one transaction."""

DEAD = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = 'outbox'::regclass"

SEEN = """
    DELETE FROM inbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM inbox WHERE received_at < now() - make_interval(days => $1) LIMIT $2 FOR UPDATE SKIP LOCKED
    ))
"""

SETTLED = """
    DELETE FROM dead_letter WHERE id = ANY(ARRAY(
        SELECT id FROM dead_letter
        WHERE state IN ('replayed', 'discarded') AND changed_at < now() - make_interval(days => $1)
        LIMIT $2 FOR UPDATE SKIP LOCKED
    ))
"""


async def run_pruning(database: Database, inbox_days: int) -> None:
    """Prune until cancelled; replicas do not wait for each other."""
    while True:
        try:
            await vacuum_outbox(database)
            for old in (SEEN, SETTLED):
                while await forget(database, old, inbox_days) == AT_ONCE:
                    pass
        except TRANSIENT as error:
            _log.debug("pruning waits", error=repr(error))
        await asyncio.sleep(PERIOD_SECONDS)


async def vacuum_outbox(database: Database) -> None:
    """Give the room of published rows free once there are many."""
    async with database.session() as db:
        if (await db.fetchval(DEAD) or 0) >= DEAD_ROWS:
            await db.execute("VACUUM (SKIP_LOCKED) outbox")


async def forget(database: Database, old: str, days: int) -> int:
    """Forget what is `old` by more than so many days, AT_ONCE at most; returns how many rows that were."""
    async with database.transaction() as db:
        return int((await db.execute(old, days, AT_ONCE)).split()[-1])
