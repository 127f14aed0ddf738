"""Decisions about placements: agreed, started on the day, asked after halfway, over with an assessment."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.internships.domain import placements
from services.internships.domain.cases import Application, Case, Outcome
from shared.contracts.applications import AnswerAwaited
from shared.contracts.event import Event
from shared.contracts.feedback import AnswerDue, SubmissionAccepted, SubmissionUnchanged
from shared.contracts.placements import (
    PlacementAgreed,
    PlacementClosed,
    PlacementEnded,
    PlacementStarted,
    PulseAnswered,
    PulseAsked,
    PulseHeard,
)
from shared.contracts.received import Received, Rejected
from tests.events import SIREN
from tests.internships.test_applications import FIRST, LATER, STUDENT, at, received, taken, the_offer
from tests.internships.test_domain import kinds
from tests.internships.test_life import CONTACT

STARTS, ENDS = date(2027, 4, 5), date(2027, 5, 28)
AFTER = datetime(2027, 5, 29, 10, tzinfo=UTC)


def agreed(**more: Any) -> PlacementAgreed:
    said = {"application_id": FIRST, "regime": "internship", "starts_on": STARTS, "ends_on": ENDS, "hours": 266}
    return PlacementAgreed(**{**said, "signed_on": date(2027, 3, 1), **more})


def ended(outcome: str = "completed", on: date = ENDS, **more: Any) -> PlacementEnded:
    said = {"siren": SIREN, "reference": "A-1", "application_id": FIRST, "hours": 266, "hired": "no", **more}
    return PlacementEnded(**{**said, "outcome": outcome, "ended_on": on})


def pulse(going: str = "well", by: object = STUDENT) -> PulseAnswered:
    said = {"application_id": FIRST, "told_by_id": by, "going": going, "answered_at": LATER}
    return PulseAnswered.model_validate(said)


def under_convention() -> Application:
    (application,) = placements.agree(case(taken()), agreed(), at(agreed(), LATER)).changed
    return application


def started() -> Application:
    application = under_convention()
    assert application.due_at
    (application,) = placements.elapse(application, application.due_at).changed
    return application


def case(application: Application) -> Case:
    return Case(application, the_offer(), 0)


def passing(application: Application) -> list[tuple[date, list[type[Event]], bool]]:
    seen: list[tuple[date, list[type[Event]], bool]] = []
    while application.due_at:
        now = application.due_at
        outcome = placements.elapse(application, now)
        (application,) = outcome.changed
        escalated = any(isinstance(event, AnswerAwaited) and event.escalated for event in outcome.events)
        seen.append(((now + timedelta(hours=2)).date(), kinds(outcome.events), escalated))
    return seen


@pytest.mark.parametrize(
    ("against", "told"),
    [
        ({"hours": 925, "hourly_pay": "4.50"}, "hours: too_many_hours"),
        ({"hours": 309}, "hourly_pay: gratification_missing"),
        ({"hours": 309, "hourly_pay": "4.49", "starts_on": date(2026, 3, 2)}, "hourly_pay: gratification_too_low"),
        ({"regime": "observation_sequence"}, "ends_on: observation_too_long"),
    ],
)
def test_a_convention_against_the_law_is_refused_with_the_article(against: dict[str, Any], told: str) -> None:
    event = agreed(**{"ends_on": date(2026, 5, 29) if "starts_on" in against else ENDS, **against})
    with pytest.raises(Rejected, match=told) as refused:
        placements.agree(case(taken()), event, at(event, LATER))
    assert "Code de l'éducation" in refused.value.problems[0].remedy_fr


def test_a_convention_at_the_laws_bounds_is_taken() -> None:
    for event in (
        agreed(hours=308),
        agreed(hours=924, hourly_pay="4.50"),
        agreed(regime="observation_sequence", ends_on=date(2027, 4, 16)),
    ):
        assert placements.agree(case(taken()), event, at(event, LATER)).changed


def test_a_placement_starts_on_its_day_is_asked_after_halfway_and_its_report_is_waited_for() -> None:
    asked = [AnswerAwaited, AnswerDue]
    assert passing(under_convention()) == [
        (STARTS, [PlacementStarted], False),
        (date(2027, 5, 1), [PulseAsked], False),
        (ENDS + timedelta(days=1), asked, False),
        (ENDS + timedelta(days=7), asked, False),
        (ENDS + timedelta(days=14), asked, True),
        (ENDS + timedelta(days=21), asked, True),
        (ENDS + timedelta(days=31), [PlacementClosed], False),
    ]


def test_a_signed_convention_again_changes_nothing_and_an_amended_one_counts() -> None:
    application = under_convention()
    assert placements.agree(case(application), agreed(), at(agreed(), LATER)) == Outcome()
    amended = agreed(starts_on=STARTS + timedelta(days=7))
    (after,) = placements.agree(case(application), amended, at(amended, LATER)).changed
    assert after.agreed
    assert (after.agreed.starts_on, after.due_at) == (amended.starts_on, placements.start_of(amended.starts_on))


def test_no_convention_without_a_place() -> None:
    with pytest.raises(Rejected, match="application_id: place_not_taken"):
        placements.agree(case(received()), agreed(), at(agreed()))
    with pytest.raises(Rejected, match="application_id: unknown_application"):
        placements.agree(Case(None, None, 0), agreed(), at(agreed()))


def test_how_it_goes_is_told_on_by_the_two_alone_while_it_lasts() -> None:
    outcome = placements.hear(case(started()), pulse("badly"), at(pulse(), LATER))
    assert kinds(outcome.events) == [PulseHeard]
    assert outcome.changed[0].steps[-1].reason == "badly"
    assert placements.hear(case(started()), pulse(by=CONTACT), at(pulse())).changed[0].steps[-1].actor == "contact"
    assert placements.hear(case(under_convention()), pulse(), at(pulse())) == Outcome()
    with pytest.raises(Rejected, match="told_by_id: not_of_this_placement"):
        placements.hear(case(started()), pulse(by=FIRST), at(pulse()))


def test_a_report_ends_the_placement_with_its_assessment() -> None:
    event = ended("broken_off", date(2027, 4, 20), hours=70, ended_by="company")
    outcome = placements.report(case(started()), event, at(event, AFTER))
    assert kinds(outcome.events) == [PlacementClosed, SubmissionAccepted]
    closed = outcome.events[0]
    assert isinstance(closed, PlacementClosed)
    assert (closed.outcome, closed.hours, closed.ended_by, closed.hired) == ("broken_off", 70, "company", "no")
    (application,) = outcome.changed
    again = placements.report(case(application), event, at(event, AFTER))
    assert kinds(again.events) == [SubmissionUnchanged]


def test_a_placement_that_never_began_may_be_reported() -> None:
    event = ended("not_started", STARTS, hours=0, ended_by="student")
    assert placements.report(case(under_convention()), event, at(event, AFTER)).changed[0].state == "ended"


@pytest.mark.parametrize(
    ("event", "when", "why"),
    [
        (ended(), datetime(2027, 5, 1, tzinfo=UTC), "ended_on: not_in_the_placement"),
        (ended(on=STARTS - timedelta(days=1)), AFTER, "ended_on: not_in_the_placement"),
        (ended(siren="552100554"), AFTER, "application_id: unknown_application"),
    ],
)
def test_a_report_that_cannot_be_is_rejected(event: PlacementEnded, when: datetime, why: str) -> None:
    with pytest.raises(Rejected, match=why):
        placements.report(case(started()), event, Received("x", event.wire_name, SIREN, when))


def test_there_is_nothing_to_report_without_a_convention() -> None:
    with pytest.raises(Rejected, match="application_id: no_placement"):
        placements.report(case(taken()), ended(), at(ended(), AFTER))
