"""Precision and recall over the labelled offers: `python -m tests.offers.wording.measure`; `--wrong` shows the misses.

Held out are those up to SIMPLE whose id divided by five leaves 0 or 1, written before any rule was, and those above
HARDER, written before the rules were last changed; no rule was changed for one of them. The others, for which rules
were changed, are the development part. How each batch fared at first sight: docs/decisions/0014-wording-of-offers.md.
"""

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from shared.offers.wording import Facts, Finding, lint
from shared.offers.wording.resources import rules

LABELLED = Path(__file__).with_name("labelled.jsonl")
PARTS = ("development", "held out")
SIMPLE, HARDER = 243, 356
TAUGHT = frozenset({397})
"""Of the latter, those that a rule was changed for after all."""
LEVELS = ("block", "warning")


class Expected(NamedTuple):
    """A finding that a reader expects, where its excerpt first stands."""

    field: str
    rule: str
    start: int
    end: int

    def is_met_by(self, found: Finding) -> bool:
        """Whether a finding is this one: the same rule, at a place that overlaps."""
        same = (self.field, self.rule) == (found.field, found.rule)
        return same and ((found.start < self.end and self.start < found.end) or self.start == self.end)


class Labelled(NamedTuple):
    """An offer with what is expected of it."""

    id: int
    title: str
    description: str
    facts: Facts
    expected: Sequence[Expected]

    @property
    def part(self) -> str:
        """Which part it belongs to."""
        return PARTS[(self.id <= SIMPLE and self.id % 5 < 2) or (self.id > HARDER and self.id not in TAUGHT)]

    def found(self) -> list[Finding]:
        """What the linter says."""
        return lint(self.title, self.description, self.facts)


class Counts(NamedTuple):
    """Findings that were expected and found, found alone, expected alone."""

    right: int
    excess: int
    missed: int

    @property
    def precision(self) -> float:
        """The share of findings that a reader expects, 0 to 1."""
        return self.right / max(1, self.right + self.excess)

    @property
    def recall(self) -> float:
        """The share of expected findings that are found, 0 to 1."""
        return self.right / max(1, self.right + self.missed)


def labelled() -> Iterator[Labelled]:
    """The whole set."""
    for line in LABELLED.read_text("utf-8").splitlines():
        one = json.loads(line)
        expected = [_expected(one, wanted) for wanted in one["expected"]]
        yield Labelled(one["id"], one["title"], one["description"], Facts(one["pay"], one["dates"]), expected)


def _expected(one: dict[str, str], wanted: dict[str, str]) -> Expected:
    start = one[wanted["field"]].index(wanted["excerpt"])
    return Expected(wanted["field"], wanted["rule"], start, start + len(wanted["excerpt"]))


def matched(one: Labelled) -> tuple[list[Finding], list[Finding], list[Expected]]:
    """What was right, in excess, and missed; each expected finding is met once."""
    missed, right, excess = list(one.expected), [], []
    for found in one.found():
        met = next((wanted for wanted in missed if wanted.is_met_by(found)), None)
        if met:
            missed.remove(met)
            right.append(found)
        else:
            excess.append(found)
    return right, excess, missed


def matched_rules(one: Labelled) -> list[list[str]]:
    """The same, as the codes of rules."""
    right, excess, missed = matched(one)
    return [[found.rule for found in right], [found.rule for found in excess], [wanted.rule for wanted in missed]]


def measure(offers: Iterable[Labelled]) -> dict[tuple[str, str], Counts]:
    """The counts by part and level."""
    totals = {(part, level): [0, 0, 0] for part in PARTS for level in LEVELS}
    for one in offers:
        for index, found in enumerate(matched_rules(one)):
            for code in found:
                totals[one.part, rules()[code].level][index] += 1
    return {key: Counts(*counts) for key, counts in totals.items()}


def show(part: str) -> None:
    """The offers of a part of which something was missed or in excess."""
    for one in (one for one in labelled() if one.part == part):
        _, excess, missed = matched(one)
        texts = {"title": one.title, "description": one.description}
        for found in excess:
            sys.stdout.write(f"{one.id} excess {found.rule}: {texts[found.field][found.start : found.end]}\n")
        for wanted in missed:
            sys.stdout.write(f"{one.id} missed {wanted.rule}: {texts[wanted.field][wanted.start : wanted.end]}\n")


def main() -> None:
    """Print the figures."""
    offers = list(labelled())
    for part in PARTS:
        held = [one for one in offers if one.part == part]
        clean = sum(not one.expected for one in held)
        sys.stdout.write(f"{part}: {len(held)} offers, {clean} of them clean\n")
    for (part, level), counts in measure(offers).items():
        rates = f"precision {counts.precision:.3f}, recall {counts.recall:.3f}"
        sys.stdout.write(
            f"{part:12} {level:8} {rates} ({counts.right} right, {counts.excess} in excess, {counts.missed} missed)\n"
        )
    if "--wrong" in sys.argv:
        show("development")


if __name__ == "__main__":
    main()
