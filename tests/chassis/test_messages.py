"""A batch's life on a real PostgreSQL: once, in order, and nothing lost."""

import json
from contextlib import asynccontextmanager
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.chassis import messages
from shared.chassis.database import Database, Db
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.outreach import VisitOffered
from shared.contracts.participants import ParticipantRegistered
from shared.contracts.received import Received
from shared.contracts.teachers import VisitRequested
from tests.chassis import sample
from tests.chassis.sample import SIREN, offer, record
from tests.conftest import ServiceDb


class OneConnection(Database):
    """The test's own connection as a database: transactions become savepoints that the test rolls back."""

    def __init__(self, db: Db) -> None:
        self._db = db

    @asynccontextmanager
    async def transaction(self) -> Any:
        async with self._db.transaction():
            yield self._db


@pytest.fixture
async def db(service_db: ServiceDb) -> Db:
    connection = await service_db("internships")
    await connection.execute(sample.TABLE)
    return connection


async def handle(db: Db, *batch: Any, handlers: Handlers | None = None) -> None:
    await messages.handle(OneConnection(db), handlers or sample.handlers(), batch)


async def outbox(db: Db) -> list[str]:
    return [row["type"].split(".")[-2] for row in await db.fetch("SELECT type FROM outbox ORDER BY id")]


async def rejected(db: Db) -> list[dict[str, Any]]:
    rows = await db.fetch("SELECT payload FROM outbox WHERE type LIKE '%Rejected%' ORDER BY id")
    return [json.loads(row["payload"]) for row in rows]


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


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"siren": "732829321"}, "siren", "siren"),
        ({"siren": "812025609"}, "siren", "not_yours"),
        ({"ends_on": "2027-01-01"}, "ends_on", "dates_reversed"),
        ({"title": None}, "title", "string_type"),
        ({"place": {"city": "Rennes", "departement": "20"}}, "place.departement", "string_pattern_mismatch"),
        ({"version": "1"}, "version", "int_type"),
        ({"title": "a\x00b"}, "title", "text_control"),
    ],
)
async def test_a_faulty_offer_names_the_field_and_the_rule(
    db: Db, changes: dict[str, Any], field: str, rule: str
) -> None:
    await handle(db, offer(1, **changes), offer(2))
    problem = (await rejected(db))[0]["problems"][0]
    assert (problem["field"], problem["rule"]) == (field, rule)
    assert problem["remedy_fr"]
    assert problem["remedy_en"]
    assert await db.fetchval("SELECT count(*) FROM sample") == 1


@pytest.mark.parametrize(
    "value",
    [None, b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"version": NaN}', b'"\\ud800"', b"1e999"],
)
async def test_any_bytes_are_answered_and_kept_as_they_came(db: Db, value: bytes | None) -> None:
    await handle(db, record(value, event_id="x"), offer(2))
    assert len(await rejected(db)) == 1
    kept = await db.fetchrow("SELECT value, reason FROM dead_letter")
    assert kept
    assert kept["value"] == value
    assert await db.fetchval("SELECT count(*) FROM sample") == 1


async def test_headers_that_cannot_be_read_do_not_lose_the_record(db: Db) -> None:
    bad = Raw(offer().topic, 0, 9, None, b"{}", [("ce_id", None), ("ce_type", b"\xff\xfe"), ("x", None)])
    await handle(db, bad, offer(2))
    await handle(db, bad)
    answered = await rejected(db)
    assert [one["submission_id"] for one in answered] == [bad.stand_in_id]
    assert [one["field"] for one in answered[0]["problems"]] == ["ce_type", "ce_id"]


async def test_a_company_cannot_speak_for_the_website(db: Db) -> None:
    table = sample.handlers()

    @table.on(VisitRequested)
    async def never(event: VisitRequested, received: Received, db: Db) -> list[Any]:
        raise AssertionError(event)

    await handle(db, record(b"{}", event_id="x", wire_name=VisitRequested.wire_name), handlers=table)
    assert (await rejected(db))[0]["problems"][0]["rule"] == "unknown_type"


async def test_a_bug_in_a_decision_sets_one_record_aside(db: Db) -> None:
    await handle(db, offer(1), offer(2, title="bug"), offer(3))
    assert await db.fetchval("SELECT count(*) FROM sample") == 2
    assert await db.fetchval("SELECT reason FROM dead_letter") == "handler_failed"
    held = await db.fetch("SELECT payload FROM outbox WHERE type LIKE '%SubmissionHeld%'")
    assert [json.loads(row["payload"])["reference"] for row in held] == ["A-2"]


async def test_a_record_that_spoils_the_bulk_save_is_set_aside_alone(db: Db) -> None:
    await db.execute("ALTER TABLE sample ADD CHECK (version < 100)")
    await handle(db, *(offer(number, version=100 if number == 5 else 1) for number in range(1, 9)))
    assert await db.fetchval("SELECT count(*) FROM sample") == 7
    assert await db.fetchval("SELECT record_offset FROM dead_letter") == 5
    assert (await outbox(db)).count("InternshipPosted") == 7


async def test_headers_of_any_name_are_kept_as_they_came(db: Db) -> None:
    names = ["a\x00b", b"\xff\xfe".decode("utf-8", "surrogateescape"), "é"]
    bad = Raw(offer().topic, 0, 9, None, b"{", [("ce_id", b"x"), *((name, b"\x00") for name in names)])
    await handle(db, bad, offer(2))
    assert len(await rejected(db)) == 1
    kept = json.loads(await db.fetchval("SELECT headers FROM dead_letter"))
    assert [bytes.fromhex(name) for name, _ in kept[1:]] == [b"a\x00b", b"\xff\xfe", "é".encode()]
    assert await db.fetchval("SELECT count(*) FROM sample") == 1


async def test_a_thousand_problems_are_told_as_the_first_fifty(db: Db) -> None:
    table = sample.handlers()

    @table.on(VisitOffered)
    async def never(event: VisitOffered, received: Received, db: Db) -> list[Any]:
        raise AssertionError(event)

    many = json.dumps({"levels": [0] * 20_000, "days": [0] * 20_000}).encode()
    raw = Raw(f"intake.{SIREN}.outreach", 0, 5, None, many, [("ce_type", VisitOffered.wire_name.encode())])
    await handle(db, raw, handlers=table)
    assert [len(one["problems"]) for one in await rejected(db)] == [50]


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


async def test_a_record_that_fails_on_the_whole_way_is_set_aside_alone(db: Db) -> None:
    """A row that the outbox refuses, say: nobody else's record goes with it."""
    await db.execute(
        "ALTER TABLE outbox ADD CHECK (type NOT LIKE '%Posted%' OR position('A-5' IN encode(payload, 'escape')) = 0)"
    )
    await handle(db, *(offer(number, reference=f"B-{number}" if number != 5 else "A-5") for number in range(1, 9)))
    assert await db.fetchval("SELECT count(*) FROM sample") == 7
    assert (await outbox(db)).count("InternshipPosted") == 7


async def test_a_record_on_the_participants_topic_that_is_no_event_is_kept(db: Db) -> None:
    table = sample.handlers()

    @table.on(ParticipantRegistered)
    async def never(event: ParticipantRegistered, received: Received, db: Db) -> list[Any]:
        raise AssertionError(event)

    await handle(db, Raw("participants", 0, 1, b"k", b"{}", []), handlers=table)
    assert await db.fetchval("SELECT reason FROM dead_letter") == "unknown_type"
    assert await outbox(db) == []


async def test_events_of_different_types_keep_their_order_in_a_batch(db: Db) -> None:
    table, seen = Handlers(), list[str]()

    @table.on(InternshipOffered)
    async def offered(event: InternshipOffered, received: Received, db: Db) -> list[Any]:
        seen.append(f"offered {event.version}")
        return []

    @table.on(InternshipWithdrawn)
    async def withdrawn(event: InternshipWithdrawn, received: Received, db: Db) -> list[Any]:
        seen.append(f"withdrawn {event.version}")
        return []

    await handle(
        db, offer(1, version=1), withdrawal(2), offer(1, version=3), offer(1, version=4), withdrawal(5), handlers=table
    )
    assert seen == ["offered 1", "withdrawn 2", "offered 3", "offered 4", "withdrawn 5"]


def withdrawal(version: int) -> Raw:
    content = {"siren": SIREN, "reference": "A-1", "version": version, "reason": "cancelled"}
    wire_name = InternshipWithdrawn.wire_name
    return record(json.dumps(content).encode(), event_id=f"withdrawn {version}", wire_name=wire_name)


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
    old = {**sample.OFFER, "months": 2}
    good = record(json.dumps(old).encode(), event_id="old", wire_name=OfferedV1.wire_name)
    wrong = record(json.dumps({**old, "months": "two"}).encode(), event_id="wrong", wire_name=OfferedV1.wire_name)
    await handle(db, good, wrong)
    assert await outbox(db) == ["InternshipPosted", "SubmissionAccepted", "SubmissionRejected"]
    (told,) = await rejected(db)
    assert (told["submission_type"], told["problems"][0]["field"]) == (OfferedV1.wire_name, "months")
