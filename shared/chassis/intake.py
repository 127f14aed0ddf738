"""From a raw Kafka record to an event, or to the reasons why it is none. Never raises."""

import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from typing import Any, NamedTuple

import orjson

from shared.chassis.handlers import Heard
from shared.chassis.records import Unread
from shared.contracts import catalogue, topics
from shared.contracts.checking import check, problem
from shared.contracts.event import Event
from shared.contracts.feedback import MOST_PROBLEMS, Problem
from shared.contracts.received import Received
from shared.contracts.wire import Message, printable, source_of, unwrap

OUR_SOURCE = re.compile(r"urn:(siren:[0-9]{9}|passerelle:[a-z]+)", re.IGNORECASE)
"""A source that names a company or a service."""


@dataclass
class Raw:
    """A Kafka record as it arrived; where a whole batch could not be read, its bytes as `value` and why."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    unread: Unread | None = None
    _message: Message | None = field(default=None, init=False, compare=False)  # a cached_property takes a lock

    @classmethod
    def of(cls, record: Any) -> "Raw":
        """A record of aiokafka's."""
        unread = getattr(record, "unread", None)
        return cls(
            record.topic, record.partition, record.offset, record.key, record.value, tuple(record.headers), unread
        )

    @property
    def place(self) -> str:
        """Where the record is, or begins."""
        return f"{self.topic}/{self.partition}/{self.unread.first if self.unread else self.offset}"

    @property
    def message(self) -> Message:
        """What the record says, as CloudEvents has it."""
        if self._message is None:
            self._message = unwrap(self.headers, self.value)
        return self._message

    @property
    def digest(self) -> bytes:
        """What the record says, in 16 bytes: its type and its content, not its circumstances or its spelling.

        One event in binary and in structured mode, or written again by another JSON library, has one digest.
        """
        if self.unread:
            return blake2b(self.value or b"", digest_size=16).digest()
        data = self.value or b"" if self.message.data is None else self.message.data
        with suppress(ValueError, TypeError):  # of what is no JSON, the bytes are what it says
            data = orjson.dumps(orjson.loads(data), option=orjson.OPT_SORT_KEYS)
        return blake2b(self.message.type.encode() + b"\0" + data, digest_size=16).digest()

    @property
    def stand_in_id(self) -> str:
        """An id for want of one of its own; a topic made anew has other records in the same places."""
        return f"{self.place}/{self.digest.hex()}"

    @property
    def reference(self) -> str | None:
        """The company's own reference, if there is one to be found."""
        return None if self.unread else reference_in(self.value if self.message.data is None else self.message.data)


class Unusable(NamedTuple):
    """A record that is no event of ours, with every problem found in it."""

    received: Received
    problems: Sequence[Problem]
    traceparent: str | None = None


def read(raw: Raw, heard: Mapping[type[Event], Any], now: datetime) -> Heard | Unusable | None:
    """The event in a record; None for an event that this service does not listen to."""
    sender, intake = topics.owner(raw.topic), topics.is_from_outside(raw.topic)
    if raw.unread:
        received = Received(raw.stand_in_id, "", sender, now)
        return Unusable(received, [problem("", raw.unread.rule, raw.unread.found)])
    message = raw.message
    received = Received(message.id or raw.stand_in_id, message.type, sender, now, message.source)
    kind = catalogue.EVENTS.get(message.type)
    here = kind is not None and kind.topic.replace("{sender}", sender) == raw.topic
    served = kind is not None and here and kind.newest_kind() in heard
    if not served and not intake:
        return None
    problems = _faults(message, sender if sender.isdigit() else None)
    if kind is None or not served:
        rule = "not_served_yet" if kind and here and kind.status == "planned" else "unknown_type"
        unknown = [problem(message.field("type"), rule, message.type)] if message.type else []
        return Unusable(received, [*problems, *unknown], message.traceparent)
    event = _judged(kind, raw)
    if isinstance(event, list):
        return Unusable(received, [*problems, *event][:MOST_PROBLEMS], message.traceparent)
    if intake and getattr(event, "siren", sender) != sender:
        problems.append(problem("siren", "not_yours", getattr(event, "siren", "")))
    if problems:
        return Unusable(received, problems, message.traceparent)
    return Heard(event.newest(), received, message.traceparent)


def _judged(kind: type[Event], raw: Raw) -> Event | list[Problem]:
    """The event, or what is wrong with it; nothing that is not told already where its data could not be had."""
    if len(raw.value or b"") > topics.LARGEST_SUBMISSION:
        return [problem("", "too_large", f"{len(raw.value or b'')} bytes")]
    return check(kind, raw.message.data) if raw.message.data is not None else []


def _faults(message: Message, company: str | None) -> list[Problem]:
    """What is wrong around the event; on a topic of one company's, also a source that is another's."""
    faults, source = dict(message.faults), message.source
    ours = source_of(company) if company else source
    if source not in {"", ours} and OUR_SOURCE.fullmatch(source) and source.lower() != ours:
        faults.setdefault("source", ("not_yours", source))
    return [problem(message.field(attribute), rule, found) for attribute, (rule, found) in faults.items()]


def inbox_key(received: Received) -> tuple[str, str]:
    """Source and id: what makes an event the same event (CloudEvents 1.0, section 3.1.1)."""
    owner = source_of(received.sender)
    if received.source == owner:
        return owner, received.event_id
    # A company's word for its source stands behind its siren, so that no company can name another's events.
    return owner if received.source.lower() in {"", owner} else f"{owner} {received.source}", received.event_id


def reference_in(value: bytes | None) -> str | None:
    """The company's own reference in a record, if there is one to be found."""
    try:
        content = json.loads(value or b"")
    except (ValueError, RecursionError):
        return None
    reference = content.get("reference") if isinstance(content, dict) else None
    return printable(reference[:80]) if isinstance(reference, str) else None
