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
from shared.contracts.outreach import VisitCompleted, VisitOffered, VisitReported, VisitRequested, VisitScheduled
from shared.contracts.received import Received, Rejected

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAYS = tuple(date(2027, 1, 11) + timedelta(days=number) for number in range(5))
SIREN = "732829320"
RECEIVED = Received("1", VisitOffered.wire_name, SIREN, NOW)


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
    visit, said = domain.report(matched().visit, reported(), RECEIVED)
    assert [type(event) for event in said] == [VisitCompleted, SubmissionAccepted]
    assert isinstance(domain.report(visit, reported(), RECEIVED)[1][0], SubmissionUnchanged)
    with pytest.raises(Rejected, match="already_reported"):
        domain.report(visit, reported(girls=20), RECEIVED)


def test_a_company_cannot_report_anothers_visit_or_one_that_is_unknown() -> None:
    with pytest.raises(Rejected, match="unknown_visit"):
        domain.report(matched().visit, reported(siren="812025609"), RECEIVED)
    with pytest.raises(Rejected, match="unknown_visit"):
        domain.report(None, reported(), RECEIVED)


def test_a_visit_cannot_have_been_held_on_another_day_to_come() -> None:
    with pytest.raises(Rejected, match="not_scheduled_then"):
        domain.report(matched().visit, reported(held_on=DAYS[3]), RECEIVED)
