"""The metrics move when their cause happens, and nothing from outside makes more of them."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer

from services.notifications import store
from services.notifications.jobs import send_mail
from shared.chassis import metrics
from shared.chassis.database import Database, Db, open_database
from shared.chassis.jobs import fire_due
from shared.cli.platform import Platform
from shared.contracts.internships import InternshipOffered
from tests.chassis.batch import handle
from tests.chassis.exposition import Measured, at, measured, scraped
from tests.chassis.process import publish, ready_is, says
from tests.chassis.sample import offer, record
from tests.chassis.test_jobs import counting, set_tick
from tests.chassis.test_relay import INSERT, only_waits, relays
from tests.conftest import eventually, new_siren
from tests.databases import outage_of, own_database
from tests.events import SIREN
from tests.feedback import verdicts
from tests.notifications.conftest import ENTRY
from tests.notifications.server import Scripted, serving
from tests.notifications.test_mail import found, person
from tests.topics import new_topic


@pytest.fixture(scope="module", autouse=True)
def _measuring() -> Iterator[None]:
    provider = metrics.set_up("sample")
    yield
    provider.shutdown()


async def moved(work: Awaitable[Any], name: str) -> dict[tuple[str, ...], float]:
    """By how much the work moved a metric's samples, by their labels' values in the order of the labels' names."""
    before = measured()
    await work
    steps = {
        tuple(value for _, value in sorted(labels)): value - before.get((sample, labels), 0)
        for (sample, labels), value in measured().items()
        if sample == name
    }
    return {labels: step for labels, step in steps.items() if step}


def shown(name: str, label: str = "") -> dict[str, float]:
    """What a metric shows now, by one of its labels."""
    return {dict(labels).get(label, ""): value for (sample, labels), value in measured().items() if sample == name}


async def test_each_record_is_counted_by_its_type_and_what_became_of_it(db: Db) -> None:
    one, kind = offer(1, event_id="same"), InternshipOffered.wire_name
    batch = handle(db, one, one, offer(2), offer(3, title=None), offer(4, title="bug"), offer(5, event_id="same"))
    assert await moved(batch, "passerelle_events_total") == {
        ("handled", kind): 2,
        ("duplicate", kind): 1,
        ("rejected", kind): 1,
        ("held", kind): 1,
        ("id_reused", kind): 1,
    }
    assert await moved(handle(db, one, offer(5, event_id="same")), "passerelle_events_total") == {
        ("duplicate", kind): 2
    }


async def test_a_batch_that_is_halved_counts_each_record_once(db: Db) -> None:
    await db.execute("ALTER TABLE sample ADD CHECK (version < 100)")
    batch = handle(db, *(offer(number, version=100 if number == 5 else 1) for number in range(1, 9)))
    counted = await moved(batch, "passerelle_events_total")
    assert {outcome: count for (outcome, _), count in counted.items()} == {"handled": 7, "held": 1}


async def test_types_that_a_sender_invents_are_one_label(db: Db) -> None:
    invented = [record(b"{}", event_id=f"id-{number}", wire_name=f"fr.invented.N{number}") for number in range(500)]
    odd = [record(b"\xff", event_id=f"odd-{number}", wire_name='"}\n\\ 1\x00é'[number:]) for number in range(5)]
    series = len(measured())
    assert await moved(handle(db, *invented, *odd), "passerelle_events_total") == {("rejected", "unknown"): 505}
    assert len(measured()) <= series + 1
    assert not [text for text in (b"invented", SIREN.encode(), b"id-1") if text in metrics.exposition()]


@pytest.mark.parametrize("error", [None, ZeroDivisionError("planted")])
async def test_an_attempt_takes_its_seconds_and_a_batch_that_succeeds_its_size(error: Exception | None) -> None:
    async def attempt() -> None:
        with metrics.attempt(300):
            if error:
                raise error

    before = measured()
    took = await moved(asyncio.gather(attempt(), return_exceptions=True), "messaging_process_duration_seconds_count")
    assert list(took.values()) == [1]
    assert [("ZeroDivisionError" in labels) for labels in took] == [error is not None]
    after = measured()
    grown = {
        bound: at(after, "passerelle_batch_size_bucket", le=bound)
        - at(before, "passerelle_batch_size_bucket", le=bound)
        for bound in ("200", "500")
    }
    assert grown == {"200": 0, "500": 0 if error else 1}


async def test_what_waits_in_the_database_is_shown_with_its_age(database: Database) -> None:
    async with database.transaction() as db:
        await db.executemany(INSERT, [("test.topic", "key", b"1")] * 3)
        await db.execute("UPDATE outbox SET created_at = now() - interval '1 hour' WHERE id = 1")
        await db.executemany(
            "INSERT INTO dead_letter (topic, partition, record_offset, headers, sender, event_id, reason, detail,"
            " rejected) VALUES ('t', 0, 0, '[]', 's', 'e', $1, '[]', $1 <> 'handler_failed')",
            [("handler_failed",), ("handler_failed",), ("unknown_type",), ("never heard of",), ("malformed",)],
        )
        await db.execute("UPDATE dead_letter SET state = 'discarded' WHERE reason = 'malformed'")
        await db.execute("UPDATE dead_letter SET created_at = now() - interval '2 days'")
        await db.execute("UPDATE dead_letter SET created_at = now() - interval '9 days' WHERE rejected")
    await set_tick(database, "late", -600)
    await set_tick(database, "later", 600)
    await metrics.look({"relay": True, "kafka": False}, database, None)
    assert shown("passerelle_outbox_depth") == {"": 3}
    assert 3600 <= shown("passerelle_outbox_age_seconds")[""] < 7200
    assert shown("passerelle_timers_due") == {"": 1}
    assert 600 <= shown("passerelle_timers_late_seconds")[""] < 4200
    assert shown("passerelle_dead_letters", "reason") == {"handler_failed": 2, "unknown_type": 1, "unknown": 1}
    assert 2 <= shown("passerelle_dead_letters_age_seconds")[""] / 86400 < 3
    assert shown("passerelle_ready", "part") == {"relay": 1, "kafka": 0}


async def test_an_empty_database_shows_zeros_and_one_that_is_away_nothing(running: Platform, dsn: str) -> None:
    async with open_database(dsn) as database, outage_of(running, dsn) as outage:
        await metrics.look({}, database, None)
        waiting = ["passerelle_outbox_depth", "passerelle_outbox_age_seconds", "passerelle_timers_late_seconds"]
        assert [shown(name) for name in waiting] == [{"": 0}] * 3
        await outage.begin()
        await metrics.look({"relay": False}, database, None)
        assert [shown(name) for name in waiting] == [{}] * 3
        assert shown("passerelle_ready", "part") == {"relay": 0}
        await outage.end()


async def test_consumer_lag_is_shown_by_pattern_however_many_companies_there_are(running: Platform) -> None:
    sirens = [new_siren() for _ in range(3)]
    intake = [f"intake.{siren}.internships" for siren in sirens]
    await asyncio.to_thread(running.add_companies, sirens)
    for siren in sirens:
        await publish(running, siren, 1, 4)
    async with AIOKafkaConsumer(*intake, **running.kafka.arguments(), auto_offset_reset="earliest") as consumer:
        left = 12

        async def all_fetched() -> bool:
            nonlocal left
            left -= len(await read(consumer, 1))
            await metrics.look({}, None, consumer)
            behind = shown("passerelle_consumer_lag", "messaging_destination_template")
            return behind == {"intake.{sender}.internships": left}

        await eventually(all_fetched, "the lag to be what is left to read", pause_seconds=0)
        assert left > 0
        while left:
            left -= len(await read(consumer, 100))
        await metrics.look({}, None, consumer)
    assert list(shown("passerelle_consumer_lag", "messaging_destination_template").values()) == [0]


async def read(consumer: AIOKafkaConsumer, most: int) -> list[Any]:
    return [one for some in (await consumer.getmany(timeout_ms=200, max_records=most)).values() for one in some]


async def test_the_relay_counts_what_it_sent_and_what_kafka_refused(
    running: Platform, dsn: str, database: Database
) -> None:
    narrow, topic = await new_topic(running.kafka), await new_topic(running.kafka)
    before = measured()

    async def publish_all() -> None:
        async with database.transaction() as db:
            await db.executemany(INSERT, [(topic, "key", b"1")] * 5)
            await db.execute(INSERT, narrow, "k" * 300_000, b"2" * 900_000)
        async with relays(1, dsn, running.kafka):
            await only_waits(database, {narrow})

    sent = await moved(publish_all(), "messaging_client_sent_messages_total")
    assert sent[("send", "kafka")] == 5
    assert sent[("MessageSizeTooLargeError", "send", "kafka")] >= 1
    after = measured()
    for outcome in ("sent", "failed"):
        name = "passerelle_relay_batches_total"
        assert at(after, name, outcome=outcome) > at(before, name, outcome=outcome)
    refused = {"error_type": "MessageSizeTooLargeError"}
    for name in ("passerelle_retries_total", "passerelle_outages_total"):
        assert at(after, name, **refused) > at(before, name, **refused)


@pytest.mark.parametrize(("fail", "outcome"), [(False, "fired"), (True, "postponed")])
async def test_timers_are_counted_as_fired_or_postponed(database: Database, fail: bool, outcome: str) -> None:
    await set_tick(database, "a", -1)
    assert await moved(fire_due(database, counting([], fail=fail)), "passerelle_timers_total") == {(outcome,): 1}


@pytest.mark.parametrize(("answer", "outcome"), [(b"250 ok\r\n", "sent"), (b"554 no\r\n", "refused")])
async def test_emails_are_counted_by_what_the_server_answered(
    running: Platform, monkeypatch: pytest.MonkeyPatch, answer: bytes, outcome: str
) -> None:
    for name, value in {**ENTRY, "PASSERELLE_DATABASE": "postgresql://me@db/x"}.items():
        monkeypatch.setenv(name, value)
    async with open_database(await own_database(running, "notifications")) as database:
        async with database.transaction() as db:
            await store.save_participant(db, person())
            await store.save_notice(db, found(), None)
        async with serving(Scripted({"DOT": answer})) as server:
            monkeypatch.setenv("PASSERELLE_SMTP_PORT", str(server.port))
            assert await moved(send_mail(database), "passerelle_emails_total") == {(outcome,): 1}


async def scrape_says(alone: Platform, condition: Callable[[Measured], bool], what: str) -> Measured:
    last: list[Measured] = []

    async def does_it() -> bool:
        last[:] = [await scraped(alone)]
        return condition(last[0])

    await eventually(does_it, lambda: f"{what}; there is {last}")
    return last[0]


PARTS = ("consumer", "kafka", "relay")
SENT = {"messaging_operation_name": "send", "messaging_system": "kafka"}


async def test_a_service_shows_what_it_did_and_in_an_outage_what_it_waits_for(alone: Platform, siren: str) -> None:
    ready = await scraped(alone)
    assert [at(ready, "passerelle_ready", part=part) for part in PARTS] == [1, 1, 1]
    async with outage_of(alone, alone.databases["internships"]) as outage:
        await outage.begin()
        await publish(alone, siren, 1, 20)
        await says(alone.processes["internships"], "the batch from intake.")
        waits = await scrape_says(alone, lambda now: at(now, "passerelle_batch_in_hand") > 0, "records in hand")
        assert sum(value for (name, _), value in waits.items() if name == "passerelle_outages_total") >= 1
        assert at(waits, "passerelle_ready", part="consumer") == 0
        await outage.end()
    assert len(await verdicts(alone.client(siren), 20)) == 20
    await ready_is(alone, 200)
    done = await scrape_says(alone, all_is_done, "all to be done")
    assert at(done, "passerelle_batch_size_sum") >= 20
    assert siren not in str(done)


def all_is_done(now: Measured) -> bool:
    """What other tests left on this Kafka is done too."""
    lag = [value for (name, _), value in now.items() if name == "passerelle_consumer_lag"]
    return (
        at(now, "passerelle_events_total", outcome="handled", type=InternshipOffered.wire_name) >= 20
        and at(now, "messaging_client_sent_messages_total", **SENT) >= 40
        and lag == [0]
        and ("passerelle_outbox_depth", frozenset()) in now
        and at(now, "passerelle_batch_in_hand") == at(now, "passerelle_outbox_depth") == 0
    )
