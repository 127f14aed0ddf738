"""What becomes of an application: the company answers, the student takes her place, or it ends with a reason."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from services.internships.domain.cases import (
    HOLDING,
    MOVES,
    Application,
    Case,
    Outcome,
    applied,
    end,
    first_step,
    may,
    over,
    step,
    told,
)
from services.internships.domain.life import Offer
from services.internships.domain.waiting import ANSWER, CONFIRMATION, CONVENTION, until, waits
from shared.contracts.applications import (
    ApplicationAccepted,
    ApplicationAnswered,
    ApplicationConfirmed,
    ApplicationDecided,
    ApplicationReceived,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PlaceTaken,
)
from shared.contracts.feedback import ApplicationDecision, PlaceConfirmed
from shared.contracts.feedback import ApplicationReceived as ToldOfApplication
from shared.contracts.fields import day_in_france
from shared.contracts.received import Received, Rejected
from shared.contracts.remedies import problem
from shared.contracts.verdicts import accepted, unchanged


def apply(case: Case, event: ApplicationSubmitted, received: Received) -> Outcome:
    """A student applies: the company has 14 days. What is not open ends at once, so that she is told."""
    if case.application:
        return Outcome()
    if case.offer is None or case.offer.terms is None:
        raise Rejected(problem("offer_id", "unknown_offer", event.offer_id))
    if any(one.offer_id == event.offer_id for one in case.others):
        raise Rejected(problem("offer_id", "already_applied", event.offer_id))
    application = _received(case.offer, event, received)
    if not case.offer.open:
        return end(application, "offer_closed", "clock", received)
    arrived: dict[str, Any] = {
        "level": event.level,
        "received_at": received.at,
        "answer_by": application.answer_by,
    }
    return Outcome(
        [application],
        [
            ApplicationReceived(**applied(application), **arrived),
            ToldOfApplication(**told(application), **arrived),
        ],
    )


def _received(offer: Offer, event: ApplicationSubmitted, received: Received) -> Application:
    assert offer.terms, "looked at before"
    today = day_in_france(received.at)
    application = Application(
        application_id=event.application_id,
        offer_id=event.offer_id,
        student_id=event.student_id,
        siren=offer.siren,
        reference=offer.reference,
        title=offer.terms.title,
        company_name=offer.terms.company_name,
        contact_id=offer.terms.contact_id,
        level=event.level,
        state=MOVES["apply", None].after,
        received_at=received.at,
        decided_at=None,
        since=today,
        answer_by=today,
        agreed=None,
        due_at=None,
        steps=(first_step("apply", "student", received),),
    )
    return waits(application, ANSWER, received)


TRIGGERS = {"accepted": "accept", "refused": "refuse"}


def decide(case: Case, event: ApplicationDecided, received: Received) -> Outcome:
    """The company takes or refuses her; exactly one verdict."""
    application = case.application
    if application is None or (application.siren, application.reference) != (event.siren, event.reference):
        raise Rejected(problem("application_id", "unknown_application", event.application_id))
    outcome = _decided(case, application, event, event.decided_at, "company", received)
    verdict = accepted if outcome.changed else unchanged
    return outcome._replace(events=[*outcome.events, verdict(event, received, application.application_id)])


def answer(case: Case, event: ApplicationAnswered, received: Received) -> Outcome:
    """The company's contact does so with one click; one that comes too late changes nothing."""
    application = case.application
    if application is None:
        raise Rejected(problem("application_id", "unknown_application", event.application_id))
    if application.contact_id != event.contact_id:
        raise Rejected(problem("contact_id", "not_the_contact", event.contact_id))
    outcome = _decided(case, application, event, event.answered_at, "contact", received)
    if not outcome.changed:
        return outcome
    clicked = ApplicationDecision(**told(application), decision=event.decision)
    return outcome._replace(events=[*outcome.events, clicked])


def _decided(
    case: Case,
    application: Application,
    event: ApplicationDecided | ApplicationAnswered,
    at: datetime,
    actor: str,
    received: Received,
) -> Outcome:
    """Of two decisions the later one counts, until she has taken the place."""
    if application.state == event.decision:
        return Outcome()
    if application.decided_at and at <= application.decided_at:
        raise Rejected(problem("decided_at", "older_decision", at))
    if not may(application, TRIGGERS[event.decision]):
        raise Rejected(problem("application_id", "application_ended", application.state))
    if event.decision == "refused" and event.reason is None:
        raise Rejected(problem("reason", "missing", ""))
    # A clock that is ahead must not keep a later decision out.
    decided = application._replace(decided_at=min(at, received.at))
    if event.decision == "refused":
        after = over(decided, "refuse", actor, received, event.reason)
        return Outcome([after], [ApplicationRefused(**applied(after), reason=event.reason, refused_at=at)])
    return _accepted(case, decided, at, actor, received)


def _accepted(case: Case, application: Application, at: datetime, actor: str, received: Received) -> Outcome:
    """A seat is held for her; where there is none, nobody is promised one."""
    if case.offer is None or case.offer.terms is None or case.taken >= case.offer.terms.seats:
        raise Rejected(problem("application_id", "no_seat_left", application.application_id))
    after = step(application, "accept", actor, received)
    after = waits(after._replace(since=day_in_france(received.at)), CONFIRMATION, received)
    return Outcome([after], [ApplicationAccepted(**applied(after), accepted_at=at, confirm_by=after.answer_by)])


def take(case: Case, event: PlaceTaken, received: Received) -> Outcome:
    """She takes the place: the seat is hers, her other applications end; the last seat fills the offer."""
    application = _hers(case, event)
    if application.state in HOLDING - {"accepted"}:
        return Outcome()
    if not may(application, "take") or case.offer is None or case.offer.terms is None:
        raise Rejected(problem("application_id", "no_place_offered", application.state))
    after = step(application, "take", "student", received)
    today = day_in_france(received.at)
    after = until(after, max(case.offer.terms.starts_on, today + CONVENTION), received)
    ended = [end(one, "placed", "student", received) for one in case.others if may(one, "placed")]
    return Outcome(
        [after, *(one for outcome in ended for one in outcome.changed)],
        [
            ApplicationConfirmed(**applied(after), confirmed_at=event.taken_at),
            PlaceConfirmed(**told(after)),
            *(said for outcome in ended for said in outcome.events),
        ],
        filled=case.taken + 1 >= case.offer.terms.seats,
    )


def withdraw(case: Case, event: ApplicationWithdrawn, received: Received) -> Outcome:
    """She takes her application back, up to the first day of the placement."""
    application = _hers(case, event)
    if not may(application, "withdrawn"):
        return Outcome()
    return end(application, "withdrawn", "student", received, event.reason)


def close_all(applications: Iterable[Application], received: Received) -> Outcome:
    """The offer is closed, or its last seat taken: whoever waits for an answer is told, rather than left waiting."""
    ended = [end(one, "offer_closed", "company", received) for one in applications if may(one, "offer_closed")]
    return Outcome([one for each in ended for one in each.changed], [said for each in ended for said in each.events])


def _hers(case: Case, event: PlaceTaken | ApplicationWithdrawn) -> Application:
    application = case.application
    if application is None:
        raise Rejected(problem("application_id", "unknown_application", event.application_id))
    if application.student_id != event.student_id:
        raise Rejected(problem("student_id", "not_the_student", event.student_id))
    return application
