"""The portal as a process, and a database of the test's own."""

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import pytest

from shared.cli.platform import Platform
from tests.databases import own_database
from tests.portal.test_clicks import KEY


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "portal")


@pytest.fixture
def portal(running: Platform) -> Iterator[Platform]:
    """The website as a process of its own with an empty database, on the Kafka of all tests."""
    database = running.stack.create_database(f"test_{uuid4().hex[:12]}")
    own = replace(running, processes={}, ports={}, link_key=KEY, databases={"portal": database})
    process = own.start("portal")
    own.wait_ready(["portal"])
    yield own
    assert process.stop() == 0
