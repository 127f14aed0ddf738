"""One platform on which only internships runs; each test brings a company of its own."""

from collections.abc import AsyncIterator, Iterator

import asyncpg
import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient
from stdnum import luhn

from shared.cli.ops.access import CompanyAccess
from shared.cli.platform import Platform, platform


def siren(number: int) -> str:
    return f"{number}{luhn.calc_check_digit(str(number))}"


COMPANIES = [siren(number) for number in range(81202560, 81202580)]
"""Made before the service starts: it looks for new topics every few seconds only."""

LIMIT = 1_048_588
"""The broker's own bound of a batch in bytes (message.max.bytes)."""

_unseen = iter(COMPANIES)


def allow_larger_submissions(platform: Platform) -> None:
    """Let companies send as much as Kafka takes by itself: a service's own bounds must hold there too."""
    limit = {"max.message.bytes": str(LIMIT)}
    topics = [CompanyAccess(company).intakes["internships"] for company in COMPANIES]
    admin = KafkaAdminClient(**platform.kafka.arguments())
    admin.alter_configs([ConfigResource(ConfigResourceType.TOPIC, topic, limit) for topic in topics])
    admin.close()


@pytest.fixture(scope="session")
def alone(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    """Only internships runs."""
    with platform(tmp_path_factory.mktemp("hostile")) as started:
        started.add_companies(COMPANIES)
        allow_larger_submissions(started)
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
