"""Documents as files, each beside the drafts that it gives: `name.ext` and `name.expected.json`."""

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from shared.client.company.documents import read
from shared.client.company.drafts import Draft
from shared.contracts.checking import check
from shared.contracts.feedback import Problem
from shared.contracts.internships import InternshipOffered

FOLDER = Path(__file__).parent
TODAY = date(2026, 11, 25)
DEFAULTS: dict[str, Any] = {"siren": "732829320", "version": 1764028800000}
"""What every company's mapping file holds, or its sender adds."""


def documents(folder: str) -> list[Path]:
    return sorted(path for path in (FOLDER / folder).iterdir() if ".expected." not in path.name)


def expected(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(expected_file(path).read_text(encoding="utf-8"))
    return found


def expected_file(path: Path) -> Path:
    return path.with_name(f"{path.stem}.expected.json")


def read_file(path: Path, defaults: Mapping[str, Any]) -> Iterator[Draft]:
    with path.open("rb") as file:
        yield from read(file, {**DEFAULTS, **defaults}, TODAY)


def judged(draft: Draft) -> list[Problem]:
    """The problems of a draft: its reader's, then the contract's with the fields that the reader said nothing of."""
    told = {problem.field for problem in draft.problems}
    verdict = check(InternshipOffered, json.dumps(draft.values).encode()) if draft.values else []
    contract: Sequence[Problem] = () if isinstance(verdict, InternshipOffered) else verdict
    return [*draft.problems, *(problem for problem in contract if problem.field not in told)]


def result(draft: Draft) -> dict[str, Any]:
    """What a document's expected file says of one draft."""
    problems = [{"field": one.field, "rule": one.rule, "found": one.found} for one in judged(draft)]
    values = {name: value for name, value in draft.values.items() if name not in DEFAULTS or value != DEFAULTS[name]}
    outcome: dict[str, Any] = {"problems": problems} if problems else {"offer": values}
    return {"place": draft.place, **outcome, "notes": [english for _, english in draft.notes]}
