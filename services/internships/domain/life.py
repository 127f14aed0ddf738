"""An offer, and how it may go from state to state: the table that the decisions run and the README draws."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from services.internships.domain.table import Guard, Move, by_state
from shared.contracts.internships import InternshipClosed, InternshipPosted, InternshipUpdated, Terms
from shared.contracts.offer_life import InternshipExpired, InternshipMerged, InternshipSuspended
from shared.contracts.received import Received

State = Literal["posted", "paused", "filled", "withdrawn", "expired"]
Trigger = Literal[
    "offer", "pause", "resume", "prolong", "fill", "withdraw", "take the last seat", "expire", "hide", "show"
]
Actor = Literal["company", "contact", "student", "coordinator", "clock"]

CLOCK: Literal["clock"] = "clock"
"""Who did what nobody but time did."""

REMINDERS = (timedelta(days=7), timedelta(days=1))
"""How long before its last day a company is asked whether its offer goes on."""

PARIS = ZoneInfo("Europe/Paris")
"""Where days begin and end."""


class Change(NamedTuple):
    """A line of an offer's history: what came of what, who did it, why, when."""

    state: State
    version: int
    trigger: str
    actor: Actor
    reason: str | None
    changed_at: datetime
    changed_by: str


class Offer(NamedTuple):
    """An offer as the company last described it; without terms when all we have heard of it is its withdrawal."""

    offer_id: UUID
    siren: str
    reference: str
    version: int
    terms: Terms | None
    state: State
    said: Trigger
    """What the company's newest version said."""
    prolonged_to: date | None
    """A later last day to apply than the terms say."""
    due_at: datetime | None
    """When time next does something to it."""
    shown_as: UUID | None = None
    """The offer that is shown in its place, as a coordinator found the two to be one."""
    compared: bool = False
    """Whether it was compared with the other open offers since it changed."""
    changes: tuple[Change, ...] = ()
    """What happened since it was loaded, to be kept as history."""

    @property
    def open(self) -> bool:
        """Whether students may apply."""
        return self.state == "posted"

    @property
    def last_day(self) -> date | None:
        """The last day on which students may apply, in France."""
        if self.terms is None:
            return None
        return min(self.terms.ends_on, self.prolonged_to or self.terms.valid_through or self.terms.ends_on)


def by_clock(now: datetime) -> Received:
    """The circumstances of what time does."""
    return Received(CLOCK, "", CLOCK, now)


def _is_over(offer: Offer, today: date) -> bool:
    return offer.last_day is None or today > offer.last_day


GOING_ON = Guard("its last day is not over", lambda offer, today: not _is_over(offer, today))
OVER = Guard("its last day is over", _is_over)
HIDDEN = Guard("it is merged with one that is shown", lambda offer, _: offer.shown_as is not None)
SHOWN = Guard("no other is shown in its place", lambda offer, _: offer.shown_as is None)


OURS = ("company",)
THEIRS = ("company", "contact")

LIFE: tuple[Move[State], ...] = (
    Move("offer", OURS, (None, "paused", "filled", "withdrawn", "expired"), "posted", InternshipPosted, GOING_ON),
    Move("offer", OURS, ("posted",), "posted", InternshipUpdated, GOING_ON),
    Move("pause", OURS, ("posted",), "paused", InternshipSuspended),
    Move("pause", OURS, ("paused",), "paused", None),
    Move("resume", OURS, ("paused",), "posted", InternshipPosted, GOING_ON),
    Move("resume", OURS, ("posted",), "posted", None),
    Move("prolong", THEIRS, ("posted",), "posted", InternshipUpdated, GOING_ON),
    Move("prolong", THEIRS, ("paused",), "paused", None, GOING_ON),
    Move("prolong", THEIRS, ("expired",), "posted", InternshipPosted, GOING_ON),
    Move("fill", THEIRS, ("posted", "paused"), "filled", InternshipClosed),
    Move("fill", THEIRS, (None, "filled", "withdrawn", "expired"), "filled", None),
    Move("withdraw", THEIRS, ("posted", "paused"), "withdrawn", InternshipClosed),
    Move("withdraw", THEIRS, (None, "filled", "withdrawn", "expired"), "withdrawn", None),
    Move("take the last seat", ("student",), ("posted", "paused"), "filled", InternshipClosed),
    Move("hide", ("coordinator",), ("posted",), "posted", InternshipMerged, HIDDEN),
    Move("show", ("coordinator",), ("posted",), "posted", InternshipPosted, SHOWN),
    Move("expire", ("clock",), ("posted", "paused"), "expired", InternshipExpired, OVER),
)
"""Everything that may happen. What is not here may not: it is refused, and the offer stays as it is."""

MOVES = by_state(LIFE)


def due_at(state: State, last_day: date | None, now: datetime) -> datetime | None:
    """When time next does something to an offer: a reminder while it is open, the end of its last day."""
    if last_day is None or state not in {"posted", "paused"}:
        return None
    *reminders, end = _moments(last_day)
    return next((moment for moment in reminders if moment > now and state == "posted"), end)


@lru_cache(maxsize=1024)  # many offers end on the same day
def _moments(last_day: date) -> tuple[datetime, ...]:
    return *(at_nine(last_day - before) for before in REMINDERS), end_of(last_day)


def at_nine(day: date) -> datetime:
    """Nine in the morning in Paris, when people are written to."""
    return datetime.combine(day, time(9, tzinfo=PARIS)).astimezone(UTC)


def end_of(day: date) -> datetime:
    """When a day is over in Paris."""
    return datetime.combine(day + timedelta(days=1), time(tzinfo=PARIS)).astimezone(UTC)
