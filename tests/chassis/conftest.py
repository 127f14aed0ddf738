"""What the chassis is tried on: a database of the test's own."""

import pytest

from shared.chassis.database import Db
from shared.cli.platform import Platform
from tests.chassis import sample
from tests.conftest import ServiceDb
from tests.databases import own_database


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "internships")


@pytest.fixture
async def db(service_db: ServiceDb) -> Db:
    connection = await service_db("internships")
    await connection.execute(sample.TABLE)
    return connection
