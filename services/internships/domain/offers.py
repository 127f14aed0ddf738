"""What becomes of an offer; a later version wins, whatever order the versions come in."""

from datetime import date
from functools import lru_cache
from uuid import UUID, uuid5

from services.internships.domain.life import MOVES, Actor, Offer, State, Trigger
from services.internships.domain.moving import Decision, kept, moved, published, told
from services.internships.domain.table import Move
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.internships import (
    Closed,
    InternshipOffered,
    InternshipWithdrawn,
    Terms,
)
from shared.contracts.offer_life import (
    ClosureRequested,
    InternshipPaused,
    InternshipProlonged,
    InternshipResumed,
    ProlongationRequested,
)
from shared.contracts.received import Received, Rejected
from shared.contracts.remedies import problem
from shared.contracts.verdicts import accepted, stale, unchanged, version_reused

OFFERS = UUID("1d9a3f60-6a0c-5f3e-8a44-0b6c5f1e7d21")
"""The namespace of offers' ids, so that one company's reference is always the same offer."""

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
        return kept(after, received), [unchanged(event, received, after.offer_id)]
    move = _find(offer, after, "company", received)
    now = moved(after, move, "company", received, _reason(event))
    if move.says is None and (offer is None or offer.state == move.after):
        return now, [unchanged(event, received, now.offer_id)]
    return now, [*published(move, now), accepted(event, received, now.offer_id, event.doubts())]


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
        offer.shown_as if offer else None,
        offer.compared if offer else False,
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
        return told(moved(longer, move, "contact", received), move)
    return told(moved(offer, move, "contact", received, event.reason), move)
