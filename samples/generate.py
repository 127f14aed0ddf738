"""Writes `internships/*.jsonl` and `expected.json`: `python -m samples.generate`. Seeded, so always the same."""

import json
import random
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid5

from samples.feed import ROWS
from samples.wording import JOBS, OPENINGS, WELCOME

FOLDER = Path(__file__).parent
OFFERS_EACH = 60
LEAST_PAY = Decimal("4.50")
"""15 % of the hourly social-security ceiling of 2026 (Code de l'éducation D124-8)."""
UNPAID_WEEKS = 8
"""Up to two months the law asks for no pay (Code de l'éducation L124-6); some companies then name none."""

COMPANIES: Mapping[str, Sequence[tuple[str, str]]] = {
    "Fibrelune": (("Rennes", "35238"), ("Saint-Malo", "35288"), ("Fougères", "35115"), ("Vitré", "35360")),
    "Réseaux des Abers": (("Brest", "29019"), ("Quimper", "29232"), ("Morlaix", "29151")),
    "Lumière & Câbles": (("Lyon", "69123"), ("Villeurbanne", "69266"), ("Vénissieux", "69259")),
    "Ondes du Ponant": (("Nantes", "44109"), ("Saint-Nazaire", "44184"), ("Saint-Herblain", "44162")),
    "Data’Hêtre": (("Lille", "59350"), ("Roubaix", "59512"), ("Tourcoing", "59599"), ("Dunkerque", "59183")),
    "Télécoms Cévenols": (("Montpellier", "34172"), ("Béziers", "34032"), ("Sète", "34301")),
}
"""Invented companies, with real communes and their INSEE codes."""


class Line(NamedTuple):
    """One submission before it is written: its type and its data."""

    type: str
    data: dict[str, Any]


def siren(number: int) -> str:
    """Eight digits and their Luhn check digit."""
    digits = [int(digit) for digit in f"{number:08d}"]
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(digits)]
    return f"{number:08d}{-sum(doubled) % 10}"


SIRENS = {name: siren(99_871_230 + 7 * place) for place, name in enumerate(COMPANIES)}


def offer(name: str, number: int, chance: random.Random) -> dict[str, Any]:
    """One offer, as the company would write it."""
    job = chance.choice(JOBS)
    city, commune = chance.choice(COMPANIES[name])
    starts_on = date(2027, 1, 11) + timedelta(weeks=chance.randrange(24))
    weeks = chance.randint(4, 24)
    data = {
        "siren": SIRENS[name],
        "reference": f"STG-2027-{number:03d}",
        "version": chance.randint(1, 3),
        "title": job.title,
        "description": description(job.work, chance),
        "company_name": name,
        "place": {"city": city, "departement": commune[:2], "commune": commune},
        "starts_on": starts_on.isoformat(),
        "ends_on": (starts_on + timedelta(weeks=weeks, days=-3)).isoformat(),
        "weekly_hours": 35,
        "level": chance.choice(job.levels),
        "seats": chance.randint(1, 3),
        "hourly_pay": str(LEAST_PAY + Decimal(chance.randint(0, 250)) / 100),
        "trade": job.trade,
        "rome": job.rome,
    }
    if weeks <= UNPAID_WEEKS and chance.random() < 0.5:
        del data["hourly_pay"]
    return data


def description(work: str, chance: random.Random) -> str:
    """Two to five sentences: what she will do, and how she is received."""
    opening = chance.choice(OPENINGS).format(work=work)
    return " ".join([opening, *chance.sample(WELCOME, chance.randint(1, 4))])


def rows(name: str, chance: random.Random) -> list[Line]:
    """A company's submissions in the order its system sends them."""
    good = [offer(name, number, chance) for number in range(1, OFFERS_EACH + 1)]
    overtaking = {**good[1], "version": 9, "seats": good[1]["seats"] + 1}
    changed = {**good[6], "version": good[6]["version"] + 1, "seats": good[6]["seats"] + 2}
    withdrawn = {"siren": SIRENS[name], "reference": good[7]["reference"], "version": 9, "reason": "filled_elsewhere"}
    # The newer version comes first, the older one late; the first offer comes twice, unchanged.
    offers = [overtaking, *good, changed, *faulty(name, good), good[0]]
    return [*(Line("InternshipOffered", data) for data in offers), Line("InternshipWithdrawn", withdrawn)]


def faulty(name: str, good: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Wrong check digit, dates reversed, no title, somebody else's SIREN."""
    wrong = SIRENS[name][:8] + str((int(SIRENS[name][8]) + 1) % 10)
    stranger = SIRENS["Fibrelune" if name != "Fibrelune" else "Data’Hêtre"]
    untitled = {key: value for key, value in good[4].items() if key != "title"}
    return [
        {**good[2], "reference": "STG-2027-101", "siren": wrong},
        {**good[3], "reference": "STG-2027-102", "ends_on": "2027-01-04"},
        {**untitled, "reference": "STG-2027-103"},
        {**good[5], "reference": "STG-2027-104", "siren": stranger},
    ]


EXPECTED = {
    "accepted": OFFERS_EACH + 2,
    "unchanged": 1,
    "stale": 1,
    "rejected": {
        "siren:siren": 1,
        "ends_on:dates_reversed": 1,
        "title:missing": 1,
        "siren:not_yours": 1,
        ":malformed": 1,
    },
}
"""What must become of each feed; accepted are the offers, one change and one withdrawal."""


def feed(name: str) -> list[str]:
    """A company's file, line by line; the last one was cut in the middle."""
    seen: Counter[str] = Counter()
    lines = []
    for kind, data in rows(name, random.Random(name)):
        label = f"{SIRENS[name]}/{kind}/{data['reference']}/{data['version']}"
        event_id = uuid5(ROWS, f"{label}/{seen[label]}")
        seen[label] += 1
        lines.append(json.dumps({"event_id": str(event_id), "type": kind, "data": data}, ensure_ascii=False))
    cut = f'{{"siren": "{SIRENS[name]}", "reference": "STG-2027-105", "title": "Technicienne ou techn'
    return [*lines, cut]


def files() -> dict[str, str]:
    """Every file by its path in this folder."""
    written = {f"internships/{SIRENS[name]}.jsonl": "\n".join(feed(name)) + "\n" for name in COMPANIES}
    expected = json.dumps(dict.fromkeys(SIRENS.values(), EXPECTED), indent=2)
    return {**written, "expected.json": expected + "\n"}


def main() -> None:
    """Write every file."""
    for path, text in files().items():
        (FOLDER / path).write_text(text, "utf-8")


if __name__ == "__main__":
    main()
