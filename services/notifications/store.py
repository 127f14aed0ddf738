"""Participants, alerts and e-mails in PostgreSQL."""

import json
from collections.abc import Sequence
from dataclasses import astuple
from uuid import UUID

from services.notifications.domain import Mail, Notice, Participant
from shared.chassis.database import Db, Row
from shared.contracts.internships import InternshipPosted
from shared.contracts.notifications import AlertRequested

FINDING_LOCK = 7_278_401

LEASE = "15 minutes"
"""Longer than the ten minutes a server may take to answer the final dot (RFC 5321, 4.5.3.2.6)."""


async def lock_finding(db: Db) -> None:
    """Let one transaction find at a time: an alert and an offer that cross must see each other.

    Offers take turns too: a batch of them sets the timers of the same students as the next replica's, in another order.
    """
    await db.execute("SELECT pg_advisory_xact_lock($1)", FINDING_LOCK)


async def save_participant(db: Db, participant: Participant) -> None:
    """Write how a person can be reached; the last word counts."""
    await db.execute(
        """
        INSERT INTO participant (participant_id, given_name, family_name, email, language, role)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (participant_id) DO UPDATE
        SET given_name = $2, family_name = $3, email = $4, language = $5, role = $6
        """,
        *astuple(participant),
    )
    await db.execute("SELECT pg_notify('mail', '')")


async def list_coordinators(db: Db) -> list[UUID]:
    """Who is told of what is stuck."""
    rows = await db.fetch("SELECT participant_id FROM participant WHERE role = 'coordinator' ORDER BY participant_id")
    return [row["participant_id"] for row in rows]


async def drop_overtaken(db: Db, application_id: str, templates: Sequence[str]) -> None:
    """Do not send the letters of these templates about an application that have not left yet."""
    if templates:
        await db.execute(
            """
            UPDATE mail SET state = 'overtaken'
            WHERE state = 'pending' AND content ->> 'application_id' = $1 AND template = ANY($2)
            """,
            application_id,
            list(templates),
        )


async def save_alert(db: Db, alert: AlertRequested) -> None:
    """Write what a student wants to hear of; the last word counts."""
    await db.execute(
        """
        INSERT INTO alert (student_id, departements, content) VALUES ($1, $2, $3)
        ON CONFLICT (student_id) DO UPDATE SET departements = $2, content = $3
        """,
        alert.student_id,
        alert.departements,
        alert.model_dump_json(),
    )


async def list_alerts(db: Db, departement: str) -> list[AlertRequested]:
    """The alerts that name a département."""
    # Written with @>, which the index serves; = ANY would read every alert.
    rows = await db.fetch("SELECT content FROM alert WHERE departements @> ARRAY[$1]", departement)
    return [AlertRequested.model_validate_json(row["content"]) for row in rows]


async def save_offer(db: Db, offer: InternshipPosted) -> None:
    """Remember an open offer."""
    await db.execute(
        """
        INSERT INTO posted_offer (offer_id, departement, content) VALUES ($1, $2, $3)
        ON CONFLICT (offer_id) DO UPDATE SET departement = $2, content = $3
        """,
        offer.offer_id,
        offer.place.departement,
        offer.model_dump_json(),
    )


async def remove_offer(db: Db, offer_id: UUID) -> None:
    """Forget a closed offer, and do not tell of it any more."""
    await db.execute("DELETE FROM posted_offer WHERE offer_id = $1", offer_id)
    await db.execute("DELETE FROM found_offer WHERE offer_id = $1 AND NOT told", offer_id)


async def list_offers(db: Db, departements: Sequence[str]) -> list[InternshipPosted]:
    """The open offers of some départements."""
    rows = await db.fetch("SELECT content FROM posted_offer WHERE departement = ANY($1)", departements)
    return [InternshipPosted.model_validate_json(row["content"]) for row in rows]


async def save_found(db: Db, found: Sequence[tuple[UUID, UUID]], traceparent: str | None) -> None:
    """Note which student should hear of which offer; what was noted before stays as it is."""
    await db.executemany(
        "INSERT INTO found_offer (student_id, offer_id, traceparent) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
        [(student_id, offer_id, traceparent) for student_id, offer_id in found],
    )


async def load_untold(db: Db, student_id: UUID) -> tuple[list[InternshipPosted], str | None]:
    """Take the offers that a student has not heard of, and the trace of the first."""
    rows = await db.fetch(
        """
        WITH taken AS (
            UPDATE found_offer SET told = true WHERE student_id = $1 AND NOT told RETURNING offer_id, traceparent
        )
        SELECT content, traceparent FROM taken JOIN posted_offer USING (offer_id) ORDER BY offer_id
        """,
        student_id,
    )
    return [InternshipPosted.model_validate_json(row["content"]) for row in rows], rows[0][
        "traceparent"
    ] if rows else None


async def save_notice(db: Db, notice: Notice, traceparent: str | None) -> None:
    """Write the e-mail to be sent, unless this fact was told to this person before."""
    await db.execute(
        """
        INSERT INTO mail (mail_id, participant_id, template, content, about, traceparent)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (mail_id) DO NOTHING
        """,
        notice.notice_id,
        notice.participant_id,
        notice.template,
        json.dumps(notice.content),
        notice.about,
        traceparent,
    )
    await db.execute("SELECT pg_notify('mail', '')")


async def load_due(db: Db) -> Mail | None:
    """Claim one e-mail whose people are all known; it counts as being sent from now on."""
    row = await db.fetchrow(
        f"""
        UPDATE mail SET state = 'sending', attempts = attempts + 1, next_attempt_at = now() + interval '{LEASE}'
        WHERE mail_id = (
            SELECT mail_id FROM mail JOIN participant USING (participant_id)
            WHERE state = 'pending' AND next_attempt_at <= now()
              AND NOT EXISTS (SELECT FROM unnest(about) AS person (id)
                              WHERE person.id NOT IN (SELECT participant_id FROM participant))
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE OF mail SKIP LOCKED
        )
        RETURNING *
        """  # noqa: S608 - a constant of ours
    )
    return await _mail(db, row) if row else None


async def load_lost(db: Db) -> Mail | None:
    """Take one e-mail whose sender was killed in the act: nobody knows whether it left, so it is not sent again."""
    row = await db.fetchrow(
        """
        UPDATE mail SET state = 'unknown', detail = 'the sender stopped before the answer'
        WHERE mail_id = (
            SELECT mail_id FROM mail WHERE state = 'sending' AND next_attempt_at <= now()
            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED
        )
        RETURNING *
        """
    )
    return await _mail(db, row) if row else None


async def save_outcome(db: Db, mail: Mail, state: str, detail: str, retry_seconds: float = 0) -> bool:
    """Write what became of an attempt; False when that is written already, or given up for lost."""
    done = await db.execute(
        """
        UPDATE mail SET state = $3, detail = $4, next_attempt_at = now() + make_interval(secs => $5)
        WHERE mail_id = $1 AND attempts = $2 AND state = 'sending'
        """,
        mail.mail_id,
        mail.attempts,
        state,
        detail,
        retry_seconds,
    )
    return done.endswith(" 1")


async def _mail(db: Db, row: Row) -> Mail:
    wanted = [row["participant_id"], *row["about"]]
    people = await db.fetch("SELECT * FROM participant WHERE participant_id = ANY($1)", wanted)
    known = {person["participant_id"]: Participant(**person) for person in people}
    return Mail(
        mail_id=row["mail_id"],
        template=row["template"],
        content=json.loads(row["content"]),
        to=known[row["participant_id"]],
        about=tuple(known[person] for person in row["about"]),
        attempts=row["attempts"],
        traceparent=row["traceparent"],
    )
