"""One platform on which only internships runs; each test brings a company of its own."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest

from shared.cli.platform import Platform, platform
from tests.conftest import new_siren

COMPANIES = [new_siren() for _ in range(20)]
"""Made before the service starts: it looks for new topics every few seconds only."""

_unseen = iter(COMPANIES)


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Only internships runs."""
    with platform(tmp_path_factory.mktemp("hostile")) as started:
        started.add_companies(COMPANIES)
        started.start("internships")
        started.wait_ready(["internships"])
        yield started


@pytest.fixture
def company() -> str:
    """A company that nobody has heard of."""
    return next(_unseen)


@pytest.fixture
def other() -> str:
    """Another one."""
    return next(_unseen)


@pytest.fixture
async def store(alone: Platform) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The service's own database."""
    connection = await asyncpg.connect(alone.databases["internships"])
    yield connection
    await connection.close()
