"""What becomes of an offer without its company: time passes, its last seat is taken, a coordinator finds it twice."""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from services.internships.domain.life import CLOCK, MOVES, Offer, by_clock, due_at
from services.internships.domain.moving import Decision, moved, published, told, which
from shared.contracts.event import Event
from shared.contracts.feedback import OfferExpired, OfferExpiring, OfferHidden, OfferShown
from shared.contracts.fields import day_in_france
from shared.contracts.offer_life import InternshipExpiring
from shared.contracts.received import Received

ONE_CLICK = timedelta(days=30)
"""How long a click prolongs an offer."""


def take_last_seat(offer: Offer, received: Received) -> Decision:
    """An offer whose seats are all taken is filled, and the company is told so."""
    move = MOVES.get(("take the last seat", offer.state))
    return told(moved(offer, move, "student", received, "filled_through_us"), move) if move else (offer, [])


def show_as(offer: Offer, other: UUID | None, received: Received) -> tuple[Offer, list[Event]]:
    """An open offer is hidden behind its twin, or shown again; its company is told. One that is not open waits."""
    move = MOVES.get(("hide" if other else "show", offer.state))
    after = offer._replace(shown_as=other)
    if move is None or offer.shown_as == other or not move.guard.holds(after, day_in_france(received.at)):
        return offer, []
    after = moved(after, move, "coordinator", received, str(other) if other else None)._replace(compared=offer.compared)
    told = OfferHidden(**which(offer), shown_as=other) if other else OfferShown(**which(offer))
    return after, [*published(move, after), told]


def elapse(offer: Offer, now: datetime) -> Decision:
    """What time does to an offer that is due: its company is asked whether it goes on, or it expires."""
    today = day_in_france(now)
    move = MOVES.get(("expire", offer.state))
    if move is None or offer.terms is None or offer.last_day is None:
        return offer._replace(due_at=None), []
    if not move.guard.holds(offer, today):
        return offer._replace(due_at=due_at(offer.state, offer.last_day, now)), _reminders(offer, today)
    after = moved(offer, move, CLOCK, by_clock(now))
    return after, [*published(move, after), OfferExpired(**which(offer), last_day=offer.last_day)]


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
    return [asked, OfferExpiring(**which(offer), **left)]
