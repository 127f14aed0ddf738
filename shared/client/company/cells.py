"""From what a cell holds to a contract's value, or to the reason why it is none."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TypeVar

from . import labels
from .drafts import Json, Misread, Note
from .leaves import Leaf
from .words.amount import hourly_pay, number, weekly_hours, whole
from .words.companies import siren_in, siret_in
from .words.day import EPOCH, day_in
from .words.level import level_in
from .words.places import commune_in, departement_named
from .words.plain import plain
from .words.trade import rome_in, trade_said

T = TypeVar("T")
Cell = None | bool | int | float | str | date | datetime
"""What a cell may hold; anything else is read as its text."""

DIGITS = {"siren": 9, "siret": 14, "departement": 2, "departements": 2, "commune": 5}
"""How many digits an official number has; Excel takes the zeros from its front."""

NUMBERS: Mapping[str, Callable[[str], str | None]] = {
    "siren": siren_in, "siret": siret_in, "rome": rome_in, "commune": commune_in,
    "departement": departement_named, "departements": departement_named,
}  # fmt: skip
"""Names in the form of a number; what is none of them is left for the contract to judge."""

CHOICES: Mapping[str, Callable[[str], tuple[Json, Note | None] | None]] = {
    "level": level_in, "trade": trade_said, "trades": trade_said,
}  # fmt: skip
"""Closed lists whose values have many names."""

ERRORS = frozenset(
    "#N/A #REF! #VALUE! #VALEUR! #DIV/0! #NAME? #NOM? #NULL! #NUM! #NOMBRE! #SPILL! #GETTING_DATA".split()
)
SHORTENED = re.compile(r"[0-9][.,]?[0-9]*E\+[0-9]+")
ENDS = frozenset({"ends_on", "valid_through"})
"""Days on which something ends."""


@dataclass(frozen=True, slots=True)
class Style:
    """How a company writes. `date_format` is strptime's; `values` translate by field, then by what is written."""

    date_format: str | None = None
    decimal_comma: bool | None = None
    list_separator: str | None = None
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)


@dataclass(slots=True)
class Reader:
    """Reads the cells of one file in its style, whose serial numbers of days count from `epoch`.

    Of the last cell, `guesses` are what was guessed, and `said` what was written, by the paths of its values.
    """

    style: Style
    epoch: date = EPOCH
    guesses: list[Note] = field(default_factory=list)
    said: dict[str, str] = field(default_factory=dict)

    def read(self, cell: Cell, leaf: Leaf) -> Json:
        """The value for a leaf; raises Misread. An empty cell is not for this function."""
        self.guesses.clear()
        self.said.clear()
        if not leaf.many:
            return self._one(cell, leaf, leaf.path)
        parts = self._parts(cell) if isinstance(cell, str) else [cell]
        return [self._one(part, leaf, f"{leaf.path}.{place}") for place, part in enumerate(parts)]

    def _parts(self, cell: str) -> list[str]:
        separator = self.style.list_separator
        parts = cell.split(separator) if separator else re.split(r"[;,|\n]", cell)
        return [part.strip() for part in parts if part.strip()]

    def _one(self, cell: Cell, leaf: Leaf, path: str) -> Json:
        text = self.said[path] = _as_text(cell)
        try:
            if text.upper() in ERRORS:
                raise Misread("formula_error")
            translated = self._translated(text, leaf)
            return self._value(cell, text, leaf) if translated is None else translated
        except Misread as misread:
            misread.found = text
            raise

    def _translated(self, text: str, leaf: Leaf) -> Json:
        table = self.style.values.get(leaf.path, {})
        if not table or text in table:
            return table.get(text)
        return next((value for said, value in table.items() if plain(said) == plain(text)), None)

    def _value(self, cell: Cell, text: str, leaf: Leaf) -> Json:
        if leaf.name in CHOICES or leaf.values:
            return self._choice(text, leaf)
        match leaf.type:
            case "date":
                return self._date(cell, text, leaf).isoformat()
            case "integer" | "number":
                return self._amount(cell, text, leaf)
            case "boolean":
                return self._boolean(cell, text)
        return self._text(cell, text, leaf)

    def _choice(self, text: str, leaf: Leaf) -> Json:
        if leaf.name in CHOICES:
            value = self._noted(CHOICES[leaf.name](text))
        else:
            value = text if text in leaf.values else labels.meanings(leaf).get(plain(text))
        if value is None:
            raise Misread("choice", labels.suggestions(text, leaf))
        return value

    def _text(self, cell: Cell, text: str, leaf: Leaf) -> str:
        if isinstance(cell, date):
            raise Misread("became_date")
        if (leaf.name in DIGITS or leaf.name == "reference") and SHORTENED.fullmatch(text.upper()):
            raise Misread("shortened_number")
        return self._official(text, leaf.name) if leaf.name in NUMBERS else text

    def _official(self, text: str, name: str) -> str:
        """An official number without the marks that people put in, and with the zeros that Excel took from it."""
        bare = re.sub(r"[\W_]", "", text).upper()
        value = NUMBERS[name](text) or _filled(bare, DIGITS.get(name, 0))
        if value not in bare:
            self.guesses.append((f"{text} lu {value}", f"{text} read as {value}"))
        return value

    def _boolean(self, cell: Cell, text: str) -> bool:
        if isinstance(cell, bool):
            return cell
        said = plain(text)
        if said not in labels.YES | labels.NO:
            raise Misread("boolean")
        return said in labels.YES

    def _amount(self, cell: Cell, text: str, leaf: Leaf) -> Json:
        if isinstance(cell, bool | date):
            raise Misread(leaf.type)
        comma = False if isinstance(cell, int | float) else self.style.decimal_comma
        if leaf.name == "hourly_pay":
            return self._noted(hourly_pay(text, by="hour", decimal_comma=comma))
        if leaf.name == "weekly_hours":
            return weekly_hours(text)
        if leaf.type == "integer":
            return whole(text, decimal_comma=comma)
        return str(number(text, decimal_comma=comma))

    def _date(self, cell: Cell, text: str, leaf: Leaf) -> date:
        if isinstance(cell, date):
            return cell.date() if isinstance(cell, datetime) else cell
        if self.style.date_format:
            try:
                return datetime.strptime(text, self.style.date_format).date()  # noqa: DTZ007 - a day has no time zone
            except ValueError as error:
                raise Misread("date") from error
        found = self._noted(day_in(text, epoch=self.epoch, ends=leaf.name in ENDS))
        if found is None:
            raise Misread("date")
        return found

    def _noted(self, found: tuple[T, Note | None] | None) -> T | None:
        if found and found[1]:
            self.guesses.append(found[1])
        return found[0] if found else None


def _filled(digits: str, wanted: int) -> str:
    lost = wanted - len(digits)
    return digits.zfill(wanted) if digits.isdecimal() and 0 < lost <= (1 if wanted < 9 else 2) else digits


def _as_text(cell: Cell) -> str:
    """What people see in a cell; a day as ISO 8601 writes it."""
    if isinstance(cell, bool):
        return "VRAI" if cell else "FAUX"
    if isinstance(cell, float):
        return f"{cell:.15g}"
    return str(cell).removesuffix(" 00:00:00") if isinstance(cell, datetime) else str(cell).strip()
