"""How long it takes to find the duplicates among 100,000 open offers: `python -m benchmarks.likeness`."""

import random
import time
from collections.abc import Iterator
from datetime import date, timedelta
from uuid import UUID

from services.internships.domain.likeness import Listing, candidates, likeness
from tests.internships.likeness.measure import pairs

OFFERS, OF_AN_AGENCY = 100_000, 10_000
COMPANIES = 3_000
PLACES = ("29", "69", "75", "59", "34", "13", "44", "33", "31")


def others(base: list[Listing], chance: random.Random) -> Iterator[Listing]:
    """Offers worded as the labelled ones, a tenth of them one agency's in one département without a company's name."""
    for number in range(OFFERS):
        one, agency = chance.choice(base), number < OF_AN_AGENCY
        siren = "998714885" if agency else f"{chance.randrange(COMPANIES):09d}"
        starts_on = date(2027, 1, 4) + timedelta(weeks=chance.randrange(30))
        said = {
            "place": one.terms.place.model_copy(update={"departement": "35" if agency else chance.choice(PLACES)}),
            "company_name": "Adelia Intérim" if agency else f"{one.terms.company_name} {siren[-4:]}",
            "description": f"{one.terms.description} Dossier {number}.",
            "siret": None,
            "starts_on": starts_on,
            "ends_on": starts_on + timedelta(weeks=8),
        }
        yield Listing(UUID(int=number + 1), siren, one.terms.model_copy(update=said), one.posted_at)


def main() -> None:
    """On one core: the pairs, the time to find and to compare them, and how many labelled ones are among them."""
    labelled = [pair for pair in pairs() if pair.suggested and pair.same]
    base = [listing for pair in pairs() for listing in (pair.one, pair.other)]
    offers = [*others(base, random.Random(1)), *(listing for pair in labelled for listing in (pair.one, pair.other))]
    began = time.perf_counter()
    found = list(candidates(offers))
    between = time.perf_counter()
    suggested = sum(likeness(*pair).verdict != "different" for pair in found)
    took = time.perf_counter() - between
    ids = {(one.offer_id, other.offer_id) for one, other in found}
    kept = sum(bool(ids & {(p.one.offer_id, p.other.offer_id), (p.other.offer_id, p.one.offer_id)}) for p in labelled)
    print(f"{len(offers):,} offers: {len(found):,} pairs in {between - began:.1f} s, {suggested:,} suggested")  # noqa: T201
    print(f"{len(found) / took:,.0f} pairs/s; {kept} of {len(labelled)} labelled pairs are among them")  # noqa: T201


if __name__ == "__main__":
    main()
