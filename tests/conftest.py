"""The real parts that tests use: one stack a run, a database a service, a transaction a test."""

import asyncio
import inspect
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from stdnum import luhn

from shared.chassis.database import Database, Db, migrate, open_database
from shared.cli.ops.cluster import cluster
from shared.cli.platform import Platform, platform, prepare
from shared.stack import kafka
from shared.stack.stack import Stack
from tests.tls import keytool

ServiceDb = Callable[[str], Awaitable[Db]]

PATIENCE_SECONDS = 120.0


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Kafka, PostgreSQL and SMTP, with a database for each service; no service runs."""
    home: Path = tmp_path_factory.mktemp("stack")
    with platform(home, kind=os.environ.get("PASSERELLE_TEST_STACK", "embedded")) as started:
        yield started


@pytest.fixture(scope="session")
def encrypted(running: Platform, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Another Kafka, whose clients use TLS and check it by a CA of its own; internships can be started there."""
    home = tmp_path_factory.mktemp("tls")
    with ExitStack() as ending:
        broker, admin = kafka.start(home / "kafka", tls=keytool(home / "keys"))
        ending.callback(broker.stop)
        with cluster(admin) as asked:
            users = prepare(asked, admin)
        stack = Stack(home, replace(running.stack.addresses, kafka=admin), ending)
        yield Platform(stack, home, {"internships": stack.create_database(f"test_{uuid4().hex[:12]}")}, users)


@pytest.fixture
async def service_db(running: Platform) -> AsyncIterator[ServiceDb]:
    """A service's own database, migrated, in a transaction that is rolled back after the test."""
    async with AsyncExitStack() as stack:

        async def connect(service: str) -> Db:
            connection = await asyncpg.connect(running.databases[service])
            stack.push_async_callback(connection.close)
            transaction = connection.transaction()
            await transaction.start()
            stack.push_async_callback(transaction.rollback)
            await migrate(connection, service)
            return connection

        yield connect


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    """A database of the test's own, where a transaction commits; the folder's `dsn` says whose it is."""
    async with open_database(dsn) as opened:
        yield opened


@pytest.fixture
def siren() -> str:
    """A company of the test's own."""
    return new_siren()


@pytest.fixture
def own(running: Platform, siren: str, tmp_path: Path) -> Iterator[Platform]:
    """A database and a log of the test's own on the Kafka of all tests, and its company; no service is started yet."""
    with ExitStack() as ending:
        stack = Stack(tmp_path, running.stack.addresses, ending)
        database = stack.create_database(f"test_{uuid4().hex[:12]}")
        platform = Platform(stack, tmp_path, {"internships": database}, dict(running.users))
        platform.add_companies([siren])
        yield platform


@pytest.fixture
def alone(own: Platform) -> Platform:
    """Internships runs there, alone."""
    own.start("internships")
    own.wait_ready(["internships"])
    return own


async def eventually(
    condition: Callable[[], object], what: str | Callable[[], str], *, pause_seconds: float = 0.05
) -> None:
    """Return once `condition`, or what it is awaited for, is true; after two minutes say what was awaited.

    A `what` that is called then says what is there instead. A condition that waits by itself needs no pause.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS) as patience:
            while not await _answer(condition):
                await asyncio.sleep(pause_seconds)
    except TimeoutError:
        if not patience.expired():
            raise
        awaited = what if isinstance(what, str) else what()
        raise AssertionError(f"after {PATIENCE_SECONDS:.0f} s still waiting for {awaited}") from None


async def _answer(condition: Callable[[], object]) -> object:
    said = condition()
    return await said if inspect.isawaitable(said) else said


def new_siren() -> str:
    """The SIREN of a company that no other test has."""
    digits = str(random.randrange(10**7, 10**8))
    return digits + luhn.calc_check_digit(digits)
