"""JSON Lines: one event of the contract a line, its type named by the field `type` or for the whole file."""

import json
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

from ...contracts.catalogue import EVENTS
from ...contracts.event import Event
from ...contracts.feedback import Problem
from ...contracts.remedies import problem as contract_problem
from ...contracts.topics import LARGEST_SUBMISSION
from ...contracts.wire import RepeatedFieldError, strictly
from . import texts
from .drafts import Draft
from .labels import LANGS
from .leaves import company_kinds, leaves
from .mapping import nearest

MOST_LOOKED_AT = 20
MOST_LEFT_ASIDE = 20


def read_lines(path: Path, kind: type[Event] | None) -> Iterator[Draft]:
    """The drafts of a file of JSON Lines, read as they are asked for."""
    with path.open("rb") as file:
        number, told = 0, set[str]()
        while line := file.readline(LARGEST_SUBMISSION + 1):
            number += 1
            whole = len(line) <= LARGEST_SUBMISSION
            while not line.endswith(b"\n") and (rest := file.readline(LARGEST_SUBMISSION)):
                whole = False
                line = line[:100] + rest[-1:]
            if (line := line.removeprefix(BOM_UTF8)).strip():
                yield _left_aside(_draft(line, f"line {number}", kind, whole=whole), told)


def _left_aside(draft: Draft, told: set[str]) -> Draft:
    """The draft with a note where a field comes first that the contract does not know: services pass over a slip."""
    known = {path.partition(".")[0] for path in leaves(draft.kind)}
    new = [name for name in draft.values if name not in known and name not in told][: MOST_LEFT_ASIDE - len(told)]
    if not new:
        return draft
    told.update(new)
    fr, en = (", ".join(texts.quoted(name, lang) for name in new) for lang in LANGS)
    return replace(draft, notes=[(f"champs ignorés : {fr}", f"fields left aside: {en}")])


def holds_events(head: bytes) -> bool:
    """Whether a file begins with a line that is an object and names its type as we do."""
    first = _value(head.partition(b"\n")[0])
    return isinstance(first, dict) and str(first.get("type")) in {*EVENTS, *company_kinds()}


def holds_lines(head: bytes) -> bool:
    """Whether one of the first lines is a whole object; a document spread over many lines has none."""
    lines = head.split(b"\n")
    return len(lines) == 1 or any(isinstance(_value(line), dict) for line in lines[:MOST_LOOKED_AT])


def _value(line: bytes) -> object:
    try:
        return json.loads(line)
    except (ValueError, RecursionError):
        return None


def _draft(line: bytes, place: str, kind: type[Event] | None, *, whole: bool) -> Draft:
    fallback = kind or next(iter(company_kinds().values()))
    if not whole:
        return _refused(fallback, place, texts.problem("", "too_large", ""))
    try:
        # Numbers with a point keep their digits as texts; the contract takes both for money, and neither for a count.
        values = strictly(line, decimal=str)
    except RepeatedFieldError as error:
        return _refused(fallback, place, contract_problem(str(error), "field_repeated", error))
    except (ValueError, RecursionError):
        shown = line.decode(errors="replace").strip()
        return _refused(fallback, place, texts.problem("", "malformed", shown))
    if not isinstance(values, dict):
        return _refused(fallback, place, texts.problem("", "malformed", values))
    return _typed(values, place, kind)


def _typed(values: dict[str, Any], place: str, kind: type[Event] | None) -> Draft:
    named = values.pop("type", None)
    if named is None and kind:
        return Draft(kind, place, values)
    found = EVENTS.get(named) or company_kinds().get(named) if isinstance(named, str) else None
    if found and found in company_kinds().values():
        return Draft(found, place, values)
    near = nearest(str(named), company_kinds()) if named is not None else None
    known = ", ".join(company_kinds())
    remedies = (
        (f"Vouliez-vous dire {near} ? " if near else "") + f"Nommez dans le champ type (ou par --kind) : {known}.",
        (f"Did you mean {near}? " if near else "") + f"Name in the field type (or by --kind) one of: {known}.",
    )
    fallback = kind or next(iter(company_kinds().values()))
    return _refused(fallback, place, texts.problem("type", "unknown_type", named or "", remedies))


def _refused(kind: type[Event], place: str, problem: Problem) -> Draft:
    """A line whose event cannot even be looked at: it has this one problem."""
    return Draft(kind, place, {}, {}, [problem])
