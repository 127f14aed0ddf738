"""Reads a feed as a company's system exports it: JSON Lines, one submission a line, broken lines included."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

from shared.contracts.internships import InternshipOffered, InternshipWithdrawn

ROWS = UUID("8a3b9c52-2f71-5c8e-a1de-5d2f90b6c3aa")
"""The namespace of rows' ids: a row keeps its id wherever it stands, so that a feed sent again is recognised."""

TYPES = {event.__name__: event.wire_name for event in (InternshipOffered, InternshipWithdrawn)}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a feed, ready to publish."""

    event_id: str
    wire_name: str
    key: str
    value: bytes


def read_feed(path: Path) -> Iterator[Row]:
    """Each line of the file, `{"event_id", "type", "data"}`; a line that is no JSON travels as it is."""
    for line in path.read_bytes().splitlines():
        try:
            yield _row(json.loads(line))
        except ValueError:
            event_id = uuid5(ROWS, f"{path.stem}/{line.decode(errors='replace')}")
            yield Row(str(event_id), InternshipOffered.wire_name, "unreadable", line)


def _row(envelope: dict[str, object]) -> Row:
    data = envelope["data"]
    assert isinstance(data, dict), "the generator writes objects"
    value = json.dumps(data, ensure_ascii=False).encode()
    return Row(str(envelope["event_id"]), TYPES[str(envelope["type"])], str(data["reference"]), value)
