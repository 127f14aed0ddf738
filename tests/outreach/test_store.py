"""What the contract accepts comes back from PostgreSQL as it was accepted, so that one offer never hides the others."""

import pytest
from hypothesis import HealthCheck, example, given, reject, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.outreach import domain, store
from services.outreach.domain import Offer
from shared.chassis.database import Db
from tests.conftest import ServiceDb
from tests.outreach.test_domain import RECEIVED, offered


@pytest.fixture
async def db(service_db: ServiceDb) -> Db:
    return await service_db("outreach")


TEXTS = st.text(min_size=1, max_size=140)


@given(company_name=TEXTS, reference=TEXTS)
@example(company_name="\ufb2c" * 140, reference="\ufb2c" * 80)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.filter_too_much], deadline=None)
async def test_whatever_offer_is_accepted_is_read_back_equal(db: Db, company_name: str, reference: str) -> None:
    offer = accepted(company_name, reference)
    await store.save_offer(db, offer)
    assert await store.load_offer(db, offer.siren, offer.reference) == offer
    assert offer in await store.load_open_offers(db, "35")


def accepted(company_name: str, reference: str) -> Offer:
    """An offer with these texts, as the contract accepts them."""
    try:
        event = offered(company_name=company_name, reference=reference)
    except ValidationError:
        reject()
    return domain.offer(None, event, RECEIVED)[0]
