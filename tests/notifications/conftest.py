"""A database of the test's own, where more than one connection must see what was committed."""

from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from shared.chassis.database import Database, migrate, open_database
from shared.cli.platform import Platform
from shared.stack.postgres import create_database


@pytest.fixture
async def dsn(running: Platform) -> str:
    """An empty database of this test's own, migrated as notifications' is."""
    address = await create_database(running.stack.addresses.postgres_admin, f"test_{uuid4().hex[:12]}")
    async with open_database(address) as database, database.transaction() as db:
        await migrate(db, "notifications")
    return address


@pytest.fixture
async def database(dsn: str) -> AsyncIterator[Database]:
    async with open_database(dsn) as opened:
        yield opened
