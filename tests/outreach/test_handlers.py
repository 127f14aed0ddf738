"""Offers and requests as they come in, on a real PostgreSQL."""

from datetime import date

import pytest

from services.outreach.handlers import schedule_request, schedule_waiting_requests
from shared.chassis.database import Db
from shared.contracts.event import Event
from shared.contracts.outreach import VisitOffered, VisitScheduled
from shared.contracts.received import Received, Rejected
from shared.contracts.teachers import VisitRequested
from tests.conftest import ServiceDb
from tests.outreach.test_domain import DAYS, NOW, RECEIVED, offered, requested


async def heard(db: Db, event: VisitOffered | VisitRequested) -> list[tuple[date, str]]:
    """The visits that an event led to, by day and school."""
    said: list[Event] = []
    match event:
        case VisitOffered():
            said += await schedule_waiting_requests(event, RECEIVED, db)
        case VisitRequested():
            said += await schedule_request(event, Received("2", event.wire_name, "portal", NOW), db)
    return [(one.held_on, one.school_name) for one in said if isinstance(one, VisitScheduled)]


async def test_a_request_that_changes_while_it_waits_is_scheduled_as_it_is_now(service_db: ServiceDb) -> None:
    db = await service_db("outreach")
    assert await heard(db, requested(departement="29", days=DAYS[:1])) == []
    assert await heard(db, requested(days=DAYS[1:], school_name="Lycée Zola")) == []
    assert await heard(db, offered(departements=("29", "35"))) == [(DAYS[1], "Lycée Zola")]


async def test_a_change_may_make_a_waiting_request_fit(service_db: ServiceDb) -> None:
    db = await service_db("outreach")
    await heard(db, offered())
    assert await heard(db, requested(days=DAYS[3:])) == []
    assert await heard(db, requested(days=DAYS)) == [(DAYS[0], "Lycée Émile-Zola")]


async def test_a_request_that_changes_keeps_its_place(service_db: ServiceDb) -> None:
    db = await service_db("outreach")
    await heard(db, requested(1, school_name="First", days=DAYS[1:]))
    await db.execute("UPDATE request SET received_at = received_at - interval '1 hour'")
    await heard(db, requested(2, school_name="Second"))
    await heard(db, requested(1, school_name="First"))
    assert await heard(db, offered(days=DAYS[:1])) == [(DAYS[0], "First")]


async def test_a_request_that_has_its_visit_can_only_be_repeated(service_db: ServiceDb) -> None:
    db = await service_db("outreach")
    await heard(db, offered(days=DAYS))
    await heard(db, requested())
    assert await heard(db, requested()) == []
    with pytest.raises(Rejected, match="request_id: visit_scheduled"):
        await heard(db, requested(days=DAYS[1:]))
    assert await db.fetchval("SELECT count(*) FROM visit") == 1
