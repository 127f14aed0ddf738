"""Offers in PostgreSQL, loaded and saved by the batch; applications, one case at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.internships.domain.cases import HOLDING, Application, Case
from services.internships.domain.life import Offer
from shared.chassis.database import Db, Row
from shared.contracts.internships import Terms
from shared.contracts.placements import Agreed


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
    """Write each offer's last state, and a line of history for each change."""
    if not offers:
        return
    await db.execute(SAVE, *map(list, zip(*(_columns(offer) for offer in offers), strict=True)))
    lines = [(offer.offer_id, *change) for offer in offers for change in offer.changes]
    if lines:
        await db.execute(HISTORY, *map(list, zip(*lines, strict=True)))


SAVE = """
    INSERT INTO offer (offer_id, siren, reference, version, terms, state, said, prolonged_to, due_at)
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::jsonb[], $6::text[], $7::text[], $8::date[],
        $9::timestamptz[]
    )
    ON CONFLICT (offer_id) DO UPDATE SET
        version = excluded.version, terms = excluded.terms, state = excluded.state, said = excluded.said,
        prolonged_to = excluded.prolonged_to, due_at = excluded.due_at
"""

HISTORY = """
    INSERT INTO offer_history (offer_id, state, version, trigger, actor, reason, changed_at, changed_by)
    SELECT * FROM unnest(
        $1::uuid[], $2::text[], $3::bigint[], $4::text[], $5::text[], $6::text[], $7::timestamptz[], $8::text[]
    )
"""


async def load_due_offers(db: Db, now: datetime) -> list[Offer]:
    """Lock some of the offers to which time does something, as a submission about them would."""
    rows = await db.fetch("SELECT offer_id FROM offer WHERE due_at <= $1 ORDER BY due_at LIMIT 200", now)
    offers = await load_offers(db, [row["offer_id"] for row in rows])
    # Whoever had the lock before may have done it, or moved its day.
    return [offer for offer in offers.values() if offer.due_at and offer.due_at <= now]


def _columns(offer: Offer) -> tuple[object, ...]:
    terms = offer.terms.model_dump_json() if offer.terms else None
    return *offer[:4], terms, *offer[5:9]


def _offer(row: Row) -> Offer:
    terms = Terms.model_validate_json(row["terms"]) if row["terms"] else None
    return Offer(**{**row, "terms": terms})


async def load_case(db: Db, application_id: UUID, offer_id: UUID | None = None, student_id: UUID | None = None) -> Case:
    """Lock an application, its offer and the student's other ones: whoever decides about a seat takes turns.

    A new application names its offer and its student; of a known one they are looked up.
    """
    if row := await db.fetchrow(
        "SELECT offer_id, student_id FROM application WHERE application_id = $1", application_id
    ):
        offer_id, student_id = row["offer_id"], row["student_id"]
    if offer_id is None or student_id is None:
        return Case(None, None, 0)
    # Always in this order; and all that one student does, in turn.
    await db.execute("SELECT pg_advisory_xact_lock(hashtextextended($1::text, 1))", str(student_id))
    offers = await load_offers(db, [offer_id])
    rows = await db.fetch(CASE, application_id, student_id)
    found = {row["application_id"]: _application(row) for row in rows}
    taken = await db.fetchval(TAKEN, offer_id, application_id, list(HOLDING))
    application = found.pop(application_id, None)
    return Case(application, offers.get(offer_id), taken, tuple(found.values()))


CASE = """
    SELECT * FROM application
    WHERE application_id = $1 OR (student_id = $2 AND state NOT IN ('refused', 'closed', 'ended'))
    ORDER BY application_id FOR UPDATE
"""
TAKEN = "SELECT count(*) FROM application WHERE offer_id = $1 AND application_id <> $2 AND state = ANY($3)"


async def load_due_applications(db: Db, now: datetime) -> list[Application]:
    """Lock some of the applications to which time does something; another replica takes others."""
    rows = await db.fetch(
        "SELECT * FROM application WHERE due_at <= $1 ORDER BY due_at LIMIT 200 FOR UPDATE SKIP LOCKED", now
    )
    return [_application(row) for row in rows]


async def load_left_waiting(db: Db) -> list[Application]:
    """Lock some of the applications that wait for an offer which is no longer open."""
    rows = await db.fetch(
        """
        SELECT application.* FROM application JOIN offer USING (offer_id)
        WHERE application.state = 'received' AND offer.state IN ('filled', 'withdrawn')
        ORDER BY application_id LIMIT 200 FOR UPDATE OF application SKIP LOCKED
        """
    )
    return [_application(row) for row in rows]


async def save_applications(db: Db, applications: Sequence[Application]) -> None:
    """Write each application's last state, and a line of history for each step."""
    rows = [(*one[:14], one.agreed.model_dump_json() if one.agreed else None, one.due_at) for one in applications]
    await db.executemany(SAVE_APPLICATION, rows)
    await db.executemany(
        """
        INSERT INTO application_history (application_id, state, trigger, actor, reason, changed_at, changed_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7)
        """,
        [(one.application_id, *step) for one in applications for step in one.steps],
    )


SAVE_APPLICATION = """
    INSERT INTO application (application_id, offer_id, student_id, siren, reference, title, company_name, contact_id,
                             level, state, received_at, decided_at, since, answer_by, agreed, due_at)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16)
    ON CONFLICT (application_id) DO UPDATE SET
        state = excluded.state, decided_at = excluded.decided_at, since = excluded.since,
        answer_by = excluded.answer_by, agreed = excluded.agreed, due_at = excluded.due_at
"""


async def measure_answers(db: Db, siren: str, since: datetime) -> Row:
    """How many applications a company answered or should have, since then, and its median time in hours.

    An answer counts from when we heard it, whatever day the company writes on it.
    """
    row: Row = await db.fetchrow(
        """
        WITH counted AS (
            SELECT received_at, min(changed_at) FILTER (WHERE trigger IN ('accept', 'refuse')) AS answered_at
            FROM application JOIN application_history USING (application_id)
            WHERE siren = $1 AND received_at >= $2 AND trigger IN ('accept', 'refuse', 'expired')
            GROUP BY application_id
        )
        SELECT count(*) AS due, count(answered_at) AS answered,
               round(percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM answered_at - received_at) / 3600)
                     FILTER (WHERE answered_at IS NOT NULL))::int AS median_hours
        FROM counted
        """,
        siren,
        since,
    )
    return row


def _application(row: Row) -> Application:
    agreed = Agreed.model_validate_json(row["agreed"]) if row["agreed"] else None
    return Application(**{**row, "agreed": agreed})
