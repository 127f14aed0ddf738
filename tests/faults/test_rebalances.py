"""Replicas come and go under load: nothing is lost, and nothing is told or done twice."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import asyncpg
from aiokafka import AIOKafkaProducer

from benchmarks import feed
from shared.cli.platform import Platform
from shared.contracts.internships import InternshipOffered
from shared.contracts.topics import feedback, intake
from tests.chassis.exposition import at, scraped
from tests.conftest import eventually
from tests.topics import everything_on

BATCH = 100
OFFERED = InternshipOffered.wire_name


PAUSE_SECONDS = 0.02


class Load:
    """Offers without end, some hundreds a second."""

    def __init__(self, platform: Platform, siren: str) -> None:
        self.published = 0
        self._kafka = platform.kafka
        self._siren = siren
        self._enough = asyncio.Event()

    async def run(self) -> None:
        async with AIOKafkaProducer(**self._kafka.arguments(), enable_idempotence=True) as producer:
            while not self._enough.is_set():
                records = [*feed.offers(20, self._siren)]
                sent = [
                    await producer.send(intake(self._siren, "internships"), value, key=key, headers=list(headers))
                    for key, value, headers in records
                ]
                await asyncio.gather(*sent)
                self.published += len(sent)
                await asyncio.sleep(PAUSE_SECONDS)

    def end(self) -> None:
        self._enough.set()


@asynccontextmanager
async def load(platform: Platform, siren: str) -> AsyncIterator[Load]:
    running = Load(platform, siren)
    task = asyncio.create_task(running.run())
    yield running
    running.end()
    await task


async def outcomes(own: Platform, name: str) -> Counter[str]:
    shown = await scraped(own, name)
    return Counter(
        {
            outcome: int(at(shown, "passerelle_events_total", type=OFFERED, outcome=outcome))
            for outcome in ("handled", "duplicate")
        }
    )


async def handles_more(own: Platform, *names: str) -> None:
    """Wait until each of these replicas has handled more than now."""
    before = {name: (await outcomes(own, name))["handled"] for name in names}

    async def has_each() -> bool:
        return all([(await outcomes(own, name))["handled"] > before[name] for name in names])

    await eventually(has_each, f"{', '.join(names)} to handle more")


def start(own: Platform, name: str, **settings: str) -> None:
    own.start("internships", name=name, settings={"PASSERELLE_BATCH_SIZE": str(BATCH), **settings})
    own.wait_ready([name])


async def stop(own: Platform, name: str) -> Counter[str]:
    """End a replica as Kubernetes does; returns what it had done shortly before."""
    done = await outcomes(own, name)
    assert await asyncio.to_thread(own.processes[name].stop) == 0
    return done


async def test_from_one_replica_to_three_and_back_under_load(own: Platform, siren: str) -> None:
    names = ("one", "two", "three")
    await asyncio.to_thread(start, own, "one")
    async with load(own, siren) as offers:
        await handles_more(own, "one")
        for name in names[1:]:
            await asyncio.to_thread(start, own, name)
        await handles_more(own, *names)
        done = await stop(own, "three") + await stop(own, "two")
        await handles_more(own, "one")
        await handles_more(own, "one")
    told = await everything_on(own.kafka, feedback(siren), at_least=offers.published)
    done += await outcomes(own, "one")
    assert len(told) == offers.published, "one verdict each, published once"
    assert len({record.key for record in told}) == offers.published
    connection = await asyncpg.connect(own.databases["internships"])
    assert await connection.fetchval("SELECT count(*) FROM offer") == offers.published
    await connection.close()
    assert done["duplicate"] <= BATCH, "what was in hand is finished before its partition is another's"


async def test_a_replica_with_a_name_of_its_own_comes_back_without_a_rebalance(own: Platform, siren: str) -> None:
    await asyncio.to_thread(start, own, "one", PASSERELLE_MEMBER="internships-0")
    await asyncio.to_thread(start, own, "two", PASSERELLE_MEMBER="internships-1")
    async with load(own, siren) as offers:
        await handles_more(own, "one", "two")
        before = at(await scraped(own, "one"), "passerelle_rebalances_total")
        await stop(own, "two")
        await asyncio.to_thread(start, own, "two", PASSERELLE_MEMBER="internships-1")
        await handles_more(own, "one", "two")
        assert at(await scraped(own, "one"), "passerelle_rebalances_total") == before
    told = await everything_on(own.kafka, feedback(siren), at_least=offers.published)
    assert len({record.key for record in told}) == len(told) == offers.published
