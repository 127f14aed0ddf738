"""AsyncAPI 3 documents from the contracts: one for companies, one for the website, and one for each service.

FastStream can write one too, but without headers, keys, security and examples, and a batch as a list.
"""

import importlib
import re
from collections.abc import Container, Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shared.cli.contracts import schemas
from shared.contracts.catalogue import CONTEXTS, EVENTS
from shared.contracts.event import Event
from shared.contracts.feedback import Answer
from shared.contracts.topics import (
    FROM_COMPANIES,
    LARGEST_SUBMISSION,
    PORTAL,
    intake,
    is_feedback,
    is_from_outside,
    owner,
)
from shared.contracts.wire import Attributes

FOLDER = Path(__file__).parents[3] / "docs" / "asyncapi"
VERSION = "1.0.0"
"""Of the documents; each contract has its own major version in its wire name."""

Document = dict[str, Any]
Action = str

DIRECTIONS = {"send": "publishes", "receive": "reads"}

COMPANIES = f"""\
What a member company's system publishes to Passerelle and what it reads back.

Every event is a Kafka record in CloudEvents' binary mode: attributes in `ce_` headers, JSON in the value, the
reference as the key. Structured mode is read too: the whole event as JSON in the value, and the header
`content-type: application/cloudevents+json`. A record's value has at most {LARGEST_SUBMISSION >> 10} KiB
({LARGEST_SUBMISSION:,} bytes).

Each submission gets exactly one verdict on the company's own feedback topic, correlated by
`submission_id`, the `ce_id` of what was submitted."""

PORTAL_TEXT = """\
What the website publishes for students, teachers and mentors, and what it reads of what the services say.

It reads the offers and the companies' rates of answers, for search; most of its pages are still to come. Its records
are judged as companies' are; no verdict is told, and what cannot be used is kept for an operator."""

SERVICE = "What the {name} service hears and says. It is the only one that writes to its own topics."

PARAMETERS = {
    "sender": {"description": "The company's SIREN: nine digits.", "examples": ["732829320"]},
    "company": {"description": "The company's SIREN: nine digits.", "examples": ["732829320"]},
}

EXAMPLE_ID = "019b76da-a800-7c1e-8b2a-5f0d6a4c3e21"
EXAMPLE_TIME = datetime(2027, 1, 4, 9, 30, tzinfo=UTC)
EXAMPLE_TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

HEADERS: dict[str, tuple[str, dict[str, Any]]] = {
    "ce_specversion": ("The version of CloudEvents.", {"const": "1.0"}),
    "ce_id": (
        "The event's own id, a UUIDv7 for choice: sent again under it, an event counts once.",
        {"maxLength": 300},
    ),
    "ce_source": ("Who publishes: `urn:siren:` and the SIREN, or `urn:passerelle:` and the service.", {}),
    "ce_type": ("Which contract the value follows.", {}),
    "ce_subject": ("The record's key.", {}),
    "ce_time": ("When it happened (RFC 3339).", {"format": "date-time"}),
    "content-type": ("The value is JSON.", {"const": "application/json"}),
    "traceparent": ("The trace that goes on from here (W3C Trace Context).", {}),
}
NEEDED = ("ce_specversion", "ce_id", "ce_source", "ce_type")
"""CloudEvents 1.0, section 3.1.1."""


def documents() -> dict[str, Document]:
    """Every document by its name: the companies', the website's, and each service's."""
    return {"companies": companies(), **{name: service(name) for name in CONTEXTS}, PORTAL: portal()}


def files() -> dict[Path, str]:
    """File to content."""
    return {FOLDER / f"{name}.json": schemas.as_text(document) for name, document in documents().items()}


def companies() -> Document:
    """What companies publish and read."""
    sent = sorted(
        (event for event in EVENTS.values() if event.topic.startswith(FROM_COMPANIES)),
        key=lambda event: (_is_planned(event), "internships" not in event.topic),
    )
    received = [event for event in EVENTS.values() if is_feedback(event.topic)]
    operations = {
        name: {**operation, **({"reply": _reply(received)} if operation["action"] == "send" else {})}
        for name, operation in _operations(sent, received).items()
    }
    return _document("companies", COMPANIES, operations, [*sent, *received])


def portal() -> Document:
    """What the website publishes, and what it will read: whatever the services say on their own topics."""
    sent = sorted((event for event in EVENTS.values() if owner(event.topic) == PORTAL), key=_is_planned)
    others = {*CONTEXTS} - {PORTAL}
    received = sorted((event for event in EVENTS.values() if owner(event.topic) in others), key=_is_planned)
    return _document(PORTAL, PORTAL_TEXT, _operations(sent, received), [*sent, *received])


def service(name: str) -> Document:
    """What a service hears and says, and what it will."""
    heard = [*importlib.import_module(f"services.{name}.handlers").handlers.routes]
    topics = {event.topic for event in heard}
    heard += [event for event in EVENTS.values() if _is_planned(event) and _reaches(event, name, topics)]
    said = sorted((event for event in EVENTS.values() if name in publishers(event)), key=_is_planned)
    return _document(name, SERVICE.format(name=name), _operations(said, heard), [*heard, *said])


def _is_planned(event: type[Event]) -> bool:
    return event.status == "planned"


def _reaches(event: type[Event], service: str, heard: Container[str]) -> bool:
    """Whether an event from outside comes on a topic that a service reads: its intake, or one it hears already."""
    topic = event.topic
    return topic in {intake("{sender}", service), intake(PORTAL, service)} or (
        is_from_outside(topic) and topic in heard
    )


def publishers(event: type[Event]) -> tuple[str, ...]:
    """The services that publish an event; none for what comes from outside."""
    writer = owner(event.topic)
    return (writer,) if writer in CONTEXTS else event.told_by


def _document(name: str, description: str, operations: Document, events: Iterable[type[Event]]) -> Document:
    definitions: Document = {}
    messages = {event.wire_name: _message(event, definitions) for event in events}
    channels: Document = {}
    for event in events:
        channels.setdefault(_channel_name(event), _channel(event))["messages"][event.wire_name] = {
            "$ref": f"#/components/messages/{event.wire_name}"
        }
    return {
        "asyncapi": "3.0.0",
        "id": f"urn:passerelle:{name}",
        "info": {"title": f"Passerelle: {name}", "version": VERSION, "description": description},
        "defaultContentType": "application/json",
        "servers": {"kafka": _server()},
        "channels": channels,
        "operations": operations,
        "components": {"messages": messages, "schemas": definitions, "securitySchemes": {"scram": _scram()}},
    }


def _server() -> Document:
    return {
        "host": "{brokers}",
        "protocol": "kafka-secure",
        "description": "The addresses that the operator hands to each company.",
        "variables": {"brokers": {"description": "host:port", "examples": ["kafka.passerelle.example:9094"]}},
        "security": [{"$ref": "#/components/securitySchemes/scram"}],
    }


def _scram() -> Document:
    return {
        "type": "scramSha512",
        "description": "SASL/SCRAM-SHA-512 over TLS. A user reads and writes its own company's topics and no others.",
    }


def _channel_name(event: type[Event]) -> str:
    """`intake.{sender}.internships` is `intake.sender.internships`: keys hold no braces."""
    return event.topic.replace("{", "").replace("}", "")


def _channel(event: type[Event]) -> Document:
    names = re.findall(r"{(\w+)}", event.topic)
    channel: Document = {"address": event.topic, "messages": {}}
    if names:
        channel["parameters"] = {name: PARAMETERS[name] for name in names}
    return channel


def _operations(sent: Iterable[type[Event]], received: Iterable[type[Event]]) -> Document:
    """One operation for each channel and direction."""
    operations: Document = {}
    for action, events in (("send", sent), ("receive", received)):
        for event in events:
            channel = _channel_name(event)
            operation = operations.setdefault(f"{action}.{channel}", _operation(action, channel))
            operation["messages"].append(_message_in(event))
    return operations


def _operation(action: Action, channel: str) -> Document:
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{channel}"},
        "summary": f"{DIRECTIONS[action].capitalize()} {channel}",
        "messages": [],
    }


def _message_in(event: type[Event]) -> Document:
    return {"$ref": f"#/channels/{_channel_name(event)}/messages/{event.wire_name}"}


def _reply(received: Iterable[type[Event]]) -> Document:
    answers = [event for event in received if issubclass(event, Answer)]
    return {
        "channel": {"$ref": f"#/channels/{_channel_name(answers[0])}"},
        "messages": [_message_in(event) for event in answers],
    }


def _message(event: type[Event], definitions: Document) -> Document:
    """One event: its headers, key and value, with an example of each; shared parts go to `definitions`."""
    payload = event.model_json_schema(ref_template="#/components/schemas/{model}")
    definitions.update(payload.pop("$defs", {}))
    message = {
        "name": event.wire_name,
        "title": event.wire_name.split(".")[-2],
        "summary": payload.pop("description").split("\n\n")[0],
        "contentType": "application/json",
        "headers": _headers(event),
        "payload": payload,
        "bindings": {"kafka": {"key": _key(event), "bindingVersion": "0.5.0"}},
        "examples": [
            _example(event, value, number) for number, value in enumerate(schemas.examples(event)["valid"], 1)
        ],
        "x-status": event.status,
    }
    if issubclass(event, Answer):
        message["correlationId"] = {
            "description": "The `ce_id` of what was submitted.",
            "location": "$message.payload#/submission_id",
        }
    return message


def _headers(event: type[Event]) -> Document:
    properties: Document = {
        name: {"type": "string", "description": description, **rules} for name, (description, rules) in HEADERS.items()
    }
    properties["ce_type"]["const"] = event.wire_name
    return {"type": "object", "properties": properties, "required": list(NEEDED)}


def _key(event: type[Event]) -> Document:
    return {"type": "string", "description": f"`{event.key_field}`: events of one key keep their order."}


def _example(event: type[Event], value: Mapping[str, Any], number: int) -> Document:
    source = f"urn:siren:{value.get('siren')}" if "siren" in value else "urn:passerelle:example"
    subject = str(value[event.key_field])
    attributes = Attributes(EXAMPLE_ID, source, event.wire_name, subject, EXAMPLE_TIME, EXAMPLE_TRACE)
    headers = {name: header.decode() for name, header in attributes.headers()}
    return {"name": f"example{number}", "headers": headers, "payload": value}
