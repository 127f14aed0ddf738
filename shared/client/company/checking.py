"""Judging drafts offline, with the very judge of the services."""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from pydantic import TypeAdapter, ValidationError

from ...contracts.checking import check
from ...contracts.event import Event
from ...contracts.feedback import Problem
from ...contracts.fields import Day
from . import telling, texts
from .drafts import Draft, Json
from .leaves import leaves
from .sources import Circumstances, Source, read
from .tables import Reading
from .texts import Lang

_day = TypeAdapter[date](Day)


@dataclass(frozen=True, slots=True)
class Judged:
    """A draft of a file with its event, or with what is wrong with it; `dated` when it had no version of its own."""

    file: Source
    draft: Draft
    event: Event | None
    problems: Sequence[Problem]
    dated: bool = False

    @property
    def reference(self) -> str:
        """The company's own reference, or nothing."""
        found = getattr(self.event, "reference", None) or self.draft.values.get("reference")
        return found.strip() if isinstance(found, str) else ""

    @property
    def unreadable(self) -> bool:
        """Whether it is a line of which not even the kind of event could be told."""
        return bool(self.draft.problems) and not self.draft.values and self.draft.place.startswith("line ")

    @property
    def thing(self) -> str:
        """What the row is about; an offer and its withdrawal are about the same thing, told apart by versions."""
        versioned = "version" in leaves(self.draft.kind)
        name = self.draft.kind.topic if versioned else self.draft.kind.wire_name
        own = "" if self.dated else f"/{self.draft.values.get('version', '')}"
        return f"{name}{own if versioned else ''}/{self.reference}"

    def origin(self, field: str) -> str:
        """Where a field's value stands in its source; a list's part stands where the list does."""
        return origin_in(self.draft.origins, field)


def origin_in(origins: Mapping[str, str], field: str) -> str:
    """The origin of a field, or of the nearest thing around it that has one."""
    words = field.split(".")
    paths = (".".join(words[:count]) for count in range(len(words), 0, -1))
    return next((origins[path] for path in paths if path in origins), "")


def judged(files: Iterable[tuple[Source, Reading]], given: Circumstances) -> Iterator[Judged]:
    """Every row of the files with its judgement; a reference counts once among all of them."""
    with closing(Seen()) as seen:
        for file, reading in files:
            for draft in read(file, reading, given):
                one = judge(file, draft, given)
                yield seen.look(one) if one.reference else one


def judge(file: Source, draft: Draft, given: Circumstances) -> Judged:
    """What the service that reads it would say of a draft, as far as can be known without it."""
    dated = "version" in leaves(draft.kind) and draft.values.get("version") is None
    if any(not problem.field for problem in draft.problems) or (draft.problems and not draft.values):
        return Judged(file, draft, None, tuple(draft.problems), dated)
    values: dict[str, Json] = {"siren": given.siren, **draft.values}
    if dated:
        values["version"] = given.version
    verdict = check(draft.kind, _json({name: value for name, value in values.items() if value is not None}))
    event, found = (verdict, []) if isinstance(verdict, Event) else (None, verdict)
    found = [*found, *(event or _known_days(draft, given.today)).problems_on(given.today)]
    found += event.violations() if event else []
    told = {problem.field for problem in draft.problems}
    problems = [*draft.problems, *(_fitting(one, draft) for one in found if not _is_told(one.field, told))]
    if given.siren not in {None, str(values["siren"])} and not any(one.field == "siren" for one in problems):
        problems.append(_not_yours(str(values["siren"]), str(given.siren)))
    return Judged(file, _warned(draft, event) if event else draft, None if problems else event, problems, dated)


def _warned(draft: Draft, event: Event) -> Draft:
    """The draft with what may be against the law, as notes."""

    def said(doubt: Problem, lang: Lang) -> str:
        where = telling.about(draft.kind, doubt.field, origin_in(draft.origins, doubt.field), lang)
        found = [telling.shown(doubt.found, "", lang)] if doubt.found else []
        return telling.sentence(where, doubt.rule, found, telling.remedy(doubt, lang), lang)

    doubts = [draft.in_its_words(one) for one in event.doubts()]
    return replace(draft, notes=[*draft.notes, *((said(one, "fr"), said(one, "en")) for one in doubts)])


def _known_days(draft: Draft, today: date) -> Event:
    """The draft's days alone, for what the calendar says of them; what is none counts as today, never wrong."""
    days: dict[str, Any] = {
        path: today for path, leaf in leaves(draft.kind).items() if leaf.type == "date" and not leaf.many
    }
    for path in days:
        with suppress(ValidationError):
            days[path] = _day.validate_python(draft.values.get(path))
    return draft.kind.model_construct(**days)


def _is_told(field: str, told: set[str]) -> bool:
    """Whether the reader spoke of a field, or of a part of it, already."""
    return any(field == one or one.startswith(f"{field}.") or field.startswith(f"{one}.") for one in told)


def _json(values: dict[str, Json]) -> bytes:
    return json.dumps(values).encode()


def _fitting(problem: Problem, draft: Draft) -> Problem:
    """What was found, as it was written; what is missing, with a remedy that fits where it is missing."""
    if problem.rule != "missing":
        return draft.in_its_words(problem)
    if problem.field == "siren":
        return texts.problem("siren", "missing", "", texts.REMEDIES["no_siren"])
    if draft.place.startswith("line "):
        return problem
    columns = [draft.origins[path] for path in draft.origins if f"{path}.".startswith(f"{problem.field}.")]
    empty = any(origin.startswith("column ") for origin in columns)
    cell = "empty_cell" if draft.place.startswith("sheet ") else "blank_cell"
    return texts.problem(problem.field, "missing", "", texts.REMEDIES[cell if empty else "no_column"])


def _not_yours(found: str, siren: str) -> Problem:
    french, english = texts.REMEDIES["not_yours"]
    return texts.problem("siren", "not_yours", found, (french.format(siren=siren), english.format(siren=siren)))


class Seen:
    """The references seen so far, with their places; on disk once they are many."""

    def __init__(self) -> None:
        self._table = sqlite3.connect("")
        self._table.execute("CREATE TABLE seen (thing TEXT PRIMARY KEY, place TEXT) WITHOUT ROWID")

    def close(self) -> None:
        """Forget them."""
        self._table.close()

    def look(self, one: Judged) -> Judged:
        """The row with one problem more where its reference was seen before."""
        place = f"{one.file.name}, {one.draft.place}"
        thing = one.thing.encode(errors="replace")
        try:
            self._table.execute("INSERT INTO seen VALUES (?, ?)", (thing, place.encode(errors="replace")))
        except sqlite3.IntegrityError:
            ((before,),) = self._table.execute("SELECT place FROM seen WHERE thing = ?", (thing,))
            problems = [*one.problems, _repeated(one, before.decode())]
            return Judged(one.file, one.draft, None, problems, one.dated)
        return one


def _repeated(one: Judged, before: str) -> Problem:
    here = before.removeprefix(f"{one.file.name}, ")
    return texts.problem(
        "reference",
        "reference_repeated",
        one.reference,
        (
            f"Déjà donnée ({texts.spoken(here, 'fr')}) : donnez à chacune la sienne, ou enlevez l'une des deux.",
            f"Given before ({texts.spoken(here, 'en')}): give each its own, or remove one of the two.",
        ),
    )
