"""Students and offers find each other once, whatever comes first and whichever replica hears it."""

from datetime import UTC, datetime
from uuid import UUID

from services.notifications.handlers import tell_student_of_open_offers, tell_students_of_offer
from shared.chassis.database import Db
from shared.contracts.event import Event
from shared.contracts.internships import InternshipPosted
from shared.contracts.notifications import AlertRequested
from shared.contracts.received import Received
from tests.chassis import sample
from tests.conftest import ServiceDb

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
