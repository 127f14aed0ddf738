"""The contracts as a whole: names, keys, topics, and the schemas that are committed."""

import importlib
import json
import re
from collections.abc import Iterator
from pathlib import Path

import jsonschema
import pytest

from samples import generate
from samples.feed import WRITTEN_ON, read_feed
from shared.chassis.consuming import pattern
from shared.cli.contracts import command, schemas
from shared.contracts.catalogue import CONTEXTS, EVENTS
from shared.contracts.event import Event
from shared.contracts.internships import InternshipOffered

ROOT = Path(__file__).parents[2]

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.wire_name)


@every_event
def test_a_wire_name_says_context_name_and_version(event: type[Event]) -> None:
    country, project, context, name, version = event.wire_name.split(".")
    assert (country, project) == ("fr", "passerelle")
    assert event.__name__ == (f"{name}{version.upper()}" if event.superseded_by else name)
    assert context in {*CONTEXTS, "participants", "feedback"}
    assert version[0] == "v"
    assert int(version[1:]) >= 1


@every_event
def test_the_key_is_a_required_field(event: type[Event]) -> None:
    assert event.model_fields[event.key_field].is_required()


@every_event
def test_an_event_says_what_it_means(event: type[Event]) -> None:
    assert event.__doc__
    assert event.__doc__.strip().endswith(".")


@every_event
def test_every_list_that_others_send_or_we_keep_is_bounded(event: type[Event]) -> None:
    assert list(arrays_without_a_bound(event.model_json_schema())) == []


def arrays_without_a_bound(schema: object, name: str = "") -> Iterator[str]:
    """The names of the fields that hold a list of any length."""
    if isinstance(schema, dict):
        if schema.get("type") == "array" and "maxItems" not in schema:
            yield name
        for key, value in schema.items():
            yield from arrays_without_a_bound(value, key)
    if isinstance(schema, list):
        for one in schema:
            yield from arrays_without_a_bound(one, name)


@every_event
def test_every_field_says_what_it_means(event: type[Event]) -> None:
    schema = event.model_json_schema()
    for part in (schema, *schema.get("$defs", {}).values()):
        for name, field in part["properties"].items():
            described = field.get("description", "")
            assert described.endswith("."), f"{name} has no description: write it as a docstring under the field"
            assert "\n" not in described


PERSONAL = re.compile("given|family|first_name|last_name|e_?mail|phone|birth|address|sex|gender|^age$")


@every_event
def test_people_are_ids_everywhere_but_on_participants(event: type[Event]) -> None:
    fields = {name for name in event.model_fields if PERSONAL.search(name)}
    allowed = {"given_name", "family_name", "email"} if event.topic == "participants" else {"email_id"}
    assert fields <= allowed


HANDLERS = {name: importlib.import_module(f"services.{name}.handlers").handlers for name in CONTEXTS}


def named_in_code() -> set[type[Event]]:
    """The events that some service, the chassis or the verdicts import: to hear them or to say them."""
    files = [*(ROOT / "services").glob("**/*.py"), *(ROOT / "shared/chassis").glob("*.py"), ROOT / VERDICTS]
    names = [".".join(file.relative_to(ROOT).with_suffix("").parts) for file in files]
    held = [value for name in names for value in vars(importlib.import_module(name)).values()]
    return {value for value in held if isinstance(value, type) and value in set(EVENTS.values())}


VERDICTS = "shared/contracts/verdicts.py"


def test_served_events_are_heard_or_said_and_planned_ones_by_nobody() -> None:
    heard = {event for handlers in HANDLERS.values() for event in handlers.routes}
    served = {event for event in EVENTS.values() if event.status == "served"}
    assert heard <= served
    assert named_in_code() == served


@pytest.mark.parametrize(
    "event", [event for event in EVENTS.values() if event.topic.startswith("intake.") or event.topic == "participants"]
)
def test_whatever_is_sent_from_outside_reaches_one_service(event: type[Event]) -> None:
    topic = event.topic.replace("{sender}", "732829320")
    assert len([one for one in HANDLERS.values() if re.match(pattern(one.routes), topic)]) == 1


def test_the_generated_files_are_current() -> None:
    committed = {file: file.read_text("utf-8") for folder in command.folders() for file in folder.iterdir()}
    assert committed == command.files(), "run ./passerelle contracts export"


@pytest.mark.parametrize("content", schemas.files().values(), ids=lambda content: str(json.loads(content)["$id"]))
def test_every_schema_is_valid_json_schema(content: str) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(content))


def test_a_valid_offer_of_the_samples_passes_the_schema() -> None:
    validator = jsonschema.Draft202012Validator(schemas.schema(InternshipOffered))
    file = next((generate.FOLDER / "internships").glob("*.jsonl"))
    row = next(row for row in read_feed(file, WRITTEN_ON) if row.wire_name == InternshipOffered.wire_name)
    validator.validate(json.loads(row.value))


def test_the_readme_counts_the_events_as_they_are() -> None:
    planned = sum(event.status == "planned" for event in EVENTS.values())
    said = f"{len(EVENTS)} events, of which {len(EVENTS) - planned} are served and {planned} planned"
    assert said in (schemas.CONTRACTS.parents[1] / "README.md").read_text("utf-8")
