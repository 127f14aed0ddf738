"""One platform on which only internships runs; each test brings a company of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from itertools import count

import asyncpg
import pytest
from stdnum import luhn

from shared.cli.platform import Platform, create_topics, platform

_numbers = count(81202560)


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Only internships runs."""
    with platform(tmp_path_factory.mktemp("hostile")) as started:
        asyncio.run(create_topics(started.kafka, []))
        started.start("internships")
        started.wait_ready(["internships"])
        yield started


@pytest.fixture
async def company(alone: Platform) -> str:
    """A company that nobody has seen, with its topics."""
    return await new_company(alone)


async def new_company(alone: Platform) -> str:
    number = str(next(_numbers))
    siren = number + luhn.calc_check_digit(number)
    await create_topics(alone.kafka, [siren])
    return siren


@pytest.fixture
async def store(alone: Platform) -> AsyncIterator["asyncpg.Connection[asyncpg.Record]"]:
    """The service's own database."""
    connection = await asyncpg.connect(alone.databases["internships"])
    yield connection
    await connection.close()
