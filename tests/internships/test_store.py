"""Offers come back from PostgreSQL as they were saved."""

from services.internships import store
from services.internships.domain.life import Offer
from tests.conftest import ServiceDb
from tests.events import offered, withdrawn
from tests.internships.test_domain import after


async def test_what_is_saved_is_loaded(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    offer, _ = after(offered(title="Télécoms « œuvre » (F/H)"))
    assert isinstance(offer, Offer)
    await store.offers.save_offers(db, [offer])
    assert await store.offers.load_offers(db, [offer.offer_id]) == {offer.offer_id: offer._replace(changes=())}


async def test_a_withdrawal_without_its_offer_is_saved_and_loaded(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    offer, _ = after(withdrawn(2))
    assert offer
    await store.offers.save_offers(db, [offer])
    assert await store.offers.load_offers(db, [offer.offer_id]) == {offer.offer_id: offer._replace(changes=())}


async def test_each_change_of_a_batch_leaves_a_line_of_history(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    offer, _ = after(offered(), offered(2, title="Autre (F/H)"), withdrawn(3))
    assert offer
    await store.offers.save_offers(db, [offer])
    lines = await db.fetch("SELECT version, state, trigger, actor, reason, changed_by FROM offer_history ORDER BY id")
    assert [tuple(line.values()) for line in lines] == [
        (1, "posted", "offer", "company", None, "0"),
        (2, "posted", "offer", "company", None, "1"),
        (3, "withdrawn", "withdraw", "company", "cancelled", "2"),
    ]


async def test_saving_nothing_is_allowed(service_db: ServiceDb) -> None:
    await store.offers.save_offers(await service_db("internships"), [])
