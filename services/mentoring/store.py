"""Mentors, mentees and mentorships in PostgreSQL."""

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime
from uuid import UUID

from services.mentoring.domain import Mentee, Mentor, Pair
from shared.chassis.database import Db, Row

WITH_ASSIGNED = """
    SELECT mentor.*, (SELECT count(*) FROM mentorship WHERE mentorship.mentor_id = mentor.mentor_id) AS assigned
    FROM mentor
"""


async def load_mentors(db: Db, siren: str, reference: str, mentor_id: UUID) -> list[Mentor]:
    """Lock whom an offer may be about: the mentor under its reference, and the same person under another."""
    rows = await db.fetch(
        f"{WITH_ASSIGNED} WHERE (siren = $1 AND reference = $2) OR mentor_id = $3 ORDER BY mentor_id FOR UPDATE",
        siren,
        reference,
        mentor_id,
    )
    return [_mentor(row) for row in rows]


async def save_mentor(db: Db, mentor: Mentor) -> None:
    """Write a mentor's last state; her number of mentees is counted, not kept."""
    await db.execute(
        """
        INSERT INTO mentor (mentor_id, siren, reference, version, departement, trades, level, capacity, remote)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
        ON CONFLICT (siren, reference) DO UPDATE SET
            mentor_id = $1, version = $4, departement = $5, trades = $6, level = $7, capacity = $8, remote = $9
        """,
        *astuple(mentor)[:9],
    )


async def save_mentee(db: Db, mentee: Mentee) -> None:
    """Write a student; registering twice keeps what she said last."""
    await db.execute(
        """
        INSERT INTO mentee (mentee_id, departement, trades, level, remote) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (mentee_id) DO UPDATE SET departement = $2, trades = $3, level = $4, remote = $5
        """,
        *astuple(mentee),
    )


async def save_proposal(db: Db, student_id: UUID, proposed_at: datetime) -> bool:
    """Note that a student is asked; False where she has registered or was asked before."""
    done = await db.execute(
        """
        INSERT INTO proposal (student_id, proposed_at)
        SELECT $1, $2 WHERE NOT EXISTS (SELECT FROM mentee WHERE mentee_id = $1)
        ON CONFLICT DO NOTHING
        """,
        student_id,
        proposed_at,
    )
    return done.endswith(" 1")


async def load_waiting(db: Db) -> tuple[list[Mentor], list[Mentee]]:
    """Lock everybody who could be brought together, in the order of their ids."""
    mentors = [_mentor(row) for row in await db.fetch(f"{WITH_ASSIGNED} ORDER BY mentor_id FOR UPDATE OF mentor")]
    rows = await db.fetch(
        """
        SELECT * FROM mentee
        WHERE NOT EXISTS (SELECT FROM mentorship WHERE mentorship.mentee_id = mentee.mentee_id)
        ORDER BY mentee_id FOR UPDATE
        """
    )
    return [mentor for mentor in mentors if mentor.assigned < mentor.capacity], [_mentee(row) for row in rows]


async def save_pairs(db: Db, pairs: Sequence[Pair], assigned_at: datetime) -> None:
    """Write the new mentorships."""
    rows = [(pair.mentorship_id, pair.mentor.mentor_id, pair.mentee.mentee_id, assigned_at) for pair in pairs]
    await db.executemany(
        "INSERT INTO mentorship (mentorship_id, mentor_id, mentee_id, assigned_at) VALUES ($1, $2, $3, $4)", rows
    )


def _mentor(row: Row) -> Mentor:
    return Mentor(**{**row, "trades": tuple(row["trades"])})


def _mentee(row: Row) -> Mentee:
    return Mentee(**{**row, "trades": tuple(row["trades"])})
