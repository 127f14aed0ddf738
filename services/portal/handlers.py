"""What the portal hears: which offers are open, and how reliably companies answer."""

from collections.abc import Sequence
from operator import attrgetter

from services.portal.domain import listing
from services.portal.store import offers
from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.contracts.event import Event
from shared.contracts.placements import AnswersMeasured
from shared.contracts.received import Received

handlers = Handlers()

handlers.fold(
    on=(*listing.OPEN, *listing.NOT_SHOWN),
    key=attrgetter("offer_id"),
    decide=listing.show,
    save=offers.save_listings,
)


@handlers.on(AnswersMeasured)
async def know_rate_of_answers(event: AnswersMeasured, received: Received, db: Db) -> Sequence[Event]:
    """An offer is shown with how reliably its company answers."""
    await offers.save_answers(db, event)
    return []
