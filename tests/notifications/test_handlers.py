"""Students and offers find each other once, whatever comes first and whichever replica hears it."""

import asyncio
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.notifications.handlers import tell_student_of_open_offers, tell_students_of_offer
from shared.chassis.database import Database, Db
from shared.contracts.event import Event
from shared.contracts.internships import InternshipPosted, Place
from shared.contracts.notifications import AlertRequested
from shared.contracts.received import Received
from tests.chassis import sample
from tests.conftest import ServiceDb
from tests.databases import somebody_waits_for

AT = datetime(2026, 11, 24, tzinfo=UTC)


def alert(number: int = 1, *departements: str) -> AlertRequested:
    return AlertRequested(
        student_id=UUID(int=number), departements=departements or ("35",), trades=("fibre",), level=5, consented_at=AT
    )


async def hear(db: Db, event: Event) -> None:
    received = Received("1", event.wire_name, "portal", AT)
    if isinstance(event, AlertRequested):
        await tell_student_of_open_offers(event, received, db)
    elif isinstance(event, InternshipPosted):
        await tell_students_of_offer(event, received, db)


async def test_timers_of_students_are_set_in_one_order(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    for number in (9, 2, 17):
        await hear(db, alert(number))
    await hear(db, sample.posted())
    rows = await db.fetch("SELECT key FROM timer ORDER BY ctid")
    assert [row["key"] for row in rows] == [str(UUID(int=number)) for number in (2, 9, 17)]


async def hear_all(database: Database, *events: Event) -> None:
    async with database.transaction() as db:
        for event in events:
            await hear(db, event)


@pytest.mark.parametrize("alert_first", [True, False])
async def test_an_alert_and_an_offer_that_cross_find_each_other(database: Database, alert_first: bool) -> None:
    """Two replicas: the second hears its event while the first has not committed."""
    first, second = (alert(), sample.posted()) if alert_first else (sample.posted(), alert())
    async with database.transaction() as db:
        await hear(db, first)
        other = asyncio.create_task(hear_all(database, second))
        await somebody_waits_for(db)
    await other
    async with database.transaction() as db:
        assert await db.fetchval("SELECT student_id FROM found_offer") == UUID(int=1)
        assert await db.fetchval("SELECT count(*) FROM timer") == 1


async def test_replicas_that_hear_of_the_same_students_never_wait_in_a_ring(database: Database) -> None:
    """Each hears of an offer near one student, then of one near the other, in opposite order."""
    near, far = sample.posted(), sample.posted().model_copy(update={"place": Place(city="Paris", departement="75")})
    again = [offer.model_copy(update={"offer_id": UUID(int=2)}) for offer in (far, near)]
    async with database.transaction() as db:
        await hear(db, alert(1, "35"))
        await hear(db, alert(2, "75"))
    async with database.transaction() as db:
        await hear(db, near)
        other = asyncio.create_task(hear_all(database, *again))
        await somebody_waits_for(db)
        await hear(db, far)
    await other
