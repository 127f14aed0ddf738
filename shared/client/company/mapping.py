"""The mapping file: which column means which field, and how the company writes its values."""

import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from rapidfuzz import process

from ...contracts.event import Event
from ...contracts.wire import printable
from . import texts
from .cells import Reader, Style
from .drafts import Json, Misread, flattened
from .leaves import Leaf, company_kinds, leaves
from .rows import Unreadable
from .texts import Lang, pick
from .words.plain import plain

FILE = "passerelle.toml"
SHAPES: dict[str, type] = {
    "sheet": str, "columns": dict, "fixed": dict, "defaults": dict, "values": dict,
    "date_format": str, "decimal_comma": bool, "list_separator": str,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Plan:
    """How one kind of event is read from a table.

    `columns` give a field's path for a column's name. `fixed` values hold for every row; `defaults` where a cell is
    empty. Without a mapping file `sheet` is None and the names are those that we know.
    """

    kind: type[Event]
    columns: Mapping[str, str]
    sheet: str | None = None
    fixed: Mapping[str, Json] = field(default_factory=dict)
    defaults: Mapping[str, Json] = field(default_factory=dict)
    style: Style = field(default_factory=Style)


@dataclass(frozen=True, slots=True)
class MappingFile:
    """A mapping file as a whole."""

    siren: str | None
    plans: tuple[Plan, ...]


def load(path: Path, lang: Lang) -> MappingFile:
    """Read a mapping file; raises Unreadable with every mistake in it."""
    try:
        content = tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        why = texts.reason(error, lang)
        raise Unreadable(
            pick(
                lang,
                f"{path} ne se lit pas ({why}) : corrigez ce fichier de correspondance, ou nommez-en un autre.",
                f"{path} cannot be read ({why}): mend this mapping file, or name another.",
            )
        ) from error
    siren = content.pop("siren", None)
    mistakes = list(_mistakes(content, siren, lang))
    if mistakes:
        raise Unreadable("\n".join(f"{path}{pick(lang, ' : ', ': ')}{printable(one)}" for one in mistakes))
    return MappingFile(siren, tuple(_plan(name, section) for name, section in content.items()))


def _plan(name: str, section: Mapping[str, Any]) -> Plan:
    kind = company_kinds()[name]
    style = Style(
        section.get("date_format"),
        section.get("decimal_comma"),
        section.get("list_separator"),
        dict(flattened(section.get("values", {}), leaves(kind))),
    )
    fixed, defaults = (
        {
            path: _value(value, leaves(kind)[path], style)
            for path, value in flattened(section.get(key, {}), leaves(kind))
        }
        for key in ("fixed", "defaults")
    )
    return Plan(kind, section.get("columns", {}), section.get("sheet"), fixed, defaults, style)


def _value(value: Any, leaf: Leaf, style: Style) -> Json:
    """A fixed value, read as a cell would be; a list item by item."""
    cells = value if isinstance(value, list) else [value]
    read = [Reader(style).read(cell, replace(leaf, many=False)) for cell in cells]
    return read if leaf.many else read[0]


def _mistakes(content: Mapping[str, Any], siren: object, lang: Lang) -> Iterator[str]:
    if siren is not None and not isinstance(siren, str):
        yield pick(lang, "siren : écrivez-le entre guillemets.", "siren: put it in quotation marks.")
    for name, section in content.items():
        if name not in company_kinds():
            yield unknown(name, name, company_kinds(), lang)
        elif not isinstance(section, dict):
            yield pick(lang, f"{name} : écrivez [{name}.columns].", f"{name}: write [{name}.columns].")
        else:
            shapes = list(_misshapen(name, section, lang))
            yield from shapes or _misnamed(name, section, lang)


def _misshapen(name: str, section: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    kinds = {str: ("un texte", "a text"), bool: ("true ou false", "true or false"), dict: ("une table", "a table")}
    for key, value in section.items():
        if key not in SHAPES:
            yield unknown(f"{name}.{key}", key, SHAPES, lang)
        elif not isinstance(value, SHAPES[key]) or value == "":
            wanted = pick(lang, *kinds[SHAPES[key]])
            yield f"{name}.{key}" + pick(lang, f" : il faut {wanted}.", f": it must be {wanted}.")


def _tells_the_day(form: str) -> bool:
    day = datetime(2027, 1, 31)  # noqa: DTZ001 - a day has no time zone
    try:
        return datetime.strptime(day.strftime(form), form) == day  # noqa: DTZ007 - as above
    except ValueError:
        return False


def _misnamed(name: str, section: Mapping[str, Any], lang: Lang) -> Iterator[str]:
    known = leaves(company_kinds()[name])
    if not _tells_the_day(section.get("date_format", "%Y-%m-%d")):
        yield f"{name}.date_format" + pick(lang, " : écrivez par exemple %d/%m/%Y.", ": write for example %d/%m/%Y.")
    for column, path in section.get("columns", {}).items():
        if path not in known:
            yield unknown(f"{name}.columns, {column!r}", str(path), known, lang)
    for key in ("fixed", "defaults", "values"):
        for path, value in flattened(section.get(key, {}), known):
            if path not in known:
                yield unknown(f"{name}.{key}", path, known, lang)
            elif not (_translates(value) if key == "values" else _fits(value, known[path])):
                yield f"{name}.{key}.{path}" + pick(
                    lang, " : cette valeur ne convient pas.", ": this value does not fit."
                )


def _translates(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(one, bool | int | str) for one in value.values())


def _fits(value: object, leaf: Leaf) -> bool:
    try:
        _value(value, leaf, Style())
    except (Misread, AttributeError, TypeError):
        return False
    return True


def unknown(where: str, found: str, known: Collection[str], lang: Lang) -> str:
    """A name that does not exist, with the nearest one that does, or with all of them."""
    near, every = nearest(found, known), ", ".join(known)
    french = f"{where} : {found} n'existe pas" + (f" ; vouliez-vous dire {near} ?" if near else f". Il y a : {every}.")
    english = f"{where}: there is no {found}" + (f"; did you mean {near}?" if near else f". There are: {every}.")
    return pick(lang, french, english)


def nearest(found: str, known: Iterable[str]) -> str | None:
    """The name that a mistyped one was meant to be, if any is near."""
    by_words = {plain(name): name for name in known}
    match = process.extractOne(plain(found[:200]), list(by_words), score_cutoff=60)
    return by_words[match[0]] if match else None
