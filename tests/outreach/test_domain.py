"""Visits: the earliest common day, each day once, figures reported once."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.outreach import domain
from services.outreach.domain import Match, Offer
from shared.contracts.feedback import SubmissionAccepted, SubmissionStale, SubmissionUnchanged, VisitConfirmed
from shared.contracts.outreach import VisitCompleted, VisitOffered, VisitReported, VisitScheduled
from shared.contracts.received import Received, Rejected
from shared.contracts.teachers import VisitRequested

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAYS = tuple(date(2027, 1, 11) + timedelta(days=number) for number in range(5))
SIREN = "732829320"
RECEIVED = Received("1", VisitOffered.wire_name, SIREN, NOW)
AFTERWARDS = RECEIVED._replace(at=datetime(2027, 1, 13, 16, tzinfo=UTC))


def offered(reference: str = "V-1", version: int = 1, **changes: Any) -> VisitOffered:
    content: dict[str, Any] = {
        "siren": SIREN,
        "reference": reference,
        "version": version,
        "company_name": "Fibrelune",
        "format": "testimony",
        "days": DAYS[:2],
        "departements": ("35",),
        "levels": ("2de",),
        "largest_group": 35,
    }
    return VisitOffered(**{**content, **changes})


def requested(number: int = 1, **changes: Any) -> VisitRequested:
    content: dict[str, Any] = {
        "request_id": UUID(int=number),
        "school": "0350024L",
        "school_name": "Lycée Émile-Zola",
        "departement": "35",
        "teacher_id": UUID(int=99),
        "level": "2de",
        "pupils_expected": 32,
        "days": DAYS,
    }
    return VisitRequested(**{**content, **changes})


def offer(**changes: Any) -> Offer:
    return domain.offer(None, offered(**changes), RECEIVED)[0]


def matched() -> Match:
    found = domain.match([offer()], requested(), NOW)
    assert found
    return found


def test_an_offer_and_a_request_meet_on_the_earliest_common_day() -> None:
    found = domain.match([offer(days=(DAYS[3], DAYS[1]))], requested(), NOW)
    assert found
    assert [type(event) for event in found.events] == [VisitScheduled, VisitConfirmed]
    assert found.visit.scheduled.held_on == DAYS[1]


@pytest.mark.parametrize(
    "changes",
    [{"departement": "29"}, {"level": "Tle"}, {"pupils_expected": 36}, {"days": (DAYS[4],)}],
)
def test_what_does_not_fit_is_not_scheduled(changes: dict[str, Any]) -> None:
    assert domain.match([offer()], requested(**changes), NOW) is None


def test_a_day_in_the_past_is_not_scheduled() -> None:
    assert domain.match([offer()], requested(), datetime(2027, 2, 1, tzinfo=UTC)) is None


@pytest.mark.parametrize(("at", "day"), [("2027-01-11T22:59:00Z", DAYS[0]), ("2027-01-11T23:00:00Z", DAYS[1])])
def test_a_day_can_be_scheduled_until_it_ends_in_france(at: str, day: date) -> None:
    found = domain.match([offer()], requested(), datetime.fromisoformat(at))
    assert found
    assert found.visit.scheduled.held_on == day


def test_of_two_companies_the_one_with_fewer_other_days_comes() -> None:
    found = domain.match([offer(reference="A", days=DAYS), offer(reference="B", days=DAYS[:1])], requested(), NOW)
    assert found
    assert found.offer.reference == "B"


@given(st.integers(0, 6), st.integers(1, 5))
def test_a_day_serves_one_school_and_no_day_is_left_while_a_school_waits(schools: int, days: int) -> None:
    matches = domain.match_waiting(offer(days=DAYS[:days]), [requested(n) for n in range(schools)], NOW)
    held = [match.visit.scheduled.held_on for match in matches]
    assert len(set(held)) == len(held) == min(schools, days)


def test_a_newer_version_keeps_the_days_already_promised() -> None:
    after, said = domain.offer(matched().offer, offered(version=2, days=DAYS), RECEIVED)
    assert isinstance(said[0], SubmissionAccepted)
    assert after.taken == (DAYS[0],)
    assert after.free == DAYS[1:]


def test_an_older_version_is_stale_the_same_is_unchanged_another_content_is_rejected() -> None:
    known = offer(version=2)
    assert isinstance(domain.offer(known, offered(version=1), RECEIVED)[1][0], SubmissionStale)
    assert isinstance(domain.offer(known, offered(version=2), RECEIVED)[1][0], SubmissionUnchanged)
    with pytest.raises(Rejected, match="version_reused"):
        domain.offer(known, offered(version=2, largest_group=10), RECEIVED)


def reported(**changes: Any) -> VisitReported:
    content: dict[str, Any] = {
        "siren": SIREN,
        "reference": "R-1",
        "visit_id": matched().visit.visit_id,
        "held_on": DAYS[0],
        "pupils": 31,
        "girls": 14,
    }
    return VisitReported(**{**content, **changes})


def test_a_report_makes_the_visit_a_fact_once() -> None:
    visit, said = domain.report(matched().visit, reported(), AFTERWARDS)
    assert [type(event) for event in said] == [VisitCompleted, SubmissionAccepted]
    assert isinstance(domain.report(visit, reported(), AFTERWARDS)[1][0], SubmissionUnchanged)
    with pytest.raises(Rejected, match="already_reported"):
        domain.report(visit, reported(girls=20), AFTERWARDS)


def test_a_company_cannot_report_anothers_visit_or_one_that_is_unknown() -> None:
    with pytest.raises(Rejected, match="unknown_visit"):
        domain.report(matched().visit, reported(siren="812025609"), AFTERWARDS)
    with pytest.raises(Rejected, match="unknown_visit"):
        domain.report(None, reported(), AFTERWARDS)


@pytest.mark.parametrize("held_on", [DAYS[0] - timedelta(days=30), DAYS[0], AFTERWARDS.at.date()])
def test_a_visit_may_be_brought_forward_by_a_month_and_put_off_until_today(held_on: date) -> None:
    visit, _ = domain.report(matched().visit, reported(held_on=held_on), AFTERWARDS)
    assert visit.completed
    assert visit.completed.held_on == held_on


@pytest.mark.parametrize(
    ("held_on", "reported_at", "rule"),
    [
        (DAYS[0], NOW, "in_the_future"),
        (DAYS[0] - timedelta(days=31), AFTERWARDS.at, "not_scheduled_then"),
        (date(1, 1, 1), AFTERWARDS.at, "not_scheduled_then"),
        (AFTERWARDS.at.date() + timedelta(days=1), AFTERWARDS.at, "in_the_future"),
    ],
    ids=["before it takes place", "too early", "in the year 1", "tomorrow"],
)
def test_a_visit_was_not_held_in_the_future_nor_long_before_its_day(
    held_on: date, reported_at: datetime, rule: str
) -> None:
    with pytest.raises(Rejected, match=f"held_on: {rule}"):
        domain.report(matched().visit, reported(held_on=held_on), AFTERWARDS._replace(at=reported_at))


def test_a_visit_of_today_may_be_reported_when_utc_still_has_yesterday() -> None:
    midnight = AFTERWARDS._replace(at=datetime(2027, 1, 10, 23, tzinfo=UTC))
    assert domain.report(matched().visit, reported(), midnight)[0].completed
