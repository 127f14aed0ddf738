"""Whose turn it is and until when: every wait for a person has reminders, a coordinator, and an end."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple

from services.internships.domain.cases import Application, Outcome, applied, end, told
from services.internships.domain.life import CLOCK, at_nine, by_clock, end_of
from shared.contracts.applications import AnswerAwaited, Ending
from shared.contracts.event import Event
from shared.contracts.feedback import AnswerDue
from shared.contracts.fields import day_in_france
from shared.contracts.received import Received


class Term(NamedTuple):
    """How long somebody has, and on which days after the beginning she is reminded or a coordinator is told."""

    days: int
    reminders: tuple[int, ...]
    escalates: int


ANSWER = Term(days=14, reminders=(5, 10, 13), escalates=10)
"""For the company to decide."""
CONFIRMATION = Term(days=7, reminders=(4, 6), escalates=6)
"""For the student to take the place."""
CONVENTION = timedelta(days=14)
"""What a school has at least to have the convention signed, where the internship begins sooner."""


def elapse(application: Application, now: datetime) -> Outcome:
    """What time does to an application that waits: a reminder, a coordinator, an end with its reason."""
    today = day_in_france(now)
    if today > application.answer_by:
        return end(application, TOO_LATE[application.state], CLOCK, by_clock(now))
    term = {"received": ANSWER, "accepted": CONFIRMATION}.get(application.state)
    escalated = term is None or today - application.since >= timedelta(days=term.escalates)
    after = application._replace(due_at=_next(application, term, now))
    return Outcome([after], reminders(after, WHOSE_TURN[application.state], today, escalated=escalated))


TOO_LATE: Mapping[str, Ending] = {"received": "expired", "accepted": "not_taken", "taken": "no_convention"}
WHOSE_TURN: Mapping[str, Literal["company", "student", "school"]] = {
    "received": "company",
    "accepted": "student",
    "taken": "school",
}


def reminders(
    application: Application,
    waiting_for: Literal["company", "student", "school", "report"],
    today: date,
    *,
    escalated: bool,
) -> list[Event]:
    """For whoever's turn it is, and for the company's integration where it is the company's."""
    left: dict[str, Any] = {"answer_by": application.answer_by, "days_left": (application.answer_by - today).days}
    asked = AnswerAwaited(**applied(application), waiting_for=waiting_for, escalated=escalated, **left)
    expected = EXPECTED.get(waiting_for)
    return [asked, AnswerDue(**told(application), expected=expected, **left)] if expected else [asked]


EXPECTED: Mapping[str, Literal["ApplicationDecided", "PlacementEnded"]] = {
    "company": "ApplicationDecided",
    "report": "PlacementEnded",
}


def waits(application: Application, term: Term, received: Received) -> Application:
    """The application with a term that runs from its `since`."""
    application = application._replace(answer_by=application.since + timedelta(days=term.days))
    return application._replace(due_at=_next(application, term, received.at))


def until(application: Application, answer_by: date, received: Received) -> Application:
    """The school has until the first day; from a week before, the coordinators are asked every other day."""
    application = application._replace(since=day_in_france(received.at), answer_by=answer_by)
    return application._replace(due_at=_next(application, None, received.at))


def _next(application: Application, term: Term | None, now: datetime) -> datetime:
    """When time next does something: the next reminder at nine in Paris, or the end of the last day."""
    if term:
        days = [application.since + timedelta(days=day) for day in term.reminders]
    else:
        days = [application.answer_by - timedelta(days=day) for day in (7, 5, 3, 1)]
    moments = [at_nine(day) for day in days if day <= application.answer_by]
    return next((moment for moment in moments if moment > now), end_of(application.answer_by))
