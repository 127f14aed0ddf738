"""The AsyncAPI documents and the reference leave nothing out."""

from typing import Any

import pytest

from shared.cli.contracts import asyncapi, reference
from shared.contracts import topics
from shared.contracts.catalogue import CONTEXTS, EVENTS
from shared.contracts.event import Event

DOCUMENTS = asyncapi.documents()
PAGES = {file.stem: content for file, content in reference.files().items()}

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.wire_name)


def told(name: str, action: str) -> set[str]:
    """The events that a document has in one direction."""
    operations = [one for one in DOCUMENTS[name]["operations"].values() if one["action"] == action]
    return {message["$ref"].rsplit("/", 1)[-1] for one in operations for message in one["messages"]}


@every_event
def test_every_event_is_published_in_a_document_and_read_in_another(event: type[Event]) -> None:
    publish = {name for name in DOCUMENTS if event.wire_name in told(name, "send")}
    read = {name for name in DOCUMENTS if event.wire_name in told(name, "receive")}
    assert publish
    assert read
    assert not publish & read


@pytest.mark.parametrize("event", [one for one in EVENTS.values() if topics.is_from_outside(one.topic)])
def test_what_comes_from_outside_is_read_in_the_document_of_one_service(event: type[Event]) -> None:
    (judge,) = [name for name in CONTEXTS if event.wire_name in told(name, "receive")]
    assert judge == "notifications" if event.topic == topics.PARTICIPANTS else event.topic.endswith(f".{judge}")


@pytest.mark.parametrize("name", DOCUMENTS)
def test_a_page_shows_every_event_and_its_navigation_tells_the_planned_ones_apart(name: str) -> None:
    served, _, planned = PAGES[name].partition("</nav>")[0].partition(": planned</strong>")
    for wire_name, message in DOCUMENTS[name]["components"]["messages"].items():
        assert f'<h2 id="{wire_name}">' in PAGES[name]
        assert f'href="#{wire_name}"' in (planned if message["x-status"] == "planned" else served)


def test_an_amount_is_shown_in_each_form_it_may_have() -> None:
    (row,) = rows("fr.passerelle.internships.InternshipOffered.v1", "hourly_pay")
    assert row["type"] == "number or string"
    assert row["null"]
    assert row["rules"][:2] == ["number: at least 0", "number: at most 1000"]
    assert row["rules"][2].startswith("string: pattern ")


def rows(wire_name: str, path: str) -> list[dict[str, Any]]:
    shown = reference.events(DOCUMENTS["companies"])
    return [row for event in shown if event["wire_name"] == wire_name for row in event["fields"] if row["path"] == path]


def test_companies_read_of_both_modes_and_of_the_largest_size() -> None:
    said = DOCUMENTS["companies"]["info"]["description"].replace("\n", " ")
    assert "`content-type: application/cloudevents+json`" in said
    assert "256 KiB (262,144 bytes)" in said
