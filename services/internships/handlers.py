"""What internships hears: offers and withdrawals, judged by one decision."""

from services.internships import store
from services.internships.domain import offers
from shared.chassis.handlers import Handlers
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn

handlers = Handlers()

handlers.fold(
    on=(InternshipOffered, InternshipWithdrawn),
    key=offers.offer_id,
    load=store.load_offers,
    decide=offers.consider,
    save=store.save_offers,
)
