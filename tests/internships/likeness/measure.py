"""Precision and recall on the labelled pairs: `python -m tests.internships.likeness.measure`."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from services.internships.domain.likeness import Likeness, Listing, likeness
from services.internships.domain.offers import OFFERS
from shared.contracts.internships import Terms
from tests.events import OFFER, SIREN

FOLDER = Path(__file__).with_name("pairs")
PARTS = ("development", "held_out")
POSTED = datetime(2026, 11, 1, tzinfo=UTC)


class Pair(NamedTuple):
    """Two offers, and whether a coordinator would show one for both; `name` is its file and line."""

    part: str
    block: str
    name: str
    same: bool
    why: str
    one: Listing
    other: Listing

    @property
    def found(self) -> Likeness:
        return likeness(self.one, self.other)

    @property
    def suggested(self) -> bool:
        """Both verdicts "same" and "perhaps" are suggestions."""
        return self.found.verdict != "different"


class Figures(NamedTuple):
    """How many pairs, how many of them are one, how many were suggested, and how many of those are one."""

    pairs: int
    same: int
    suggested: int
    right: int

    @property
    def precision(self) -> float:
        """Of what was suggested, what is one: 0 to 1."""
        return self.right / self.suggested if self.suggested else 1.0

    @property
    def recall(self) -> float:
        """Of what is one, what was suggested: 0 to 1."""
        return self.right / self.same if self.same else 1.0

    def __str__(self) -> str:
        counts = f"{self.pairs:4} pairs, {self.same:3} same, {self.suggested:3} suggested, {self.right:3} rightly"
        return f"{counts}: precision {self.precision:.3f}, recall {self.recall:.3f}"


def listing(name: str, said: dict[str, Any]) -> Listing:
    """An offer of a pair: what its line leaves out is as in `tests.events.OFFER`."""
    place = {field: said[field] for field in ("city", "departement", "commune") if field in said}
    terms = Terms.model_validate_json(json.dumps({**OFFER, **said, "place": {**OFFER["place"], **place}}))
    return Listing(offer_id_of(name), said.get("siren", SIREN), terms, POSTED)


def offer_id_of(name: str) -> UUID:
    return uuid5(OFFERS, name)


@cache
def pairs() -> Sequence[Pair]:
    """Every labelled pair, from each file of each part in the order of its lines."""
    files = ((part, file) for part in PARTS for file in sorted((FOLDER / part).glob("*.jsonl")))
    return [
        _pair(part, file.stem, number, json.loads(line))
        for part, file in files
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
    ]


def _pair(part: str, block: str, number: int, line: dict[str, Any]) -> Pair:
    name = f"{block}:{number}"
    both = line.get("both", {})
    one, other = (listing(f"{part}/{name}/{side}", {**both, **line[side]}) for side in ("one", "other"))
    return Pair(part, block, name, line["same"], line["why"], one, other)


def measure(those: Sequence[Pair]) -> Figures:
    """Count the suggestions."""
    suggested = [pair for pair in those if pair.suggested]
    return Figures(len(those), sum(pair.same for pair in those), len(suggested), sum(pair.same for pair in suggested))


def main() -> None:
    """Print each block's figures, and of the development part what is judged wrongly, so that it alone is tuned on."""
    for part in PARTS:
        those = [pair for pair in pairs() if pair.part == part]
        for block in dict.fromkeys(pair.block for pair in those):
            print(f"  {block:22} {measure([pair for pair in those if pair.block == block])}")  # noqa: T201
        print(f"{part:24} {measure(those)}\n")  # noqa: T201
    for pair in pairs():
        if pair.part == "development" and pair.suggested != pair.same:
            print(pair.name, "same" if pair.same else "different", pair.why, pair.found, sep=" | ")  # noqa: T201


if __name__ == "__main__":
    main()
