"""What internships hears: offers and withdrawals, judged by one decision."""

from services.internships import domain, store
from shared.chassis.handlers import Handlers
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn

handlers = Handlers()

handlers.fold(
    on=(InternshipOffered, InternshipWithdrawn),
    key=domain.offer_id,
    load=store.load_offers,
    decide=domain.consider,
    save=store.save_offers,
)
