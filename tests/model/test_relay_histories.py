"""A relay that is killed anywhere publishes everything, and each key's events come first in their order."""

import asyncio
import gc
import warnings
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.chassis import relay
from shared.chassis.database import Bell, Database, open_database
from shared.chassis.relay import Relay
from shared.cli.platform import Platform
from tests.conftest import eventually
from tests.databases import own_database
from tests.topics import everything_on, new_topic

LONG = settings.get_current_profile_name() == "long"
KEYS = 7
ROWS = 3000
AT_ONCE = 100
"""Rows that the relay reads at a time: a tenth, for more moments to be killed in."""

INSERT = """
    INSERT INTO outbox (topic, key, type, payload)
    SELECT $1, (n % $2::int)::text, 'fr.passerelle.test.Happened.v1', convert_to(n::text, 'UTF8')
    FROM generate_series($3::int, $4::int) AS n
"""

FATE = """
    CREATE SEQUENCE removed;
    CREATE TABLE fate (strikes bigint[] NOT NULL);
    INSERT INTO fate VALUES ('{}');
    CREATE FUNCTION meet_fate() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        IF nextval('removed') = ANY ((SELECT strikes FROM fate)::bigint[]) THEN
            PERFORM pg_terminate_backend(pg_backend_pid());
        END IF;
        RETURN OLD;
    END $$;
    CREATE TRIGGER fate BEFORE DELETE ON outbox FOR EACH ROW EXECUTE FUNCTION meet_fate();
"""
"""Ends the session that removes the n-th row, between its publication and its removal; then it is published again."""


@pytest.fixture
async def dsn(running: Platform) -> str:
    return await own_database(running, "internships")


@pytest.fixture
async def doomed(dsn: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Database]:
    monkeypatch.setattr(relay, "ROWS", AT_ONCE)
    monkeypatch.setattr(relay, "BATCH_BYTES", 2000)  # several batches for each partition
    async with open_database(dsn) as database:
        async with database.transaction() as db:
            await db.execute(FATE)
        yield database


@asynccontextmanager
async def relaying(dsn: str, running: Platform) -> AsyncIterator[Relay]:
    """A relay that is cancelled wherever it is in the end, and before the next one begins."""
    bell = Bell(dsn, ["outbox"])
    one = Relay("test", dsn, running.kafka, bell)
    tasks = [asyncio.create_task(one.run()), asyncio.create_task(bell.listen())]
    try:
        yield one
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        # aiokafka and asyncpg leave a connection that was cancelled while it opened to the collector, who tells
        # whatever test happens to run then.
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


@settings(
    deadline=None,
    max_examples=60 if LONG else 5,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    turns=st.lists(st.integers(0, 1000), min_size=2, max_size=8),
    strikes=st.lists(st.integers(1, ROWS), max_size=2),
)
async def test_killed_relays_lose_nothing_and_keep_each_keys_order(
    running: Platform, dsn: str, doomed: Database, turns: Sequence[int], strikes: Sequence[int]
) -> None:
    """`turns` of the event loop until a relay that leads is cancelled; `strikes` as the fate has them."""
    topic = await new_topic(running.kafka)
    await write(doomed, topic, 0, ROWS // 2)
    async with doomed.transaction() as db:
        await db.execute("SELECT setval('removed', 1, false)")
        await db.execute("UPDATE fate SET strikes = $1", strikes)
    for count in turns:
        await relay_for(count, dsn, running)
    await write(doomed, topic, ROWS // 2, ROWS)
    async with relaying(dsn, running), relaying(dsn, running):
        await eventually(lambda: is_drained(doomed), "the outbox to be empty")
    records = await everything_on(running.kafka, topic, at_least=ROWS)
    check(records)
    if not strikes:  # and no relay was cancelled since the second half was written
        assert len([record for record in records if int(record.value) >= ROWS // 2]) == ROWS - ROWS // 2


async def relay_for(turns: int, dsn: str, running: Platform) -> None:
    async with relaying(dsn, running) as one:
        await eventually(lambda: one.ready, "the relay to lead", pause_seconds=0)
        for _ in range(turns):
            await asyncio.sleep(0)


async def write(database: Database, topic: str, first: int, end: int) -> None:
    async with database.transaction() as db:
        await db.execute(INSERT, topic, KEYS, first, end - 1)
        await db.execute("SELECT pg_notify('outbox', '')")


async def is_drained(database: Database) -> bool:
    async with database.transaction() as db:
        return not await db.fetchval("SELECT EXISTS (SELECT FROM outbox)")


def check(records: Sequence[Any]) -> None:
    """Everything is there; of what is there more than once the first counts, and a copy has its id."""
    ids = dict[int, set[Any]]()
    for record in records:
        ids.setdefault(int(record.value), set()).add(dict(record.headers)["ce_id"])
    assert sorted(ids) == list(range(ROWS))
    assert all(len(one) == 1 for one in ids.values())
    for key in range(KEYS):
        firsts = [number for number in ids if number % KEYS == key]
        assert firsts == sorted(firsts)
