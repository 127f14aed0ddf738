"""What time triggers in mentoring: pairing those who have gathered."""

from collections.abc import Sequence
from datetime import datetime

from services.mentoring import domain, store
from shared.chassis.database import Db
from shared.chassis.jobs import Jobs
from shared.contracts.event import Event
from shared.contracts.mentoring import MentorAssigned

jobs = Jobs()


@jobs.when("assign_mentees")
async def assign_mentees(db: Db, key: str, now: datetime) -> Sequence[Event]:
    """Everybody who can have a mentor has one."""
    pairs = domain.assign(*await store.load_waiting(db))
    await store.save_pairs(db, pairs, now)
    return [
        MentorAssigned(
            mentorship_id=pair.mentorship_id,
            mentor_id=pair.mentor.mentor_id,
            mentee_id=pair.mentee.mentee_id,
            siren=pair.mentor.siren,
            trades=pair.trades,
            remote=pair.mentor.departement != pair.mentee.departement,
            assigned_at=now,
        )
        for pair in pairs
    ]
