"""A database of the test's own, where more than one connection must see what was committed."""

import pytest

from shared.cli.platform import Platform
from tests.databases import own_database


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "internships")
