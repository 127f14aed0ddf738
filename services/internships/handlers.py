"""What internships hears: what companies say of their offers, and what becomes of the students who apply."""

from collections.abc import Sequence
from datetime import timedelta

from services.internships import store
from services.internships.domain import applications, duplicates, meanwhile, offers, placements
from services.internships.domain.cases import Case, Outcome
from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.chassis.jobs import set_timer
from shared.contracts.applications import (
    ApplicationAnswered,
    ApplicationDecided,
    ApplicationSubmitted,
    ApplicationWithdrawn,
    PlaceTaken,
)
from shared.contracts.duplicates import DuplicateJudged
from shared.contracts.event import Event
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.offer_life import (
    ClosureRequested,
    InternshipPaused,
    InternshipProlonged,
    InternshipResumed,
    ProlongationRequested,
)
from shared.contracts.placements import PlacementAgreed, PlacementEnded, PulseAnswered
from shared.contracts.received import Received

handlers = Handlers()

handlers.fold(
    on=(
        InternshipOffered,
        InternshipWithdrawn,
        InternshipPaused,
        InternshipResumed,
        InternshipProlonged,
        ProlongationRequested,
        ClosureRequested,
    ),
    key=offers.offer_id,
    load=store.offers.load_offers,
    decide=offers.consider,
    save=store.offers.save_offers,
)

MEASURING = timedelta(seconds=5)
"""How long to gather answers before a company's rate is measured again."""


@handlers.on(ApplicationSubmitted)
async def receive_application(event: ApplicationSubmitted, received: Received, db: Db) -> Sequence[Event]:
    """A student applies for an offer."""
    case = await store.applications.load_case(db, event.application_id, event.offer_id, event.student_id)
    return await _save(db, case, applications.apply(case, event, received), received)


@handlers.on(ApplicationDecided)
async def decide_on_application(event: ApplicationDecided, received: Received, db: Db) -> Sequence[Event]:
    """The company takes or refuses her."""
    case = await store.applications.load_case(db, event.application_id)
    await set_timer(db, "measure_answers", key=event.siren, due_at=received.at + MEASURING)
    return await _save(db, case, applications.decide(case, event, received), received)


@handlers.on(ApplicationAnswered)
async def answer_application(event: ApplicationAnswered, received: Received, db: Db) -> Sequence[Event]:
    """The company's contact does so with one click."""
    case = await store.applications.load_case(db, event.application_id)
    if case.application:
        await set_timer(db, "measure_answers", key=case.application.siren, due_at=received.at + MEASURING)
    return await _save(db, case, applications.answer(case, event, received), received)


@handlers.on(PlaceTaken)
async def take_place(event: PlaceTaken, received: Received, db: Db) -> Sequence[Event]:
    """She takes the place that she was offered."""
    case = await store.applications.load_case(db, event.application_id)
    return await _save(db, case, applications.take(case, event, received), received)


@handlers.on(ApplicationWithdrawn)
async def withdraw_application(event: ApplicationWithdrawn, received: Received, db: Db) -> Sequence[Event]:
    """She takes her application back."""
    case = await store.applications.load_case(db, event.application_id)
    return await _save(db, case, applications.withdraw(case, event, received), received)


@handlers.on(PlacementAgreed)
async def agree_on_placement(event: PlacementAgreed, received: Received, db: Db) -> Sequence[Event]:
    """Everybody signed the convention."""
    case = await store.applications.load_case(db, event.application_id)
    return await _save(db, case, placements.agree(case, event, received), received)


@handlers.on(PulseAnswered)
async def hear_how_it_goes(event: PulseAnswered, received: Received, db: Db) -> Sequence[Event]:
    """Halfway, one of the two says how it goes."""
    case = await store.applications.load_case(db, event.application_id)
    return await _save(db, case, placements.hear(case, event, received), received)


@handlers.on(PlacementEnded)
async def end_placement(event: PlacementEnded, received: Received, db: Db) -> Sequence[Event]:
    """The company says how it ended."""
    case = await store.applications.load_case(db, event.application_id)
    return await _save(db, case, placements.report(case, event, received), received)


@handlers.on(DuplicateJudged)
async def keep_judgement(event: DuplicateJudged, received: Received, db: Db) -> Sequence[Event]:
    """A coordinator says whether two offers are one; a job settles it, as it locks more than these two."""
    duplicates.check_known(event, await store.duplicates.list_named(db, [event.offer_id, event.other_id]))
    await store.duplicates.save_judgement(db, event)
    return []


async def _save(db: Db, case: Case, outcome: Outcome, received: Received) -> Sequence[Event]:
    """Write what was decided; the offer too, where its last seat was taken."""
    await store.applications.save_applications(db, outcome.changed)
    if not (outcome.filled and case.offer):
        return outcome.events
    offer, said = meanwhile.take_last_seat(case.offer, received)
    await store.offers.save_offers(db, [offer] if offer else [])
    return [*outcome.events, *said]
