"""From what a cell holds to a contract's value, or to the reason why it is none."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from math import isfinite

from rapidfuzz import process

from ...contracts.fields import day_in_france
from . import labels
from .drafts import Json, Note
from .leaves import Leaf
from .texts import Lang

Cell = None | bool | int | float | str | date | datetime
"""What a cell may hold; anything else is read as its text."""

DIGITS = {"siren": 9, "siret": 14, "departement": 2, "departements": 2, "commune": 5}
"""How many digits an official number has; Excel takes the zeros from its front."""

ERRORS = frozenset(
    "#N/A #REF! #VALUE! #VALEUR! #DIV/0! #NAME? #NOM? #NULL! #NUM! #NOMBRE! #SPILL! #GETTING_DATA".split()
)
SHORTENED = re.compile(r"[0-9][.,]?[0-9]*E\+[0-9]+")
MONTHS = ("janvier", "fevrier", "mars", "avril", "mai", "juin", "juillet", "aout", "septembre", "octobre", "novembre",
          "decembre")  # fmt: skip
LONGEST_NUMBER = 60
SERIALS = range(36526, 73416)
"""Excel's numbers for the days from 2000 to 2100, counted from 30 December 1899."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a company writes. `date_format` is strptime's; `values` translate by field, then by what is written."""

    date_format: str | None = None
    decimal_comma: bool | None = None
    list_separator: str | None = None
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


class Misread(Exception):  # noqa: N818 - says what happened
    """A cell holds no value for its field."""

    def __init__(self, rule: str, found: object, remedies: tuple[str, str] | None = None) -> None:
        super().__init__(rule)
        self.rule, self.found, self.remedies = rule, found, remedies


@dataclass(slots=True)
class Reader:
    """Reads the cells of one file in its style; `guesses` are what was guessed in the last cell."""

    style: Style
    guesses: list[Note] = field(default_factory=list)

    def read(self, cell: Cell, leaf: Leaf) -> Json:
        """The value for a leaf; raises Misread. An empty cell is not for this function."""
        self.guesses.clear()
        if not leaf.many:
            return self._one(cell, leaf)
        parts = self._parts(cell) if isinstance(cell, str) else [cell]
        return [self._one(part, leaf) for part in parts]

    def _parts(self, cell: str) -> list[str]:
        separator = self.style.list_separator
        parts = cell.split(separator) if separator else re.split(r"[;,|\n]", cell)
        return [part.strip() for part in parts if part.strip()]

    def _one(self, cell: Cell, leaf: Leaf) -> Json:
        if isinstance(cell, str):
            cell = cell.strip()
            if cell.upper() in ERRORS:
                raise Misread("formula_error", cell)
            if (translated := self._translated(cell, leaf)) is not None:
                return translated
        return self._choice(cell, leaf) if labels.choices(leaf, "fr") else self._plain(cell, leaf)

    def _plain(self, cell: Cell, leaf: Leaf) -> Json:
        match leaf.type:
            case "date":
                return self._date(cell).isoformat()
            case "integer":
                return self._integer(cell)
            case "number":
                return str(self._number(cell, "number"))
            case "boolean":
                return self._boolean(cell)
        return self._text(cell, leaf)

    def _translated(self, cell: str, leaf: Leaf) -> Json:
        table = self.style.values.get(leaf.path, {})
        if cell in table:
            return table[cell]
        return next((value for said, value in table.items() if labels.plain(said) == labels.plain(cell)), None)

    def _choice(self, cell: Cell, leaf: Leaf) -> Json:
        text, meanings = _as_text(cell), labels.meanings(leaf)
        value = text if text in leaf.values else meanings.get(labels.plain(text))
        if value is None:
            raise Misread("choice", text, _suggestions(text, leaf))
        return int(value) if leaf.type == "integer" else value

    def _text(self, cell: Cell, leaf: Leaf) -> str:
        if isinstance(cell, date):
            raise Misread("became_date", cell)
        text = _as_text(cell)
        if (leaf.name in DIGITS or leaf.name == "reference") and SHORTENED.fullmatch(text.upper()):
            raise Misread("shortened_number", text)
        if leaf.type in {"uuid", "instant"}:
            return text.strip()
        return self._digits(text, DIGITS[leaf.name]) if leaf.name in DIGITS else text

    def _digits(self, text: str, wanted: int) -> str:
        """An official number without the spaces that people put in, and with the zeros that Excel took from it."""
        bare = re.sub(r"\s", "", text).upper()
        lost = wanted - len(bare)
        if bare.isdecimal() and 0 < lost <= (1 if wanted < 9 else 2):
            self._guess(f"{bare} lu {bare.zfill(wanted)}", f"{bare} read as {bare.zfill(wanted)}")
            return bare.zfill(wanted)
        named = re.match(r"([0-9]{2,3}|2[AB])[-–(:]", bare) if wanted == 2 else None
        return named[1] if named else bare

    def _boolean(self, cell: Cell) -> bool:
        if isinstance(cell, bool):
            return cell
        said = labels.plain(_as_text(cell))
        if said not in labels.YES | labels.NO:
            raise Misread("boolean", cell)
        return said in labels.YES

    def _integer(self, cell: Cell) -> int:
        number = self._number(cell, "integer")
        if number != number.to_integral_value():
            raise Misread("integer", cell)
        return int(number)

    def _number(self, cell: Cell, rule: str) -> Decimal:
        if isinstance(cell, bool | date) or (isinstance(cell, float) and not isfinite(cell)):
            raise Misread(rule, cell)
        if isinstance(cell, int | float):
            return Decimal(str(cell))
        text = re.sub(r"\s|€|euros?|h$|/h$|/heure$|heures?$", "", _as_text(cell), flags=re.IGNORECASE)
        if len(text) > LONGEST_NUMBER or not re.fullmatch(r"[+-]?[0-9][0-9.,]*(E[+-]?[0-9]{1,2})?", text.upper()):
            raise Misread(rule, cell)
        try:
            return Decimal(_with_point(text, decimal_comma=self.style.decimal_comma))
        except InvalidOperation as error:
            raise Misread(rule, cell) from error

    def _date(self, cell: Cell) -> date:
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date):
            return cell
        text = _as_text(cell)
        if not self.style.date_format and text.isdecimal() and len(text) == 5 and int(text) in SERIALS:
            day = date(1899, 12, 30) + timedelta(days=int(text))
            self._guess(f"{text} lu {day:%d/%m/%Y}", f"{text} read as {day}")
            return day
        try:
            return self._written_date(text)
        except ValueError as error:
            raise Misread("date", text) from error

    def _written_date(self, text: str) -> date:
        if self.style.date_format:
            return datetime.strptime(text, self.style.date_format).date()  # noqa: DTZ007 - a day has no time zone
        if re.fullmatch(r"[0-9-]{10}[T ][0-9:.]+(Z|[+-][0-9:]{4,5})", text):
            return day_in_france(datetime.fromisoformat(text))
        if match := re.fullmatch(r"([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})([T ][0-9:.]*)?", text):
            return date(int(match[1]), int(match[2]), int(match[3]))
        if match := re.fullmatch(r"([0-9]{1,2})[-/. ]([0-9]{1,2})[-/. ]([0-9]{4})( 0?0:00(:00)?)?", text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := re.fullmatch(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{2})", text):
            day = date(2000 + int(match[3]), int(match[2]), int(match[1]))
            self._guess(f"{text} lu {day:%d/%m/%Y}", f"{text} read as {day}")
            return day
        return _in_words(text)

    def _guess(self, french: str, english: str) -> None:
        self.guesses.append((french, english))


def _as_text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    return str(cell)


def _with_point(text: str, *, decimal_comma: bool | None) -> str:
    """A number with a decimal point: of two kinds of marks the last one parts the decimals."""
    comma = text.rfind(",") > text.rfind(".") if decimal_comma is None else decimal_comma
    return text.replace(".", "").replace(",", ".") if comma else text.replace(",", "")


def _in_words(text: str) -> date:
    """`1er mars 2027`; a day of the week before it is passed over."""
    match = re.fullmatch(r"(?:[a-z]+ )?([0-9]{1,2})(?:er)? ([a-z]+) ([0-9]{4})", labels.plain(text))
    if not match or match[2] not in MONTHS:
        raise ValueError(text)
    return date(int(match[3]), MONTHS.index(match[2]) + 1, int(match[1]))


def _suggestions(text: str, leaf: Leaf) -> tuple[str, str]:
    """The nearest value of a closed list, then all of it."""
    near = process.extractOne(labels.plain(text[:80]), labels.meanings(leaf).keys(), score_cutoff=70)
    value = labels.meanings(leaf)[near[0]] if near else None
    french, english = (
        next((said for said, one in labels.choices(leaf, lang).items() if one == value), "") for lang in _LANGS
    )
    every_fr, every_en = (", ".join(labels.choices(leaf, lang)) for lang in _LANGS)
    return (
        (f"Vouliez-vous dire « {french} » ? " if near else "") + f"Choisissez dans la liste : {every_fr}.",
        (f"Did you mean “{english}”? " if near else "") + f"Choose from the list: {every_en}.",
    )


_LANGS: tuple[Lang, Lang] = ("fr", "en")
