"""What becomes of an offer; a later version wins, whatever order the versions come in."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from uuid import UUID, uuid5

from services.internships.domain.life import MOVES, Actor, Change, Offer, State, Trigger, due_at
from services.internships.domain.table import Move
from shared.contracts.event import Event
from shared.contracts.feedback import OfferClosed, OfferExpired, OfferExpiring, OfferProlonged
from shared.contracts.fields import day_in_france
from shared.contracts.internships import (
    Closed,
    InternshipClosed,
    InternshipOffered,
    InternshipPosted,
    InternshipUpdated,
    InternshipWithdrawn,
    Terms,
)
from shared.contracts.offer_life import (
    ClosureRequested,
    InternshipExpired,
    InternshipExpiring,
    InternshipPaused,
    InternshipProlonged,
    InternshipResumed,
    InternshipSuspended,
    ProlongationRequested,
)
from shared.contracts.received import Received, Rejected
from shared.contracts.remedies import problem
from shared.contracts.verdicts import accepted, stale, unchanged, version_reused

OFFERS = UUID("1d9a3f60-6a0c-5f3e-8a44-0b6c5f1e7d21")
"""The namespace of offers' ids, so that one company's reference is always the same offer."""

ONE_CLICK = timedelta(days=30)
"""How long a click prolongs an offer."""

CLOCK = "clock"
"""Who changed an offer that nobody but time changed."""

Decision = tuple[Offer | None, Sequence[Event]]
Click = ProlongationRequested | ClosureRequested
Submission = InternshipOffered | InternshipWithdrawn | InternshipPaused | InternshipResumed | InternshipProlonged

CLICKS = (ProlongationRequested, ClosureRequested)
CLOSINGS = (InternshipWithdrawn, ClosureRequested)
TRIGGERS: dict[type[Event], Trigger] = {
    InternshipOffered: "offer",
    InternshipPaused: "pause",
    InternshipResumed: "resume",
    InternshipProlonged: "prolong",
    ProlongationRequested: "prolong",
}


def offer_id(event: Submission | Click) -> UUID:
    """The offer a submission or a click is about."""
    if isinstance(event, CLICKS):
        return event.offer_id
    return _id_of(event.siren, event.reference)


@lru_cache(maxsize=4096)  # asked for several times about each submission
def _id_of(siren: str, reference: str) -> UUID:
    return uuid5(OFFERS, f"{siren}/{reference}")


def consider(offer: Offer | None, event: Submission | Click, received: Received) -> Decision:
    """Move an offer on, or leave it; exactly one verdict for each submission of a company's."""
    if isinstance(event, CLICKS):
        return _click(offer, event, received)
    if offer and event.version < offer.version:
        return offer, [stale(event, received, version=event.version, newest=offer.version)]
    after = _described(offer, event)
    if offer and event.version == offer.version:
        return _repeated(offer, after, event, received)
    if problems := [*event.problems_on(day_in_france(received.at)), *event.violations()]:
        raise Rejected(*problems)
    if offer and _says_what_is_known(offer, after):
        return _kept(after, received), [unchanged(event, received, after.offer_id)]
    move = _find(offer, after, "company", received)
    now = _moved(after, move, "company", received, _reason(event))
    if move.says is None and (offer is None or offer.state == move.after):
        return now, [unchanged(event, received, now.offer_id)]
    return now, [*_published(move, now), accepted(event, received, now.offer_id, event.doubts())]


def _says_what_is_known(offer: Offer, after: Offer) -> bool:
    """A newer version of what the company last offered; what was closed by others meanwhile it does not open again."""
    open_before = offer.said in {"offer", "resume", "prolong"}
    return after.said == "offer" and open_before and _content(offer) == _content(after)


def _content(offer: Offer) -> tuple[Terms | None, date | None]:
    return offer.terms, offer.prolonged_to


def _repeated(offer: Offer, after: Offer, event: Submission, received: Received) -> Decision:
    """A version seen before says the same thing again, or its number was used twice."""
    if offer.said != after.said or _content(offer) != _content(after):
        raise Rejected(version_reused(event.version))
    return offer, [unchanged(event, received, offer.offer_id)]


def _described(offer: Offer | None, event: Submission) -> Offer:
    """The offer as a submission describes it, in the state that it was in."""
    terms, prolonged_to = (offer.terms, offer.prolonged_to) if offer else (None, None)
    if isinstance(event, InternshipOffered):
        said = Terms.made_of(event)
        if terms and terms.valid_through != said.valid_through:
            prolonged_to = None
        terms = said
    elif isinstance(event, InternshipProlonged):
        prolonged_to = event.valid_through
    return Offer(
        offer_id(event),
        event.siren,
        event.reference,
        event.version,
        terms,
        offer.state if offer else "withdrawn",
        _trigger(event),
        prolonged_to,
        None,
        offer.changes if offer else (),
    )


def _trigger(event: Submission | Click) -> Trigger:
    if trigger := TRIGGERS.get(type(event)):
        return trigger
    return "withdraw" if _reason(event) == "cancelled" else "fill"


def _reason(event: Submission | Click) -> Closed | None:
    return event.reason if isinstance(event, CLOSINGS) else None


def _find(offer: Offer | None, after: Offer, actor: Actor, received: Received) -> Move[State]:
    """The way that the table has for it. Raises Rejected where it has none, or its guard does not hold."""
    move = MOVES.get((after.said, offer.state if offer else None))
    if move is None or actor not in move.actors:
        found = offer.state if offer else after.reference
        raise Rejected(problem("reference", "not_open" if offer else "unknown_offer", found))
    if after.said == "prolong":
        _longer(offer, after)
    _still_ahead(move, after, received)
    return move


def _still_ahead(move: Move[State], after: Offer, received: Received) -> None:
    if not move.guard.holds(after, day_in_france(received.at)):
        raise Rejected(problem("valid_through", "in_the_past", after.last_day))


def _longer(offer: Offer | None, after: Offer) -> None:
    if after.terms and after.prolonged_to and after.prolonged_to > after.terms.ends_on:
        raise Rejected(problem("valid_through", "after_the_end", after.prolonged_to))
    if offer and offer.last_day and after.last_day and after.last_day <= offer.last_day:
        raise Rejected(problem("valid_through", "not_later", after.prolonged_to))


def _moved(offer: Offer, move: Move[State], actor: Actor, received: Received, reason: str | None = None) -> Offer:
    change = Change(move.after, offer.version, move.trigger, actor, reason, received.at, received.event_id)
    due = due_at(move.after, offer.last_day, received.at)
    return Offer(
        offer.offer_id,
        offer.siren,
        offer.reference,
        offer.version,
        offer.terms,
        move.after,
        offer.said,
        offer.prolonged_to,
        due,
        (*offer.changes, change),
    )


def _kept(offer: Offer, received: Received) -> Offer:
    """A newer version of the same, as a line of its history."""
    change = Change(offer.state, offer.version, "offer", "company", None, received.at, received.event_id)
    due = due_at(offer.state, offer.last_day, received.at)
    return Offer(*offer[:8], due, (*offer.changes, change))


def _click(offer: Offer | None, event: Click, received: Received) -> Decision:
    """What a contact asks for with one click; one that comes too late changes nothing."""
    if offer is None or offer.terms is None:
        raise Rejected(problem("offer_id", "unknown_offer", event.offer_id))
    if offer.terms.contact_id != event.contact_id:
        raise Rejected(problem("contact_id", "not_the_contact", event.contact_id))
    trigger = _trigger(event)
    move = MOVES.get((trigger, offer.state))
    if move is None or (move.after in {"filled", "withdrawn"} and move.says is None):
        return offer, []
    if isinstance(event, ProlongationRequested):
        longer = offer._replace(prolonged_to=event.valid_through)
        _longer(offer, longer)
        _still_ahead(move, longer, received)
        return _told(_moved(longer, move, "contact", received), move)
    return _told(_moved(offer, move, "contact", received, event.reason), move)


def _told(offer: Offer, move: Move[State]) -> Decision:
    """What everybody is told, and the company of what its contact or a student's acceptance did."""
    which = _which(offer)
    if offer.changes[-1].trigger == "prolong" and offer.last_day:
        return offer, [*_published(move, offer), OfferProlonged(**which, last_day=offer.last_day)]
    closed = OfferClosed(**which, reason=_closing(offer.changes[-1]))
    return offer, [*_published(move, offer), closed]


def _which(offer: Offer) -> dict[str, Any]:
    return {"company": offer.siren, "reference": offer.reference, "offer_id": offer.offer_id}


def _closing(change: Change) -> Closed:
    """Why an offer is closed."""
    if change.trigger == "withdraw":
        return "cancelled"
    return "filled_elsewhere" if change.reason == "filled_elsewhere" else "filled_through_us"


def take_last_seat(offer: Offer, received: Received) -> Decision:
    """An offer whose seats are all taken is filled, and the company is told so."""
    move = MOVES.get(("take the last seat", offer.state))
    return _told(_moved(offer, move, "student", received, "filled_through_us"), move) if move else (offer, [])


def elapse(offer: Offer, now: datetime) -> Decision:
    """What time does to an offer that is due: its company is asked whether it goes on, or it expires."""
    today = day_in_france(now)
    move = MOVES.get(("expire", offer.state))
    if move is None or offer.terms is None or offer.last_day is None:
        return offer._replace(due_at=None), []
    if not move.guard.holds(offer, today):
        return offer._replace(due_at=due_at(offer.state, offer.last_day, now)), _reminders(offer, today)
    clock = Received(CLOCK, "", CLOCK, now)
    after = _moved(offer, move, "clock", clock)
    return after, [*_published(move, after), OfferExpired(**_which(offer), last_day=offer.last_day)]


def _reminders(offer: Offer, today: date) -> list[Event]:
    """For the company's integration, and for its contact."""
    assert offer.terms, "only an offer with terms has a last day"
    assert offer.last_day, "and an offer with terms has one"
    left: dict[str, Any] = {"last_day": offer.last_day, "days_left": (offer.last_day - today).days}
    longer = min(offer.last_day + ONE_CLICK, offer.terms.ends_on)
    asked = InternshipExpiring(
        offer_id=offer.offer_id,
        siren=offer.siren,
        reference=offer.reference,
        title=offer.terms.title,
        contact_id=offer.terms.contact_id,
        prolonged_to=longer if longer > offer.last_day else None,
        **left,
    )
    return [asked, OfferExpiring(**_which(offer), **left)]


def _published(move: Move[State], offer: Offer) -> list[Event]:
    """What everybody is told of a move."""
    which: dict[str, Any] = {"offer_id": offer.offer_id, "siren": offer.siren}
    if move.says is InternshipPosted or move.says is InternshipUpdated:
        return [_posted(offer, move.says)]
    if move.says is InternshipSuspended:
        return [InternshipSuspended(**which)]
    if move.says is InternshipClosed:
        return [InternshipClosed(**which, reason=_closing(offer.changes[-1]))]
    if move.says is InternshipExpired and offer.last_day:
        return [InternshipExpired(**which, last_day=offer.last_day)]
    return []


def _posted(offer: Offer, kind: type[Event]) -> Event:
    assert offer.terms, "the table posts no offer without its terms"
    more = {"valid_through": offer.prolonged_to} if offer.prolonged_to else {}
    return kind.made_of(
        offer.terms,
        offer_id=offer.offer_id,
        siren=offer.siren,
        reference=offer.reference,
        version=offer.version,
        **more,
    )
