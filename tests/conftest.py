"""The real parts that tests use: one stack a run, a database a service, a transaction a test."""

import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from stdnum import luhn

from shared.chassis.database import Db, migrate, migrate_service
from shared.cli.platform import Platform, platform
from shared.stack.postgres import create_database

ServiceDb = Callable[[str], Awaitable[Db]]


@pytest.fixture(scope="session")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Kafka, PostgreSQL and SMTP, with a database for each service; no service runs."""
    home: Path = tmp_path_factory.mktemp("stack")
    with platform(home, kind=os.environ.get("PASSERELLE_TEST_STACK", "embedded")) as started:
        yield started


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


def new_siren() -> str:
    """The SIREN of a company that no other test has."""
    digits = str(random.randrange(10**7, 10**8))
    return digits + luhn.calc_check_digit(digits)


async def own_database(running: Platform, service: str) -> str:
    """An empty database of a test's own, migrated as a service's is: there more than one connection sees commits."""
    address = await create_database(running.stack.addresses.postgres_admin, f"test_{uuid4().hex[:12]}")
    await migrate_service(address, service)
    return address
