"""CloudEvents 1.0 on Kafka: written in binary mode, read in binary and in structured mode.

Binary: attributes in `ce_` headers, the event as JSON in the value. Structured: the value is one JSON object that
holds the attributes and the event. Rules: CloudEvents 1.0.2, its Kafka protocol binding and its JSON event format.
"""

import base64
import json
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import NamedTuple

from .event import Event

Headers = list[tuple[str, bytes]]

Faults = dict[str, tuple[str, object]]
"""By attribute: the rule it breaks, and what was found."""

LONGEST_ID = 300
LONGEST_SOURCE = 300
LONGEST_TYPE = 200

READ = {
    "ce_id": "id",
    "ce_source": "source",
    "ce_specversion": "specversion",
    "ce_type": "type",
    "ce_time": "time",
    "content-type": "datacontenttype",
    "ce_traceparent": "traceparent",
    "traceparent": "traceparent",
}
"""The headers that are looked at, and the attributes they carry; any other is the sender's own affair."""

ATTRIBUTES = (*dict.fromkeys(READ.values()),)

STRUCTURED = "application/cloudevents"
JSON_EVENT = f"{STRUCTURED}+json"
JSON_DATA = re.compile(r"[^/;\s]+/([^/;\s]+\+)?json\s*(;.*)?", re.IGNORECASE)
"""A media type of JSON (CloudEvents JSON format, section 3.1.1); parameters say nothing about JSON (RFC 8259)."""

SPECVERSION = re.compile(r"1\.[0-9]+")
RFC_3339 = re.compile(
    r"([0-9]{4}-[0-9]{2}-[0-9]{2})[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]+)?"
    r"([Zz]|[+-]([01][0-9]|2[0-3]):[0-5][0-9])"
)
TRACEPARENT = re.compile(r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}")
"""W3C Trace Context, section 3.2.2; anything else starts a trace of its own."""


class Attributes(NamedTuple):
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
            ("ce_time", (self.time if self.time.tzinfo is UTC else self.time.astimezone(UTC)).isoformat().encode()),
            ("content-type", b"application/json"),
        ]
        if self.traceparent:
            headers.append(("traceparent", self.traceparent.encode()))
        return headers


class Message(NamedTuple):
    """What a record says, in whichever mode it was sent.

    Every text is printable; an attribute with a fault is empty, as one that is missing. `data` is the event's JSON
    as bytes; None when the record has none to be judged, and then `faults` say why.
    """

    id: str
    source: str
    type: str
    traceparent: str | None
    data: bytes | None
    faults: Faults
    structured: bool = False

    def field(self, attribute: str) -> str:
        """Where an attribute stands in the record: the header's name, or the member's in structured mode."""
        if self.structured or attribute in {"", "data"}:
            return attribute
        return "content-type" if attribute == "datacontenttype" else f"ce_{attribute}"


class RepeatedFieldError(ValueError):
    """An object names a field twice: readers would disagree about which one counts (RFC 8259, section 4)."""


def unwrap(headers: Iterable[tuple[str, bytes | None]], value: bytes | None) -> Message:
    """Read a record (Kafka protocol binding, section 3). Never raises; what is wrong is in the message's faults."""
    said, faults = _in_headers(headers)
    media = _essence(said.get("datacontenttype", ""))
    if "datacontenttype" in faults or not media.startswith(STRUCTURED):
        return _message(said, value or b"", faults)
    beside = _message(said, None, faults)
    if media == JSON_EVENT:
        return _structured(beside, value or b"")
    batch = media.startswith(f"{STRUCTURED}-batch")
    return _broken(beside, "datacontenttype", "batch_mode" if batch else "content_type", media)


@lru_cache(maxsize=256)  # nearly every record names the same
def _essence(media: str) -> str:
    return media.split(";", maxsplit=1)[0].strip().lower()


@lru_cache(maxsize=256)
def _is_json(media: str) -> bool:
    return JSON_DATA.fullmatch(media.strip()) is not None


def _in_headers(headers: Iterable[tuple[str, bytes | None]]) -> tuple[dict[str, str], Faults]:
    """What the headers say. Names count in any case, as HTTP's do and as the CloudEvents SDKs read them."""
    said: dict[str, str] = {}
    faults: Faults = {}
    for name, value in headers:
        attribute = READ.get(name) or READ.get(name.lower())
        if attribute is None or value is None:
            continue
        before = said.get(attribute)
        try:
            _say(said, faults, attribute, value.decode())
        except UnicodeDecodeError:
            _say(said, faults, attribute, value[:LONGEST_ID])
        if before is not None and before != said[attribute]:
            faults.setdefault(attribute, ("field_repeated", said[attribute]))
    return said, faults


def _say(said: dict[str, str], faults: Faults, attribute: str, value: object) -> None:
    """Note an attribute, a text without control characters (CloudEvents 1.0, section 2, String)."""
    if isinstance(value, str) and value.isprintable():
        said[attribute] = value
        return
    said[attribute] = printable(str(value)) if isinstance(value, str | bytes | int | float) else type(value).__name__
    faults.setdefault(attribute, ("attribute_text", said[attribute]))


def _structured(beside: Message, value: bytes) -> Message:
    """The JSON event format, section 3; headers of the binary mode may ride along and do not count (3.3.3)."""
    try:
        envelope = strictly(value)
    except RepeatedFieldError as error:
        return _broken(beside, str(error), "field_repeated", str(error))._replace(structured=True)
    except (ValueError, RecursionError):
        return _broken(beside, "", "malformed", "")
    if not isinstance(envelope, dict):
        return _broken(beside, "", "malformed", "")
    said = {"traceparent": beside.traceparent} if beside.traceparent else {}
    faults: Faults = {}
    for attribute in ATTRIBUTES:
        if (found := envelope.get(attribute)) is not None:
            _say(said, faults, attribute, found)
    data = _data_in(envelope, faults)
    return _message(said, data, faults)._replace(structured=True)


def _data_in(envelope: Mapping[str, object], faults: Faults) -> bytes | None:
    """The event in an envelope (JSON event format, section 3.1.2)."""
    coded = envelope.get("data_base64")
    if coded is None:
        if "data" not in envelope:
            faults["data"] = ("missing", "")
            return None
        return _dumped(envelope["data"], faults)
    if "data" in envelope:
        faults["data_base64"] = ("data_twice", coded)
        return None
    try:
        return base64.b64decode(coded if isinstance(coded, str) else "?", validate=True)
    except ValueError:
        faults["data_base64"] = ("base64", coded)
        return None


def _dumped(data: object, faults: Faults) -> bytes | None:
    try:
        return json.dumps(data).encode()
    except RecursionError:  # writing takes more of the stack than reading did
        faults["data"] = ("malformed", "")
        return None


def _message(said: Mapping[str, str], data: bytes | None, faults: Faults) -> Message:
    _judge(said, faults)
    trace = said.get("traceparent")
    faults.pop("traceparent", None)
    sound = {name: text for name, text in said.items() if name not in faults} if faults else said
    return Message(
        sound.get("id", ""),
        sound.get("source", ""),
        sound.get("type", "")[:LONGEST_TYPE],
        trace if trace and TRACEPARENT.fullmatch(trace) else None,
        data if "datacontenttype" not in faults else None,
        faults,
    )


def _broken(beside: Message, attribute: str, rule: str, found: object) -> Message:
    """An envelope that cannot be read; the headers beside it may still say which event it was to be."""
    return beside._replace(faults={attribute: (rule, found)})


def _judge(said: Mapping[str, str], faults: Faults) -> None:
    """Note what is wrong with the attributes. Source and specversion may be missing: the topic knows who and what."""
    if not said.get("type"):
        faults.setdefault("type", ("unknown_type", "no type"))
    if not (event_id := said.get("id")):
        faults.setdefault("id", ("missing", ""))
    elif len(event_id) > LONGEST_ID:
        faults.setdefault("id", ("id_too_long", event_id))
    if (source := said.get("source")) and len(source) > LONGEST_SOURCE:
        faults.setdefault("source", ("source_too_long", source))
    if (version := said.get("specversion")) is not None and not _is_version(version):
        faults.setdefault("specversion", ("specversion", version))
    if (time := said.get("time")) is not None and not _is_instant(time):
        faults.setdefault("time", ("time_format", time))
    if (media := said.get("datacontenttype")) and not _is_json(media):
        faults.setdefault("datacontenttype", ("content_type", media))


@lru_cache(maxsize=256)
def _is_version(text: str) -> bool:
    return SPECVERSION.fullmatch(text) is not None


def _is_instant(text: str) -> bool:
    """Whether a text is a time of RFC 3339, section 5.6."""
    found = RFC_3339.fullmatch(text)
    try:
        return found is not None and bool(date.fromisoformat(found[1]))
    except ValueError:
        return False


def strictly(text: bytes, decimal: Callable[[str], object] = float) -> object:
    """JSON as every reader understands it: in UTF-8, no field twice (RepeatedFieldError), no NaN (ValueError).

    `decimal` makes a value of a number with decimals. Raises RecursionError for what is nested too deeply.
    """
    return json.loads(text.decode(), object_pairs_hook=_each_once, parse_float=decimal, parse_constant=_refuse)


def _each_once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) < len(pairs):
        names = [name for name, _ in pairs]
        for name in names:
            if members.pop(name, names) is names:
                raise RepeatedFieldError(name)
    return members


def _refuse(constant: str) -> None:
    raise ValueError(constant)


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
    if text.isprintable():
        return text
    return "".join(char if char.isprintable() else "\ufffd" for char in text)


def value_of(event: Event) -> bytes:
    """The record's value: the event alone, as JSON."""
    return event.__pydantic_serializer__.to_json(event, exclude_none=True)  # model_dump_json, before it makes a text
