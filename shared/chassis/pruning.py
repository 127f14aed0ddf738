"""Keeps the chassis's own tables small, in the background: rows that left the outbox, events long past in the inbox."""

import asyncio

from shared.chassis.database import TRANSIENT, Database
from shared.chassis.telemetry import log

_log = log(__name__)

PERIOD_SECONDS = 2.0

DEAD_ROWS = 20_000
"""Rows that left the outbox until their room is used again: at full speed a second's. PostgreSQL's own daemon looks
once a minute, and by then the table would be as large as a minute's events."""

AT_ONCE = 5_000
"""Rows of the inbox that are forgotten in one transaction."""

DEAD = "SELECT n_dead_tup FROM pg_stat_user_tables WHERE relid = 'outbox'::regclass"

FORGET = """
    DELETE FROM inbox WHERE ctid = ANY(ARRAY(
        SELECT ctid FROM inbox WHERE received_at < now() - make_interval(days => $1) LIMIT $2 FOR UPDATE SKIP LOCKED
    ))
"""


async def run_pruning(database: Database, inbox_days: int) -> None:
    """Prune until cancelled; replicas do not wait for each other."""
    while True:
        try:
            await vacuum_outbox(database)
            while await forget(database, inbox_days) == AT_ONCE:
                pass
        except TRANSIENT as error:
            _log.debug("pruning waits", error=repr(error))
        await asyncio.sleep(PERIOD_SECONDS)


async def vacuum_outbox(database: Database) -> None:
    """Give the room of published rows free once there are many."""
    async with database.session() as db:
        if (await db.fetchval(DEAD) or 0) >= DEAD_ROWS:
            await db.execute("VACUUM (SKIP_LOCKED) outbox")


async def forget(database: Database, inbox_days: int) -> int:
    """Forget events that took effect more than `inbox_days` ago, AT_ONCE at most; returns how many."""
    async with database.transaction() as db:
        return int((await db.execute(FORGET, inbox_days, AT_ONCE)).split()[-1])
