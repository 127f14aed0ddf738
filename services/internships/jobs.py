"""What time triggers in internships: companies are asked about offers that end soon; those that ended expire."""

from services.internships import store
from services.internships.domain import offers
from shared.chassis import clock
from shared.chassis.database import Database
from shared.chassis.jobs import Jobs
from shared.chassis.outbox import publish

jobs = Jobs()


@jobs.loop(channel="offer", poll=5.0)
async def watch_offers(database: Database) -> bool:
    """Do what time does to some offers; False when none is due."""
    async with database.transaction() as db:
        now = clock.now()
        due = await store.load_due_offers(db, now)
        decided = [offers.elapse(offer, now) for offer in due]
        await store.save_offers(db, [offer for offer, _ in decided if offer])
        await publish(db, [event for _, events in decided for event in events])
    return bool(due)
