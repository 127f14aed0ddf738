"""Lists of requirements that are needlessly long."""

import re
from collections.abc import Iterator, Sequence

from .findings import Finding, finding
from .phrases import Hit
from .resources import rules
from .tokens import Text

MOST_REQUIREMENTS = 6
BULLET = re.compile(r"[ \t\u00a0]*(?:[-–—•*·▪►✓>]|[0-9]{1,2}[.)])[ \t\u00a0]*\S")
SOFT = re.compile(r"id[eé]al|\bplus\b|appr[eé]ci|souhait|bonus|bienvenu|serai|atout|envie|app[eé]tence", re.IGNORECASE)
BETWEEN = re.compile(r"[,;]|\bet\b")
AROUND = " \t\u00a0\u202f:.-–"
HEADING = 60
"""Characters from a line's start within which a heading of requirements stands."""

LONGEST_LINE = 2_000


def judge(text: Text, headings: Sequence[Hit]) -> Iterator[Finding]:
    """A finding for each heading under which more than MOST_REQUIREMENTS things are asked without "idéalement"."""
    lines = _lines(text.given)
    spans = _first_in_lines(
        lines, [text.spans[hit.first][0] for hit in headings], [text.spans[hit.last - 1][1] for hit in headings]
    )
    for number, end in spans:
        wanted = _inline(text.given, end, lines[number][1]) or _listed(text.given, lines, number + 1)
        hard = [span for span in wanted if not SOFT.search(text.given[slice(*span)])]
        if len(hard) > MOST_REQUIREMENTS:
            yield finding(rules()["long_requirements"], "description", (hard[0][0], hard[-1][1]))


def _lines(given: str) -> list[tuple[int, int]]:
    found, start = [], 0
    for line in given.split("\n"):
        found.append((start, start + len(line)))
        start += len(line) + 1
    return found


def _first_in_lines(
    lines: Sequence[tuple[int, int]], starts: Sequence[int], ends: Sequence[int]
) -> Iterator[tuple[int, int]]:
    """Each line that begins with a heading, and where its first one ends."""
    number, seen = 0, -1
    for start, end in zip(starts, ends, strict=True):
        while lines[number][1] < start:
            number += 1
        if number != seen and start - lines[number][0] <= HEADING:
            seen = number
            yield number, end


def _inline(given: str, start: int, end: int) -> list[tuple[int, int]]:
    """What stands between commas, semicolons and "et" after a heading on its own line, up to the sentence's end."""
    part = given[start : min(end, start + LONGEST_LINE)].split(". ", maxsplit=1)[0]
    begins = [0, *(mark.end() for mark in BETWEEN.finditer(part))]
    ends = [*(mark.start() for mark in BETWEEN.finditer(part)), len(part)]
    found = []
    for first, last in zip(begins, ends, strict=True):
        inner = part[first:last].strip(AROUND)
        if inner:
            at = start + part.index(inner, first, last)
            found.append((at, at + len(inner)))
    return found if len(found) > 1 else []


def _listed(given: str, lines: Sequence[tuple[int, int]], number: int) -> list[tuple[int, int]]:
    """The lines with a bullet that follow."""
    found = []
    for start, end in lines[number : number + 60]:
        if BULLET.match(given, start, end):
            found.append((start, end))
        elif given[start:end].strip():
            break
    return found
