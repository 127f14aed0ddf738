"""What becomes of a placement: agreed, started on its day, asked after halfway, over with an assessment."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from services.internships.domain import waiting
from services.internships.domain.cases import Application, Case, Outcome, applied, may, over, step
from services.internships.domain.life import CLOCK, at_nine, by_clock, end_of
from services.internships.domain.waiting import reminders
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.law import LEGAL_WEEK, Offered, violations
from shared.contracts.placements import (
    Agreed,
    PlacementAgreed,
    PlacementClosed,
    PlacementEnded,
    PlacementStarted,
    PulseAnswered,
    PulseAsked,
    PulseHeard,
)
from shared.contracts.received import Received, Rejected
from shared.contracts.remedies import problem
from shared.contracts.verdicts import accepted, unchanged

REPORT = timedelta(days=30)
"""How long after the last day the company has to report."""
REPORT_ASKED = (timedelta(days=1), timedelta(days=7), timedelta(days=14), timedelta(days=21))
"""When it is asked, after the last day; from the third time on the coordinators are told."""
REPORT_ESCALATES = timedelta(days=14)


def agree(case: Case, event: PlacementAgreed, received: Received) -> Outcome:
    """The convention is signed: what it fixes counts from now on; a later one replaces it until the first day.

    One that is against the law is rejected, with the article.
    """
    application = _known(case, event)
    if not may(application, "agree"):
        raise Rejected(problem("application_id", "place_not_taken", application.state))
    agreed = Agreed.made_of(event)
    if application.agreed == agreed:
        return Outcome()
    convention = Offered(event.regime, event.starts_on, event.ends_on, LEGAL_WEEK, event.hourly_pay, application.level)
    if problems := [*violations(convention, event.hours)]:
        raise Rejected(*problems)
    after = step(application, "agree", "school", received)
    return Outcome([after._replace(agreed=agreed, answer_by=agreed.ends_on, due_at=start_of(agreed.starts_on))])


def hear(case: Case, event: PulseAnswered, received: Received) -> Outcome:
    """How it goes, as one of the two says; told on, and kept in the history."""
    application = _known(case, event)
    if event.told_by_id not in {application.student_id, application.contact_id}:
        raise Rejected(problem("told_by_id", "not_of_this_placement", event.told_by_id))
    if not may(application, "pulse"):
        return Outcome()
    actor = "student" if event.told_by_id == application.student_id else "contact"
    after = step(application, "pulse", actor, received, event.going)
    return Outcome([after], [PulseHeard(**applied(after), told_by_id=event.told_by_id, going=event.going)])


def report(case: Case, event: PlacementEnded, received: Received) -> Outcome:
    """The company says how it ended; exactly one verdict."""
    application = _known(case, event)
    if (application.siren, application.reference) != (event.siren, event.reference):
        raise Rejected(problem("application_id", "unknown_application", event.application_id))
    if application.state == "ended":
        return Outcome(events=[unchanged(event, received, application.application_id)])
    if application.agreed is None or not may(application, "report"):
        raise Rejected(problem("application_id", "no_placement", application.state))
    today = day_in_france(received.at)
    if event.ended_on > today or (event.outcome == "completed" and event.ended_on < application.agreed.starts_on):
        raise Rejected(problem("ended_on", "not_in_the_placement", event.ended_on))
    after = over(application, "report", "company", received, event.outcome)
    closed = PlacementClosed(
        **applied(after),
        outcome=event.outcome,
        ended_on=event.ended_on,
        hours=event.hours,
        ended_by=event.ended_by,
        hired=event.hired,
        reported_at=received.at,
    )
    return Outcome([after], [closed, accepted(event, received, after.application_id)])


def elapse(application: Application, now: datetime) -> Outcome:
    """What time does to a placement: its first day, its middle, the report that is missing after its last.

    What is no placement yet waits for somebody.
    """
    if application.state not in {"agreed", "started"}:
        return waiting.elapse(application, now)
    agreed = application.agreed
    assert agreed, "a placement has its convention"
    today = day_in_france(now)
    if application.state == "agreed":
        return _start(application, agreed, now)
    if today <= agreed.ends_on:
        after = application._replace(due_at=_first_report(agreed))
        return Outcome([after], [PulseAsked(**applied(after), ends_on=agreed.ends_on)])
    if today > agreed.ends_on + REPORT:
        return _give_up(application, agreed, now)
    after = application._replace(answer_by=agreed.ends_on + REPORT, due_at=_next_report(agreed, now))
    escalated = today >= agreed.ends_on + REPORT_ESCALATES
    return Outcome([after], reminders(after, "report", today, escalated=escalated))


def _start(application: Application, agreed: Agreed, now: datetime) -> Outcome:
    after = step(application, "start", CLOCK, by_clock(now))
    middle = at_nine(agreed.starts_on + (agreed.ends_on - agreed.starts_on) / 2)
    after = after._replace(due_at=middle if middle > now else _first_report(agreed))
    convention: Sequence[str] = list(Agreed.model_fields)
    fixed = {name: getattr(agreed, name) for name in convention}
    said: list[Event] = [PlacementStarted(**applied(after), **fixed, started_on=agreed.starts_on)]
    return Outcome([after], said)


def _give_up(application: Application, agreed: Agreed, now: datetime) -> Outcome:
    after = over(application, "give up", CLOCK, by_clock(now), "not_reported")
    closed = PlacementClosed(**applied(after), outcome="not_reported", ended_on=agreed.ends_on, reported_at=now)
    return Outcome([after], [closed])


def _first_report(agreed: Agreed) -> datetime:
    return at_nine(agreed.ends_on + REPORT_ASKED[0])


def _next_report(agreed: Agreed, now: datetime) -> datetime:
    moments = [at_nine(agreed.ends_on + after) for after in REPORT_ASKED]
    return next((moment for moment in moments if moment > now), end_of(agreed.ends_on + REPORT))


def start_of(day: date) -> datetime:
    """When a day begins in Paris."""
    return end_of(day - timedelta(days=1))


def _known(case: Case, event: PlacementAgreed | PlacementEnded | PulseAnswered) -> Application:
    if case.application is None:
        raise Rejected(problem("application_id", "unknown_application", event.application_id))
    return case.application
