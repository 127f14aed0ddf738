"""Open offers in PostgreSQL, saved by the batch, and companies' rates of answers."""

from collections.abc import Sequence

from services.portal.domain import search
from services.portal.domain.listing import Listing, Open, facets
from shared.chassis.database import Db
from shared.contracts.placements import AnswersMeasured
from shared.offers import communes
from shared.offers.suiting import commune_of, last_day


async def save_answers(db: Db, event: AnswersMeasured) -> None:
    """Keep a company's newest rate of answers."""
    await db.execute(
        """
        INSERT INTO answer_rate (siren, measured_on, due, answered, median_hours) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (siren) DO UPDATE SET measured_on = $2, due = $3, answered = $4, median_hours = $5
        WHERE answer_rate.measured_on <= $2
        """,
        event.siren,
        event.measured_on,
        event.due,
        event.answered,
        event.median_hours,
    )


async def save_listings(db: Db, listings: Sequence[Listing]) -> None:
    """Let the offers that are open be found as they are now, and no other."""
    # Sorted, so that two replicas that hold the same rows never wait for each other in a ring.
    ordered = sorted(listings, key=lambda one: one.offer_id)
    await db.execute("DELETE FROM offer WHERE offer_id = ANY($1)", [one.offer_id for one in ordered if not one.offer])
    offers = [one.offer for one in ordered if one.offer]
    places = [commune_of(offer.place) for offer in offers]
    headings = [search.words(f"{offer.title} {offer.company_name} {offer.place.city}") for offer in offers]
    await _save_places(db, {place for place in places if place})
    await db.execute(WORDS, sorted({word for heading in headings for word in heading}))
    rows = [
        (*_columns(offer), *_where(place), " ".join([*heading, *search.words(offer.description)]))
        for offer, place, heading in zip(offers, places, headings, strict=True)
    ]
    if rows:
        await db.execute(SAVE, *map(list, zip(*rows, strict=True)))
        await db.execute("SELECT gin_clean_pending_list('offer_found')")


async def _save_places(db: Db, places: set[communes.Commune]) -> None:
    ordered = sorted(places)
    await db.execute(
        """
        INSERT INTO place (commune, departement, at)
        SELECT commune, departement, point(longitude, latitude)
        FROM unnest($1::text[], $2::text[], $3::float8[], $4::float8[])
            AS place (commune, departement, longitude, latitude)
        WHERE NOT EXISTS (SELECT FROM place AS known WHERE known.commune = place.commune)
        ON CONFLICT DO NOTHING
        """,
        [one.code for one in ordered],
        [one.departement for one in ordered],
        [one.longitude for one in ordered],
        [one.latitude for one in ordered],
    )


WORDS = """
    INSERT INTO word
    SELECT DISTINCT unaccent(word) AS plain FROM unnest($1::text[]) AS word
    WHERE NOT EXISTS (SELECT FROM word AS known WHERE known.word = unaccent(word.word))
    ORDER BY plain
    ON CONFLICT DO NOTHING
"""

SAVE = """
    INSERT INTO offer (
        offer_id, siren, level, starts_on, ends_on, last_day, facets, title, content, commune, at, words
    )
    SELECT offer_id, siren, level, starts_on, ends_on, last_day, string_to_array(facets, ' '),
           to_tsvector('passerelle', title), rpad(content, greatest(length(content), 2100)), commune,
           point(longitude, latitude), to_tsvector('passerelle', words)
    FROM unnest(
        $1::uuid[], $2::text[], $3::smallint[], $4::date[], $5::date[], $6::date[], $7::text[], $8::text[], $9::text[],
        $10::text[], $11::float8[], $12::float8[], $13::text[]
    ) AS offer (
        offer_id, siren, level, starts_on, ends_on, last_day, facets, title, content, commune, longitude, latitude,
        words
    )
    ON CONFLICT (offer_id) DO UPDATE SET
        level = excluded.level, starts_on = excluded.starts_on, ends_on = excluded.ends_on,
        last_day = excluded.last_day, facets = excluded.facets, title = excluded.title, content = excluded.content,
        commune = excluded.commune, at = excluded.at, words = excluded.words
"""


def _columns(offer: Open) -> tuple[object, ...]:
    return (
        offer.offer_id,
        offer.siren,
        offer.level,
        offer.starts_on,
        offer.ends_on,
        last_day(offer),
        " ".join(facets(offer)),
        " ".join(search.words(offer.title)),
        offer.model_dump_json(),
    )


def _where(place: communes.Commune | None) -> tuple[object, ...]:
    return (place.code, place.longitude, place.latitude) if place else (None, None, None)
