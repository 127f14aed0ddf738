"""Records that are not handled, or not to their end: each is answered, kept, and alone in that."""

import json
from typing import Any

import pytest

from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.contracts.event import Event
from shared.contracts.outreach import VisitOffered
from shared.contracts.participants import ParticipantRegistered
from shared.contracts.received import Received
from shared.contracts.teachers import VisitRequested
from tests.chassis import sample
from tests.chassis.batch import handle, outbox, rejected
from tests.chassis.sample import offer, record
from tests.events import SIREN


def never_hearing(kind: type[Event]) -> Handlers:
    """The sample's handlers, and one whose event must not reach it."""
    table = sample.handlers()

    @table.on(kind)
    async def never(event: Event, received: Received, db: Db) -> list[Any]:
        raise AssertionError(event)

    return table


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
    table = never_hearing(VisitRequested)
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
    table = never_hearing(VisitOffered)
    many = json.dumps({"levels": [0] * 20_000, "days": [0] * 20_000}).encode()
    raw = Raw(f"intake.{SIREN}.outreach", 0, 5, None, many, [("ce_type", VisitOffered.wire_name.encode())])
    await handle(db, raw, handlers=table)
    assert [len(one["problems"]) for one in await rejected(db)] == [50]


async def test_a_record_that_fails_on_the_whole_way_is_set_aside_alone(db: Db) -> None:
    """A row that the outbox refuses, say: nobody else's record goes with it."""
    await db.execute(
        "ALTER TABLE outbox ADD CHECK (type NOT LIKE '%Posted%' OR position('A-5' IN encode(payload, 'escape')) = 0)"
    )
    await handle(db, *(offer(number, reference=f"B-{number}" if number != 5 else "A-5") for number in range(1, 9)))
    assert await db.fetchval("SELECT count(*) FROM sample") == 7
    assert (await outbox(db)).count("InternshipPosted") == 7


async def test_a_record_on_the_participants_topic_that_is_no_event_is_kept(db: Db) -> None:
    table = never_hearing(ParticipantRegistered)
    await handle(db, Raw("participants", 0, 1, b"k", b"{}", []), handlers=table)
    assert await db.fetchval("SELECT reason FROM dead_letter") == "unknown_type"
    assert await outbox(db) == []
