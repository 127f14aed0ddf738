"""What the chassis is tried on: a database of the test's own, and the internships service as a process."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from uuid import uuid4

import pytest

from shared.chassis.database import Db
from shared.cli.platform import Platform
from shared.stack.stack import Stack
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
