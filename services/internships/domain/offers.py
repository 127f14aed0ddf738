"""What becomes of an offer; a later version wins, whatever order the versions come in."""

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID, uuid5

from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.internships import (
    InternshipClosed,
    InternshipOffered,
    InternshipPosted,
    InternshipUpdated,
    InternshipWithdrawn,
    Terms,
)
from shared.contracts.received import Received, Rejected
from shared.contracts.verdicts import accepted, stale, unchanged, version_reused

OFFERS = UUID("1d9a3f60-6a0c-5f3e-8a44-0b6c5f1e7d21")
"""The namespace of offers' ids, so that one company's reference is always the same offer."""

Decision = tuple["Offer | None", Sequence[Event]]
Submission = InternshipOffered | InternshipWithdrawn


class Offer(NamedTuple):
    """An offer as the company last described it; without terms when all we have heard of it is its withdrawal."""

    offer_id: UUID
    siren: str
    reference: str
    version: int
    terms: Terms | None
    open: bool
    changed_at: datetime
    changed_by: str


def offer_id(event: Submission) -> UUID:
    """The offer a submission is about."""
    return _id_of(event.siren, event.reference)


@lru_cache(maxsize=4096)  # asked for several times about each submission
def _id_of(siren: str, reference: str) -> UUID:
    return uuid5(OFFERS, f"{siren}/{reference}")


def consider(offer: Offer | None, event: Submission, received: Received) -> Decision:
    """Post, update, close or leave an offer; exactly one verdict for each submission."""
    if offer and event.version < offer.version:
        return offer, [stale(event, received, version=event.version, newest=offer.version)]
    if isinstance(event, InternshipOffered):
        return _offer(offer, event, received)
    return _withdraw(offer, event, received)


def _offer(offer: Offer | None, event: InternshipOffered, received: Received) -> Decision:
    after = _offered(event, received)
    same = offer is not None and offer.open and offer.terms == after.terms
    if offer and offer.version == event.version:
        return _repeated(offer, event, received, same=same)
    if problems := event.problems_on(day_in_france(received.at)):
        raise Rejected(*problems)
    if same:
        return after, [unchanged(event, received, after.offer_id)]
    kind = InternshipUpdated if offer and offer.open else InternshipPosted
    return after, [kind.made_of(event, offer_id=after.offer_id), accepted(event, received, after.offer_id)]


def _withdraw(offer: Offer | None, event: InternshipWithdrawn, received: Received) -> Decision:
    if offer and offer.version == event.version:
        return _repeated(offer, event, received, same=not offer.open)
    after = _withdrawn(offer, event, received)
    if offer is None or not offer.open:
        return after, [unchanged(event, received, after.offer_id)]
    closed = InternshipClosed(offer_id=offer.offer_id, siren=offer.siren, reason=event.reason)
    return after, [closed, accepted(event, received, offer.offer_id)]


def _repeated(offer: Offer, event: Submission, received: Received, *, same: bool) -> Decision:
    """A version seen before says the same thing again, or its number was used twice."""
    if not same:
        raise Rejected(version_reused(event.version))
    return offer, [unchanged(event, received, offer.offer_id)]


def _offered(event: InternshipOffered, received: Received) -> Offer:
    return _after(event, received, Terms.made_of(event))


def _withdrawn(offer: Offer | None, event: InternshipWithdrawn, received: Received) -> Offer:
    """A withdrawal may overtake its offer: its version is remembered, so that the offer comes too late."""
    return _after(event, received, offer.terms if offer else None)


def _after(event: Submission, received: Received, terms: Terms | None) -> Offer:
    return Offer(
        offer_id=offer_id(event),
        siren=event.siren,
        reference=event.reference,
        version=event.version,
        terms=terms,
        open=isinstance(event, InternshipOffered),
        changed_at=received.at,
        changed_by=received.event_id,
    )
