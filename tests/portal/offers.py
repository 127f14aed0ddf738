"""Open offers to search, and what a search of them finds."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from services.portal.domain.listing import Listing
from services.portal.domain.search import Asked, Found, read
from services.portal.store import finding
from services.portal.store.offers import save_listings
from shared.chassis.database import Db
from shared.contracts.internships import InternshipPosted
from tests.events import offered

TODAY = date(2027, 1, 4)


def posted(**changes: Any) -> InternshipPosted:
    """An open offer, but for the changes."""
    offer_id = changes.pop("offer_id", None) or uuid4()
    return InternshipPosted(**dict(offered(**changes)), offer_id=offer_id)


async def save(db: Db, *offers: InternshipPosted) -> None:
    await save_listings(db, [Listing(one.offer_id, one) for one in offers])


async def close(db: Db, *offer_ids: UUID) -> None:
    await save_listings(db, [Listing(one, None) for one in offer_ids])


async def find(db: Db, *parameters: tuple[str, str], on: date = TODAY) -> Found:
    asked = read(parameters)
    assert isinstance(asked, Asked), asked
    return await finding.find_offers(db, asked, on)


def ids(found: Found) -> list[UUID]:
    return [UUID(one["offer_id"]) for one in found.offers]


def titles(found: Found) -> list[str]:
    return [one["title"] for one in found.offers]


async def pages(db: Db, *parameters: tuple[str, str]) -> Sequence[Found]:
    """Every page of a search, from the first to the last."""
    found = [await find(db, *parameters)]
    while after := found[-1].next:
        found.append(await find(db, *parameters, ("after", after.written())))
    return found
