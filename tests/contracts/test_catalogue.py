"""The contracts as a whole: names, keys, topics, and the schemas that are committed."""

import json
from collections.abc import Iterator

import jsonschema
import pytest

from samples import generate
from samples.feed import WRITTEN_ON, read_feed
from shared.cli.contracts import command, schemas
from shared.contracts.catalogue import CONTEXTS, EVENTS
from shared.contracts.event import Event
from shared.contracts.internships import InternshipOffered

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.__name__)


@every_event
def test_a_wire_name_says_context_name_and_version(event: type[Event]) -> None:
    country, project, context, name, version = event.wire_name.split(".")
    assert (country, project, name) == ("fr", "passerelle", event.__name__)
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
