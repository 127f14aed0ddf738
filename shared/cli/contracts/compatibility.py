"""Whether a contract may follow a released one: each change that would break somebody, with what to do instead.

Whoever writes under the old contract must still be accepted, and what lies in the topics must still be read. Where
others read what we publish (everything but intake), nothing may appear that a reader of the old contract never saw.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from shared.contracts.topics import is_intake

Schema = Mapping[str, Any]

LOWER = ("minimum", "exclusiveMinimum", "minLength", "minItems", "minProperties")
UPPER = ("maximum", "exclusiveMaximum", "maxLength", "maxItems", "maxProperties")
OPAQUE = ("pattern", "format", "multipleOf", "uniqueItems")
"""Rules that cannot be compared, only told apart."""

INFINITE = float("inf")


@dataclass(frozen=True, slots=True)
class Breach:
    """A change that would break a reader or a writer, and what to do about it."""

    event: str
    field: str
    broken: str
    said: str
    remedy: str

    def __str__(self) -> str:
        where = f"{self.event}, {self.field}" if self.field else self.event
        return f"{where}: {self.said} This breaks {self.broken}. {self.remedy}"


@dataclass(frozen=True, slots=True)
class _Part:
    """One part of a contract, then and now."""

    event: str
    old: Schema
    new: Schema
    old_root: Schema
    new_root: Schema
    read_by_others: bool
    path: str = ""

    def at(self, name: str, old: Schema, new: Schema) -> "_Part":
        return replace(self, path=f"{self.path}.{name}" if self.path else name, old=old, new=new)

    def breach(self, broken: str, said: str, remedy: str) -> Breach:
        return Breach(self.event, self.path, broken, said, remedy)

    def narrower(self, said: str, instead: str) -> Iterator[Breach]:
        """Something that could be written under the old contract would be refused."""
        yield self.breach(WRITERS, said, f"{instead}, or {self.next_version}.")

    def wider(self, said: str, instead: str) -> Iterator[Breach]:
        """Something may be published that a reader of the old contract never saw."""
        if self.read_by_others:
            yield self.breach(READERS, said, f"{instead}, or {self.next_version}.")

    @property
    def next_version(self) -> str:
        return f"make it {next_version(self.event)} with an upcaster"


WRITERS = "writers, and the records that lie in the topics"
READERS = "readers"


def next_version(wire_name: str) -> str:
    """The wire name of the next major version."""
    name, _, version = wire_name.rpartition(".v")
    return f"{name}.v{int(version) + 1}"


def compare(event: str, old: Schema, new: Schema) -> list[Breach]:
    """Every change from the released schema `old` of an event to `new` that would break somebody."""
    whole = _Part(event, old, new, old, new, read_by_others=not is_intake(old["x-topic"]))
    moved = [
        whole.breach("readers and writers", f"its {what} was {old[mark]} and is {new[mark]}.", "Leave it as it was.")
        for what, mark in (("topic", "x-topic"), ("key", "x-key"))
        if old[mark] != new[mark]
    ]
    return [*moved, *_compare(whole)]


def _compare(part: _Part) -> Iterator[Breach]:
    old, old_null = _plain(part.old, part.old_root)
    new, new_null = _plain(part.new, part.new_root)
    part = replace(part, old=old, new=new)
    if old_null and not new_null:
        yield from part.narrower("it may no longer be null.", "Allow null")
    if new_null and not old_null:
        yield from part.wider("it may now be null.", "Leave it out where there is none")
    if _kind(old) != _kind(new):
        yield from _other_kind(part)
        return
    yield from _values(part)
    yield from _bounds(part)
    yield from _opaque(part)
    yield from _fields(part)
    if "items" in old and "items" in new:
        yield from _compare(part.at("[]", old["items"], new["items"]))


def _plain(schema: Schema, root: Schema) -> tuple[Schema, bool]:
    """The schema behind references, and whether null is allowed beside it."""
    if "$ref" in schema:
        return _plain(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root)
    if "anyOf" not in schema:
        return schema, schema.get("type") == "null"
    forms = [_plain(one, root)[0] for one in schema["anyOf"] if one.get("type") != "null"]
    nullable = len(forms) < len(schema["anyOf"])
    outside = {name: value for name, value in schema.items() if name == "default"}
    return ({**forms[0], **outside} if len(forms) == 1 else {"anyOf": forms, **outside}), nullable


def _kind(schema: Schema) -> str:
    """What sort of value it is; forms that differ in a bound alone are one kind only if they are the same."""
    if "anyOf" in schema:
        return json.dumps([_shown(one) for one in schema["anyOf"]], sort_keys=True)
    return str(schema.get("type") or sorted({type(one).__name__ for one in _allowed(schema) or ()}))


def _shown(schema: Schema) -> dict[str, Any]:
    return {name: value for name, value in schema.items() if name not in {"title", "description", "examples"}}


def _other_kind(part: _Part) -> Iterator[Breach]:
    said = f"it was {_kind(part.old)} and is {_kind(part.new)}."
    yield part.breach("readers and writers", said, f"Add a field of another name, or {part.next_version}.")


def _allowed(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _values(part: _Part) -> Iterator[Breach]:
    old, new = _allowed(part.old), _allowed(part.new)
    if new is not None and (gone := [one for one in old or ["any other value"] if one not in new]):
        yield from part.narrower(f"{_listed(gone)} is no longer allowed.", "Go on allowing it")
    if old is not None and (fresh := [one for one in new or ["any other value"] if one not in old]):
        yield from part.wider(f"{_listed(fresh)} is new.", "Add a field of its own for it")
    if part.old.get("default") != part.new.get("default"):
        was, now = part.old.get("default"), part.new.get("default")
        said = f"left out, it meant {was!r} and means {now!r}."
        yield part.breach("writers, who would say something else than they meant", said, "Leave the default.")


def _listed(values: list[Any]) -> str:
    return ", ".join(map(str, values))


def _bounds(part: _Part) -> Iterator[Breach]:
    for name, sign in [*((name, 1) for name in LOWER), *((name, -1) for name in UPPER)]:
        was, now = (side.get(name) for side in (part.old, part.new))
        if was == now:
            continue
        said = f"its {name} was {_or_none(was)} and is {_or_none(now)}."
        low = [sign * bound if bound is not None else -INFINITE for bound in (was, now)]
        if low[1] > low[0]:
            yield from part.narrower(said, "Keep the old bound")
        else:
            yield from part.wider(said, "Keep the old bound")


def _or_none(bound: object) -> str:
    return "none" if bound is None else str(bound)


def _opaque(part: _Part) -> Iterator[Breach]:
    for name in OPAQUE:
        was, now = (side.get(name) for side in (part.old, part.new))
        if was == now:
            continue
        said = f"its {name} was {_or_none(was)} and is {_or_none(now)}."
        if now is not None:
            yield from part.narrower(said, "Keep the old one")
        if was is not None:
            yield from part.wider(said, "Keep the old one")


def _fields(part: _Part) -> Iterator[Breach]:
    old, new = part.old.get("properties", {}), part.new.get("properties", {})
    needed, needs = set(part.old.get("required", ())), set(part.new.get("required", ()))
    fresh = [name for name in new if name not in old]
    for name, schema in old.items():
        here = part.at(name, schema, new.get(name, {}))
        if name not in new:
            yield _gone(here, [other for other in fresh if _shown(new[other]) == _shown(schema)])
            continue
        if name in needs - needed:
            yield from here.narrower("it could be left out and is now required.", "Leave it optional")
        if name in needed - needs:
            yield from here.wider("it was always there and may now be left out.", "Leave it required")
        yield from _compare(here)
    for name in fresh:
        if name in needs:
            here = part.at(name, {}, new[name])
            yield from here.narrower("it is new and required.", "Make it optional")


def _gone(part: _Part, candidates: list[str]) -> Breach:
    if not candidates:
        said = "it is gone: what is written in it would be passed over in silence."
        return part.breach("readers and writers", said, f"Keep it, or {part.next_version}.")
    said = f"it is gone; {candidates[0]} looks like its new name."
    remedy = f"Keep {part.path} beside {candidates[0]} and leave both optional, or {part.next_version}."
    return part.breach("readers and writers", said, remedy)
