"""From a raw Kafka record to an event, or to the reasons why it is none. Never raises."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any

from shared.chassis.handlers import Heard
from shared.contracts import catalogue
from shared.contracts.checking import check, problem
from shared.contracts.event import Event
from shared.contracts.feedback import Problem
from shared.contracts.participants import ParticipantRegistered
from shared.contracts.received import Received
from shared.contracts.wire import printable, readable, source_of

LONGEST_ID = 300
LONGEST_TYPE = 200
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""W3C Trace Context, section 3.2.2; anything else starts a trace of its own."""


@dataclass(frozen=True, slots=True)
class Raw:
    """A Kafka record as it arrived."""

    topic: str
    partition: int
    offset: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]

    @property
    def place(self) -> str:
        """Where the record is."""
        return f"{self.topic}/{self.partition}/{self.offset}"

    @property
    def digest(self) -> bytes:
        """What the record says, in 16 bytes: its type and its value, not its circumstances."""
        types = [value or b"" for name, value in self.headers if name == "ce_type"]
        return blake2b(b"\0".join([*types, self.value or b""]), digest_size=16).digest()

    @property
    def stand_in_id(self) -> str:
        """An id for want of one of its own; a topic made anew has other records in the same places."""
        return f"{self.place}/{self.digest.hex()}"


@dataclass(frozen=True, slots=True)
class Unusable:
    """A record that is no event of ours, with every problem found in it."""

    received: Received
    problems: Sequence[Problem]
    traceparent: str | None = None


def read(raw: Raw, heard: Mapping[type[Event], Any], now: datetime) -> Heard | Unusable | None:
    """The event in a record; None for an event that this service does not listen to."""
    attributes = readable(raw.headers)
    sender, intake = owner_of(raw.topic)
    told_id, parent = attributes.get("ce_id", ""), attributes.get("traceparent", "")
    known_id = told_id if 0 < len(told_id) <= LONGEST_ID else raw.stand_in_id
    received = Received(known_id, attributes.get("ce_type", "")[:LONGEST_TYPE], sender, now)
    trace = parent if TRACEPARENT.fullmatch(parent) else None
    kind = catalogue.EVENTS.get(received.event_type)
    here = kind is not None and kind.topic.replace("{sender}", sender) == raw.topic
    if kind is None or not here or kind not in heard:
        found = received.event_type or "no ce_type"
        rule = "not_served_yet" if kind and here and kind.status == "planned" else "unknown_type"
        return Unusable(received, [problem("ce_type", rule, found)], trace) if intake else None
    if len(told_id) > LONGEST_ID:
        return Unusable(received, [problem("ce_id", "id_too_long", told_id)], trace)
    event = check(kind, raw.value or b"")
    if not isinstance(event, Event):
        return Unusable(received, event, trace)
    if intake and getattr(event, "siren", sender) != sender:
        return Unusable(received, [problem("siren", "not_yours", getattr(event, "siren", ""))], trace)
    return Heard(event, received, trace)


def owner_of(topic: str) -> tuple[str, bool]:
    """Who may write to a topic, and whether that is not a service of ours: then every record is answered or kept."""
    intake = re.fullmatch(r"intake\.([^.]+)\.[^.]+", topic)
    return (intake[1], True) if intake else (topic.split(".", maxsplit=1)[0], topic == ParticipantRegistered.topic)


def inbox_key(received: Received) -> tuple[str, str]:
    """Source and id: what makes an event the same event (CloudEvents 1.0, section 3.1.1)."""
    return source_of(received.sender), received.event_id


def reference_in(value: bytes | None) -> str | None:
    """The company's own reference in a record, if there is one to be found."""
    try:
        content = json.loads(value or b"")
    except (ValueError, RecursionError):
        return None
    reference = content.get("reference") if isinstance(content, dict) else None
    return printable(reference[:80]) if isinstance(reference, str) else None
