"""What students are told of what was gathered, and what becomes of an e-mail whatever its server answers."""

from datetime import UTC, date, datetime
from uuid import UUID

from services.notifications import store
from services.notifications.jobs import tell_student
from tests.chassis import sample
from tests.conftest import ServiceDb

INES = UUID(int=1)


async def test_what_expired_while_it_was_gathered_is_not_told(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    kept = sample.posted()
    over = kept.model_copy(update={"offer_id": UUID(int=2), "valid_through": date(2026, 11, 23)})
    for offer in (kept, over):
        await store.save_offer(db, offer)
        await store.save_found(db, [(INES, offer.offer_id)], None)
    await tell_student(db, str(INES), datetime(2026, 11, 24, tzinfo=UTC))
    told = await db.fetchval("SELECT jsonb_path_query_array(content, '$.offers[*].offer_id')::text FROM mail")
    assert told == f'["{kept.offer_id}"]'
    await store.save_found(db, [(UUID(int=3), over.offer_id)], None)
    await tell_student(db, str(UUID(int=3)), datetime(2026, 11, 24, tzinfo=UTC))
    assert await db.fetchval("SELECT count(*) FROM mail") == 1
