"""What outreach hears: visits offered, requested, reported."""

from collections.abc import Sequence

from services.outreach import domain, store
from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.contracts.event import Event
from shared.contracts.outreach import VisitOffered, VisitReported
from shared.contracts.received import Received
from shared.contracts.teachers import VisitRequested

handlers = Handlers()


@handlers.on(VisitOffered)
async def schedule_waiting_requests(event: VisitOffered, received: Received, db: Db) -> Sequence[Event]:
    """A company's days go to the schools that wait."""
    await store.lock_matching(db)
    offer = await store.load_offer(db, event.siren, event.reference)
    offer, events = domain.offer(offer, event, received)
    await store.save_offer(db, offer)
    waiting = await store.load_waiting(db, event.departements)
    matches = domain.match_waiting(offer, waiting, received.at)
    for match in matches:
        await store.save_match(db, match)
    return [*events, *(event for match in matches for event in match.events)]


@handlers.on(VisitRequested)
async def schedule_request(event: VisitRequested, received: Received, db: Db) -> Sequence[Event]:
    """A school's request meets an open offer, or waits; while it waits, its newest content counts."""
    await store.lock_matching(db)
    if not domain.still_waits(await store.load_scheduled_request(db, event.request_id), event):
        return []
    await store.save_request(db, event)
    offers = await store.load_open_offers(db, event.departement)
    match = domain.match(offers, event, received.at)
    if match is None:
        return []
    await store.save_match(db, match)
    return match.events


@handlers.on(VisitReported)
async def complete_visit(event: VisitReported, received: Received, db: Db) -> Sequence[Event]:
    """A company's report makes the visit a fact."""
    await store.lock_matching(db)
    visit = await store.load_visit(db, event.visit_id)
    visit, events = domain.report(visit, event, received)
    await store.save_visit(db, visit)
    return events
