"""Databases of a test's own: opened by two replicas, and closed as in an outage."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import asyncpg

from shared.chassis.database import Database, Db, migrate_service, open_database
from shared.cli.platform import Platform
from shared.stack.postgres import create_database
from tests.conftest import eventually


async def empty_database(running: Platform) -> str:
    """A database of a test's own."""
    return await create_database(running.stack.addresses.postgres_admin, f"test_{uuid4().hex[:12]}")


async def own_database(running: Platform, service: str) -> str:
    """An empty database of a test's own, migrated as a service's is: there more than one connection sees commits."""
    address = await empty_database(running)
    await migrate_service(address, service)
    return address


@asynccontextmanager
async def two_replicas(running: Platform, service: str) -> AsyncIterator[tuple[Database, Database]]:
    """A database of the test's own, opened twice: each sees of the other what it committed, and its locks."""
    address = await own_database(running, service)
    async with open_database(address) as one, open_database(address) as other:
        yield one, other


async def somebody_waits_for(db: Db) -> None:
    """Return when another session waits for a lock that this one holds."""
    waiting = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
    )
    await eventually(lambda: db.fetchval(waiting), "another session to wait for a lock of this one", pause_seconds=0.01)


@dataclass
class Outage:
    """PostgreSQL away and back: a database lets nobody in but the administrator, then everybody again."""

    admin: Any
    name: str

    async def begin(self) -> None:
        await self.admin.execute(f"ALTER DATABASE {self.name} CONNECTION LIMIT 0")
        await eventually(self._nobody_is_in, f"everybody to be thrown out of {self.name}")

    async def _nobody_is_in(self) -> bool:
        ending = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = $1"
        return int(await self.admin.fetchval(ending, self.name)) == 0

    async def end(self) -> None:
        await self.admin.execute(f"ALTER DATABASE {self.name} CONNECTION LIMIT -1")


@asynccontextmanager
async def outage_of(running: Platform, address: str) -> AsyncIterator[Outage]:
    """An outage of the database at an address, for the test to begin and to end."""
    admin = await asyncpg.connect(running.stack.addresses.postgres_admin)
    try:
        yield Outage(admin, urlsplit(address).path.removeprefix("/"))
    finally:
        await admin.close()
