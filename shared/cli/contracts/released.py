"""Released contracts: what companies and services may rely on, kept as it was on the day it was released."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.cli.contracts import schemas
from shared.cli.contracts.compatibility import WRITERS, Breach, Schema, compare, next_version
from shared.contracts.checking import check
from shared.contracts.event import Event

FOLDER = Path(__file__).parents[2] / "contracts" / "released"


@dataclass(frozen=True, slots=True)
class Released:
    """A contract as it was released: its schema, and records that were valid under it."""

    schema: Schema
    valid: tuple[Mapping[str, Any], ...]


Events = Mapping[str, type[Event]]


def load(folder: Path = FOLDER) -> dict[str, Released]:
    """Every released contract by its wire name."""
    files = sorted(folder.glob("*.json"))
    return {file.stem: _released(json.loads(file.read_text("utf-8"))) for file in files}


def _released(content: Mapping[str, Any]) -> Released:
    return Released(content["schema"], tuple(content["valid"]))


def breaches(released: Mapping[str, Released], events: Events) -> list[Breach]:
    """Every change in `events` that would break somebody who relies on `released`."""
    return [breach for wire_name, contract in released.items() for breach in _breaches(wire_name, contract, events)]


def _breaches(wire_name: str, contract: Released, events: Events) -> Iterator[Breach]:
    event = events.get(wire_name)
    if event is None:
        yield _missing(wire_name, events)
        return
    yield from compare(wire_name, contract.schema, schemas.schema(event))
    newer = events.get(next_version(wire_name))
    if newer and event.superseded_by is not newer:
        yield _no_upcaster(wire_name, newer)
        return
    yield from _examples(wire_name, event, contract)


def _missing(wire_name: str, events: Events) -> Breach:
    if next_version(wire_name) in events:
        said = f"it is gone, and {next_version(wire_name)} stands in its place."
        return Breach(wire_name, "", WRITERS, said, "Keep its class beside the new one, with an upcaster.")
    return Breach(wire_name, "", "readers and writers", "it is gone.", "Keep it.")


def _no_upcaster(wire_name: str, newer: type[Event]) -> Breach:
    said = f"{newer.wire_name} exists, and nothing says how a record of this version becomes one of that."
    remedy = f"Set `superseded_by = {newer.__name__}` on it and define its `upcast`."
    return Breach(wire_name, "", WRITERS, said, remedy)


def _examples(wire_name: str, event: type[Event], contract: Released) -> Iterator[Breach]:
    """A schema does not say everything; records that were valid show the rest."""
    for number, value in enumerate(contract.valid, 1):
        read = check(event, json.dumps(value).encode())
        if not isinstance(read, Event):
            said = f"{read[0].rule} refuses the released example {number}."
            yield Breach(wire_name, read[0].field, WRITERS, said, "Accept it, or make it a new major version.")
            continue
        try:
            read.newest()
        except Exception as error:  # whatever an upcaster raises, it concerns its author
            said = f"its upcaster fails on the released example {number} ({error!r})."
            yield Breach(wire_name, "", WRITERS, said, "Mend `upcast`.")


def release(events: Events, folder: Path = FOLDER) -> list[str]:
    """Keep today's contracts as released; returns the wire names that are new or grew. Check for breaches first."""
    folder.mkdir(exist_ok=True)
    before = load(folder)
    after = {name: _grown(before.get(name), event) for name, event in events.items() if event.status == "served"}
    changed = sorted(name for name, contract in after.items() if contract != before.get(name))
    for name in changed:
        content = {"schema": after[name].schema, "valid": list(after[name].valid)}
        (folder / f"{name}.json").write_text(schemas.as_text(content), "utf-8")
    return changed


def _grown(before: Released | None, event: type[Event]) -> Released:
    """A record that was valid once stays an example for ever."""
    known = before.valid if before else ()
    fresh = [value for value in schemas.examples(event)["valid"] if value not in known]
    return Released(schemas.schema(event), (*known, *fresh))
