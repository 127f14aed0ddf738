"""What time triggers in internships: offers that end soon, applications that wait, placements, rates of answers."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.internships import store
from services.internships.domain import applications, offers, placements, waiting
from services.internships.domain.cases import Outcome
from shared.chassis import clock
from shared.chassis.database import Database, Db
from shared.chassis.jobs import Jobs, set_timer
from shared.chassis.outbox import publish
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.placements import AnswersMeasured
from shared.contracts.received import Received

jobs = Jobs()

A_YEAR = timedelta(days=365)


@jobs.loop(channel="offer", poll=5.0)
async def watch_offers(database: Database) -> bool:
    """Companies are asked about offers that end soon; those that ended expire. False when none is due."""
    async with database.transaction() as db:
        now = clock.now()
        due = await store.load_due_offers(db, now)
        decided = [offers.elapse(offer, now) for offer in due]
        await store.save_offers(db, [offer for offer, _ in decided if offer])
        await publish(db, [event for _, events in decided for event in events])
    return bool(due)


@jobs.loop(channel="application", poll=5.0)
async def watch_applications(database: Database) -> bool:
    """Whoever's turn it is is reminded; what nobody answered ends. False when none is due."""
    async with database.transaction() as db:
        now = clock.now()
        left = await store.load_left_waiting(db)
        await _save(db, [applications.close_all(left, Received(waiting.CLOCK, "", waiting.CLOCK, now))])
        due = await store.load_due_applications(db, now)
        outcomes = [placements.elapse(application, now) for application in due]
        await _save(db, outcomes)
        for siren in sorted({one.siren for outcome in outcomes for one in outcome.changed if one.due_at is None}):
            await set_timer(db, "measure_answers", key=siren, due_at=now)
    return bool(due or left)


async def _save(db: Db, outcomes: Sequence[Outcome]) -> None:
    await store.save_applications(db, [one for outcome in outcomes for one in outcome.changed])
    await publish(db, [event for outcome in outcomes for event in outcome.events])


@jobs.when("measure_answers")
async def measure_answers(db: Db, key: str, now: datetime) -> Sequence[Event]:
    """How reliably a company answers, for everybody to see."""
    measured = await store.measure_answers(db, key, now - A_YEAR)
    return [AnswersMeasured(siren=key, measured_on=day_in_france(now), **measured)]
