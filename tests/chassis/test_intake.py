"""Any bytes end in an event or in reasons a company can act on; nothing raises, nothing unprintable is echoed."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.chassis.handlers import Heard
from shared.chassis.intake import Raw, Unusable, inbox_key, read
from shared.chassis.records import Unread
from shared.contracts.catalogue import EVENTS
from shared.contracts.feedback import SubmissionRejected
from shared.contracts.participants import ParticipantRegistered
from shared.contracts.wire import READ, Attributes
from tests.chassis import sample
from tests.events import OFFER, SIREN

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ALL = dict.fromkeys(EVENTS.values())

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800") | st.just("a\x00b"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
headers = st.lists(
    st.tuples(
        st.sampled_from([*READ, "CE_ID", "Content-Type", "reply_to", "x", ""]) | st.text(max_size=5),
        st.none() | st.binary() | st.sampled_from([b"application/cloudevents+json", sample.HEARD.encode(), b"1.0"]),
    ),
    max_size=6,
)


def offered(value: bytes | None, extra: list[tuple[str, bytes | None]]) -> Raw:
    return Raw(f"intake.{SIREN}.internships", 0, 7, None, value, [("ce_type", sample.HEARD.encode()), *extra])


def assert_answered(raw: Raw) -> None:
    """What comes out can be stored and told: every text is printable and short, every remedy is there."""
    reading = read(raw, ALL, NOW)
    assert reading is not None
    source, event_id = inbox_key(reading.received)
    assert source.split()[0] == f"urn:siren:{SIREN}"
    assert event_id
    assert event_id.isprintable()
    assert source.isprintable()
    assert read(raw, ALL, NOW) == reading
    if isinstance(reading, Unusable):
        rejected = SubmissionRejected(
            company=SIREN,
            submission_id=event_id,
            submission_type=reading.received.event_type,
            reference=raw.reference,
            problems=tuple(reading.problems),
        )
        rejected.model_dump_json().encode()
        assert rejected.problems
        for problem in rejected.problems:
            assert problem.found.isprintable()
            assert len(problem.found) <= 80
            assert problem.remedy_fr
            assert problem.remedy_en


@given(st.none() | st.binary(max_size=200), headers)
@example(b"[" * 200_000, [])
@example(b'{"a":' * 100_000, [])
@example(b'{"version": ' + b"9" * 5000 + b"}", [])
@example('{"title": "\x00"}'.encode("utf-16"), [])
def test_any_bytes_are_answered(value: bytes | None, extra: list[tuple[str, bytes | None]]) -> None:
    assert_answered(offered(value, extra))


@given(
    st.dictionaries(st.sampled_from(["id", "source", "specversion", "type", "time", "data", "data_base64"]), anything)
)
@example({"id": "1", "type": sample.HEARD, "data": OFFER})
@example({"data": {"a": [{}] * 2000}})
def test_any_envelope_is_answered(envelope: dict[str, Any]) -> None:
    value = json.dumps({"type": sample.HEARD, **envelope}).encode()
    assert_answered(offered(value, [("content-type", b"application/cloudevents+json")]))


@given(anything)
def test_any_json_is_answered(value: Any) -> None:
    assert_answered(offered(json.dumps(value).encode(), []))


@given(st.dictionaries(st.sampled_from(sorted(OFFER)), anything, max_size=4), st.sets(st.sampled_from(sorted(OFFER))))
def test_an_offer_with_anything_in_any_field_is_answered(changes: dict[str, Any], gone: set[str]) -> None:
    content = {name: value for name, value in {**OFFER, **changes}.items() if name not in gone}
    assert_answered(offered(json.dumps(content).encode(), []))


def test_a_good_offer_is_heard() -> None:
    assert isinstance(read(sample.offer(), ALL, NOW), Heard)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hourly_pay", "NaN"),
        ("hourly_pay", "Infinity"),
        ("hourly_pay", "4.501"),
        ("seats", True),
        ("seats", 1.0),
        ("starts_on", 20270405),
        ("starts_on", "05/04/2027"),
        ("version", 2**63),
        ("weekly_hours", 49),
        ("level", 9),
    ],
)
def test_values_that_only_look_right_are_refused_by_name(field: str, value: Any) -> None:
    reading = read(offered(json.dumps({**OFFER, field: value}).encode(), []), ALL, NOW)
    assert isinstance(reading, Unusable)
    assert field in {problem.field for problem in reading.problems}


HEARD = {event: None for event in EVENTS.values() if event.status == "served"}


@pytest.mark.parametrize(
    ("topic", "name", "rule"),
    [
        (f"intake.{SIREN}.mentoring", "mentoring.MentorWithdrawn", "not_served_yet"),
        ("intake.portal.mentoring", "mentoring.MenteeWithdrawn", "not_served_yet"),
        ("participants", "participants.ParticipantUpdated", "not_served_yet"),
        (f"intake.{SIREN}.outreach", "internships.ApplicationDecided", "unknown_type"),
        (f"intake.{SIREN}.internships", "internships.PlacementStarted", "unknown_type"),
        (f"intake.{SIREN}.internships", "internships.InternshipRenamed", "unknown_type"),
    ],
)
def test_a_planned_event_where_it_belongs_is_told_to_be_one(topic: str, name: str, rule: str) -> None:
    raw = Raw(topic, 0, 7, None, b"{}", [("ce_id", b"1"), ("ce_type", f"fr.passerelle.{name}.v1".encode())])
    reading = read(raw, HEARD, NOW)
    assert isinstance(reading, Unusable)
    assert [(one.field, one.rule) for one in reading.problems] == [("ce_type", rule)]


def test_a_planned_event_of_another_service_is_left_alone() -> None:
    kind = b"fr.passerelle.outreach.VisitCancelled.v1"
    assert read(Raw("outreach.visits", 0, 1, None, b"{}", [("ce_type", kind)]), HEARD, NOW) is None


def test_an_id_longer_than_a_verdict_can_carry_is_refused_by_name() -> None:
    raw = sample.offer(event_id="x" * 301)
    reading = read(raw, ALL, NOW)
    assert isinstance(reading, Unusable)
    assert [(one.field, one.rule) for one in reading.problems] == [("ce_id", "id_too_long")]
    assert reading.received.event_id == raw.stand_in_id


def envelope(**changes: Any) -> Raw:
    """The sample's first offer in structured mode, written by another hand."""
    said = {"type": sample.HEARD, "specversion": "1.0", "id": "1", "data": dict(reversed(OFFER.items())), **changes}
    headers = (("content-type", b"application/cloudevents+json"),)
    return Raw(sample.offer().topic, 0, 8, None, json.dumps(said, indent=2).encode(), headers)


def test_one_event_in_both_modes_is_one_event() -> None:
    binary, structured = sample.offer(1, event_id="1"), envelope()
    assert binary.digest == structured.digest
    readings = [read(raw, ALL, NOW) for raw in (binary, structured)]
    assert all(isinstance(reading, Heard) for reading in readings)
    assert inbox_key(readings[0].received) == inbox_key(readings[1].received)  # type: ignore[union-attr]


def test_another_content_or_another_type_is_another_event() -> None:
    digests = {raw.digest for raw in (sample.offer(1), sample.offer(2), envelope(type="other"), envelope(data=[]))}
    assert len(digests) == 4


def test_the_reference_is_found_in_structured_mode() -> None:
    assert envelope(specversion="0.3").reference == "A-1"


def test_two_systems_of_one_company_may_count_alike() -> None:
    """Source and id together identify an event (CloudEvents 1.0, section 3.1.1)."""
    raws = [envelope(source=source) for source in ("/ats", "/hr", f"urn:siren:{SIREN}", f"URN:SIREN:{SIREN}")]
    keys = [inbox_key(reading.received) for raw in raws if (reading := read(raw, ALL, NOW))]
    assert len(set(keys)) == 3
    assert keys[2] == keys[3] == (f"urn:siren:{SIREN}", "1")


@pytest.mark.parametrize("source", ["urn:siren:812025609", "URN:Siren:812025609", "urn:passerelle:internships"])
def test_a_source_that_is_another_s_is_refused(source: str) -> None:
    reading = read(envelope(source=source), ALL, NOW)
    assert isinstance(reading, Unusable)
    assert [(one.field, one.rule) for one in reading.problems] == [("source", "not_yours")]


def test_whoever_registers_a_person_says_so_in_the_source() -> None:
    """`participants` has several writers, all of them ours."""
    person = {"participant_id": str(UUID(int=1)), "role": "student", "given_name": "Lou", "family_name": "Roy"}
    person |= {"email": "lou@example.org", "registered_at": "2026-11-24T10:00:00Z"}
    headers = Attributes("1", "urn:passerelle:portal", ParticipantRegistered.wire_name, "1", NOW).headers()
    raw = Raw("participants", 0, 1, b"1", json.dumps(person).encode(), headers)
    assert isinstance(read(raw, ALL, NOW), Heard)


def test_what_is_wrong_around_the_event_and_in_it_is_told_at_once() -> None:
    reading = read(envelope(specversion="0.3", time="now", data={**OFFER, "level": 9}), ALL, NOW)
    assert isinstance(reading, Unusable)
    assert {one.field for one in reading.problems} == {"specversion", "time", "level"}


def test_a_batch_that_cannot_be_read_is_refused_whoever_sent_it() -> None:
    unread = Unread(7, "undecodable_batch", "offsets 7 to 9: no")
    for topic in (sample.offer().topic, "outreach.visits"):
        raw = Raw(topic, 0, 9, None, b"batch", (), unread)
        reading = read(raw, ALL, NOW)
        assert isinstance(reading, Unusable)
        assert reading.received.event_id.startswith(f"{topic}/0/7/")
        assert [(one.rule, one.found) for one in reading.problems] == [("undecodable_batch", unread.found)]


def test_a_trace_that_is_none_is_left_out() -> None:
    wrong = Raw(sample.offer().topic, 0, 1, None, b"{}", [*sample.offer().headers, ("traceparent", b"x" * 100_000)])
    reading = read(wrong, ALL, NOW)
    assert reading
    assert reading.traceparent is None


def test_records_in_the_same_place_of_a_topic_made_anew_are_not_the_same() -> None:
    first, second = (Raw("intake.732829320.internships", 0, 1, None, value, []) for value in (b"1", b"2"))
    assert first.stand_in_id != second.stand_in_id


def test_every_problem_of_a_record_is_told_at_once() -> None:
    reading = read(offered(json.dumps({"siren": SIREN}).encode(), []), ALL, NOW)
    assert isinstance(reading, Unusable)
    assert {"title", "place", "starts_on", "reference"} <= {problem.field for problem in reading.problems}


def test_an_event_that_a_service_does_not_listen_to_is_left_alone_on_a_domain_topic() -> None:
    raw = Raw("outreach.visits", 0, 1, None, b"{}", [("ce_type", b"fr.passerelle.outreach.VisitHeld.v9")])
    assert read(raw, ALL, NOW) is None
