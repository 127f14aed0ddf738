"""Applications in PostgreSQL, one case at a time."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from services.internships.domain.cases import HOLDING, Application, Case
from services.internships.store.offers import load_offers
from shared.chassis.database import Db, Row
from shared.contracts.placements import Agreed


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
