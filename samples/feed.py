"""Reads a feed as a company's system exports it: JSON Lines, one submission a line, broken lines included."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from shared.contracts.internships import InternshipOffered, InternshipWithdrawn

ROWS = UUID("8a3b9c52-2f71-5c8e-a1de-5d2f90b6c3aa")
"""The namespace of rows' ids: a row keeps its id wherever it stands, so that a feed sent again is recognised."""

WRITTEN_ON = date(2026, 11, 24)

DATE = re.compile(r"(?<=\")[0-9]{4}-[0-9]{2}-[0-9]{2}(?=\")")

TYPES = {event.__name__: event.wire_name for event in (InternshipOffered, InternshipWithdrawn)}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of a feed, ready to publish."""

    event_id: str
    wire_name: str
    key: str
    value: bytes


def read_feed(path: Path, today: date) -> Iterator[Row]:
    """Each line of the file, `{"event_id", "type", "data"}`; a line that is no JSON travels as it is.

    Dates are moved by the whole weeks that have passed since the feed was written: its offers stay ahead.
    """
    passed = timedelta(weeks=(today - WRITTEN_ON).days // 7)
    for line in path.read_text("utf-8").splitlines():
        try:
            yield _row(json.loads(DATE.sub(lambda day: str(date.fromisoformat(day[0]) + passed), line)))
        except ValueError:
            event_id = uuid5(ROWS, f"{path.stem}/{line}")
            yield Row(str(event_id), InternshipOffered.wire_name, "unreadable", line.encode())


def _row(envelope: dict[str, object]) -> Row:
    data = envelope["data"]
    assert isinstance(data, dict), "the generator writes objects"
    value = json.dumps(data, ensure_ascii=False).encode()
    return Row(str(envelope["event_id"]), TYPES[str(envelope["type"])], str(data["reference"]), value)
