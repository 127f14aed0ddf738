"""JSON Schema of every event, written beside the contracts so that any language can read them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event

CONTRACTS = Path(__file__).parents[2] / "contracts"
FOLDER = CONTRACTS / "schemas"
EXAMPLES = CONTRACTS / "examples"


def files() -> dict[Path, str]:
    """File to content: JSON Schema 2020-12 for each event."""
    return {FOLDER / f"{name}.json": as_text(_with_examples(event)) for name, event in sorted(EVENTS.items())}


def _with_examples(event: type[Event]) -> dict[str, Any]:
    return {**schema(event), "examples": examples(event)["valid"]}


def schema(event: type[Event]) -> dict[str, Any]:
    """The JSON Schema of an event, with its topic, key and status."""
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:passerelle:{event.wire_name}",
        **event.model_json_schema(),
        "x-topic": event.topic,
        "x-key": event.key_field,
        "x-status": event.status,
    }


def examples(event: type[Event]) -> dict[str, list[Any]]:
    """Records that are valid under the contract, and ones that are not, each with why and the problems told."""
    found: dict[str, list[Any]] = json.loads((EXAMPLES / f"{event.wire_name}.json").read_text("utf-8"))
    return found


def as_text(content: Mapping[str, Any]) -> str:
    """JSON as it is committed."""
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
