"""Offers that two replicas handle at once, on a real PostgreSQL."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

import pytest

from services.internships import store
from services.internships.domain.offers import OFFERS
from services.internships.handlers import handlers
from services.internships.jobs import watch_offers
from shared.chassis import clock
from shared.chassis.database import Database, Db
from shared.chassis.handlers import Heard
from shared.cli.platform import Platform
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted, SubmissionStale
from shared.contracts.internships import InternshipOffered, InternshipPosted
from tests.databases import somebody_waits_for, two_replicas
from tests.events import offered
from tests.internships.test_domain import NOW, kinds, received
from tests.internships.test_life import open_until, prolonged


async def told(db: Db, event: InternshipOffered) -> list[type[Event]]:
    heard = Heard(event, received(event.version, event), None)
    (outcome,) = await handlers.routes[InternshipOffered].run(db, [heard])
    return kinds(outcome.events)


async def told_by(replica: Database, event: InternshipOffered) -> list[type[Event]]:
    async with replica.transaction() as db:
        return await told(db, event)


async def watched_by(replica: Database) -> bool:
    return await watch_offers(replica)


async def load_by(replica: Database, offer_ids: list[UUID]) -> None:
    async with replica.transaction() as db:
        await store.offers.load_offers(db, offer_ids)


async def test_of_two_versions_of_a_new_offer_handled_at_once_the_older_is_stale(running: Platform) -> None:
    async with two_replicas(running, "internships") as (one, other), asyncio.TaskGroup() as group:
        async with one.transaction() as db:
            assert await told(db, offered(2)) == [InternshipPosted, SubmissionAccepted]
            late = group.create_task(told_by(other, offered(1, title="Ancien")))
            await somebody_waits_for(db)
        assert await late == [SubmissionStale]


async def test_time_and_a_submission_about_one_offer_take_turns(
    running: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    last = NOW.date() + timedelta(days=20)
    after = NOW + timedelta(days=30)
    monkeypatch.setattr(clock, "_ahead", after - datetime.now(UTC))
    longer = prolonged(2, last + timedelta(days=60))
    async with two_replicas(running, "internships") as (one, other), asyncio.TaskGroup() as group:
        await told_by(one, open_until(last))
        async with one.transaction() as db:
            heard = Heard(longer, received(2, longer)._replace(at=after), None)
            await handlers.routes[type(longer)].run(db, [heard])
            watching = group.create_task(watched_by(other))
            await somebody_waits_for(db)
        assert not await watching
        async with one.transaction() as db:
            assert await db.fetchval("SELECT state FROM offer") == "posted"


async def test_new_offers_are_locked_in_one_order_so_that_replicas_never_wait_in_a_ring(running: Platform) -> None:
    offer_ids = [uuid5(OFFERS, str(number)) for number in range(100)]
    by_key = "SELECT array_agg(id ORDER BY hashtextextended(id::text, 0)) FROM unnest($1::uuid[]) AS id"
    async with two_replicas(running, "internships") as (one, other), asyncio.TaskGroup() as group:
        async with one.transaction() as db:
            ordered = await db.fetchval(by_key, offer_ids)
            await store.offers.load_offers(db, [ordered[60]])
            late = group.create_task(load_by(other, offer_ids))
            await somebody_waits_for(db)
            # The other has come as far as this lock, and has none of those behind it.
            await load_by(one, ordered[61:])
        await late
