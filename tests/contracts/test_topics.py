"""A topic's name says who writes to it, whose it is, and whether its records come from outside."""

import pytest

from shared.contracts import topics
from shared.contracts.catalogue import CONTEXTS, EVENTS
from shared.contracts.event import Event

SIREN = "732829320"


@pytest.mark.parametrize(
    ("topic", "owner", "from_outside", "company"),
    [
        (topics.intake(SIREN, "outreach"), SIREN, True, SIREN),
        (topics.intake(topics.PORTAL, "outreach"), "portal", True, None),
        (topics.PARTICIPANTS, "portal", True, None),
        (topics.feedback(SIREN), "feedback", False, SIREN),
        (f"{topics.feedback(SIREN)}.more", "feedback", False, None),
        ("outreach.visits", "outreach", False, None),
    ],
)
def test_a_topics_name_says_whose_it_is(topic: str, owner: str, from_outside: bool, company: str | None) -> None:
    assert topics.owner(topic) == owner
    assert topics.is_from_outside(topic) is from_outside
    assert topics.company_of(topic) == company


@pytest.mark.parametrize(
    "topic", ["intake.portal", "intake.portal.outreach.more", "intakes.portal.outreach", "outreach"]
)
def test_what_only_looks_like_an_intake_is_none(topic: str) -> None:
    assert not topics.is_intake(topic)
    assert topics.owner(topic) != "portal"


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.wire_name)
def test_every_topic_of_the_contracts_is_of_a_known_sort(event: type[Event]) -> None:
    owners = {*CONTEXTS, topics.PORTAL, "{sender}", "feedback"}
    assert topics.owner(event.topic) in owners
    assert topics.is_from_outside(event.topic) == (topics.owner(event.topic) in {topics.PORTAL, "{sender}"})
    assert topics.is_feedback(event.topic) == (event.topic == topics.feedback("{company}"))
