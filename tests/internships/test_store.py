"""Offers come back from PostgreSQL as they were saved."""

from services.internships import store
from services.internships.domain.offers import Offer
from tests.conftest import ServiceDb
from tests.events import offered, withdrawn
from tests.internships.test_domain import after


async def test_what_is_saved_is_loaded(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    offer, _ = after(offered(title="Télécoms « œuvre » (F/H)"))
    assert isinstance(offer, Offer)
    await store.save_offers(db, [offer])
    assert await store.load_offers(db, [offer.offer_id]) == {offer.offer_id: offer}


async def test_a_withdrawal_without_its_offer_is_saved_and_loaded(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    offer, _ = after(withdrawn(2))
    assert offer
    await store.save_offers(db, [offer])
    assert await store.load_offers(db, [offer.offer_id]) == {offer.offer_id: offer}


async def test_each_change_leaves_a_line_of_history(service_db: ServiceDb) -> None:
    db = await service_db("internships")
    for steps in ((offered(),), (offered(), withdrawn(2))):
        offer, _ = after(*steps)
        assert offer
        await store.save_offers(db, [offer])
    assert await db.fetchval("SELECT array_agg(open ORDER BY id) FROM offer_history") == [True, False]


async def test_saving_nothing_is_allowed(service_db: ServiceDb) -> None:
    await store.save_offers(await service_db("internships"), [])
