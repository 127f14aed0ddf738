"""A spreadsheet to fill in by hand, made from the contracts: a sheet a kind, a column a field, lists to choose from."""

from collections.abc import Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from ...contracts.event import Event
from . import labels
from .cells import DIGITS
from .leaves import Leaf, leaves
from .tables import EXAMPLE, LATER
from .texts import Lang, pick
from .workbook import TEMPLATE_SHEET

TEMPLATE_VERSION = 1
LAST_ROW = 5000
"""How far down the lists and the checks of cells reach."""

REQUIRED = PatternFill("solid", fgColor="FFF2CC")
GREY = Font(italic=True, color="808080")

EXAMPLES: dict[str, str | float | date] = {
    "title": "Technicienne ou technicien fibre (F/H)",
    "description": "Raccorder des foyers à la fibre avec une équipe de trois personnes.",
    "company_name": "Fibrelune",
    "place.city": "Rennes",
    "starts_on": date(2027, 4, 5),
    "ends_on": date(2027, 5, 28),
    "weekly_hours": 35,
    "hourly_pay": 4.5,
    "valid_through": date(2027, 3, 1),
    "days": "10/05/2027 ; 11/05/2027",
    "held_on": date(2027, 5, 10),
    "pupils": 31,
    "girls": 14,
    "largest_group": 30,
    "visit_id": "0193f3a0-7c1e-7b7e-8000-000000000001",
    "mentor_id": "0193f3a0-7c1e-7b7e-8000-000000000002",
}
"""What the example row holds where a choice or the contract's own example does not say it."""


def write_template(path: Path, kinds: Iterable[type[Event]], lang: Lang) -> None:
    """Write the template; raises OSError."""
    book = Workbook()
    lists = book.active
    assert isinstance(lists, Worksheet)
    lists.title = TEMPLATE_SHEET
    lists.append([f"passerelle template {TEMPLATE_VERSION}"])
    for kind in kinds:
        _sheet(book.create_sheet(labels.sheet(kind, lang)), lists, kind, lang)
    book.move_sheet(lists, len(book.worksheets) - 1)
    lists.sheet_state = "hidden"
    book.active = 0
    book.save(path)


def _sheet(sheet: Worksheet, lists: Worksheet, kind: type[Event], lang: Lang) -> None:
    asked = [leaf for leaf in leaves(kind).values() if leaf.path not in LATER]
    asked.sort(key=lambda leaf: (leaf.path != "reference", not leaf.required))
    for column, leaf in enumerate(asked, start=1):
        _head(sheet, column, leaf, lang)
        _example(sheet, column, leaf, lang)
        _guard(sheet, lists, column, leaf, lang)
    sheet.freeze_panes = "B2"


def _head(sheet: Worksheet, column: int, leaf: Leaf, lang: Lang) -> None:
    cell = sheet.cell(1, column, labels.label(leaf, lang))
    cell.font = Font(bold=True)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if leaf.required:
        cell.fill = REQUIRED
    needed = pick(lang, "Obligatoire", "Required") if leaf.required else pick(lang, "Facultatif", "Optional")
    told = [f"{needed}.", allowed(leaf, lang), HINTS.get(leaf.name, ("", ""))[lang == "en"]]
    if lang == "en":
        told.append(leaf.description)
    cell.comment = Comment("\n".join(filter(None, told)), "Passerelle", width=320, height=160)
    dimension = sheet.column_dimensions[get_column_letter(column)]
    dimension.width = 44 if leaf.longest and leaf.longest > 140 else 24
    dimension.number_format = _format(leaf)


def _format(leaf: Leaf) -> str:
    """Numbers that are names stay texts: Excel would take their zeros and shorten them."""
    if leaf.type == "date" and not leaf.many:
        return "dd/mm/yyyy"
    return "0.00" if leaf.type == "number" else "General" if leaf.type == "integer" else "@"


def _example(sheet: Worksheet, column: int, leaf: Leaf, lang: Lang) -> None:
    cell = sheet.cell(2, column, _example_of(leaf, lang))
    cell.font = GREY
    cell.number_format = _format(leaf)


def _example_of(leaf: Leaf, lang: Lang) -> str | float | date | None:
    if leaf.path == "reference":
        return EXAMPLE
    if choices := labels.choices(leaf, lang):
        return next(iter(choices))
    if leaf.type == "boolean":
        return pick(lang, "Oui", "Yes")
    found = EXAMPLES.get(leaf.path) or EXAMPLES.get(leaf.name) or leaf.example or None
    return found or (1 if leaf.type == "integer" else None)


def _guard(sheet: Worksheet, lists: Worksheet, column: int, leaf: Leaf, lang: Lang) -> None:
    """What Excel itself can watch: closed lists, dates, numbers. A list of several values takes what is typed."""
    guard = _choice(lists, leaf, lang) or _bounds(leaf)
    if guard is None:
        return
    guard.showErrorMessage = not leaf.many
    guard.errorTitle = labels.label(leaf, lang)[:32]
    guard.error = allowed(leaf, lang)[:255]
    letter = get_column_letter(column)
    guard.add(f"{letter}2:{letter}{LAST_ROW}")
    sheet.add_data_validation(guard)


def _choice(lists: Worksheet, leaf: Leaf, lang: Lang) -> DataValidation | None:
    choices: Sequence[str] = list(labels.choices(leaf, lang))
    if leaf.type == "boolean":
        choices = (pick(lang, "Oui", "Yes"), pick(lang, "Non", "No"))
    if not choices:
        return None
    column = lists.max_column + 1
    for row, choice in enumerate((leaf.path, *choices), start=1):
        lists.cell(row, column, choice)
    letter = get_column_letter(column)
    place = f"{quote_sheetname(TEMPLATE_SHEET)}!${letter}$2:${letter}${len(choices) + 1}"
    return DataValidation(type="list", formula1=place, allow_blank=True)


def _bounds(leaf: Leaf) -> DataValidation | None:
    if leaf.many:
        return None
    if leaf.type == "date":
        return DataValidation(type="date", operator="between", formula1="36526", formula2="73415", allow_blank=True)
    if leaf.type in {"integer", "number"} and leaf.high is not None:
        kind: Literal["whole", "decimal"] = "whole" if leaf.type == "integer" else "decimal"
        low, high = f"{leaf.low or 0:g}", f"{leaf.high:g}"
        return DataValidation(type=kind, operator="between", formula1=low, formula2=high, allow_blank=True)
    if leaf.name in DIGITS or not leaf.longest:
        return None
    return DataValidation(type="textLength", operator="lessThanOrEqual", formula1=str(leaf.longest), allow_blank=True)


def allowed(leaf: Leaf, lang: Lang) -> str:
    """What a field takes, in a few words with its bounds."""
    parts = []
    if values := labels.choices(leaf, lang):
        parts.append(", ".join(values))
    elif leaf.type in {"integer", "number"} and leaf.high is not None and leaf.high < 1e9:
        low, high = f"{leaf.low or 0:g}", f"{leaf.high:g}"
        parts.append(pick(lang, f"un nombre de {low} à {high}", f"a number from {low} to {high}"))
    elif leaf.type == "date":
        parts.append(pick(lang, "une date, jj/mm/aaaa", "a date, yyyy-mm-dd"))
    elif leaf.type == "boolean":
        parts.append(pick(lang, "Oui ou Non", "Yes or No"))
    elif leaf.longest:
        parts.append(pick(lang, f"{leaf.longest} caractères au plus", f"at most {leaf.longest} characters"))
    elif leaf.example:
        parts.append(pick(lang, f"par exemple {leaf.example}", f"for example {leaf.example}"))
    if leaf.many:
        count = leaf.most or ""
        parts.append(pick(lang, f"{count} valeurs au plus, séparées par ;", f"at most {count} values, parted by ;"))
    return " ; ".join(parts)


HINTS = {
    "reference": (
        "Votre propre nom pour cette ligne, unique ; gardez-le quand vous la corrigez.",
        "Your own name for this row, used once; keep it when you correct the row.",
    ),
    "departement": ("Code : 01 à 95, 2A, 2B, 971 à 976.", "Code: 01 to 95, 2A, 2B, 971 to 976."),
    "departements": ("Codes séparés par ; : 35 ; 22 ; 2A.", "Codes parted by ; as 35 ; 22 ; 2A."),
    "commune": ("Cinq signes de l'INSEE, pas le code postal.", "INSEE's five characters, not the postal code."),
    "siret": ("Quatorze chiffres, au format Texte.", "Fourteen digits, formatted as Text."),
    "rome": ("Une lettre de A à N et quatre chiffres, comme F1605.", "A letter A to N and four digits, as F1605."),
    "level": ("Niveau préparé (décret 2019-14) : 5 veut dire bac+2.", "Level prepared (décret 2019-14): 5 is bac+2."),
    "hourly_pay": ("En euros par heure de présence, deux décimales.", "In euros an hour of presence, two decimals."),
    "weekly_hours": ("En heures ; 35 si la cellule est vide.", "In hours; 35 where the cell is empty."),
    "days": ("Dates séparées par ;, une école par jour.", "Dates parted by ;, one school a day."),
    "visit_id": ("L'identifiant reçu quand la visite a été confirmée.", "The id in the confirmation of the visit."),
    "mentor_id": ("L'identifiant de la personne chez Passerelle.", "The person's id at Passerelle."),
    "girls": ("Comptées parmi les élèves présents.", "Counted among the pupils present."),
}  # fmt: skip
"""What a name and bounds do not say."""
