"""An offer as it can be found: open or not, and what of it is searched."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import get_args
from uuid import UUID

from shared.contracts.event import Event
from shared.contracts.internships import InternshipClosed, InternshipPosted, InternshipUpdated
from shared.contracts.offer_life import InternshipExpired, InternshipMerged, InternshipSuspended
from shared.contracts.received import Received
from shared.offers.suiting import commune_of

Open = InternshipPosted | InternshipUpdated
NotShown = InternshipClosed | InternshipSuspended | InternshipMerged | InternshipExpired

OPEN = get_args(Open)
NOT_SHOWN = get_args(NotShown)


@dataclass(frozen=True, slots=True)
class Listing:
    """An offer that is open; or the place of one that is not any more."""

    offer_id: UUID
    offer: Open | None


def show(
    _: Listing | None,
    event: Open | NotShown,
    _received: Received,
) -> tuple[Listing, Sequence[Event]]:
    """Whatever was before: an offer that is posted or changed is found as it is now, any other is not."""
    return Listing(event.offer_id, event if isinstance(event, Open) else None), []


def facets(offer: Open) -> list[str]:
    """What the index knows of an offer beside words; no two kinds can be mistaken for each other."""
    codes = [offer.rome[:length] for length in (1, 3, 5)] if offer.rome else []
    there = commune_of(offer.place)
    places = [around(there.departement)] if there else []
    return [offer.place.departement, offer.trade, *codes, *places, of_level(offer.level), month(offer.starts_on)]


def of_level(level: int) -> str:
    """The facet of all offers of a level."""
    return f"level{level}"


def month(day: date) -> str:
    """The facet of all offers that begin in the month of a day."""
    return f"{day:%Y-%m}"


def around(departement: str) -> str:
    """The facet of all offers that are in a département on the map, whatever they say."""
    return f"@{departement}"
