"""The relay on real Kafka and PostgreSQL: everything, once, in order."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from uuid import UUID, uuid4

import asyncpg
import pytest

from shared.chassis import relay
from shared.chassis.database import Bell, Database
from shared.chassis.relay import RELAY_LOCK, SESSION, Relay
from shared.cli.ops.access import Rule
from shared.cli.ops.cluster import cluster
from shared.cli.ops.companies import new_password
from shared.cli.platform import Platform
from shared.contracts.wire import readable
from shared.kafka.connection import Connection
from tests.conftest import eventually
from tests.topics import everything_on, new_topic

ROWS = 3000
INSERT = "INSERT INTO outbox (topic, key, type, payload) VALUES ($1, $2, 'fr.passerelle.test.Happened.v1', $3)"


@asynccontextmanager
async def relays(count: int, dsn: str, kafka: Connection) -> AsyncIterator[None]:
    bell = Bell(dsn, ["outbox"])
    tasks = [asyncio.create_task(Relay("test", dsn, kafka, bell).run()) for _ in range(count)]
    tasks.append(asyncio.create_task(bell.listen()))
    try:
        yield
    finally:
        # As a service stops: cancelled in the middle of a start, aiokafka leaves its connection to the collector.
        bell.stop()
        tasks[-1].cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def all_published(database: Database) -> None:
    await only_waits(database, set())


async def only_waits(database: Database, topics: set[str]) -> None:
    async def do_they() -> bool:
        return await waiting_topics(database) == topics

    await eventually(do_they, f"nothing but {topics} to wait in the outbox")


async def test_each_keys_events_come_out_once_and_in_order_from_two_relays(
    running: Platform, dsn: str, database: Database
) -> None:
    topic = await new_topic(running.kafka)
    async with relays(2, dsn, running.kafka):
        for start in range(0, ROWS, 500):
            async with database.transaction() as db:
                rows = [(topic, f"key-{n % 7}", str(n).encode()) for n in range(start, start + 500)]
                await db.executemany(INSERT, rows)
                await db.execute("SELECT pg_notify('outbox', '')")
        records = await everything_on(running.kafka, topic, at_least=ROWS)
        await all_published(database)
    by_key: dict[bytes, list[int]] = {}
    for record in records:
        by_key.setdefault(record.key, []).append(int(record.value))
    assert sorted(int(record.value) for record in records) == list(range(ROWS))
    assert all(numbers == sorted(numbers) for numbers in by_key.values())


async def test_a_row_that_commits_after_later_ones_is_published_all_the_same(
    running: Platform, dsn: str, database: Database
) -> None:
    topic = await new_topic(running.kafka)
    late = await asyncpg.connect(dsn)
    async with relays(1, dsn, running.kafka):
        transaction = late.transaction()
        await transaction.start()
        await late.execute(INSERT, topic, "late", b"1")
        async with database.transaction() as db:
            await db.execute(INSERT, topic, "early", b"2")
        assert [record.value for record in await everything_on(running.kafka, topic, at_least=1)] == [b"2"]
        await transaction.commit()
        await all_published(database)
    await late.close()
    assert {record.value for record in await everything_on(running.kafka, topic, at_least=2)} == {b"1", b"2"}


async def test_a_record_carries_the_attributes_of_its_event(running: Platform, dsn: str, database: Database) -> None:
    topic = await new_topic(running.kafka)
    async with relays(1, dsn, running.kafka):
        async with database.transaction() as db:
            await db.execute(INSERT, topic, "key", b"{}")
        record = (await everything_on(running.kafka, topic, at_least=1))[0]
    headers = readable(record.headers)
    assert UUID(headers["ce_id"]).version == 7
    assert headers["ce_source"] == "urn:passerelle:test"
    assert headers["ce_type"] == "fr.passerelle.test.Happened.v1"
    assert headers["ce_subject"] == "key"
    assert headers["ce_specversion"] == "1.0"


async def test_a_missing_topic_holds_up_only_its_own_events_until_it_appears(
    running: Platform, dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "CLOSED_SECONDS", 0.5)
    missing, topic = f"test.{uuid4().hex[:12]}", await new_topic(running.kafka)
    async with database.transaction() as db:
        await db.executemany(INSERT, [(missing, "key", b"1"), (topic, "key", b"2"), (missing, "key", b"3")])
    async with relays(1, dsn, running.kafka):
        assert [record.value for record in await everything_on(running.kafka, topic, at_least=1)] == [b"2"]
        await new_topic(running.kafka, missing)
        assert [record.value for record in await everything_on(running.kafka, missing, at_least=2)] == [b"1", b"3"]


async def test_a_topic_closed_to_us_holds_up_only_its_own_events_until_it_opens(
    running: Platform, dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay, "CLOSED_SECONDS", 0.5)
    closed, topic = await new_topic(running.kafka), await new_topic(running.kafka)
    user = await asyncio.to_thread(new_user, running.kafka, topic)
    async with database.transaction() as db:
        await db.executemany(INSERT, [(closed, "key", b"1"), (topic, "key", b"2"), (closed, "key", b"3")])
    async with relays(1, dsn, user):
        assert [record.value for record in await everything_on(running.kafka, topic, at_least=1)] == [b"2"]
        await only_waits(database, {closed})
        await asyncio.to_thread(open_to, running.kafka, user, closed)
        assert [record.value for record in await everything_on(running.kafka, closed, at_least=2)] == [b"1", b"3"]


def new_user(kafka: Connection, topic: str) -> Connection:
    """Somebody who may write to a topic."""
    user = replace(kafka, user=f"relay-{uuid4().hex[:12]}", password=new_password())
    open_to(kafka, user, topic)
    with cluster(kafka) as admin:
        admin.set_password(user.user, user.password)
    return user


def open_to(kafka: Connection, user: Connection, topic: str) -> None:
    with cluster(kafka) as admin:
        admin.allow([Rule(user.user, "WRITE", "TOPIC", topic)])


async def test_many_missing_topics_are_looked_for_at_once(running: Platform, dsn: str, database: Database) -> None:
    topic = await new_topic(running.kafka)
    async with database.transaction() as db:
        await db.executemany(INSERT, [(f"test.{uuid4().hex}", "key", b"1") for _ in range(30)])
        await db.execute(INSERT, topic, "key", b"2")
    async with asyncio.timeout(30), relays(1, dsn, running.kafka):
        assert [record.value for record in await everything_on(running.kafka, topic, at_least=1)] == [b"2"]


async def test_a_row_too_large_for_kafka_holds_up_only_its_topic_and_repeats_nothing(
    running: Platform, dsn: str, database: Database
) -> None:
    narrow, topic = await new_topic(running.kafka), await new_topic(running.kafka)
    async with database.transaction() as db:
        await db.execute(INSERT, topic, "key", b"1")
        await db.execute(INSERT, narrow, "k" * 300_000, b"2" * 900_000)
        await db.execute(INSERT, topic, "key", b"3")
    async with relays(1, dsn, running.kafka):
        await everything_on(running.kafka, topic, at_least=2)
        async with database.transaction() as db:
            await db.execute(INSERT, topic, "key", b"4")
        assert [record.value for record in await everything_on(running.kafka, topic, at_least=3)] == [b"1", b"3", b"4"]
        await only_waits(database, {narrow})


async def waiting_topics(database: Database) -> set[str]:
    async with database.transaction() as db:
        return {row["topic"] for row in await db.fetch("SELECT topic FROM outbox")}


async def test_a_leader_that_is_frozen_loses_the_lead(
    running: Platform, dsn: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(SESSION, "idle_session_timeout", "2s")
    frozen = await asyncpg.connect(dsn, server_settings=SESSION)
    assert await frozen.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK)
    topic = await new_topic(running.kafka)
    async with database.transaction() as db:
        await db.execute(INSERT, topic, "key", b"1")
    async with relays(1, dsn, running.kafka):
        assert [record.value for record in await everything_on(running.kafka, topic, at_least=1)] == [b"1"]
    frozen.terminate()
