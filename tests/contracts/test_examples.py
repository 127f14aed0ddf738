"""Every event's examples: the valid ones pass, the others break the very rules they name."""

import json
from typing import Any

import jsonschema
import pytest
from pydantic import TypeAdapter

from shared.cli.contracts import schemas
from shared.contracts.catalogue import EVENTS
from shared.contracts.checking import check
from shared.contracts.event import Event
from shared.contracts.fields import Siren
from shared.contracts.submissions import Submitted

every_event = pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.wire_name)


def validator(event: type[Event]) -> Any:
    return jsonschema.Draft202012Validator(schemas.schema(event), format_checker=jsonschema.FormatChecker())


def judged(event: type[Event], value: object) -> object:
    """The event, or each problem's field and rule."""
    found = check(event, json.dumps(value).encode())
    return found if isinstance(found, Event) else sorted([one.field, one.rule] for one in found)


@every_event
def test_a_valid_example_passes_the_contract_and_its_schema(event: type[Event]) -> None:
    for value in schemas.examples(event)["valid"]:
        assert isinstance(judged(event, value), event)
        validator(event).validate(value)


@every_event
def test_an_invalid_example_breaks_the_rules_that_it_names(event: type[Event]) -> None:
    for example in schemas.examples(event)["invalid"]:
        assert judged(event, example["value"]) == sorted(example["problems"]), example["why"]


@every_event
def test_examples_show_the_least_and_the_most_and_what_goes_wrong(event: type[Event]) -> None:
    valid, invalid = schemas.examples(event)["valid"], schemas.examples(event)["invalid"]
    required = {name for name, field in event.model_fields.items() if field.is_required()}
    assert set(valid[0]) == required
    assert set(event.model_fields) == {name for value in valid for name in value}
    assert len(invalid) >= (3 if issubclass(event, Submitted) else 2)
    assert all(example["why"].endswith(".") for example in invalid)


@every_event
def test_what_is_written_for_an_example_is_what_was_read(event: type[Event]) -> None:
    for value in schemas.examples(event)["valid"]:
        read = event.model_validate_json(json.dumps(value))
        assert event.model_validate_json(read.model_dump_json(exclude_none=True)) == read


def test_there_are_examples_of_events_alone() -> None:
    assert {file.stem for file in schemas.EXAMPLES.iterdir()} == set(EVENTS)


def test_companies_in_valid_examples_have_numbers_that_could_be_theirs() -> None:
    for event in EVENTS.values():
        for value in schemas.examples(event)["valid"]:
            for name in {"siren", "company"} & set(value):
                TypeAdapter(Siren).validate_python(value[name])
