"""From a raw Kafka record to an event, or to the reasons why it is none. Never raises."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from shared.chassis.handlers import Heard
from shared.contracts import catalogue
from shared.contracts.event import Event
from shared.contracts.feedback import Problem
from shared.contracts.received import Received
from shared.contracts.wire import printable, readable, source_of

REMEDIES = {
    "missing": ("Ajoutez ce champ.", "Add this field."),
    "siren": (
        "Vérifiez les neuf chiffres du SIREN et sa clé de contrôle.",
        "Check the nine digits of the SIREN and its check digit.",
    ),
    "dates_reversed": (
        "La date de fin doit suivre la date de début.",
        "The end date must not lie before the start date.",
    ),
    "malformed": ("Envoyez un objet JSON valide en UTF-8.", "Send a valid JSON object in UTF-8."),
    "not_yours": (
        "Publiez sous votre propre SIREN, sur votre propre sujet.",
        "Publish under your own SIREN, on your own topic.",
    ),
    "unknown_type": (
        "Utilisez un type d'événement du contrat, dans l'en-tête ce_type.",
        "Use an event type of the contract in the ce_type header.",
    ),
}
ANY = ("Corrigez la valeur selon le contrat : {rule}.", "Correct the value as the contract says: {rule}.")


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
        """Where the record is, for want of an id of its own."""
        return f"{self.topic}/{self.partition}/{self.offset}"


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
    received = Received(attributes.get("ce_id") or raw.place, attributes.get("ce_type", ""), sender, now)
    kind = catalogue.EVENTS.get(received.event_type)
    parent = attributes.get("traceparent")
    if kind is None or kind not in heard or kind.topic.replace("{sender}", sender) != raw.topic:
        found = received.event_type or "no ce_type"
        return Unusable(received, [_problem("ce_type", "unknown_type", found)], parent) if intake else None
    try:
        event = kind.model_validate_json(raw.value or b"")
    except ValidationError as error:
        return Unusable(received, [_explain(one) for one in error.errors(include_url=False)], parent)
    if intake and getattr(event, "siren", sender) != sender:
        return Unusable(received, [_problem("siren", "not_yours", getattr(event, "siren", ""))], parent)
    return Heard(event, received, parent)


def owner_of(topic: str) -> tuple[str, bool]:
    """Who may write to a topic, and whether it is an intake topic."""
    intake = re.fullmatch(r"intake\.([^.]+)\.[^.]+", topic)
    return (intake[1], True) if intake else (topic.split(".", maxsplit=1)[0], False)


def inbox_key(received: Received) -> tuple[str, str]:
    """Source and id: what makes an event the same event (CloudEvents 1.0, section 3.1.1)."""
    return source_of(received.sender), received.event_id[:300]


def reference_in(value: bytes | None) -> str | None:
    """The company's own reference in a record, if there is one to be found."""
    try:
        content = json.loads(value or b"")
    except (ValueError, RecursionError):
        return None
    reference = content.get("reference") if isinstance(content, dict) else None
    return printable(reference[:80]) if isinstance(reference, str) else None


def _explain(error: ErrorDetails) -> Problem:
    context = error.get("ctx", {})
    if error["type"] in {"json_invalid", "json_type", "model_type"}:
        return _problem("", "malformed", "")
    field = str(context.get("field") or ".".join(map(str, error["loc"])))
    found = "" if error["type"] == "missing" else context.get("found", error["input"])
    return _problem(field, error["type"], found, error["msg"])


def _problem(field: str, rule: str, found: object, message: str = "") -> Problem:
    remedy_fr, remedy_en = REMEDIES.get(rule, ANY)
    said = message or rule
    shown = printable(str(found)[:80])
    return Problem(
        field=field,
        rule=rule,
        found=shown,
        remedy_fr=remedy_fr.format(rule=said),
        remedy_en=remedy_en.format(rule=said),
    )
