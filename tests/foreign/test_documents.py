"""What is generated from the contracts, judged by implementations that are not ours."""

import json
from pathlib import Path

import pytest

from shared.cli.contracts import asyncapi, schemas
from shared.contracts.catalogue import EVENTS
from shared.contracts.checking import check
from shared.contracts.event import Event
from tests.foreign.conftest import run_node

ERROR, WARNING = 0, 1


@pytest.fixture(scope="module")
def diagnostics(node: Path) -> dict[str, list[tuple[int, str, str, str]]]:
    told: dict[str, list[tuple[int, str, str, str]]] = json.loads(run_node(node, "asyncapi.mjs", *asyncapi.files()))
    return told


@pytest.mark.parametrize("file", asyncapi.files(), ids=lambda file: file.stem)
def test_asyncapis_own_parser_finds_nothing_to_say_about_a_document(
    diagnostics: dict[str, list[tuple[int, str, str, str]]], file: Path
) -> None:
    assert [one for one in diagnostics[str(file)] if one[0] in {ERROR, WARNING}] == []


def test_asyncapis_own_parser_finds_a_planted_fault(node: Path, tmp_path: Path) -> None:
    document = asyncapi.companies()
    message = next(iter(document["components"]["messages"].values()))
    message["examples"][0]["headers"] = 5
    broken = tmp_path / "broken.json"
    broken.write_text(json.dumps(document), "utf-8")
    told = json.loads(run_node(node, "asyncapi.mjs", broken))[str(broken)]
    assert any(severity in {ERROR, WARNING} for severity, *_ in told)


def test_ajv_judges_every_example_as_we_do_where_a_schema_can_tell(node: Path) -> None:
    cases = {
        name: (schemas.schema(event), [*schemas.examples(event)["valid"], *_told_by_the_schema(event)])
        for name, event in EVENTS.items()
    }
    judged = json.loads(run_node(node, "schemas.mjs", given=json.dumps(list(cases.values()))))
    ours = [
        [isinstance(check(EVENTS[name], json.dumps(value).encode()), Event) for value in values]
        for name, (_, values) in cases.items()
    ]
    assert dict(zip(cases, judged, strict=True)) == dict(zip(cases, ours, strict=True))
    assert any(not all(one) for one in judged)


def _told_by_the_schema(event: type[Event]) -> list[object]:
    """Invalid examples that break a rule which JSON Schema has a word for."""
    words = {"missing", "literal_error", "string_too_long", "string_too_short", "too_short", "too_long"}
    words |= {"string_pattern_mismatch", "greater_than_equal", "less_than_equal", "int_type", "string_type"}
    return [one["value"] for one in schemas.examples(event)["invalid"] if {rule for _, rule in one["problems"]} & words]
