"""What a contract asks for, leaf by leaf, read from its JSON Schema: a new field is known by itself."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

from ...contracts.catalogue import EVENTS
from ...contracts.event import Event
from ...contracts.topics import FROM_COMPANIES

Type = Literal["text", "integer", "number", "boolean", "date", "instant", "uuid"]
FORMATS: dict[str, Type] = {"date": "date", "date-time": "instant", "uuid": "uuid"}
TYPES: dict[str, Type] = {"string": "text", "integer": "integer", "number": "number", "boolean": "boolean"}


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value of an event, by its path (`place.city`), with what the contract says of it.

    `low` and `high` bound a number, `longest` a text in characters, `most` a list in items.
    """

    path: str
    type: Type
    required: bool
    many: bool
    title: str
    description: str
    values: tuple[str, ...] = ()
    low: float | None = None
    high: float | None = None
    longest: int | None = None
    most: int | None = None
    example: str = ""

    @property
    def name(self) -> str:
        """The path's last word."""
        return self.path.rpartition(".")[2]


def company_kinds() -> dict[str, type[Event]]:
    """The events that a company may submit today, by their short names."""
    kinds = (kind for kind in EVENTS.values() if kind.topic.startswith(FROM_COMPANIES))
    return {kind.__name__: kind for kind in kinds if kind.status == "served" and kind.superseded_by is None}


@cache
def leaves(kind: type[Event]) -> Mapping[str, Leaf]:
    """Every leaf of an event by its path, the required ones first."""
    schema = kind.model_json_schema()
    found = list(_walk(schema, schema.get("$defs", {}), "", required=True))
    return {leaf.path: leaf for leaf in sorted(found, key=lambda leaf: not leaf.required)}


def _walk(schema: Mapping[str, Any], shared: Mapping[str, Any], prefix: str, *, required: bool) -> Iterator[Leaf]:
    for name, declared in schema.get("properties", {}).items():
        asked = required and name in schema.get("required", ())
        said = _without_null(declared, shared)
        if "properties" in said:
            yield from _walk(said, shared, f"{prefix}{name}.", required=asked)
        else:
            yield _leaf(prefix + name, said, shared, required=asked)


def _without_null(declared: Mapping[str, Any], shared: Mapping[str, Any]) -> dict[str, Any]:
    """A field's schema with its reference followed, and the first of its alternatives that is a value."""
    said = dict(declared)
    if options := [one for one in said.pop("anyOf", ()) if one.get("type") != "null"]:
        said = {**options[0], **said}
    if reference := said.pop("$ref", None):
        said = {**shared[reference.rpartition("/")[2]], **said}
    return said


def _leaf(path: str, said: Mapping[str, Any], shared: Mapping[str, Any], *, required: bool) -> Leaf:
    many = said.get("type") == "array"
    item = _without_null(said.get("items", {}), shared) if many else said
    return Leaf(
        path=path,
        type=FORMATS.get(item.get("format", "")) or TYPES.get(item.get("type", ""), "text"),
        required=required,
        many=many,
        title=said.get("title", path),
        description=" ".join(said.get("description", "").split()),
        values=tuple(map(str, item.get("enum", [item["const"]] if "const" in item else ()))),
        low=item.get("minimum"),
        high=item.get("maximum"),
        longest=item.get("maxLength"),
        most=said.get("maxItems"),
        example=str(next(iter(item.get("examples", ())), "")),
    )
