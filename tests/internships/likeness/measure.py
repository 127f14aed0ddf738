"""Precision and recall on the labelled pairs: `python -m tests.internships.likeness.measure`."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

from services.internships.domain.likeness import Listing, likeness
from services.internships.domain.offers import OFFERS
from shared.contracts.internships import Terms
from tests.events import OFFER, SIREN

PAIRS = Path(__file__).with_name("pairs.jsonl")
POSTED = datetime(2026, 11, 1, tzinfo=UTC)


class Pair(NamedTuple):
    """Two offers, and whether a person calls them one."""

    number: int
    held_out: bool
    same: bool
    kind: str
    one: Listing
    other: Listing


class Figures(NamedTuple):
    """Of what was suggested, and of what is the same; 0 to 1."""

    pairs: int
    precision: float
    recall: float


def listing(number: int, side: str, said: dict[str, Any]) -> Listing:
    """An offer of a pair: what the line leaves out is as in `tests.events.OFFER`."""
    place = {name: said[name] for name in ("city", "departement") if name in said}
    terms = Terms.model_validate_json(json.dumps({**OFFER, **said, "place": {**OFFER["place"], **place}}))
    return Listing(offer_id_of(number, side), said.get("siren", SIREN), terms, POSTED)


def offer_id_of(number: int, side: str) -> UUID:
    return uuid5(OFFERS, f"{number}/{side}")


def pairs() -> list[Pair]:
    """The labelled pairs as the file has them."""
    lines = map(json.loads, PAIRS.read_text(encoding="utf-8").splitlines())
    return [
        Pair(
            line["id"],
            line.get("part") == "held-out",
            line["label"] == "same",
            line["kind"],
            *(listing(line["id"], side, line[side]) for side in ("one", "other")),
        )
        for line in lines
    ]


def measure(those: list[Pair]) -> Figures:
    """Both verdicts "same" and "perhaps" are suggestions."""
    suggested = [pair for pair in those if likeness(pair.one, pair.other).verdict != "different"]
    right = sum(pair.same for pair in suggested)
    return Figures(len(those), right / len(suggested), right / sum(pair.same for pair in those))


def main() -> None:
    """Print the figures of both parts, and of the development part what is judged wrongly."""
    for held_out in (False, True):
        part = [pair for pair in pairs() if pair.held_out is held_out]
        print("held-out" if held_out else "development", measure(part))  # noqa: T201
    for pair in pairs():
        found = likeness(pair.one, pair.other)
        if not pair.held_out and (found.verdict != "different") != pair.same:
            print(pair.number, pair.kind, found)  # noqa: T201


if __name__ == "__main__":
    main()
