"""Moves of an offer along its table, and what everybody is told of them."""

from collections.abc import Sequence
from typing import Any

from services.internships.domain.life import Actor, Change, Offer, State, due_at
from services.internships.domain.table import Move
from shared.contracts.event import Event
from shared.contracts.feedback import OfferClosed, OfferProlonged
from shared.contracts.internships import Closed, InternshipClosed, InternshipPosted, InternshipUpdated
from shared.contracts.offer_life import InternshipExpired, InternshipMerged, InternshipSuspended
from shared.contracts.received import Received

Decision = tuple[Offer | None, Sequence[Event]]


def moved(offer: Offer, move: Move[State], actor: Actor, received: Received, reason: str | None = None) -> Offer:
    """The offer after a move, to be compared with others again."""
    change = Change(move.after, offer.version, move.trigger, actor, reason, received.at, received.event_id)
    due = due_at(move.after, offer.last_day, received.at)
    return Offer(*offer[:5], move.after, *offer[6:8], due, offer.shown_as, False, (*offer.changes, change))


def kept(offer: Offer, received: Received) -> Offer:
    """A newer version of the same, as a line of its history."""
    change = Change(offer.state, offer.version, "offer", "company", None, received.at, received.event_id)
    due = due_at(offer.state, offer.last_day, received.at)
    return Offer(*offer[:8], due, *offer[9:11], (*offer.changes, change))


def told(offer: Offer, move: Move[State]) -> Decision:
    """What everybody is told, and the company of what its contact or a student's acceptance did."""
    if offer.changes[-1].trigger == "prolong" and offer.last_day:
        return offer, [*published(move, offer), OfferProlonged(**which(offer), last_day=offer.last_day)]
    closed = OfferClosed(**which(offer), reason=closing(offer.changes[-1]))
    return offer, [*published(move, offer), closed]


def which(offer: Offer) -> dict[str, Any]:
    """Which offer, for its company."""
    return {"company": offer.siren, "reference": offer.reference, "offer_id": offer.offer_id}


def closing(change: Change) -> Closed:
    """Why an offer is closed."""
    if change.trigger == "withdraw":
        return "cancelled"
    return "filled_elsewhere" if change.reason == "filled_elsewhere" else "filled_through_us"


def published(move: Move[State], offer: Offer) -> list[Event]:
    """What everybody is told of a move; nothing new of an offer in whose place another is shown."""
    living: dict[str, Any] = {"offer_id": offer.offer_id, "siren": offer.siren}
    if move.says is InternshipPosted or move.says is InternshipUpdated:
        return [] if offer.shown_as else [_posted(offer, move.says)]
    if move.says is InternshipSuspended:
        return [InternshipSuspended(**living)]
    if move.says is InternshipMerged and offer.shown_as:
        return [InternshipMerged(**living, shown_as=offer.shown_as)]
    if move.says is InternshipClosed:
        return [InternshipClosed(**living, reason=closing(offer.changes[-1]))]
    if move.says is InternshipExpired and offer.last_day:
        return [InternshipExpired(**living, last_day=offer.last_day)]
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
