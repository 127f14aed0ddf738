"""How dead letters are told: for people, whose terminal nothing in them can steer, and for programs."""

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shared.chassis.database import Row
from shared.contracts.wire import printable

SHOWN_BYTES = 1024
"""Of what is no text."""

RECORD = ("headers", "key", "value")


def print_table(rows: Iterable[Row], *columns: str) -> None:
    """A line for each row."""
    table = Table()
    for column in columns:
        table.add_column(column.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(escape(_told(row[column])) for column in columns))
    Console().print(table)


def as_json(content: Any) -> str:
    """For programs; instants as RFC 3339 has them."""
    return json.dumps(content, indent=2, default=datetime.isoformat)


def exactly(letter: Row) -> dict[str, Any]:
    """A whole letter for programs; what its record is made of in hexadecimal."""
    return {
        **letter,
        "detail": json.loads(letter["detail"]),
        "headers": json.loads(letter["headers"]),
        "key": _hex(letter["key"]),
        "value": _hex(letter["value"]),
    }


def lines_of(letter: Row) -> Iterable[str]:
    """A whole letter for people."""
    told = {name: value for name, value in letter.items() if name not in {*RECORD, "detail"} and value is not None}
    for name, value in told.items():
        yield f"{name:13} {_told(value)}"
    detail = json.loads(letter["detail"])
    yield f"{'detail':13} {detail if isinstance(detail, str) else json.dumps(detail, indent=2, ensure_ascii=False)}"
    yield "\nheaders"
    for name, value in json.loads(letter["headers"]):
        yield f"  {_readable(bytes.fromhex(name))}: {_readable(None if value is None else bytes.fromhex(value))}"
    for part in ("key", "value"):
        yield f"\n{part}\n  {_readable(letter[part])}"


def local(instant: datetime) -> str:
    """An instant by the operator's clock."""
    return instant.astimezone().isoformat(sep=" ", timespec="seconds")


def named(rows: Sequence[Row], ids: Sequence[int], states: Sequence[str]) -> Iterable[str]:
    """What keeps the letters that an operator has named from being found, or from what is asked."""
    for one in sorted({*ids} - {row["id"] for row in rows}):
        yield f"There is no letter {one}: `passerelle ops dlq list` shows those there are."
    for row in rows:
        if row["state"] not in states:
            by = f" by {row['changed_by']}" if row["changed_by"] else ""
            yield f"Letter {row['id']} is {row['state']}{by} since {local(row['changed_at'])}: leave it out."


def _told(value: object) -> str:
    return local(value) if isinstance(value, datetime) else printable(str(value))


def _readable(content: bytes | None) -> str:
    if content is None:
        return "(none)"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = "\0"
    if text.replace("\n", "").replace("\t", "").isprintable():
        return text.replace("\n", "\n  ")
    more = f" … of {len(content)} bytes; --json shows all" if len(content) > SHOWN_BYTES else ""
    return f"hex {content[:SHOWN_BYTES].hex(' ')}{more}"


def _hex(content: bytes | None) -> str | None:
    return None if content is None else content.hex()
