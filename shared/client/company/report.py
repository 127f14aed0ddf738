"""What was found in files, for people: the same problem told once with all its rows, and nothing left out unsaid."""

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...contracts.event import Event
from ...contracts.feedback import Problem
from ...contracts.wire import printable
from . import labels, telling, texts
from .checking import Judged
from .leaves import company_kinds
from .sources import Address, Source
from .texts import Lang, pick, quoted

MOST_GROUPS = 300
MOST_RANGES = 8
MOST_FOUND = 3
MOST_CASES = 12
MOST_NOTES = 15

NUMBER = re.compile(r"(?<= )[0-9]+$")
"""The number of a row, a line or a job at the end of a place; an address may end in digits too, and counts nothing."""

Key = tuple[Source, str, str, str, str, str]


@dataclass(slots=True)
class Group:
    """One problem on many rows: ranges of neighbours, the first values found, the first of each remedy, the count."""

    problem: Problem
    kind: type[Event]
    cases: dict[str, tuple[str, Problem]] = field(default_factory=dict)
    count: int = 0
    ranges: list[list[int]] = field(default_factory=list)
    places: list[str] = field(default_factory=list)
    shown: int = 0
    found: list[str] = field(default_factory=list)

    def add(self, place: str, problem: Problem) -> None:
        """One row more."""
        self.count += 1
        found = problem.found
        if len(self.cases) <= MOST_CASES:
            self.cases.setdefault(problem.remedy_en, (place, problem))
        if found and found not in self.found and len(self.found) <= MOST_FOUND:
            self.found.append(found)
        number = NUMBER.search(place)
        if not number:
            if len(self.places) < MOST_RANGES:
                self.places.append(place)
                self.shown += 1
        elif self.ranges and int(number[0]) == self.ranges[-1][1] + 1:
            self.ranges[-1][1] += 1
            self.shown += 1
        elif len(self.ranges) < MOST_RANGES:
            self.ranges.append([int(number[0])] * 2)
            self.shown += 1


@dataclass(slots=True)
class Report:
    """Counts and groups, in bounded memory however many rows there are."""

    lang: Lang
    rows: Counter[Source] = field(default_factory=Counter)
    documents: set[Source] = field(default_factory=set)
    faulty: Counter[Source] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    unreadable: int = 0
    groups: dict[Key, Group] = field(default_factory=dict)
    notes: dict[Source, list[str]] = field(default_factory=dict)
    remarks: dict[Source, list[str]] = field(default_factory=dict)
    noted: int = 0

    def add(self, one: Judged) -> None:
        """One row more."""
        self.rows[one.file] += 1
        if one.draft.values:
            self.kinds[one.draft.kind.__name__] += 1
        self.unreadable += one.unreadable
        if not one.draft.place.startswith(("sheet ", "row ", "line ")):
            self.documents.add(one.file)
        self.faulty[one.file] += bool(one.problems)
        for problem in one.problems:
            self.tell(one.file, one.draft.kind, one.draft.place, one.origin(problem.field), problem)
        for note in one.draft.notes:
            self.noted += 1
            if self.noted <= MOST_NOTES:
                place = texts.spoken(_within(one.file, one.draft.place), self.lang)
                said = ", ".join(filter(None, (place, pick(self.lang, *note))))
                self.notes.setdefault(one.file, []).append(printable(said))

    def tell(self, file: Source, kind: type[Event], place: str, origin: str, problem: Problem) -> None:
        """One problem of one row."""
        name = telling.whole(problem.field)
        place = _within(file, place)
        where = NUMBER.sub("", place) if NUMBER.search(place) else ""
        key = (file, kind.__name__, name, origin, problem.rule, where)
        if key not in self.groups and len(self.groups) >= MOST_GROUPS:
            key = (file, "", "", "", problem.rule, where)
        self.groups.setdefault(key, Group(problem, kind)).add(place, problem)

    def lines(self) -> Iterator[str]:
        """What was found, file by file."""
        for file in self.rows:
            if found := list(self._of_file(file)):
                yield printable(file.name)
                yield from (f"  {line}" for line in found)
        if (more := self.noted - MOST_NOTES) > 0:
            yield pick(
                self.lang,
                f"et {more} {'autre note' if more == 1 else 'autres notes'} (toutes : --json)",
                f"and {more} more {'note' if more == 1 else 'notes'} (all of them: --json)",
            )

    def _of_file(self, file: Source) -> Iterator[str]:
        """A file's problems, then what people should know of it."""
        for key, group in self.groups.items():
            if key[0] == file:
                yield self._line(key, group)
                yield from self._cases(group)
        yield from map(printable, self.remarks.get(file, ()))
        yield from (pick(self.lang, "note : ", "note: ") + note for note in self.notes.get(file, ()))

    def _line(self, key: Key, group: Group) -> str:
        """A line as in: ligne 12, colonne D « Date de fin » : date illisible, trouvé « 31/02/2027 ». Remède."""
        _, _, name, origin, _, where = key
        place = telling.about(group.kind, name, origin, self.lang)
        place = ", ".join(filter(None, (self._rows(where, group), place)))
        found = [telling.shown(one, origin, self.lang) for one in group.found[:MOST_FOUND]]
        if len(group.found) > MOST_FOUND:
            found[-1] += pick(self.lang, " et d'autres", " and others")
        alike = len(group.cases) == 1  # else the remedies follow, one by one
        remedy = telling.remedy(group.problem, self.lang) if alike else ""
        return telling.sentence(place, group.problem.rule, found, remedy, self.lang)

    def _cases(self, group: Group) -> Iterator[str]:
        """Where the remedy differs from row to row, the rows one by one."""
        if len(group.cases) < 2:
            return
        for place, problem in list(group.cases.values())[:MOST_CASES]:
            where = f"{texts.spoken(place, self.lang)}, {quoted(problem.found, self.lang)}"
            yield "  " + printable(where) + pick(self.lang, " : ", ": ") + telling.remedy(problem, self.lang)
        if len(group.cases) > MOST_CASES:
            yield "  " + pick(self.lang, "et d'autres (toutes : --json)", "and others (all of them: --json)")

    def _rows(self, where: str, group: Group) -> str:
        if not group.ranges:
            shown = ", ".join(texts.spoken(place, self.lang) for place in group.places if place)
        elif group.count == 1:
            shown = texts.spoken(f"{where}{group.ranges[0][0]}", self.lang)
        else:
            to = pick(self.lang, " à ", " to ")
            spans = ", ".join(str(a) if a == b else f"{a}{to}{b}" for a, b in group.ranges)
            shown = texts.spoken(f"{where}{spans}", self.lang)
            shown = re.sub(r"(ligne|row|line|offre|job|annonce|posting) (?=[0-9, àto]+$)", r"\1s ", shown)
        hidden = group.count - group.shown
        more = pick(self.lang, f" et {hidden} autres", f" and {hidden} others") if hidden else ""
        total = f" ({group.count})" if group.count > 1 else ""
        return printable(shown) + more + total

    def summary(self) -> Iterator[str]:
        """One line for each file, then the kinds."""
        for file, rows in self.rows.items():
            bad, name = self.faulty[file], printable(file.name)
            state = (
                pick(self.lang, f"{bad} à corriger", f"{bad} to correct")
                if bad
                else pick(self.lang, "rien à corriger", "nothing to correct")
            )
            unit = pick(self.lang, *(("annonce", "job") if file in self.documents else ("ligne", "row")))
            unit += "" if rows == 1 or (self.lang == "fr" and rows == 0) else "s"
            yield pick(self.lang, f"{name} : {rows} {unit}, {state}", f"{name}: {rows} {unit}, {state}")
        known = company_kinds()
        counts = sorted((labels.sheet(known[kind], self.lang), count) for kind, count in self.kinds.items())
        counts += [(pick(self.lang, "illisibles", "unreadable"), self.unreadable)] if self.unreadable else []
        if counts:
            yield "  " + ", ".join(f"{name}{pick(self.lang, ' : ', ': ')}{count}" for name, count in counts)


def _within(file: Source, place: str) -> str:
    """A place without the address that its file's heading says already."""
    return re.sub(rf"^{re.escape(file.name)}(?:,? |$)", "", place) if isinstance(file, Address) else place


def as_json(one: Judged) -> str:
    """One row's problems and notes for machines, on one line."""
    problems = [{**problem.model_dump(), "origin": one.origin(problem.field)} for problem in one.problems]
    said = {
        "file": str(one.file),
        "place": one.draft.place,
        "kind": None if one.unreadable else one.draft.kind.__name__,
        "reference": one.reference,
        "problems": problems,
        "notes": [{"fr": french, "en": english} for french, english in one.draft.notes],
    }
    return json.dumps(said)


def summary_json(report: Report) -> str:
    """The counts for machines, on one line."""
    files = {str(file): {"rows": rows, "to_correct": report.faulty[file]} for file, rows in report.rows.items()}
    remarks = [f"{file}: {remark}" for file, said in report.remarks.items() for remark in said]
    kinds = dict(report.kinds)
    return json.dumps({"files": files, "kinds": kinds, "unreadable": report.unreadable, "remarks": remarks})
