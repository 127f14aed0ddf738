"""The reference that people read: one page of HTML for each AsyncAPI document, with nothing to load from elsewhere."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

from shared.cli.contracts import asyncapi, schemas
from shared.contracts.catalogue import EVENTS
from shared.contracts.fields import LINE_FORM, PROSE_FORM
from shared.contracts.rules import REMEDIES

SAID = {LINE_FORM: "one line, no control characters", PROSE_FORM: "line breaks allowed, no control characters"}
"""Patterns that read better as what they mean."""

FOLDER = Path(__file__).parents[3] / "docs" / "reference"
TEMPLATE = Path(__file__).with_name("reference.html.jinja")

BOUNDS = {
    "minLength": "at least {} characters",
    "maxLength": "at most {} characters",
    "minimum": "at least {}",
    "exclusiveMinimum": "more than {}",
    "maximum": "at most {}",
    "exclusiveMaximum": "less than {}",
    "minItems": "at least {} of them",
    "maxItems": "at most {} of them",
    "pattern": "pattern `{}`",
    "default": "{} when left out",
}


GROUPS = (
    ("send", "served", "Published"),
    ("receive", "served", "Read"),
    ("send", "planned", "Published: planned"),
    ("receive", "planned", "Read: planned"),
)


def files() -> dict[Path, str]:
    """File to content: a page for each document."""
    documents = asyncapi.documents()
    return {FOLDER / f"{name}.html": page(document, list(documents)) for name, document in documents.items()}


def page(document: Mapping[str, Any], names: list[str]) -> str:
    """The page of one document; `names` are the pages to link to."""
    environment = jinja2.Environment(
        autoescape=True, trim_blocks=True, lstrip_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["code"] = _code
    template = environment.from_string(TEMPLATE.read_text("utf-8"))
    shown = events(document)
    headers = [(name, about, name in asyncapi.NEEDED) for name, (about, _) in asyncapi.HEADERS.items()]
    return template.render(
        info=document["info"],
        events=shown,
        groups=_groups(shown),
        headers=headers,
        remedies=_remedies(),
        names=names,
        as_text=schemas.as_text,
    )


def events(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every event of a document as the page shows it."""
    return [_event(wire_name, document) for wire_name in document["components"]["messages"]]


def _groups(events: Iterable[Mapping[str, Any]]) -> list[tuple[str, list[Mapping[str, Any]]]]:
    """The events as the navigation groups them: by direction, what is planned apart."""
    found = [
        (title, [event for event in events if (event["action"], event["message"]["x-status"]) == (action, status)])
        for action, status, title in GROUPS
    ]
    return [(title, group) for title, group in found if group]


def _remedies() -> dict[str, list[str]]:
    """By rule, its remedy in both languages; what depends on the field is left open."""
    return {rule: [re.sub(r"{\w+}", "…", text) for text in texts] for rule, texts in REMEDIES.items()}


def _bound(name: str, value: object) -> str:
    if name in {"minLength", "minItems"} and value == 1:
        return "not empty"
    return SAID[value] if isinstance(value, str) and value in SAID else BOUNDS[name].format(value)


def _code(text: str) -> Markup:
    """A sentence with what stands between backticks set as code."""
    return Markup("").join(
        Markup("<code>{}</code>").format(part) if number % 2 else part for number, part in enumerate(text.split("`"))
    )


def _event(wire_name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    message = document["components"]["messages"][wire_name]
    channel = next(one for one in document["channels"].values() if wire_name in one["messages"])
    action = next(
        operation["action"]
        for operation in document["operations"].values()
        if any(one["$ref"].endswith(f"/{wire_name}") for one in operation["messages"])
    )
    event = EVENTS[wire_name]
    return {
        "wire_name": wire_name,
        "message": message,
        "topic": channel["address"],
        "key": event.key_field,
        "action": action,
        "verb": asyncapi.DIRECTIONS[action],
        "fields": _fields(message["payload"], document["components"]["schemas"]),
        "invalid": schemas.examples(event)["invalid"],
    }


def _fields(schema: Mapping[str, Any], definitions: Mapping[str, Any], path: str = "") -> list[dict[str, Any]]:
    """Every field with its path, parts of parts included."""
    rows: list[dict[str, Any]] = []
    for name, field in schema.get("properties", {}).items():
        plain, optional = _plain(field, definitions)
        row = {"path": path + name, "required": name in schema.get("required", ()), "null": optional}
        rows.append(
            {**row, "type": _type(plain, definitions), "rules": _rules(plain), "about": plain.get("description", "")}
        )
        inner, step = (_plain(plain["items"], definitions)[0], "[].") if "items" in plain else (plain, ".")
        rows += _fields(inner, definitions, path + name + step)
    return rows


def _plain(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> tuple[Mapping[str, Any], bool]:
    """A field without references, what is said beside a reference kept; and whether it may be null."""
    if "$ref" in field:
        target = definitions[field["$ref"].rsplit("/", 1)[-1]]
        return {**target, **{name: value for name, value in field.items() if name != "$ref"}}, False
    forms = [one for one in field.get("anyOf", ()) if one.get("type") != "null"]
    if not forms:
        return field, False
    beside = {name: value for name, value in field.items() if name != "anyOf" and value is not None}
    plain = [_plain(form, definitions)[0] for form in forms]
    said = plain[0] if len(plain) == 1 else {"anyOf": plain}
    return {**said, **beside}, len(forms) < len(field["anyOf"])


def _type(field: Mapping[str, Any], definitions: Mapping[str, Any]) -> str:
    if "anyOf" in field:
        return " or ".join(_type(form, definitions) for form in field["anyOf"])
    if "items" in field:
        return f"list of {_type(_plain(field['items'], definitions)[0], definitions)}"
    if "const" in field or "enum" in field:
        return "one of"
    return str(field.get("format") or field.get("type", "any"))


def _rules(field: Mapping[str, Any]) -> list[str]:
    allowed = [field["const"]] if "const" in field else field.get("enum", ())
    inner = [rule for rule in _rules(field["items"]) if "items" in field] if "items" in field else []
    own = [_bound(name, field[name]) for name in BOUNDS if field.get(name) is not None]
    forms = [f"{form['type']}: {rule}" for form in field.get("anyOf", ()) for rule in _rules(form)]
    return [*([", ".join(map(str, allowed))] if allowed else []), *own, *forms, *(f"each: {rule}" for rule in inner)]
