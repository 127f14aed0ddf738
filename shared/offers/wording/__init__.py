"""The linter of offers in French: what the law forbids to write, and what keeps women from applying."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from operator import attrgetter

from . import bodies, requirements, titles
from .findings import Facts, Field, Finding, Level, finding
from .jobs import without_endings
from .phrases import Hit
from .resources import UNLESS, phrases, rules
from .tokens import Text

__all__ = ["Facts", "Field", "Finding", "Level", "lint"]

IN_BODIES = frozenset({"generic_masculine"})
"""Rules of the description alone: a title has its own."""

TIPPED = 2
"""How many more words of rivalry than of common work make a text one-sided."""

Found = Mapping[str, Sequence[Hit]]


def lint(title: str, description: str, facts: Facts = Facts()) -> list[Finding]:  # noqa: B008 - a tuple never changes
    """Everything to say of an offer's wording, in the order of its text; any strings will do, of any length.

    `facts` says what the offer's own fields give. Time and memory grow with the texts' length and no faster.
    """
    heading, body = Text(title), Text(description)
    above, below = _hits(heading), _hits(body)
    found = [*_expressions("title", heading, above), *titles.judge(heading, above.get("gendered_title" + UNLESS, ()))]
    found += [
        *_expressions("description", body, below),
        *bodies.judge(body),
        *_stereotypes(heading, above, body, below),
    ]
    found += requirements.judge(body, below.get("said.requirements", ()))
    found += _missing(facts, above.keys() | below.keys())
    return _once(found)


def _hits(text: Text) -> Found:
    found: dict[str, list[Hit]] = {}
    kept = without_endings(text)
    for hit in phrases().find([text.keys[index] for index in kept] if kept else text.keys):
        placed = Hit(hit.owner, kept[hit.first], kept[hit.last - 1] + 1) if kept else hit
        found.setdefault(hit.owner, []).append(placed)
    return found


def _expressions(field: Field, text: Text, found: Found) -> Iterator[Finding]:
    for code, hits in found.items():
        rule = rules().get(code)
        if rule is None or (field == "title" and code in IN_BODIES):
            continue
        for hit in _guilty(hits, found.get(code + UNLESS, ())):
            if code not in IN_BODIES or not bodies.is_doubled(text, hit):
                yield finding(rule, field, _span(text, hit))


def _guilty(hits: Iterable[Hit], innocent: Iterable[Hit]) -> Iterator[Hit]:
    """The hits that overlap no innocent expression, and of those that overlap each other the first."""
    covered = {index for hit in innocent for index in range(hit.first, hit.last)}
    after = 0
    for hit in hits:
        if hit.first >= after and covered.isdisjoint(range(hit.first, hit.last)):
            after = hit.last
            yield hit


def _stereotypes(heading: Text, above: Found, body: Text, below: Found) -> Iterator[Finding]:
    """The strong words; the counted ones where they outweigh those of common work in the whole offer."""
    sides: tuple[tuple[Field, Text, Found], ...] = (("title", heading, above), ("description", body, below))
    strong = {field: list(_guilty(found.get("strong", ()), found.get("innocent", ()))) for field, _, found in sides}
    counted = {
        field: list(_guilty(found.get("counted", ()), [*found.get("innocent", ()), *strong[field]]))
        for field, _, found in sides
    }
    communal = sum(len(found.get("communal", ())) for _, _, found in sides)
    weight = sum(map(len, strong.values())) + sum(map(len, counted.values())) - communal
    for field, text, _ in sides:
        for hit in [*strong[field], *(counted[field] if weight >= TIPPED else ())]:
            yield finding(rules()["stereotype"], field, _span(text, hit))


def _missing(facts: Facts, said: Iterable[str]) -> Iterator[Finding]:
    known = set(said)
    if not facts.pay and "said.pay" not in known:
        yield finding(rules()["missing_pay"], "description", (0, 0))
    if not facts.dates and "said.duration" not in known:
        yield finding(rules()["missing_duration"], "description", (0, 0))


def _span(text: Text, hit: Hit) -> tuple[int, int]:
    return text.spans[hit.first][0], text.spans[hit.last - 1][1]


def _once(found: Iterable[Finding]) -> list[Finding]:
    """In the text's order; of one rule's findings that overlap the first, which is the longest that begins there."""
    kept: list[Finding] = []
    by_rule = attrgetter("field", "rule")
    for _, group in groupby(sorted(found, key=lambda one: (one.field, one.rule, one.start, -one.end)), by_rule):
        end = -1
        for one in group:
            if one.start >= end:
                kept.append(one)
                end = one.end
    return sorted(kept, key=lambda one: (one.field != "title", one.start, one.end, one.rule))
