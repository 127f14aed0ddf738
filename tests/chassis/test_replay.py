"""Dead letters handled again on a real PostgreSQL: once, in order, with one verdict, and as they arrived."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.internships.handlers import handlers as internships
from shared.chassis import dead_letters, messages, replay
from shared.chassis.database import Database, Db
from shared.chassis.dead_letters import Selection
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.cli.platform import Platform
from shared.contracts.checking import problem
from shared.contracts.internships import InternshipOffered
from shared.contracts.received import Received, Rejected
from tests.chassis import sample
from tests.chassis.batch import OneConnection, handle, outbox, rejected
from tests.chassis.sample import broken, offer, record
from tests.databases import two_replicas

HELD = ["SubmissionHeld"]
EFFECT = ["InternshipPosted", "SubmissionAccepted"]


def strict() -> Handlers:
    """The sample, before its repair: it refuses what is right."""
    return moody({}, Rejected(problem("title", "missing", "")))


async def again(db: Db, handlers: Handlers | None = None) -> None:
    """Replay every letter, until nothing is due."""
    await dead_letters.make_due(db, Selection(), "ops")
    while await replay.replay_due(OneConnection(db), handlers or sample.handlers()):
        pass


async def states(db: Db) -> list[tuple[str, int, str]]:
    rows = await db.fetch("SELECT state, attempts, reason FROM dead_letter ORDER BY id")
    return [(row["state"], row["attempts"], row["reason"]) for row in rows]


async def test_a_held_submission_takes_effect_and_gets_its_verdict_under_its_own_id(db: Db) -> None:
    await handle(db, offer(1, event_id="mine"), handlers=broken())
    await again(db)
    assert await outbox(db) == HELD + EFFECT
    told = json.loads(await db.fetchval("SELECT payload FROM outbox WHERE type LIKE '%Accepted%'"))
    assert told["submission_id"] == "mine"
    assert await states(db) == [("replayed", 1, "handler_failed")]


async def test_nothing_is_replayed_that_nobody_asked_for(db: Db) -> None:
    await handle(db, offer(1), handlers=broken())
    assert not await replay.replay_due(OneConnection(db), sample.handlers())
    assert await outbox(db) == HELD


async def test_a_record_that_came_again_and_one_that_was_replayed_take_effect_once(db: Db) -> None:
    one = offer(1)
    await handle(db, one, handlers=broken())
    await handle(db, one)
    await again(db)
    await again(db)
    await handle(db, one)
    assert await outbox(db) == HELD + EFFECT


async def test_what_fails_again_comes_back_with_its_count_and_is_told_no_second_time(db: Db) -> None:
    await handle(db, offer(1), handlers=broken())
    for _ in range(3):
        await again(db, broken())
    assert await states(db) == [("kept", 4, "handler_failed")]
    assert await outbox(db) == HELD


async def test_a_held_submission_that_is_refused_at_replay_gets_that_as_its_one_verdict(db: Db) -> None:
    await handle(db, offer(1), handlers=broken())
    await again(db, strict())
    await again(db, strict())
    await again(db, broken())
    assert await outbox(db) == ["SubmissionHeld", "SubmissionRejected"]
    assert await states(db) == [("kept", 4, "handler_failed")]
    await again(db)
    assert await outbox(db) == ["SubmissionHeld", "SubmissionRejected", *EFFECT]


async def test_a_submission_refused_by_mistake_takes_effect_and_is_accepted(db: Db) -> None:
    await handle(db, offer(1), handlers=strict())
    await again(db)
    assert await outbox(db) == ["SubmissionRejected", *EFFECT]


async def test_a_refused_submission_that_changes_nothing_at_replay_keeps_its_verdict(db: Db) -> None:
    await handle(db, offer(1, version=1), handlers=strict())
    await handle(db, offer(1, version=2))
    await again(db)
    assert await outbox(db) == ["SubmissionRejected", *EFFECT]
    assert await states(db) == [("replayed", 1, "missing")]


async def test_another_content_under_a_seen_id_is_still_refused(db: Db) -> None:
    await handle(db, offer(1, event_id="same"))
    await handle(db, offer(2, event_id="same"))
    await again(db)
    assert await outbox(db) == [*EFFECT, "SubmissionRejected"]
    assert await states(db) == [("kept", 2, "id_reused")]


async def test_a_letter_whose_id_the_inbox_has_forgotten_is_seen_from_then_on(db: Db) -> None:
    one = offer(1)
    await handle(db, one, handlers=broken())
    await db.execute("DELETE FROM inbox")
    await again(db)
    await handle(db, one)
    assert await outbox(db) == HELD + EFFECT


async def test_a_record_is_handed_on_as_it_arrived(db: Db) -> None:
    names = ["a\x00b", b"\xff\xfe".decode("utf-8", "surrogateescape"), "é"]
    headers = [("ce_id", b"x"), ("none", None), *((name, b"\x00\xff") for name in names)]
    bad = Raw(offer().topic, 2, 9, None, b"{\x00\xff", headers)
    await handle(db, bad)
    await again(db)
    row = await db.fetchrow("SELECT * FROM dead_letter")
    assert dead_letters.kept(row).raw == bad
    assert (row["attempts"], len(await rejected(db))) == (2, 1)


async def test_one_letter_that_cannot_be_saved_keeps_no_other_from_its_effect(db: Db) -> None:
    await handle(db, *(offer(number, version=100 if number == 5 else 1) for number in range(1, 9)), handlers=broken())
    await db.execute("ALTER TABLE sample ADD CHECK (version < 100)")
    await again(db)
    kept = await db.fetch("SELECT record_offset, attempts, detail FROM dead_letter WHERE state = 'kept'")
    assert [(row["record_offset"], row["attempts"]) for row in kept] == [(5, 2)]
    assert "CheckViolationError" in kept[0]["detail"]
    assert (await outbox(db)).count("SubmissionAccepted") == 7


async def test_letters_are_replayed_in_the_order_in_which_they_came(db: Db) -> None:
    versions = [offer(1, version=version, offset=version) for version in range(1, 6)]
    for one in versions:
        await handle(db, one, handlers=broken())
    await again(db)
    assert "SubmissionStale" not in await outbox(db)
    assert tuple(await db.fetchrow("SELECT version, seen FROM sample")) == (5, 5)


async def test_an_event_that_the_service_hears_no_more_stays_with_the_reason(db: Db) -> None:
    wire_name = "fr.passerelle.outreach.VisitCompleted.v1"
    raw = Raw("outreach.visits", 0, 1, None, b"{}", record(b"", event_id="x", wire_name=wire_name).headers)
    received = Received("x", wire_name, "outreach", await db.fetchval("SELECT now()"))
    await dead_letters.keep(db, [dead_letters.Letter(raw, received, dead_letters.FAILED, "planted")])
    await again(db)
    assert await states(db) == [("kept", 2, "unknown_type")]
    assert await outbox(db) == []


async def test_an_outage_is_no_attempt_and_what_is_due_stays_due(db: Db) -> None:
    await handle(db, offer(1), handlers=broken())
    with pytest.raises(ConnectionError):
        await again(db, away())
    assert await states(db) == [("due", 1, "handler_failed")]


def away() -> Handlers:
    """What hears offers, while something that it needs is away."""
    table = Handlers()

    @table.on(InternshipOffered)
    async def wait(event: InternshipOffered, received: Received, db: Db) -> list[Any]:
        raise ConnectionError("planted")

    return table


def moody(moods: Mapping[str, Exception | None], otherwise: Exception | None = None) -> Handlers:
    """The sample, but for what it raises on an event of this id."""

    def decide(state: Any, event: InternshipOffered, received: Received) -> Any:
        if raised := moods.get(received.event_id, otherwise):
            raise raised
        return sample.decide(state, event, received)

    table = Handlers()
    table.fold(
        on=(InternshipOffered,), key=lambda event: event.reference, load=sample.load, decide=decide, save=sample.save
    )
    return table


MOODS = st.sampled_from([None, ZeroDivisionError("planted"), Rejected(problem("title", "missing", ""))])


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_whatever_fails_in_between_each_submission_takes_effect_once_with_one_verdict(
    db: Db, data: st.DataObject
) -> None:
    drawn = data.draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), min_size=1, max_size=8))
    sent = [offer(number, version=version, offset=at, event_id=str(at)) for at, (number, version) in enumerate(drawn)]
    ids = st.sampled_from([str(at) for at in range(len(sent))])
    async with db.transaction():
        for step in data.draw(st.lists(st.sampled_from(["deliver", "replay"]), max_size=5)):
            moods = data.draw(st.dictionaries(ids, MOODS.filter(bool)))
            if step == "deliver":
                await handle(db, *data.draw(st.permutations(sent)), handlers=moody(moods))
            else:
                await again(db, moody(moods))
        await handle(db, *sent)
        await again(db)
        told = await verdicts(db)
        stored = {row["reference"]: row["version"] for row in await db.fetch("SELECT * FROM sample")}
        ends = [state for state, _, _ in await states(db)]
        await db.execute("DELETE FROM sample; DELETE FROM outbox; DELETE FROM inbox; DELETE FROM dead_letter")
    assert set(ends) <= {"replayed"}
    assert stored == {f"A-{number}": max(v for n, v in drawn if n == number) for number, _ in drawn}
    assert sorted(told) == sorted(str(at) for at in range(len(sent)))
    for heard in told.values():
        assert heard[heard[0] == "SubmissionHeld" :] in ONE_VERDICT


ONE_VERDICT = (
    ["SubmissionAccepted"], ["SubmissionStale"], ["SubmissionRejected"], ["SubmissionRejected", "SubmissionAccepted"],
)  # fmt: skip


async def verdicts(db: Db) -> dict[str, list[str]]:
    """What each submission's sender was told, in order."""
    told: dict[str, list[str]] = {}
    for row in await db.fetch("SELECT type, payload FROM outbox WHERE type LIKE '%.Submission%' ORDER BY id"):
        told.setdefault(json.loads(row["payload"])["submission_id"], []).append(row["type"].split(".")[-2])
    return told


async def test_two_replicas_replay_each_letter_once_and_in_order(running: Platform) -> None:
    count = 40
    async with two_replicas(running, "internships") as (one, other):
        await fill(one, count)
        await asyncio.gather(until_none_is_kept(one), until_none_is_kept(other))
        async with one.transaction() as db:
            assert await outbox(db) == HELD * count + EFFECT + ["InternshipUpdated", "SubmissionAccepted"] * (count - 1)
            assert await db.fetchval("SELECT version FROM offer") == count


async def fill(database: Database, count: int) -> None:
    """Versions of one offer, each set aside and due."""
    for version in range(1, count + 1):
        batch = [offer(1, version=version, offset=version, title=f"Offer {version}")]
        await messages.handle(database, broken(), messages.read_all(batch, internships))
    async with database.transaction() as db:
        await dead_letters.make_due(db, Selection(), "ops")


async def until_none_is_kept(database: Database) -> None:
    while True:
        await replay.replay_due(database, internships, most=3)
        async with database.transaction() as db:
            if not await db.fetchval("SELECT count(*) FROM dead_letter WHERE state = 'due'"):
                return


@pytest.mark.parametrize("reason", dead_letters.WHOLE_BATCHES)
async def test_a_batch_that_could_not_be_read_is_never_due(db: Db, reason: str) -> None:
    received = Received("x", "", "732829320", await db.fetchval("SELECT now()"))
    await dead_letters.keep(db, [dead_letters.Letter(offer(), received, reason, [])])
    assert await dead_letters.make_due(db, Selection(), "ops") == []


async def test_a_given_up_submission_that_was_held_is_told_so_and_a_refused_one_hears_nothing_new(db: Db) -> None:
    await handle(db, offer(1), handlers=broken())
    await handle(db, offer(2), handlers=strict())
    numbers = [row["id"] for row in await dead_letters.find(db, Selection())]
    assert await replay.discard(db, numbers, "ops", "planted") == 2
    assert await replay.discard(db, numbers, "ops", "again") == 0
    assert [(one["reference"], one["problems"][0]["rule"]) for one in await rejected(db)] == [
        ("A-2", "missing"), ("A-1", "discarded"),
    ]  # fmt: skip
    assert await db.fetch("SELECT DISTINCT state, changed_by, note FROM dead_letter") == [
        ("discarded", "ops", "planted")
    ]
