"""What the linter of wording says of a company's offers, row by row, as they are read."""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from ...contracts.internships import InternshipOffered
from ...contracts.wire import printable
from ...offers.wording import Facts, Finding, lint
from . import telling, texts
from .checking import origin_in
from .drafts import Draft
from .running import Readings
from .sources import Circumstances, Source, read
from .texts import Lang, pick

AROUND = 30
"""Characters shown on either side of what a finding points at."""

LONGEST_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Linted:
    """An offer of a file with what there is to say of its wording; its texts are as the file has them."""

    file: Source
    draft: Draft
    findings: list[Finding]

    def text(self, name: str) -> str:
        """The title or the description; nothing where the file has none that is a text."""
        return _text(self.draft, name)

    def origin(self, name: str) -> str:
        """Where a field stands in the file."""
        return origin_in(self.draft.origins, name)


@dataclass(slots=True)
class Tally:
    """How many offers were read, and what was found in how many places; rows that are no offer are only counted."""

    offers: Counter[Source] = field(default_factory=Counter)
    others: Counter[Source] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    rules: Counter[str] = field(default_factory=Counter)


def linted(readings: Readings, given: Circumstances, tally: Tally) -> Iterator[Linted]:
    """Every offer of internships in the files, whether or not its other fields are good; raises Unreadable."""
    for file, reading in readings:
        tally.offers[file] += 0
        for draft in read(file, reading, given):
            if draft.kind is not InternshipOffered or not ({"title", "description"} & draft.values.keys()):
                tally.others[file] += 1
                continue
            found = lint(_text(draft, "title"), _text(draft, "description"), _facts(draft))
            tally.offers[file] += 1
            tally.levels.update(one.level for one in found)
            tally.rules.update(one.rule for one in found)
            yield Linted(file, draft, found)


def _text(draft: Draft, name: str) -> str:
    value = draft.values.get(name)
    return value if isinstance(value, str) else ""


def _facts(draft: Draft) -> Facts:
    given = {name for name, value in draft.values.items() if value is not None}
    return Facts(pay="hourly_pay" in given, dates={"starts_on", "ends_on"} <= given)


def lines(one: Linted, lang: Lang) -> Iterator[str]:
    """An offer's findings for people, two lines each: where and what, then why and what to do."""
    place = one.draft.place
    place = (
        texts.spoken(place, lang) if place.startswith(name := one.file.name) else f"{name}, {texts.spoken(place, lang)}"
    )
    for found in one.findings:
        about = telling.about(InternshipOffered, found.field, one.origin(found.field), lang)
        level = pick(lang, *(("à corriger", "to correct") if found.level == "block" else ("à revoir", "to think over")))
        colon = pick(lang, " : ", ": ")
        yield printable(f"{place}, {about}{colon}{level} ({found.rule}){_shown(one.text(found.field), found, lang)}")
        why = pick(lang, found.explanation_fr, found.explanation_en)
        what = pick(lang, found.suggestion_fr, found.suggestion_en)
        yield printable(f"  {why} {what} [{found.source}]")


def _shown(text: str, found: Finding, lang: Lang) -> str:
    """What it points at between > and <, with a few words around; nothing where something is missing."""
    if found.start == found.end:
        return ""
    before, after = max(0, found.start - AROUND), min(len(text), found.end + AROUND)
    pointed = text[found.start : found.end]
    pointed = pointed if len(pointed) <= LONGEST_SHOWN else pointed[:LONGEST_SHOWN] + "…"
    left, right = (
        ("…" if before else "") + text[before : found.start],
        text[found.end : after] + ("…" if after < len(text) else ""),
    )
    shown = " ".join(f"{left}>{pointed}<{right}".split())
    return f", « {shown} »" if lang == "fr" else f", “{shown}”"


def summary(tally: Tally, lang: Lang) -> Iterator[str]:
    """A line for each file, then the counts."""
    for file, offers in tally.offers.items():
        unit = pick(lang, "offre" if offers < 2 else "offres", "offer" if offers == 1 else "offers")
        other = tally.others[file]
        left = pick(lang, f", {other} sans texte d'offre", f", {other} without an offer's text") if other else ""
        yield f"{printable(file.name)}{pick(lang, ' : ', ': ')}{offers} {unit}{left}"
    block, warning = tally.levels["block"], tally.levels["warning"]
    yield pick(lang, f"{block} à corriger, {warning} à revoir", f"{block} to correct, {warning} to think over")


def as_json(one: Linted) -> str:
    """An offer's findings for machines, on one line; positions count characters of the field as it was read."""
    findings = [
        {
            **found._asdict(),
            "origin": one.origin(found.field),
            "excerpt": one.text(found.field)[found.start : found.end],
        }
        for found in one.findings
    ]
    reference = one.draft.values.get("reference")
    return json.dumps(
        {"file": str(one.file), "place": one.draft.place, "reference": reference, "findings": findings}, default=str
    )


def summary_json(tally: Tally) -> str:
    """The counts for machines, on one line."""
    files = {str(file): {"offers": offers, "others": tally.others[file]} for file, offers in tally.offers.items()}
    return json.dumps({"files": files, "levels": dict(tally.levels), "rules": dict(tally.rules)})
