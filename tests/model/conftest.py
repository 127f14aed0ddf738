"""Two replicas on a database that fails when told to; `./passerelle test tests/model --hypothesis-profile=long`."""

from collections.abc import AsyncIterator, Iterator
from typing import NoReturn

import pytest
import structlog
from hypothesis import settings

from shared.chassis.database import Database
from shared.cli.platform import Platform
from tests.databases import two_replicas
from tests.model.driving import FATE

settings.register_profile("long")


@pytest.fixture
async def replicas(running: Platform) -> AsyncIterator[tuple[Database, Database]]:
    async with two_replicas(running, "internships") as both:
        async with both[0].transaction() as db:
            await db.execute(FATE)
        yield both


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """What fails on purpose, a hundred times a second, is not worth a traceback in colours."""
    structlog.configure(processors=[_drop])
    yield
    structlog.reset_defaults()


def _drop(*_: object) -> NoReturn:
    raise structlog.DropEvent
