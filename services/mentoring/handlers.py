"""What mentoring hears: mentors offered, students who register or have found an internship."""

from collections.abc import Sequence
from datetime import timedelta

from services.mentoring import domain, store
from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.chassis.jobs import set_timer
from shared.contracts.applications import ApplicationConfirmed
from shared.contracts.event import Event
from shared.contracts.mentoring import MenteeRegistered, MentorOffered
from shared.contracts.received import Received

handlers = Handlers()

GATHERING = timedelta(seconds=2)
"""How long to gather people before pairing them: who comes together is matched together."""


@handlers.on(MentorOffered)
async def register_mentor(event: MentorOffered, received: Received, db: Db) -> Sequence[Event]:
    """A mentor can be paired from now on."""
    await _gather(db, received)
    known = await store.load_mentors(db, event.siren, event.reference, event.mentor_id)
    mentor, events = domain.offer(known, event, received)
    await store.save_mentor(db, mentor)
    return events


@handlers.on(MenteeRegistered)
async def register_mentee(event: MenteeRegistered, received: Received, db: Db) -> Sequence[Event]:
    """A student waits for a mentor from now on."""
    await _gather(db, received)
    await store.save_mentee(db, domain.mentee(event))
    return []


@handlers.on(ApplicationConfirmed)
async def propose_mentor(event: ApplicationConfirmed, received: Received, db: Db) -> Sequence[Event]:
    """Who has a place for an internship may want somebody at her side."""
    asked = not await store.save_proposal(db, event.student_id, received.at)
    return domain.propose(event, received, asked=asked)


async def _gather(db: Db, received: Received) -> None:
    """Have everybody paired soon.

    The timer's row is locked before people's rows, as it is when the job runs: transactions that change people take
    turns at it, and none waits for another in a ring.
    """
    await set_timer(db, "assign_mentees", key="all", due_at=received.at + GATHERING)
