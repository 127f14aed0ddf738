"""The event of CloudEvents' conformance suite, in both modes, with the changes that a test wants."""

import json
from typing import Any

from shared.contracts.wire import Message, unwrap

WIRE_NAME = "com.example.someevent"
HELLO = b'{"message": "Hello World!"}'
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "1234-1234-1234",
    "type": WIRE_NAME,
    "source": "/mycontext/subcontext",
    "time": "2018-04-05T03:56:24Z",
}
JSON = "application/json"
STRUCTURED = "application/cloudevents+json"

Changes = dict[str, Any]


def binary(changes: Changes | None = None, value: bytes | None = HELLO, media: str | None = JSON) -> Message:
    """The conformance suite's event in binary mode; None takes an attribute out, bytes are put in as they are."""
    said = {name: text for name, text in {**ATTRIBUTES, **(changes or {})}.items() if text is not None}
    headers: list[tuple[str, bytes | None]] = [
        (f"ce_{name}", text if isinstance(text, bytes) else str(text).encode()) for name, text in said.items()
    ]
    return unwrap([*headers, *([("content-type", media.encode())] if media else [])], value)


def structured(changes: Changes | None = None, media: str = STRUCTURED, **more: Any) -> Message:
    """The same event in structured mode; None takes a member out."""
    envelope = {**ATTRIBUTES, "datacontenttype": JSON, "data": json.loads(HELLO), **(changes or {}), **more}
    kept = {name: member for name, member in envelope.items() if member is not None}
    return unwrap([("content-type", media.encode())], json.dumps(kept).encode())
