"""Two replicas of a service on one real database: each sees of the other what it committed, and its locks."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from shared.chassis.database import Database, Db, open_database
from shared.cli.platform import Platform
from tests.conftest import own_database


@asynccontextmanager
async def two_replicas(running: Platform, service: str) -> AsyncIterator[tuple[Database, Database]]:
    """A database of the test's own, opened twice."""
    address = await own_database(running, service)
    async with open_database(address) as one, open_database(address) as other:
        yield one, other


async def somebody_waits_for(db: Db) -> None:
    """Return when another session waits for a lock that this one holds."""
    waiting = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
    )
    async with asyncio.timeout(30):
        while not await db.fetchval(waiting):
            await asyncio.sleep(0.01)
