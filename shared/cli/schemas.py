"""JSON Schema of every event, written beside the contracts so that any language can read them."""

import json
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema

from shared.contracts.catalogue import EVENTS

FOLDER = Path(__file__).parents[1] / "contracts" / "schemas"


def schemas() -> dict[str, str]:
    """File name to content: JSON Schema 2020-12 for each event."""
    return {f"{wire_name}.json": _schema(wire_name) for wire_name in sorted(EVENTS)}


def _schema(wire_name: str) -> str:
    event = EVENTS[wire_name]
    schema = {
        "$schema": GenerateJsonSchema.schema_dialect,
        "$id": f"urn:passerelle:{wire_name}",
        **event.model_json_schema(),
        "x-topic": event.topic,
        "x-key": event.key_field,
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def write() -> int:
    """Write every schema and remove those of events that are no more; returns how many there are."""
    FOLDER.mkdir(exist_ok=True)
    wanted = schemas()
    for file in FOLDER.glob("*.json"):
        if file.name not in wanted:
            file.unlink()
    for name, content in wanted.items():
        (FOLDER / name).write_text(content, "utf-8")
    return len(wanted)
