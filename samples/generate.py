"""Writes `internships/*.jsonl` and `expected.json`: `python -m samples.generate`. Seeded, so always the same."""

import json
import random
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
OFFERS_EACH = 60

COMPANIES = {
    "Fibrelune": ("Rennes", "35", "35238"),
    "Réseaux des Abers": ("Brest", "29", "29019"),
    "Lumière & Câbles": ("Lyon", "69", "69123"),
    "Ondes du Ponant": ("Nantes", "44", "44109"),
    "Data’Hêtre": ("Lille", "59", "59350"),
    "Télécoms Cévenols": ("Montpellier", "34", "34172"),
}
JOBS = (
    ("Technicienne ou technicien fibre optique (F/H)", "fibre", 4, "I1307", "raccorder des foyers à la fibre optique"),
    ("Conductrice ou conducteur de travaux réseaux (F/H)", "works", 6, "F1201", "suivre un chantier de déploiement"),
    (
        "Technicienne ou technicien de centre de données (F/H)",
        "data-centre",
        5,
        "M1810",
        "superviser des salles serveurs",
    ),
    ("Ingénieure ou ingénieur radio (F/H)", "radio", 7, "M1804", "mesurer la couverture 5G d’un département"),
    ("Développeuse ou développeur d’outils réseau (F/H)", "software", 6, "M1805", "écrire un outil de cartographie"),
    ("Analyste en cybersécurité (F/H)", "cybersecurity", 7, "M1802", "étudier des journaux d’événements"),
    ("Chargée ou chargé d’études télécoms (F/H)", "telecom", 5, "M1804", "préparer des dossiers d’ingénierie"),
    ("Assistante ou assistant chef de projet (F/H)", "management", 6, "M1806", "coordonner élus, riverains et équipes"),
)
WELCOME = (
    "Une tutrice ou un tuteur vous accompagne dès le premier jour.",
    "Aucune expérience n’est attendue : l’envie d’apprendre suffit.",
    "L’équipe compte douze personnes ; le site est accessible en transports.",
    "Vous découvrirez le métier auprès de plusieurs collègues.",
)


def siren(number: int) -> str:
    """Eight digits and their Luhn check digit."""
    digits = [int(digit) for digit in f"{number:08d}"]
    doubled = [digit if place % 2 == 0 else sum(divmod(digit * 2, 10)) for place, digit in enumerate(digits)]
    return f"{number:08d}{-sum(doubled) % 10}"


SIRENS = {name: siren(99_871_230 + 7 * place) for place, name in enumerate(COMPANIES)}


def offer(name: str, number: int, chance: random.Random) -> dict[str, Any]:
    """One offer, as the company would write it."""
    title, trade, level, rome, work = chance.choice(JOBS)
    city, departement, commune = COMPANIES[name]
    starts_on = date(2027, 1, 11) + timedelta(weeks=chance.randrange(24))
    return {
        "siren": SIRENS[name],
        "reference": f"STG-2027-{number:03d}",
        "version": chance.randint(1, 3),
        "title": title,
        "description": f"Au sein de notre équipe, vous allez {work}. {' '.join(chance.sample(WELCOME, 2))}",
        "company_name": name,
        "place": {"city": city, "departement": departement, "commune": commune},
        "starts_on": starts_on.isoformat(),
        "ends_on": (starts_on + timedelta(weeks=chance.randint(4, 24), days=-3)).isoformat(),
        "weekly_hours": 35,
        "level": level,
        "seats": chance.randint(1, 3),
        "hourly_pay": f"{chance.randint(450, 700) / 100:.2f}",
        "trade": trade,
        "rome": rome,
    }


def feed(name: str, chance: random.Random) -> tuple[list[str], dict[str, Any]]:
    """A company's lines, some of them faulty, and what must become of them."""
    good = [offer(name, number, chance) for number in range(1, OFFERS_EACH + 1)]
    stranger = SIRENS["Fibrelune" if name != "Fibrelune" else "Data’Hêtre"]
    first, newer = good[0], {**good[1], "version": 9, "title": "Alternance découverte des réseaux (F/H)"}
    faulty = [
        {**good[2], "reference": "FAUX-1", "siren": first["siren"][:8] + str((int(first["siren"][8]) + 1) % 10)},
        {**good[3], "reference": "FAUX-2", "ends_on": "2027-01-04"},
        {key: value for key, value in good[4].items() if key != "title"} | {"reference": "FAUX-3"},
        {**good[5], "reference": "FAUX-4", "siren": stranger},
    ]
    # The newer version comes first, the older one late; the first offer comes twice, unchanged.
    rows = [newer, *good, *faulty, first]
    lines = [json.dumps(row, ensure_ascii=False) for row in rows]
    lines.append('{"siren": "' + SIRENS[name] + '", "reference": "FAUX-5", "title": "Coupée')
    rejected = Counter(["siren:siren", "ends_on:dates_reversed", "title:missing", "siren:not_yours", ":malformed"])
    return lines, {"accepted": OFFERS_EACH, "unchanged": 1, "stale": 1, "rejected": dict(rejected)}


def main() -> None:
    """Write every file."""
    expected = {}
    for name in COMPANIES:
        lines, outcome = feed(name, random.Random(name))
        expected[SIRENS[name]] = outcome
        (FOLDER / "internships" / f"{SIRENS[name]}.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (FOLDER / "expected.json").write_text(json.dumps(expected, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
