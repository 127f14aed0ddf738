"""CloudEvents 1.0 in Kafka's binary content mode: attributes in `ce_` headers, JSON in the value."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from .event import Event

Headers = list[tuple[str, bytes]]


@dataclass(frozen=True, slots=True)
class Attributes:
    """The CloudEvents attributes of one record (CloudEvents 1.0, section 3.1) and its trace context."""

    id: str
    source: str
    type: str
    subject: str
    time: datetime
    traceparent: str | None = None

    def headers(self) -> Headers:
        """Kafka headers (CloudEvents Kafka protocol binding 1.0.2, section 3.2)."""
        headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", self.id.encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
            ("ce_subject", self.subject.encode()),
            ("ce_time", self.time.isoformat().encode()),
            ("content-type", b"application/json"),
        ]
        if self.traceparent:
            headers.append(("traceparent", self.traceparent.encode()))
        return headers


def source_of(sender: str) -> str:
    """The CloudEvents source of a siren or a service."""
    return f"urn:siren:{sender}" if sender.isdigit() else f"urn:passerelle:{sender}"


def readable(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Headers as text; null and non-UTF-8 values, which Kafka allows, are left out."""
    texts: dict[str, str] = {}
    for name, value in headers:
        try:
            texts[name] = printable((value or b"").decode())
        except UnicodeDecodeError:
            continue
    return texts


def printable(text: str) -> str:
    """The text with a mark in place of what no log, mail or database should be given (CloudEvents 1.0, section 3)."""
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def value_of(event: Event) -> bytes:
    """The record's value: the event alone, as JSON."""
    return event.model_dump_json(exclude_none=True).encode()
