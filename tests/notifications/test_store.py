"""E-mails in PostgreSQL: one for a fact and a person, claimed once, waiting for everybody they name."""

from uuid import UUID

from services.notifications import domain, store
from tests.chassis import sample
from tests.conftest import ServiceDb
from tests.notifications.test_handlers import alert
from tests.notifications.test_mail import found, person


async def test_one_fact_is_told_once_to_one_person(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    await store.save_participant(db, person())
    for _ in range(3):
        await store.save_notice(db, found(), None)
    due = await store.load_due(db)
    assert due
    assert due.to == person()
    assert await store.load_due(db) is None


async def test_a_notice_waits_until_everybody_it_names_is_known(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    notice = domain.Notice(UUID(int=1), "mentor_introduced", "m", {}, (UUID(int=2),))
    await store.save_notice(db, notice, None)
    await store.save_participant(db, person(1))
    assert await store.load_due(db) is None
    await store.save_participant(db, person(2, "Hélène", "Brûlé"))
    due = await store.load_due(db)
    assert due
    assert due.about == (person(2, "Hélène", "Brûlé"),)


async def test_what_was_put_off_comes_again_and_what_was_sent_does_not(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    await store.save_participant(db, person())
    await store.save_notice(db, found(), None)
    due = await store.load_due(db)
    assert due
    assert await store.save_outcome(db, due, "pending", "451", 0)
    again = await store.load_due(db)
    assert again
    assert again.attempts == 2
    assert not await store.save_outcome(db, due, "refused", "554"), "of an attempt before this one"
    assert await store.save_outcome(db, again, "sent", "250")
    assert not await store.save_outcome(db, again, "sent", "250"), "a second time"
    assert await store.load_due(db) is None


async def test_an_email_whose_sender_was_killed_is_not_sent_again(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    await store.save_participant(db, person())
    await store.save_notice(db, found(), None)
    await store.load_due(db)
    await db.execute("UPDATE mail SET next_attempt_at = now() - interval '1 second'")
    lost = await store.load_lost(db)
    assert lost
    assert await db.fetchval("SELECT state FROM mail") == "unknown"
    assert await store.load_due(db) is None


async def test_found_offers_are_told_once_and_closed_ones_not_at_all(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    kept = sample.posted()
    closed = kept.model_copy(update={"offer_id": UUID(int=2)})
    for offer in (kept, closed):
        await store.save_offer(db, offer)
        await store.save_found(db, [(UUID(int=9), offer.offer_id)], "trace")
    await store.remove_offer(db, closed.offer_id)
    assert await store.load_untold(db, UUID(int=9)) == ([kept], "trace")
    await store.save_found(db, [(UUID(int=9), kept.offer_id)], "trace")
    assert await store.load_untold(db, UUID(int=9)) == ([], None)


async def test_only_the_alerts_that_name_a_departement_are_read(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    for one in (alert(1, "35"), alert(2, "2A", "35"), alert(3, "75")):
        await store.save_alert(db, one)
    await store.save_alert(db, alert(2, "2A"))
    assert await store.list_alerts(db, "35") == [alert(1, "35")]
    assert await store.list_alerts(db, "2A") == [alert(2, "2A")]
    assert await store.list_alerts(db, "29") == []
