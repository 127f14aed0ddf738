"""An application as decisions see it: its values, and the words in which everybody is told of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from services.internships.domain.life import Offer
from shared.contracts.applications import ApplicationClosed, Ending
from shared.contracts.event import Event
from shared.contracts.feedback import ApplicationClosed as ToldOfEnd
from shared.contracts.placements import Agreed
from shared.contracts.received import Received

State = Literal["received", "accepted", "taken", "agreed", "started", "refused", "closed", "ended"]
HOLDING = frozenset({"accepted", "taken", "agreed", "started", "ended"})
"""States in which an application has one of the offer's seats."""
WAITING = frozenset({"received", "accepted"})
"""States that end when the student takes another place."""


class Step(NamedTuple):
    """A line of an application's history: what came of what, who did it, why, when."""

    state: State
    trigger: str
    actor: str
    reason: str | None
    changed_at: datetime
    changed_by: str


class Application(NamedTuple):
    """An application, and the placement that may follow."""

    application_id: UUID
    offer_id: UUID
    student_id: UUID
    siren: str
    reference: str
    title: str
    company_name: str
    contact_id: UUID | None
    level: int
    state: State
    received_at: datetime
    decided_at: datetime | None
    since: date
    """The day from which the present term runs."""
    answer_by: date
    """The last day of whoever's turn it is."""
    agreed: Agreed | None
    due_at: datetime | None
    """When time next does something to it."""
    steps: tuple[Step, ...] = ()
    """What happened since it was loaded, to be kept as history."""


class Case(NamedTuple):
    """What a decision about an application needs to see; all of it is locked."""

    application: Application | None
    offer: Offer | None
    taken: int
    """How many of the offer's seats others have."""
    others: Sequence[Application] = ()
    """The student's other applications that wait, or the offer's other ones."""


class Outcome(NamedTuple):
    """What is to be saved, and what is to be said."""

    changed: Sequence[Application] = ()
    events: Sequence[Event] = ()
    filled: bool = False
    """Whether the last seat of the offer was taken."""


def end(application: Application, ending: Ending, actor: str, received: Received, reason: str | None = None) -> Outcome:
    after = over(application, "closed", ending, actor, received, reason)
    closed = ApplicationClosed(**applied(after), reason=ending, closed_at=received.at)
    return Outcome([after], [closed, ToldOfEnd(**told(after), reason=ending)])


def over(
    application: Application, state: State, trigger: str, actor: str, received: Received, reason: str | None
) -> Application:
    return step(application, state, trigger, actor, received, reason)._replace(due_at=None)


def step(
    application: Application, state: State, trigger: str, actor: str, received: Received, reason: str | None = None
) -> Application:
    step = Step(state, trigger, actor, reason, received.at, received.event_id)
    return application._replace(state=state, steps=(*application.steps, step))


def applied(application: Application) -> dict[str, Any]:
    """Which application, for everybody."""
    names = (
        "application_id", "offer_id", "student_id", "siren", "reference", "title", "company_name", "contact_id"
    )  # fmt: skip
    return {name: getattr(application, name) for name in names}


def told(application: Application) -> dict[str, Any]:
    """Which application, for the company."""
    return {
        "company": application.siren,
        "reference": application.reference,
        "application_id": application.application_id,
    }
