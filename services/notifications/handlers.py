"""What notifications hears, and whom it tells."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.notifications import domain, store
from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.chassis.jobs import set_timer
from shared.chassis.telemetry import traceparent
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.internships import InternshipClosed, InternshipPosted, InternshipUpdated
from shared.contracts.mentoring import MentorAssigned
from shared.contracts.notifications import AlertRequested
from shared.contracts.offer_life import InternshipExpired, InternshipMerged, InternshipSuspended
from shared.contracts.outreach import VisitCompleted, VisitScheduled
from shared.contracts.participants import ParticipantRegistered
from shared.contracts.received import Received

handlers = Handlers()

GATHERING = timedelta(seconds=3)
"""How long to gather offers before writing to a student: one e-mail with ten offers, not ten e-mails."""


@handlers.on(ParticipantRegistered)
async def know_participant(event: ParticipantRegistered, received: Received, db: Db) -> Sequence[Event]:
    """A person can be written to; what waited for her address leaves."""
    person = domain.Participant(
        event.participant_id, event.given_name, event.family_name, event.email, event.language, event.role
    )
    await store.save_participant(db, person)
    return []


@handlers.on(AlertRequested)
async def tell_student_of_open_offers(event: AlertRequested, received: Received, db: Db) -> Sequence[Event]:
    """A new alert finds the offers that are open already."""
    await store.lock_finding(db)
    await store.save_alert(db, event)
    offers = await store.list_offers(db, event.departements)
    on = day_in_france(received.at)
    found = [(event.student_id, offer.offer_id) for offer in offers if domain.interested(event, offer, on)]
    await _gather(db, found, received)
    return []


@handlers.on(InternshipPosted)
async def tell_students_of_offer(event: InternshipPosted, received: Received, db: Db) -> Sequence[Event]:
    """A new offer finds the students who asked to hear of it."""
    await store.lock_finding(db)
    await store.save_offer(db, event)
    alerts = await store.list_alerts(db, event.place.departement)
    on = day_in_france(received.at)
    found = [(alert.student_id, event.offer_id) for alert in alerts if domain.interested(alert, event, on)]
    await _gather(db, found, received)
    return []


async def _gather(db: Db, found: Sequence[tuple[UUID, UUID]], received: Received) -> None:
    await store.save_found(db, found, traceparent())
    # Sorted, so that whoever sets timers of the same students never waits for another in a ring.
    for student_id in sorted({student_id for student_id, _ in found}):
        await set_timer(db, "tell_student", key=str(student_id), due_at=received.at + GATHERING)


@handlers.on(InternshipUpdated)
async def tell_students_of_changed_offer(event: InternshipUpdated, received: Received, db: Db) -> Sequence[Event]:
    """An offer that changed is remembered as it is now, and finds those it did not suit before."""
    return await tell_students_of_offer(InternshipPosted(**dict(event)), received, db)


@handlers.on(InternshipClosed)
async def forget_offer(event: InternshipClosed, received: Received, db: Db) -> Sequence[Event]:
    """Nobody is told of a closed offer."""
    await store.remove_offer(db, event.offer_id)
    return []


@handlers.on(InternshipSuspended)
async def forget_paused_offer(event: InternshipSuspended, received: Received, db: Db) -> Sequence[Event]:
    """Nobody is told of an offer that takes no applications for now."""
    await store.remove_offer(db, event.offer_id)
    return []


@handlers.on(InternshipMerged)
async def forget_merged_offer(event: InternshipMerged, received: Received, db: Db) -> Sequence[Event]:
    """Nobody is told of an offer in whose place another is shown."""
    await store.remove_offer(db, event.offer_id)
    return []


@handlers.on(InternshipExpired)
async def forget_expired_offer(event: InternshipExpired, received: Received, db: Db) -> Sequence[Event]:
    """Nobody is told of an offer whose last day is over."""
    await store.remove_offer(db, event.offer_id)
    return []


async def write_letters(event: Event, received: Received, db: Db) -> Sequence[Event]:
    """Whoever a fact concerns hears of it; what was asked before and has happened is not asked any more."""
    await store.drop_overtaken(db, event.key, domain.overtaken(event))
    for notice in domain.letters(event, await store.list_coordinators(db)):
        await store.save_notice(db, notice, traceparent())
    return []


for fact in domain.LETTERS:
    handlers.on(fact)(write_letters)


@handlers.on(VisitScheduled)
async def tell_teacher_of_visit(event: VisitScheduled, received: Received, db: Db) -> Sequence[Event]:
    """The teacher hears who comes, and when."""
    await store.save_notice(db, domain.visit_scheduled(event), traceparent())
    return []


@handlers.on(VisitCompleted)
async def thank_teacher(event: VisitCompleted, received: Received, db: Db) -> Sequence[Event]:
    """The teacher hears what was reported of her class."""
    await store.save_notice(db, domain.visit_completed(event), traceparent())
    return []


@handlers.on(MentorAssigned)
async def introduce_mentor_and_mentee(event: MentorAssigned, received: Received, db: Db) -> Sequence[Event]:
    """Mentor and mentee hear of each other."""
    for notice in domain.mentor_assigned(event):
        await store.save_notice(db, notice, traceparent())
    return []
