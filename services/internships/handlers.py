"""What internships hears: all that companies say of their offers, judged by one decision."""

from services.internships import store
from services.internships.domain import offers
from shared.chassis.handlers import Handlers
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.offer_life import (
    ClosureRequested,
    InternshipPaused,
    InternshipProlonged,
    InternshipResumed,
    ProlongationRequested,
)

handlers = Handlers()

handlers.fold(
    on=(
        InternshipOffered,
        InternshipWithdrawn,
        InternshipPaused,
        InternshipResumed,
        InternshipProlonged,
        ProlongationRequested,
        ClosureRequested,
    ),
    key=offers.offer_id,
    load=store.load_offers,
    decide=offers.consider,
    save=store.save_offers,
)
