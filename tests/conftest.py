"""The real parts that tests use: one stack a run, a database a service, a transaction a test."""

import asyncio
import inspect
import os
import random
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack, ExitStack
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from stdnum import luhn

from shared.chassis.database import Db, migrate, migrate_service
from shared.cli.ops.cluster import cluster
from shared.cli.platform import Platform, platform, prepare
from shared.stack import kafka
from shared.stack.postgres import create_database
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


async def eventually(condition: Callable[[], object], what: str) -> None:
    """Return once `condition`, or what it is awaited for, is true; after two minutes say what was awaited."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not await _answer(condition):
        assert time.monotonic() < deadline, f"after {PATIENCE_SECONDS:.0f} s still waiting for {what}"
        await asyncio.sleep(0.05)


async def _answer(condition: Callable[[], object]) -> object:
    said = condition()
    return await said if inspect.isawaitable(said) else said


def new_siren() -> str:
    """The SIREN of a company that no other test has."""
    digits = str(random.randrange(10**7, 10**8))
    return digits + luhn.calc_check_digit(digits)


async def own_database(running: Platform, service: str) -> str:
    """An empty database of a test's own, migrated as a service's is: there more than one connection sees commits."""
    address = await create_database(running.stack.addresses.postgres_admin, f"test_{uuid4().hex[:12]}")
    await migrate_service(address, service)
    return address
