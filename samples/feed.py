"""Reads a feed as a company's system exports it: JSON Lines, one submission a line, broken lines included."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID, uuid5

ROWS = UUID("8a3b9c52-2f71-5c8e-a1de-5d2f90b6c3aa")
"""The namespace of ids for rows: a line keeps its id, so that a feed sent again is recognised."""

OFFERED = "fr.passerelle.internships.InternshipOffered.v1"


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a feed, ready to publish."""

    event_id: str
    wire_name: str
    key: str
    value: bytes


def read_feed(path: Path) -> Iterator[Row]:
    """Each line of the file; the key is the offer's reference where one can be read."""
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        yield Row(str(uuid5(ROWS, f"{path.stem}/{number}")), OFFERED, _reference(line), line)


def _reference(line: bytes) -> str:
    try:
        return str(json.loads(line)["reference"])
    except (ValueError, KeyError, TypeError):
        return "unreadable"
