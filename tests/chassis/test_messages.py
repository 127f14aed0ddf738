"""A batch's life on a real PostgreSQL: once, in order, and nothing lost."""

import json
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.received import Received
from shared.contracts.wire import value_of
from tests.chassis import sample
from tests.chassis.batch import handle, outbox, rejected
from tests.chassis.sample import offer, record
from tests.events import OFFER, withdrawn


async def test_an_offer_is_stored_posted_and_answered_in_one_transaction(db: Db) -> None:
    await handle(db, offer())
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted"]
    assert await db.fetchval("SELECT version FROM sample") == 1


async def test_a_redelivered_record_changes_nothing(db: Db) -> None:
    one = offer()
    await handle(db, one, one)
    await handle(db, one)
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted"]


async def test_a_late_version_is_told_that_it_is_stale(db: Db) -> None:
    await handle(db, offer(version=2), offer(version=1))
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted", "SubmissionStale"]


async def test_another_content_under_the_same_id_is_refused_once_and_a_copy_is_not(db: Db) -> None:
    first, other = offer(1, event_id="same"), offer(2, event_id="same")
    await handle(db, first, other, first)
    await handle(db, other, first)
    told = await rejected(db)
    assert [(one["submission_id"], one["reference"], one["problems"][0]["rule"]) for one in told] == [
        ("same", "A-2", "id_reused")
    ]
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted", "SubmissionRejected"]


async def test_the_same_event_in_structured_mode_is_a_copy_and_another_content_is_told(db: Db) -> None:
    def envelope(raw: Raw) -> Raw:
        said = {"id": "same", "type": sample.HEARD, "data": json.loads(raw.value or b"")}
        headers = [("content-type", b"application/cloudevents+json")]
        return Raw(raw.topic, 0, raw.offset + 5, None, json.dumps(said, sort_keys=True).encode(), headers)

    await handle(db, offer(1, event_id="same"), envelope(offer(1)), envelope(offer(2)))
    assert [(one["reference"], one["problems"][0]["field"]) for one in await rejected(db)] == [("A-2", "id")]
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted", "SubmissionRejected"]


async def test_ids_and_sources_as_long_as_they_may_be_are_kept(db: Db) -> None:
    longest = "\U0001f600" * 300
    for version in (1, 2):
        raw = offer(1, event_id=longest, version=version)
        await handle(db, Raw(raw.topic, 0, version, None, raw.value, [*raw.headers, ("ce_source", longest.encode())]))
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted", "SubmissionRejected"]


async def test_two_systems_of_one_company_that_count_alike_know_their_verdicts_apart(db: Db) -> None:
    def sent(source: str) -> Raw:
        headers = [("ce_id", b"1"), ("ce_type", sample.HEARD.encode()), ("ce_source", source.encode())]
        return Raw(offer().topic, 0, len(source), None, b"{}", headers)

    await handle(db, sent("/ats"), sent("/hris"))
    assert [(one["submission_id"], one["submission_source"]) for one in await rejected(db)] == [
        ("1", "/ats"), ("1", "/hris"),
    ]  # fmt: skip


async def test_events_of_different_types_keep_their_order_in_a_batch(db: Db) -> None:
    table, seen = Handlers(), list[str]()

    @table.on(InternshipOffered)
    async def offer_it(event: InternshipOffered, received: Received, db: Db) -> list[Any]:
        seen.append(f"offered {event.version}")
        return []

    @table.on(InternshipWithdrawn)
    async def withdraw(event: InternshipWithdrawn, received: Received, db: Db) -> list[Any]:
        seen.append(f"withdrawn {event.version}")
        return []

    await handle(
        db, offer(1, version=1), withdrawal(2), offer(1, version=3), offer(1, version=4), withdrawal(5), handlers=table
    )
    assert seen == ["offered 1", "withdrawn 2", "offered 3", "offered 4", "withdrawn 5"]


def withdrawal(version: int) -> Raw:
    event = withdrawn(version)
    return record(value_of(event), event_id=f"withdrawn {version}", wire_name=event.wire_name)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
async def test_any_history_ends_in_the_newest_version_with_one_verdict_each(db: Db, data: st.DataObject) -> None:
    drawn = data.draw(st.lists(st.tuples(st.integers(1, 3), st.integers(1, 5)), min_size=1, max_size=20))
    history = [offer(number, version=version, offset=at) for at, (number, version) in enumerate(drawn)]
    repeated = [one for one in history for _ in range(data.draw(st.integers(1, 2)))]
    cut = data.draw(st.integers(0, len(repeated)))
    transaction = db.transaction()
    async with transaction:
        await handle(db, *repeated[:cut])
        await handle(db, *repeated[cut:])
        stored = {row["reference"]: row["version"] for row in await db.fetch("SELECT * FROM sample")}
        newest = {f"A-{number}": max(v for n, v in drawn if n == number) for number, _ in drawn}
        verdicts = [name for name in await outbox(db) if name.startswith("Submission")]
        await db.execute("DELETE FROM sample; DELETE FROM outbox; DELETE FROM inbox")
    assert stored == newest
    assert len(verdicts) == len(drawn)


class OfferedV1(InternshipOffered):
    """As if today's offer were the second version, and the first had said months in place of a last day."""

    wire_name = "fr.passerelle.internships.InternshipOffered.v0"
    superseded_by: ClassVar[type[Event] | None] = InternshipOffered

    months: int

    def upcast(self) -> InternshipOffered:
        return InternshipOffered(**self.model_dump(exclude={"months"}))


async def test_a_record_of_an_older_version_is_judged_by_its_own_contract_and_handled_as_the_newest(
    db: Db, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(EVENTS, OfferedV1.wire_name, OfferedV1)
    old = {**OFFER, "months": 2}
    good = record(json.dumps(old).encode(), event_id="old", wire_name=OfferedV1.wire_name)
    wrong = record(json.dumps({**old, "months": "two"}).encode(), event_id="wrong", wire_name=OfferedV1.wire_name)
    await handle(db, good, wrong)
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted", "SubmissionRejected"]
    (told,) = await rejected(db)
    assert (told["submission_type"], told["problems"][0]["field"]) == (OfferedV1.wire_name, "months")
