"""An application as decisions see it: its values, and the words in which everybody is told of it."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal, NamedTuple
from uuid import UUID

from services.internships.domain.life import Offer
from services.internships.domain.table import Move, by_state
from shared.contracts.applications import (
    ApplicationAccepted,
    ApplicationClosed,
    ApplicationConfirmed,
    ApplicationReceived,
    ApplicationRefused,
    Ending,
)
from shared.contracts.event import Event
from shared.contracts.feedback import ApplicationClosed as ToldOfEnd
from shared.contracts.placements import Agreed, PlacementClosed, PlacementStarted, PulseHeard
from shared.contracts.received import Received

State = Literal["received", "accepted", "taken", "agreed", "started", "refused", "closed", "ended"]
LIFE: tuple[Move[State], ...] = (
    Move("apply", ("student",), (None,), "received", ApplicationReceived),
    Move("accept", ("company", "contact"), ("received", "refused"), "accepted", ApplicationAccepted),
    Move("refuse", ("company", "contact"), ("received", "accepted"), "refused", ApplicationRefused),
    Move("take", ("student",), ("accepted",), "taken", ApplicationConfirmed),
    Move("agree", ("school",), ("taken", "agreed"), "agreed"),
    Move("start", ("clock",), ("agreed",), "started", PlacementStarted),
    Move("pulse", ("student", "contact"), ("started",), "started", PulseHeard),
    Move("report", ("company",), ("agreed", "started"), "ended", PlacementClosed),
    Move("give up", ("clock",), ("started",), "ended", PlacementClosed),
    Move("withdrawn", ("student",), ("received", "accepted", "taken", "agreed"), "closed", ApplicationClosed),
    Move("placed", ("student",), ("received", "accepted"), "closed", ApplicationClosed),
    Move("offer_closed", ("company", "clock"), ("received",), "closed", ApplicationClosed),
    Move("expired", ("clock",), ("received",), "closed", ApplicationClosed),
    Move("not_taken", ("clock",), ("accepted",), "closed", ApplicationClosed),
    Move("no_convention", ("clock",), ("taken",), "closed", ApplicationClosed),
)
"""Everything that may happen to an application and its placement; what is not here may not."""

MOVES = by_state(LIFE)

HOLDING = frozenset({"accepted", "taken", "agreed", "started", "ended"})
"""States in which an application has one of the offer's seats."""


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
    after = over(application, ending, actor, received, reason)
    closed = ApplicationClosed(**applied(after), reason=ending, closed_at=received.at)
    return Outcome([after], [closed, ToldOfEnd(**told(after), reason=ending)])


def may(application: Application, trigger: str) -> bool:
    """Whether the table has a way for it."""
    return (trigger, application.state) in MOVES


def over(
    application: Application, trigger: str, actor: str, received: Received, reason: str | None = None
) -> Application:
    """A step after which nothing is waited for."""
    return step(application, trigger, actor, received, reason)._replace(due_at=None)


def step(
    application: Application, trigger: str, actor: str, received: Received, reason: str | None = None
) -> Application:
    """The application after one of the table's moves. Raises KeyError where it has none: ask `may` before."""
    line = _line(MOVES[trigger, application.state], actor, received, reason)
    return application._replace(state=line.state, steps=(*application.steps, line))


def first_step(trigger: str, actor: str, received: Received) -> Step:
    """The step with which an application begins."""
    return _line(MOVES[trigger, None], actor, received, None)


def _line(move: Move[State], actor: str, received: Received, reason: str | None) -> Step:
    return Step(move.after, move.trigger, actor, reason, received.at, received.event_id)


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
