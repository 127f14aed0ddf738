"""PostgreSQL: the pool, transactions, migrations, and the bell that NOTIFY rings."""

import asyncio
import hashlib
import importlib.resources
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from typing import Any, Protocol

import asyncpg

Row = Mapping[str, Any]

MIGRATION_LOCK = 7_278_001
"""Advisory lock that lets one replica migrate while the others wait."""

TRANSIENT = (
    OSError,
    TimeoutError,
    asyncpg.InterfaceError,
    asyncpg.InternalClientError,  # a connection taken from the pool just as its backend ended
    asyncpg.PostgresConnectionError,
    asyncpg.TransactionRollbackError,
    asyncpg.InsufficientResourcesError,
    asyncpg.OperatorInterventionError,
    asyncpg.LockNotAvailableError,
    asyncpg.ReadOnlySQLTransactionError,  # a failover that is not done yet
)
"""An outage, not a poison: wait and try again."""


class Db(Protocol):
    """What a store may ask of a connection inside the transaction it is given."""

    async def execute(self, query: str, *args: Any) -> str: ...
    async def executemany(self, command: str, args: Sequence[Sequence[Any]]) -> None: ...
    async def fetch(self, query: str, *args: Any) -> list[Any]: ...
    async def fetchrow(self, query: str, *args: Any) -> Any: ...
    async def fetchval(self, query: str, *args: Any) -> Any: ...
    async def copy_records_to_table(
        self, table_name: str, *, records: Sequence[Sequence[Any]], columns: Sequence[str]
    ) -> str: ...
    def transaction(self) -> AbstractAsyncContextManager[Any]: ...


class Database:
    """A service's own database."""

    def __init__(self, pool: "asyncpg.Pool[Any]") -> None:
        self._pool = pool

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        """A connection with a transaction open; commits at the end, rolls back on an exception."""
        async with self._pool.acquire() as connection, connection.transaction():
            yield connection

    @asynccontextmanager
    async def session(self) -> AsyncIterator[Db]:
        """A connection without a transaction, for what PostgreSQL refuses to do in one."""
        async with self._pool.acquire() as connection:
            yield connection


@asynccontextmanager
async def open_database(dsn: str) -> AsyncIterator[Database]:
    """A pool whose sessions cannot hold a lock for ever when their process hangs."""
    async with asyncpg.create_pool(
        dsn,
        min_size=1,
        max_size=8,
        command_timeout=60,
        server_settings={
            "idle_in_transaction_session_timeout": "15s",
            "lock_timeout": "10s",
            "client_connection_check_interval": "5s",
        },
    ) as pool:
        yield Database(pool)


def migrations_of(service: str) -> Iterator[tuple[str, str]]:
    """Name and SQL of the chassis's schema, then of the service's migrations in order."""
    yield "chassis/schema.sql", importlib.resources.files("shared.chassis").joinpath("schema.sql").read_text("utf-8")
    folder = importlib.resources.files(f"services.{service}").joinpath("migrations")
    for file in sorted(folder.iterdir(), key=lambda file: file.name):
        if file.name.endswith(".sql"):
            yield f"{service}/{file.name}", file.read_text("utf-8")


class MigrationChanged(Exception):  # noqa: N818 - says what happened
    """A migration that was already applied has been edited."""


class NotMigrated(Exception):  # noqa: N818 - says what is missing
    """A migration that somebody else is to apply is not there yet."""


async def check_migrated(dsn: str, service: str) -> None:
    """Raise NotMigrated while a migration is missing."""
    async with open_database(dsn) as database, database.transaction() as db:
        known = await db.fetchval("SELECT to_regclass('migration') IS NOT NULL")
        applied = {row["name"] for row in await db.fetch("SELECT name FROM migration")} if known else set()
    if missing := [name for name, _ in migrations_of(service) if name not in applied]:
        raise NotMigrated(f"the database lacks {', '.join(missing)}: run `python -m shared.chassis.migrate {service}`")


async def migrate_service(dsn: str, service: str) -> None:
    """Bring a service's database up to date, on a connection of its own that may take its time."""
    connection = await asyncpg.connect(dsn)
    try:
        async with connection.transaction():
            await migrate(connection, service)
    finally:
        await connection.close()


async def migrate(db: Db, service: str) -> None:
    """Apply what is missing, in the caller's transaction; replicas that start together take turns."""
    await db.execute("SELECT pg_advisory_xact_lock($1)", MIGRATION_LOCK)
    await db.execute("CREATE TABLE IF NOT EXISTS migration (name text PRIMARY KEY, sha256 text NOT NULL)")
    applied = {row["name"]: row["sha256"] for row in await db.fetch("SELECT name, sha256 FROM migration")}
    for name, sql in migrations_of(service):
        sha256 = hashlib.sha256(sql.encode()).hexdigest()
        if applied.get(name, sha256) != sha256:
            raise MigrationChanged(f"{name} was applied with another content: restore it and add a new migration.")
        if name not in applied:
            await db.execute(sql)
            await db.execute("INSERT INTO migration (name, sha256) VALUES ($1, $2)", name, sha256)


class Bell:
    """Wakes sleepers when PostgreSQL notifies their channel, and tells them when the service stops.

    A lost connection only means the slow poll.
    """

    def __init__(self, dsn: str, channels: Sequence[str]) -> None:
        self._dsn = dsn
        self._rung = {channel: asyncio.Event() for channel in channels}
        self.stopped = False

    def stop(self) -> None:
        """Ask everybody who waits to finish what is in hand and return."""
        self.stopped = True
        for event in self._rung.values():
            event.set()

    async def wait(self, channel: str, timeout: float) -> None:
        """Return when the channel rings, when the service stops, or after `timeout` seconds."""
        event = self._rung[channel]
        with suppress(TimeoutError):
            async with asyncio.timeout(timeout):
                await event.wait()
        if not self.stopped:
            event.clear()

    async def listen(self) -> None:
        """Keep one connection listening for as long as the service runs."""
        while True:
            with suppress(*TRANSIENT):
                await self._listen_once()
            await asyncio.sleep(1)

    async def _listen_once(self) -> None:
        connection = await asyncpg.connect(self._dsn)
        closed = asyncio.Event()
        connection.add_termination_listener(lambda _: closed.set())
        try:
            for channel, event in self._rung.items():
                await connection.add_listener(channel, lambda *_, event=event: event.set())
                event.set()
            await closed.wait()
        finally:
            connection.terminate()
