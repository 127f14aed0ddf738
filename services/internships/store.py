"""Offers in PostgreSQL, loaded and saved by the batch."""

from collections.abc import Sequence
from uuid import UUID

from services.internships.domain.offers import Offer
from shared.chassis.database import Db, Row
from shared.contracts.internships import Terms


async def load_offers(db: Db, offer_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Lock the offers, known or new, until the transaction ends; new ones have no row that could be locked."""
    await db.execute(LOCK, offer_ids)
    rows = await db.fetch("SELECT * FROM offer WHERE offer_id = ANY($1)", offer_ids)
    return {row["offer_id"]: _offer(row) for row in rows}


# In the order of the keys, so that two replicas never wait for each other in a ring.
LOCK = """
    SELECT count(*) FROM (
        SELECT pg_advisory_xact_lock(key) FROM (
            SELECT hashtextextended(offer_id::text, 0) AS key FROM unnest($1::uuid[]) AS offer_id ORDER BY key
        ) AS keys
    ) AS locked
"""


async def save_offers(db: Db, offers: Sequence[Offer]) -> None:
    """Write each offer's last state, and a line of history for it."""
    columns = list(zip(*(_columns(offer) for offer in offers), strict=True))
    if columns:
        await db.execute(SAVE, *map(list, columns))


SAVE = """
    WITH new AS (
        SELECT * FROM unnest(
            $1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::boolean[], $7::timestamptz[], $8::text[]
        ) AS new (offer_id, siren, reference, version, terms, open, changed_at, changed_by)
    ), history AS (
        INSERT INTO offer_history (offer_id, version, open, changed_at, changed_by)
        SELECT offer_id, version, open, changed_at, changed_by FROM new
    )
    INSERT INTO offer (offer_id, siren, reference, version, terms, open, changed_at, changed_by)
    SELECT * FROM new
    ON CONFLICT (offer_id) DO UPDATE SET
        version = excluded.version, terms = excluded.terms, open = excluded.open,
        changed_at = excluded.changed_at, changed_by = excluded.changed_by
"""


def _columns(offer: Offer) -> tuple[object, ...]:
    return (
        offer.offer_id,
        offer.siren,
        offer.reference,
        offer.version,
        offer.terms.model_dump_json() if offer.terms else None,
        offer.open,
        offer.changed_at,
        offer.changed_by,
    )


def _offer(row: Row) -> Offer:
    terms = Terms.model_validate_json(row["terms"]) if row["terms"] else None
    return Offer(**{**row, "terms": terms})
