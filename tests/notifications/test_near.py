"""Which offers are near enough for a student."""

from typing import Any

import pytest

from services.notifications.domain import interested
from shared.contracts.internships import Place
from tests.chassis import sample
from tests.notifications.test_handlers import AT, alert

RENNES, SAINT_MALO = "35238", "35288"
TODAY = AT.date()


@pytest.mark.parametrize(
    ("wish", "place", "near"),
    [
        ({}, {"city": "Saint-Malo", "departement": "35"}, True),
        ({}, {"city": "Brest", "departement": "29"}, False),
        ({"near": RENNES, "within_km": 30}, {"city": "Rennes", "departement": "35", "commune": RENNES}, True),
        ({"near": RENNES, "within_km": 30}, {"city": "Saint-Malo", "departement": "35", "commune": SAINT_MALO}, False),
        ({"near": RENNES, "within_km": 30}, {"city": "St Malo", "departement": "35"}, False),
        ({"near": RENNES, "within_km": 80}, {"city": "St Malo", "departement": "35"}, True),
        ({"near": RENNES, "within_km": 30}, {"city": "Zone de Kerlann", "departement": "35"}, True),
        ({"near": "99999", "within_km": 30}, {"city": "St Malo", "departement": "35"}, True),
    ],
)
def test_near_is_within_her_kilometres_where_the_map_knows_both(
    wish: dict[str, Any], place: dict[str, Any], near: bool
) -> None:
    offer = sample.posted().model_copy(update={"place": Place(**place)})
    assert interested(alert(1, "35").model_copy(update=wish), offer, TODAY) is near
