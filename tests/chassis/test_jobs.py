"""Timers on a real PostgreSQL: once, with their effect, and again after a failure."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta

from shared.chassis.database import Database, Db
from shared.chassis.jobs import Jobs, fire_due, set_timer
from shared.contracts.event import Event
from tests.chassis import sample


def counting(fired: list[str], *, fail: bool = False) -> Jobs:
    jobs = Jobs()

    @jobs.when("tick")
    async def tick(db: Db, key: str, now: datetime) -> Sequence[Event]:
        fired.append(key)
        if fail:
            raise ZeroDivisionError("planted")
        return [sample.posted()]

    return jobs


async def set_tick(database: Database, key: str, seconds: float) -> None:
    async with database.transaction() as db:
        now = await db.fetchval("SELECT now()")
        await set_timer(db, "tick", key=key, due_at=now + timedelta(seconds=seconds))


async def count(database: Database, table: str) -> int:
    async with database.transaction() as db:
        return int(await db.fetchval(f"SELECT count(*) FROM {table}"))  # noqa: S608 - the test's own names


async def test_a_due_timer_fires_once_and_its_event_waits_in_the_outbox(database: Database) -> None:
    fired: list[str] = []
    await set_tick(database, "a", -1)
    jobs = counting(fired)
    assert await fire_due(database, jobs)
    assert not await fire_due(database, jobs)
    assert fired == ["a"]
    assert await count(database, "outbox") == 1
    assert await count(database, "timer") == 0


async def test_a_timer_waits_for_its_time(database: Database) -> None:
    await set_tick(database, "a", 3600)
    assert not await fire_due(database, counting([]))


async def test_of_two_settings_the_earlier_stands(database: Database) -> None:
    await set_tick(database, "a", -1)
    await set_tick(database, "a", 3600)
    assert await fire_due(database, counting([]))


async def test_replicas_share_the_timers(database: Database) -> None:
    fired: list[str] = []
    for number in range(8):
        await set_tick(database, str(number), -1)
    jobs = counting(fired)
    while any(await asyncio.gather(*(fire_due(database, jobs) for _ in range(4)))):
        pass
    assert sorted(fired) == sorted(map(str, range(8)))


async def test_a_job_that_fails_leaves_nothing_and_comes_again_later(database: Database) -> None:
    fired: list[str] = []
    await set_tick(database, "a", -1)
    jobs = counting(fired, fail=True)
    assert await fire_due(database, jobs)
    assert not await fire_due(database, jobs)
    assert await count(database, "outbox") == 0
    async with database.transaction() as db:
        assert await db.fetchval("SELECT attempts FROM timer") == 1
