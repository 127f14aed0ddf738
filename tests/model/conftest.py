"""Two replicas on a database that fails when it is told to, and how long to look: `--hypothesis-profile=long`."""

from collections.abc import AsyncIterator

import pytest
from hypothesis import settings

from shared.chassis.database import Database
from shared.cli.platform import Platform
from tests.databases import two_replicas
from tests.model.driving import FATE

settings.register_profile("long", max_examples=10_000)


@pytest.fixture
async def replicas(running: Platform) -> AsyncIterator[tuple[Database, Database]]:
    async with two_replicas(running, "internships") as both:
        async with both[0].transaction() as db:
            await db.execute(FATE)
        yield both
