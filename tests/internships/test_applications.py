"""Decisions about applications: every student is answered, no seat is promised twice, every wait has an end."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.internships.domain import applications, placements, waiting
from services.internships.domain.cases import Application, Case, Outcome
from services.internships.domain.life import Offer
from shared.contracts.applications import (
    AnswerAwaited,
    ApplicationAccepted,
    ApplicationAnswered,
    ApplicationClosed,
    ApplicationConfirmed,
    ApplicationDecided,
    ApplicationReceived,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PlaceTaken,
)
from shared.contracts.event import Event
from shared.contracts.feedback import (
    AnswerDue,
    ApplicationDecision,
    PlaceConfirmed,
    SubmissionAccepted,
    SubmissionUnchanged,
)
from shared.contracts.feedback import ApplicationClosed as ToldOfEnd
from shared.contracts.feedback import ApplicationReceived as ToldOfApplication
from shared.contracts.received import Received, Rejected
from tests.events import SIREN, withdrawn
from tests.internships.test_domain import NOW, kinds
from tests.internships.test_life import CONTACT, lived, open_until

STUDENT = UUID(int=21)
FIRST = UUID(int=31)
LATER = NOW + timedelta(days=2)


def the_offer(**more: Any) -> Offer:
    return lived(open_until(**more))[0]


def at(event: Event, when: datetime = NOW) -> Received:
    return Received(f"event of {when}", event.wire_name, SIREN, when)


def submitted(
    application_id: UUID = FIRST, student_id: UUID = STUDENT, offer: Offer | None = None
) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=application_id,
        offer_id=(offer or the_offer()).offer_id,
        student_id=student_id,
        level=5,
        submitted_at=NOW,
        consented_at=NOW,
    )


def decided(decision: str = "accepted", when: datetime = LATER, **more: Any) -> ApplicationDecided:
    said = {"siren": SIREN, "reference": "A-1", "application_id": FIRST, "decided_at": when, "decision": decision}
    return ApplicationDecided(**{**said, **more})


def refused(when: datetime = LATER) -> ApplicationDecided:
    return decided("refused", when, reason="dates")


def clicked(decision: str = "accepted", by: UUID = CONTACT) -> ApplicationAnswered:
    return ApplicationAnswered.model_validate(
        {"application_id": FIRST, "contact_id": by, "decision": decision, "answered_at": LATER}
    )


def takes(student_id: UUID = STUDENT) -> PlaceTaken:
    return PlaceTaken(application_id=FIRST, student_id=student_id, taken_at=LATER)


def withdraws(student_id: UUID = STUDENT) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(application_id=FIRST, student_id=student_id, reason="changed_plans", withdrawn_at=LATER)


def received(offer: Offer | None = None, application_id: UUID = FIRST) -> Application:
    offer = offer or the_offer()
    event = submitted(application_id, offer=offer)
    (application,) = applications.apply(Case(None, offer, 0), event, at(event)).changed
    return application


def accepted(offer: Offer | None = None) -> Application:
    case = Case(received(offer), offer or the_offer(), 0)
    (application,) = applications.decide(case, decided(), at(decided(), LATER)).changed
    return application


def taken(offer: Offer | None = None) -> Application:
    outcome = applications.take(Case(accepted(offer), offer or the_offer(), 0), takes(), at(takes(), LATER))
    return outcome.changed[0]


def test_an_application_gives_the_company_fourteen_days() -> None:
    outcome = applications.apply(Case(None, the_offer(), 0), submitted(), at(submitted()))
    assert kinds(outcome.events) == [ApplicationReceived, ToldOfApplication]
    (told, feedback) = outcome.events
    assert isinstance(told, ApplicationReceived)
    assert isinstance(feedback, ToldOfApplication)
    assert told.answer_by == feedback.answer_by == date(2026, 12, 8)
    assert (told.student_id, told.contact_id, feedback.level) == (STUDENT, CONTACT, 5)


def test_an_application_heard_again_changes_nothing() -> None:
    assert applications.apply(Case(received(), the_offer(), 0), submitted(), at(submitted())) == Outcome()


def test_a_second_application_of_one_student_for_one_offer_is_refused() -> None:
    event = submitted(UUID(int=32))
    with pytest.raises(Rejected, match="offer_id: already_applied"):
        applications.apply(Case(None, the_offer(), 0, [received()]), event, at(event))


def test_who_applies_for_an_offer_that_is_not_open_is_told_at_once() -> None:
    closed, _ = lived(open_until(), withdrawn(2))
    outcome = applications.apply(Case(None, closed, 0), submitted(), at(submitted()))
    assert kinds(outcome.events) == [ApplicationClosed, ToldOfEnd]
    assert (outcome.changed[0].state, outcome.changed[0].due_at) == ("closed", None)


def test_nobody_applies_for_an_offer_that_nobody_knows() -> None:
    with pytest.raises(Rejected, match="offer_id: unknown_offer"):
        applications.apply(Case(None, None, 0), submitted(), at(submitted()))


def test_a_company_accepts_and_a_seat_is_held_for_a_week() -> None:
    outcome = applications.decide(Case(received(), the_offer(), 0), decided(), at(decided(), LATER))
    assert kinds(outcome.events) == [ApplicationAccepted, SubmissionAccepted]
    assert isinstance(outcome.events[0], ApplicationAccepted)
    assert outcome.events[0].confirm_by == LATER.date() + timedelta(days=7)


def test_where_all_seats_are_promised_nobody_is_accepted() -> None:
    offer = the_offer(seats=2)
    applications.decide(Case(received(offer), offer, 1), decided(), at(decided()))
    with pytest.raises(Rejected, match="application_id: no_seat_left"):
        applications.decide(Case(received(offer), offer, 2), decided(), at(decided()))


def test_a_refusal_says_what_it_turned_on() -> None:
    event = refused()
    outcome = applications.decide(Case(received(), the_offer(), 0), event, at(event))
    assert kinds(outcome.events) == [ApplicationRefused, SubmissionAccepted]
    assert isinstance(outcome.events[0], ApplicationRefused)
    assert outcome.events[0].reason == "dates"
    assert outcome.changed[0].steps[-1].reason == "dates"
    with pytest.raises(Rejected, match="reason: missing"):
        applications.decide(Case(received(), the_offer(), 0), decided("refused"), at(decided()))
    with pytest.raises(Rejected, match="reason: missing"):
        applications.answer(Case(received(), the_offer(), 0), clicked("refused"), at(decided()))


def test_the_same_decision_again_is_unchanged() -> None:
    outcome = applications.decide(Case(accepted(), the_offer(), 0), decided(), at(decided(), LATER))
    assert (outcome.changed, kinds(outcome.events)) == ((), [SubmissionUnchanged])


def test_of_two_decisions_the_later_one_counts_until_the_place_is_taken() -> None:
    after = LATER + timedelta(hours=1)
    outcome = applications.decide(Case(accepted(), the_offer(), 0), refused(after), at(decided(), after))
    assert outcome.changed[0].state == "refused"
    with pytest.raises(Rejected, match="decided_at: older_decision"):
        applications.decide(Case(accepted(), the_offer(), 0), refused(NOW), at(decided(), after))
    with pytest.raises(Rejected, match="application_id: application_ended"):
        applications.decide(Case(taken(), the_offer(), 0), refused(after), at(decided(), after))


@pytest.mark.parametrize("event", [decided(siren="552100554"), decided(reference="B-2")])
def test_a_company_decides_on_its_own_applications_alone(event: ApplicationDecided) -> None:
    with pytest.raises(Rejected, match="application_id: unknown_application"):
        applications.decide(Case(received(), the_offer(), 0), event, at(event))


def test_the_contact_decides_with_one_click_and_the_company_is_told() -> None:
    outcome = applications.answer(Case(received(), the_offer(), 0), clicked(), at(clicked(), LATER))
    assert kinds(outcome.events) == [ApplicationAccepted, ApplicationDecision]
    assert outcome.changed[0].steps[-1].actor == "contact"
    assert applications.answer(Case(accepted(), the_offer(), 0), clicked(), at(clicked(), LATER)) == Outcome()


def test_nobody_else_clicks_for_the_contact_or_the_student() -> None:
    with pytest.raises(Rejected, match="contact_id: not_the_contact"):
        applications.answer(Case(received(), the_offer(), 0), clicked(by=STUDENT), at(clicked()))
    with pytest.raises(Rejected, match="student_id: not_the_student"):
        applications.take(Case(accepted(), the_offer(), 0), takes(CONTACT), at(takes()))
    with pytest.raises(Rejected, match="student_id: not_the_student"):
        applications.withdraw(Case(received(), the_offer(), 0), withdraws(CONTACT), at(takes()))


def test_taking_a_place_ends_her_other_applications_and_the_last_seat_fills_the_offer() -> None:
    other = received(application_id=UUID(int=40))
    outcome = applications.take(Case(accepted(), the_offer(), 0, [other]), takes(), at(takes(), LATER))
    assert kinds(outcome.events) == [ApplicationConfirmed, PlaceConfirmed, ApplicationClosed, ToldOfEnd]
    assert isinstance(outcome.events[2], ApplicationClosed)
    assert outcome.events[2].reason == "placed"
    assert [one.state for one in outcome.changed] == ["taken", "closed"]
    assert outcome.filled


def test_a_seat_that_is_left_keeps_the_offer_open() -> None:
    offer = the_offer(seats=2)
    assert not applications.take(Case(accepted(offer), offer, 0), takes(), at(takes(), LATER)).filled
    assert applications.take(Case(accepted(offer), offer, 1), takes(), at(takes(), LATER)).filled


def test_a_place_that_was_not_offered_is_not_taken() -> None:
    with pytest.raises(Rejected, match="application_id: no_place_offered"):
        applications.take(Case(received(), the_offer(), 0), takes(), at(takes()))
    assert applications.take(Case(taken(), the_offer(), 0), takes(), at(takes())) == Outcome()


def test_a_student_withdraws_until_the_placement_starts() -> None:
    for one in (received(), accepted(), taken()):
        outcome = applications.withdraw(Case(one, the_offer(), 0), withdraws(), at(withdraws()))
        assert kinds(outcome.events) == [ApplicationClosed, ToldOfEnd]
        assert outcome.changed[0].steps[-1].reason == "changed_plans"
    (closed,) = outcome.changed
    assert applications.withdraw(Case(closed, the_offer(), 0), withdraws(), at(withdraws())) == Outcome()


def test_whoever_waits_for_an_offer_that_is_closed_is_told() -> None:
    outcome = applications.close_all([received(), accepted()], at(withdraws()))
    assert [one.state for one in outcome.changed] == ["closed"]
    assert kinds(outcome.events) == [ApplicationClosed, ToldOfEnd]


def passing(application: Application) -> list[tuple[int, list[type[Event]], bool]]:
    """What time alone does: after how many days, what is said, and whether the coordinators are told."""
    seen: list[tuple[int, list[type[Event]], bool]] = []
    while application.due_at:
        now = application.due_at
        outcome = placements.elapse(application, now)
        (application,) = outcome.changed
        escalated = any(isinstance(event, AnswerAwaited) and event.escalated for event in outcome.events)
        seen.append(((now.date() - NOW.date()).days, kinds(outcome.events), escalated))
    return seen


def test_a_company_is_reminded_then_the_coordinators_are_then_it_ends() -> None:
    asked = [AnswerAwaited, AnswerDue]
    assert passing(received()) == [
        (5, asked, False),
        (10, asked, True),
        (13, asked, True),
        (14, [ApplicationClosed, ToldOfEnd], False),  # at midnight in Paris
    ]


def test_a_student_is_reminded_of_her_place_and_loses_it_after_a_week() -> None:
    assert passing(accepted()) == [
        (6, [AnswerAwaited], False),
        (8, [AnswerAwaited], True),
        (9, [ApplicationClosed, ToldOfEnd], False),
    ]


def test_a_place_without_a_convention_is_the_coordinators_matter_and_ends_on_its_first_day() -> None:
    first = (date(2027, 4, 5) - NOW.date()).days
    assert passing(taken()) == [
        *((first - before, [AnswerAwaited], True) for before in (7, 5, 3, 1)),
        (first, [ApplicationClosed, ToldOfEnd], False),
    ]


def test_an_internship_that_begins_at_once_leaves_the_school_two_weeks() -> None:
    offer = the_offer(starts_on=NOW.date(), ends_on=date(2027, 1, 8))
    assert taken(offer).answer_by == LATER.date() + waiting.CONVENTION


def test_a_service_that_was_away_ends_what_it_did_not_remind_of() -> None:
    outcome = placements.elapse(received(), datetime(2027, 1, 5, tzinfo=UTC))
    assert kinds(outcome.events) == [ApplicationClosed, ToldOfEnd]
    assert isinstance(outcome.events[0], ApplicationClosed)
    assert outcome.events[0].reason == "expired"
