"""A database of the test's own, where more than one connection must see what was committed."""

from collections.abc import AsyncIterator

import pytest

from shared.chassis.database import Database, open_database
from shared.cli.platform import Platform
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from tests.conftest import own_database

ENTRY = write(Connection("kafka:9092", "notifications", "hidden"), OURS)
"""Settings by which the service would enter Kafka, where a test needs no Kafka."""


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "notifications")


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    async with open_database(dsn) as opened:
        yield opened
