"""Offers, requests and visits in PostgreSQL; contents are kept as the contract's JSON."""

from collections.abc import Sequence
from uuid import UUID

from services.outreach.domain import Match, Offer, Visit
from shared.chassis.database import Db, Row
from shared.contracts.outreach import VisitCompleted, VisitOffered, VisitScheduled
from shared.contracts.teachers import VisitRequested

MATCHING_LOCK = 7_278_101


async def lock_matching(db: Db) -> None:
    """Let one transaction match at a time: an offer and a request that cross must see each other."""
    await db.execute("SELECT pg_advisory_xact_lock($1)", MATCHING_LOCK)


async def load_offer(db: Db, siren: str, reference: str) -> Offer | None:
    """Lock one company's offer."""
    row = await db.fetchrow("SELECT * FROM offer WHERE siren = $1 AND reference = $2 FOR UPDATE", siren, reference)
    return _offer(row) if row else None


async def load_open_offers(db: Db, departement: str) -> list[Offer]:
    """Lock the offers that may serve a département, in the order of their names."""
    rows = await db.fetch(
        "SELECT * FROM offer WHERE $1 = ANY(departements) ORDER BY siren, reference FOR UPDATE", departement
    )
    return [one for one in map(_offer, rows) if one.free]


async def save_offer(db: Db, offer: Offer) -> None:
    """Write an offer's last state."""
    await db.execute(
        """
        INSERT INTO offer (siren, reference, version, departements, content, taken) VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (siren, reference) DO UPDATE SET version = $3, departements = $4, content = $5, taken = $6
        """,
        offer.siren,
        offer.reference,
        offer.version,
        offer.content.departements,
        offer.content.model_dump_json(),
        offer.taken,
    )


async def load_scheduled_request(db: Db, request_id: UUID) -> VisitRequested | None:
    """A request that has its visit; it cannot get one meanwhile, as matching is locked."""
    content = await db.fetchval(
        "SELECT content FROM request JOIN visit USING (request_id) WHERE request_id = $1", request_id
    )
    return VisitRequested.model_validate_json(content) if content else None


async def save_request(db: Db, request: VisitRequested) -> None:
    """Write a request's last content; it keeps its place among those that wait."""
    await db.execute(
        """
        INSERT INTO request (request_id, departement, content) VALUES ($1, $2, $3)
        ON CONFLICT (request_id) DO UPDATE SET departement = $2, content = $3
        """,
        request.request_id,
        request.departement,
        request.model_dump_json(),
    )


async def load_waiting(db: Db, departements: Sequence[str]) -> list[VisitRequested]:
    """Lock the requests without a visit, the oldest first."""
    rows = await db.fetch(
        """
        SELECT content FROM request
        WHERE departement = ANY($1) AND NOT EXISTS (SELECT FROM visit WHERE visit.request_id = request.request_id)
        ORDER BY received_at, request_id FOR UPDATE
        """,
        departements,
    )
    return [VisitRequested.model_validate_json(row["content"]) for row in rows]


async def save_match(db: Db, match: Match) -> None:
    """Write a visit and the day it takes from its offer."""
    await save_offer(db, match.offer)
    await save_visit(db, match.visit)


async def load_visit(db: Db, visit_id: UUID) -> Visit | None:
    """Lock one visit."""
    row = await db.fetchrow("SELECT * FROM visit WHERE visit_id = $1 FOR UPDATE", visit_id)
    return _visit(row) if row else None


async def save_visit(db: Db, visit: Visit) -> None:
    """Write a visit's last state."""
    await db.execute(
        """
        INSERT INTO visit (visit_id, request_id, scheduled, completed) VALUES ($1, $2, $3, $4)
        ON CONFLICT (visit_id) DO UPDATE SET scheduled = $3, completed = $4
        """,
        visit.visit_id,
        visit.scheduled.request_id,
        visit.scheduled.model_dump_json(),
        visit.completed.model_dump_json() if visit.completed else None,
    )


def _offer(row: Row) -> Offer:
    content = VisitOffered.model_validate_json(row["content"])
    return Offer(row["siren"], row["reference"], row["version"], content, tuple(row["taken"]))


def _visit(row: Row) -> Visit:
    completed = VisitCompleted.model_validate_json(row["completed"]) if row["completed"] else None
    return Visit(row["visit_id"], VisitScheduled.model_validate_json(row["scheduled"]), completed)
