"""Any bytes end in an event or in reasons a company can act on; nothing raises, nothing unprintable is echoed."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shared.chassis.handlers import Heard
from shared.chassis.intake import Raw, Unusable, inbox_key, owner_of, read, reference_in
from shared.contracts.catalogue import EVENTS
from shared.contracts.feedback import SubmissionRejected
from tests.chassis import sample
from tests.chassis.sample import OFFER, SIREN

NOW = datetime(2026, 11, 24, tzinfo=UTC)
ALL = dict.fromkeys(EVENTS.values())

anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.just("\ud800") | st.just("a\x00b"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)
headers = st.lists(
    st.tuples(
        st.sampled_from(["ce_id", "ce_type", "ce_source", "traceparent", "reply_to", "x"]), st.none() | st.binary()
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
    assert source == f"urn:siren:{SIREN}"
    assert event_id.isprintable()
    if isinstance(reading, Unusable):
        rejected = SubmissionRejected(
            company=SIREN,
            submission_id=event_id,
            submission_type=reading.received.event_type,
            reference=reference_in(raw.value),
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
        ("weekly_hours", 36),
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
        (f"intake.{SIREN}.internships", "internships.ApplicationDecided", "not_served_yet"),
        ("intake.portal.internships", "internships.ApplicationSubmitted", "not_served_yet"),
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


@pytest.mark.parametrize(
    ("topic", "owner"),
    [
        ("intake.732829320.internships", ("732829320", True)),
        ("intake.portal.outreach", ("portal", True)),
        ("outreach.visits", ("outreach", False)),
        ("participants", ("participants", True)),
    ],
)
def test_the_topic_names_its_owner(topic: str, owner: tuple[str, bool]) -> None:
    assert owner_of(topic) == owner
