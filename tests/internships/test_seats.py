"""Seats under concurrency: real transactions at once on a real PostgreSQL, and never a seat too many."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from services.internships import jobs, store
from services.internships.handlers import handlers
from shared.chassis import clock
from shared.chassis.database import Database, Db
from shared.chassis.handlers import Heard, Outcome
from shared.cli.platform import Platform
from shared.contracts.applications import (
    ApplicationAccepted,
    ApplicationClosed,
    ApplicationConfirmed,
    ApplicationDecided,
    ApplicationSubmitted,
    PlaceTaken,
)
from shared.contracts.event import Event
from shared.contracts.internships import InternshipClosed, InternshipOffered
from shared.contracts.placements import AnswersMeasured
from tests.conftest import ServiceDb
from tests.databases import somebody_waits_for, two_replicas
from tests.events import SIREN
from tests.internships.test_applications import at, received, taken, the_offer
from tests.internships.test_domain import NOW
from tests.internships.test_life import open_until
from tests.internships.test_placements import under_convention

SEATS = 3
CANDIDATES = 24


@pytest.fixture(autouse=True)
def _at_the_examples_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs' clock at the time of the examples, or their dates would be over one day."""
    monkeypatch.setattr(clock, "_ahead", NOW - datetime.now(UTC))


async def measured_on(db: Db, now: datetime) -> AnswersMeasured:
    (measured,) = await jobs.measure_answers(db, SIREN, now)
    assert isinstance(measured, AnswersMeasured)
    return measured


async def heard(db: Db, event: Event) -> Outcome:
    (outcome,) = await handlers.routes[type(event)].run(db, [Heard(event, at(event), None)])
    return outcome


async def heard_by(replica: Database, event: Event) -> Outcome:
    async with replica.transaction() as db:
        return await heard(db, event)


def offered(seats: int, reference: str = "A-1") -> InternshipOffered:
    return open_until(seats=seats, reference=reference)


def applies(offer: InternshipOffered, student_id: UUID) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=uuid4(),
        offer_id=store_id(offer),
        student_id=student_id,
        level=5,
        submitted_at=NOW,
        consented_at=NOW,
    )


def store_id(offer: InternshipOffered) -> UUID:
    return the_offer(reference=offer.reference).offer_id


def accepts(event: ApplicationSubmitted, reference: str = "A-1") -> ApplicationDecided:
    return ApplicationDecided(
        siren=SIREN, reference=reference, application_id=event.application_id, decision="accepted", decided_at=NOW
    )


def takes(event: ApplicationSubmitted) -> PlaceTaken:
    return PlaceTaken(application_id=event.application_id, student_id=event.student_id, taken_at=NOW)


async def at_once(replicas: Sequence[Database], events: Sequence[Event]) -> list[Outcome]:
    shared = [heard_by(replicas[number % len(replicas)], event) for number, event in enumerate(events)]
    return list(await asyncio.gather(*shared))


def said(outcomes: Sequence[Outcome]) -> Counter[type[Event]]:
    return Counter(type(event) for outcome in outcomes for event in outcome.events)


async def test_of_many_acceptances_at_once_no_more_than_the_seats_succeed(running: Platform) -> None:
    offer = offered(SEATS)
    asked = [applies(offer, uuid4()) for _ in range(CANDIDATES)]
    async with two_replicas(running, "internships") as replicas:
        await heard_by(replicas[0], offer)
        await at_once(replicas, asked)
        outcomes = await at_once(replicas, [accepts(one) for one in asked])
        assert said(outcomes)[ApplicationAccepted] == SEATS
        refused = [problem.rule for outcome in outcomes for problem in outcome.problems]
        assert refused == ["no_seat_left"] * (CANDIDATES - SEATS)
        async with replicas[0].transaction() as db:
            assert await db.fetchval("SELECT count(*) FROM application WHERE state = 'accepted'") == SEATS
        places = [takes(one) for one, outcome in zip(asked, outcomes, strict=True) if not outcome.problems]
        outcomes = await at_once(replicas, places)
        assert said(outcomes)[ApplicationConfirmed] == SEATS
        assert said(outcomes)[InternshipClosed] == 1


async def test_an_acceptance_waits_for_the_one_before_it(running: Platform) -> None:
    offer = offered(1)
    first, second = applies(offer, uuid4()), applies(offer, uuid4())
    async with two_replicas(running, "internships") as (one, other), asyncio.TaskGroup() as group:
        for event in (offer, first, second):
            await heard_by(one, event)
        async with one.transaction() as db:
            assert not (await heard(db, accepts(first))).problems
            late = group.create_task(heard_by(other, accepts(second)))
            await somebody_waits_for(db)
        assert [problem.rule for problem in (await late).problems] == ["no_seat_left"]


async def test_a_student_who_takes_two_places_at_once_has_one(running: Platform) -> None:
    student, offers = uuid4(), [offered(1, f"A-{number}") for number in range(6)]
    asked = [applies(offer, student) for offer in offers]
    async with two_replicas(running, "internships") as replicas:
        for offer in offers:
            await heard_by(replicas[0], offer)
        await at_once(replicas, asked)
        accepted = [accepts(one, offer.reference) for one, offer in zip(asked, offers, strict=True)]
        assert said(await at_once(replicas, accepted))[ApplicationAccepted] == len(offers)
        outcomes = await at_once(replicas, [takes(one) for one in asked])
        assert said(outcomes)[ApplicationConfirmed] == 1
        assert said(outcomes)[ApplicationClosed] == len(offers) - 1
        async with replicas[0].transaction() as db:
            states = await db.fetchval("SELECT array_agg(state ORDER BY state) FROM application")
        assert states == ["closed"] * (len(offers) - 1) + ["taken"]


async def test_what_is_saved_is_loaded(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    await store.offers.save_offers(db, [the_offer()])
    for application in (received(), taken(), under_convention()):
        await store.applications.save_applications(db, [application])
        case = await store.applications.load_case(db, application.application_id)
        assert case.application == application._replace(steps=())
        assert case.offer == the_offer()._replace(changes=())
    lines = await db.fetch("SELECT state, trigger, actor FROM application_history ORDER BY id")
    assert [tuple(line.values()) for line in lines][-1] == ("agreed", "agree", "school")


async def test_an_application_that_nobody_knows_has_no_case(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    assert (await store.applications.load_case(db, uuid4())).application is None


async def test_time_is_watched_and_those_who_wait_for_a_closed_offer_are_told(running: Platform) -> None:
    waiting, late = applies(offered(1), uuid4()), applies(offered(1, "A-2"), uuid4())
    async with two_replicas(running, "internships") as (database, _):
        for event in (offered(1), offered(1, "A-2"), waiting, late):
            await heard_by(database, event)
        async with database.transaction() as db:
            await db.execute("UPDATE offer SET state = 'withdrawn', due_at = NULL WHERE reference = 'A-1'")
            await db.execute(
                "UPDATE application SET answer_by = '2026-01-01', due_at = $1 WHERE reference = 'A-2'", NOW
            )
        assert await jobs.watch_applications(database)
        assert not await jobs.watch_applications(database)
        async with database.transaction() as db:
            why = await db.fetch(
                "SELECT reference, trigger FROM application_history JOIN application "
                "USING (application_id) WHERE application_history.state = 'closed' ORDER BY 1"
            )
            assert [tuple(row.values()) for row in why] == [("A-1", "offer_closed"), ("A-2", "expired")]
            measured = await measured_on(db, NOW + timedelta(days=1))
            types = await db.fetchval("SELECT array_agg(type) FROM outbox")
        assert (measured.due, measured.answered, measured.median_hours) == (1, 0, None)
        assert Counter(types)[ApplicationClosed.wire_name] == 2


async def test_the_rate_of_answers_counts_what_was_answered_and_what_should_have_been(running: Platform) -> None:
    offer = offered(5)
    asked = [applies(offer, uuid4()) for _ in range(3)]
    async with two_replicas(running, "internships") as (database, _):
        for event in (offer, *asked):
            await heard_by(database, event)
        for hours, one in zip((10, 50), asked, strict=False):
            event = accepts(one).model_copy(update={"decided_at": NOW - timedelta(days=9)})
            async with database.transaction() as db:
                heard = Heard(event, at(event, NOW + timedelta(hours=hours)), None)
                await handlers.routes[ApplicationDecided].run(db, [heard])
        async with database.transaction() as db:
            measured = await measured_on(db, NOW + timedelta(days=3))
        assert (measured.due, measured.answered, measured.median_hours) == (2, 2, 30)


async def test_offers_are_watched(running: Platform) -> None:
    async with two_replicas(running, "internships") as (database, _):
        await heard_by(database, offered(1))
        assert not await jobs.watch_offers(database)
        async with database.transaction() as db:
            await db.execute("UPDATE offer SET due_at = $1", NOW)
        assert await jobs.watch_offers(database)
        async with database.transaction() as db:
            assert await db.fetchval("SELECT count(*) FROM offer WHERE due_at <= $1", NOW) == 0
