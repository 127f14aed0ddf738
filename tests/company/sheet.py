"""Files as companies export them, with days that are always to come."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from shared.client.company.checking import Judged, judged
from shared.client.company.sources import Circumstances, Source
from shared.client.company.tables import Reading

SIREN = "732829320"
TODAY = datetime.now(UTC).date()
STARTS = TODAY - timedelta(days=TODAY.weekday()) + timedelta(weeks=22)
"""A Monday: how many weeks a period touches, and so what the law may say of it, must not depend on the day."""
ENDS = STARTS + timedelta(weeks=7, days=4)
GIVEN = Circumstances(SIREN, 1_800_000_000_000, TODAY)

OFFER: dict[str, str] = {
    "Référence": "A-1",
    "Intitulé": "Technicienne ou technicien fibre (F/H)",
    "Description": "Raccorder des foyers ; à la fibre.\nÀ trois.",
    "Nom de l'entreprise": "Fibrelune",
    "Ville": "Rennes",
    "Département": "35",
    "Date de début": f"{STARTS:%d/%m/%Y}",
    "Date de fin": f"{ENDS:%d/%m/%Y}",
    "Niveau de diplôme": "Bac+2",
    "Métier": "Fibre optique",
}


def offer(number: int = 1, **changes: str) -> dict[str, str]:
    """A row of an export; names of columns with a space are given as a mapping."""
    return {**OFFER, "Référence": f"A-{number}", **changes}


def write_csv(path: Path, rows: Sequence[Mapping[str, str]], *, delimiter: str = ";", encoding: str = "utf-8") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)
    return path


def midnight(year: int, month: int, day: int) -> datetime:
    """A day as Excel keeps it."""
    return datetime(year, month, day)  # noqa: DTZ001 - Excel knows no time zones


def write_xlsx(path: Path, sheets: Mapping[str, Iterable[Sequence[Any]]]) -> Path:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def table(rows: Sequence[Mapping[str, Any]]) -> list[list[Any]]:
    """Rows with their header."""
    return [list(rows[0]), *(list(row.values()) for row in rows)]


def all_of(path: Source, reading: Reading | None = None, given: Circumstances = GIVEN) -> list[Judged]:
    return list(judged([(path, reading or Reading("fr"))], given))


def rules(one: Judged) -> list[tuple[str, str]]:
    return [(problem.field, problem.rule) for problem in one.problems]
