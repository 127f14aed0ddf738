"""A database of the test's own, where more than one connection must see what was committed."""

import pytest

from shared.cli.platform import Platform
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from tests.databases import own_database

ENTRY = write(Connection("kafka:9092", "notifications", "hidden"), OURS)
"""Settings by which the service would enter Kafka, where a test needs no Kafka."""


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "notifications")
