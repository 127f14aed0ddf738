"""The demo's visits: each school has a company that can come on the day of the demo."""

from datetime import UTC, datetime, time

from services.outreach import domain
from shared.cli import cast
from shared.contracts.outreach import VisitOffered
from shared.contracts.received import Received
from shared.contracts.teachers import VisitRequested


def test_every_school_is_visited_today() -> None:
    noon = datetime.combine(cast.TODAY, time(12), UTC)
    received = [Received("1", event.wire_name, siren, noon) for siren, event in cast.offers([])]
    offers = [event for _, event in cast.offers([]) if isinstance(event, VisitOffered)]
    known = [domain.offer(None, event, one)[0] for event, one in zip(offers, received, strict=True)]
    requests = [event for event in cast.requests() if isinstance(event, VisitRequested)]
    held = [match.visit.scheduled.held_on for one in known for match in domain.match_waiting(one, requests, noon)]
    assert held == [cast.TODAY] * len(cast.TEACHERS)
