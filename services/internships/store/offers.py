"""Offers in PostgreSQL, loaded and saved by the batch."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.internships.domain.life import Offer
from shared.chassis.database import Db, Row
from shared.contracts.internships import Terms


async def load_offers(db: Db, offer_ids: Sequence[UUID]) -> dict[UUID, Offer]:
    """Lock the offers, known or new, until the transaction ends; new ones have no row that could be locked."""
    await db.execute(LOCK, offer_ids)
    rows = await db.fetch("SELECT * FROM offer WHERE offer_id = ANY($1)", offer_ids)
    return {row["offer_id"]: offer_of(row) for row in rows}


# In the order of the keys, so that two replicas never wait for each other in a ring.
LOCK = """
    SELECT count(*) FROM (
        SELECT pg_advisory_xact_lock(key) FROM (
            SELECT hashtextextended(offer_id::text, 0) AS key FROM unnest($1::uuid[]) AS offer_id ORDER BY key
        ) AS keys
    ) AS locked
"""


async def save_offers(db: Db, offers: Sequence[Offer]) -> None:
    """Write each offer's last state, and a line of history for each change."""
    if not offers:
        return
    await db.execute(SAVE, *map(list, zip(*(_columns(offer) for offer in offers), strict=True)))
    lines = [(offer.offer_id, *change) for offer in offers for change in offer.changes]
    if lines:
        await db.execute(HISTORY, *map(list, zip(*lines, strict=True)))


SAVE = """
    INSERT INTO offer (offer_id, siren, reference, version, terms, state, said, prolonged_to, due_at, shown_as,
                       compared)
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[], $7::text[], $8::date[],
        $9::timestamptz[], $10::uuid[], $11::boolean[]
    )
    ON CONFLICT (offer_id) DO UPDATE SET
        version = excluded.version, terms = excluded.terms, state = excluded.state, said = excluded.said,
        prolonged_to = excluded.prolonged_to, due_at = excluded.due_at, shown_as = excluded.shown_as,
        compared = excluded.compared
"""

HISTORY = """
    INSERT INTO offer_history (offer_id, state, version, trigger, actor, reason, changed_at, changed_by)
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[]
    )
"""


async def count_changes(db: Db) -> int:
    """How many changes of offers there ever were, committed or not: whether anything happens."""
    return await db.fetchval(COUNT) or 0


COUNT = "SELECT pg_sequence_last_value(pg_get_serial_sequence('offer_history', 'id')::regclass)"


async def load_due_offers(db: Db, now: datetime) -> list[Offer]:
    """Lock some of the offers to which time does something, as a submission about them would."""
    rows = await db.fetch("SELECT offer_id FROM offer WHERE due_at <= $1 ORDER BY due_at LIMIT 200", now)
    offers = await load_offers(db, [row["offer_id"] for row in rows])
    # Whoever had the lock before may have done it, or moved its day.
    return [offer for offer in offers.values() if offer.due_at and offer.due_at <= now]


def _columns(offer: Offer) -> tuple[object, ...]:
    terms = offer.terms.model_dump_json() if offer.terms else None
    return *offer[:4], terms, *offer[5:11]


def offer_of(row: Row) -> Offer:
    terms = Terms.model_validate_json(row["terms"]) if row["terms"] else None
    return Offer(**{**row, "terms": terms})
