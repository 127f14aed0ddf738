"""What is searched for: read from an address, with every wrong parameter and its remedy; and how pages follow."""

import base64
import binascii
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from math import asin, cos, degrees, radians, sin
from typing import Annotated, Any, NamedTuple, Self

from pydantic import Field, field_validator, model_validator
from pydantic_core import PydanticCustomError

from shared.contracts.checking import check, problem
from shared.contracts.decision_rules import Remedy
from shared.contracts.event import Value
from shared.contracts.feedback import Problem
from shared.contracts.fields import Commune, Day, Departement, Level, Line, Trade
from shared.offers import communes

Place = communes.Commune

LARGEST = 2**63 - 1
"""The largest number of an offer in PostgreSQL."""
COUNTED = 1000
"""Offers are counted so far and no further."""
LITTLE = 5
"""Fewer offers than that, and similar words are looked for too."""

Spellings = tuple[tuple[str, ...], ...]
"""Words, each with what it may be spelled as."""


class After(NamedTuple):
    """Where a page ended: in which tier, how far away, at which offer; and what was searched instead of the text."""

    tier: int
    km: float
    number: int
    instead: Spellings = ()

    def written(self) -> str:
        """As a part of an address."""
        return base64.urlsafe_b64encode(json.dumps(self, ensure_ascii=False).encode()).decode().rstrip("=")


def cursor(text: str) -> After:
    """The end of a page, from an address. Raises ValueError for anything else."""
    try:
        tier, km, number, instead = json.loads(base64.b64decode(text + "=" * (-len(text) % 4), b"-_", validate=True))
        spelled = tuple(tuple(words(" ".join(several))) for several in instead)
    except (binascii.Error, TypeError, RecursionError) as error:
        raise ValueError(text) from error
    kinds = type(tier), type(km), type(number)
    if kinds != (int, float, int) or not (0 <= tier <= 1 and 0 <= km <= 40_000 and 0 <= number <= LARGEST):
        raise ValueError(text)
    return After(tier, km, number, spelled)


START = After(0, 0.0, LARGEST)
"""Before the first offer."""


class Found(NamedTuple):
    """A page of offers as they are answered, how many there are in all, and what was searched instead of the text."""

    offers: list[dict[str, Any]]
    about: int
    next: After | None
    instead: Spellings = ()


class Asked(Value):
    """A search; each field is a parameter of the address."""

    text: Line | None = None
    """Words, in French: all of them are looked for in title, company, town and description."""
    near: Commune | None = None
    """The commune from which `within_km` counts, by INSEE code."""
    within_km: Annotated[int, Field(ge=1, le=200)] = 30
    """How far from `near`, in a straight line; without `near` it does not count."""
    departement: Annotated[tuple[Departement, ...], Field(max_length=20, strict=False)] = ()
    """One or several; none means all."""
    level: Level | None = None
    """The level of the diploma that she prepares."""
    starts_from: Day | None = None
    """The first day from which she could come."""
    ends_by: Day | None = None
    """The last day until which she could stay."""
    trade: Annotated[tuple[Trade, ...], Field(max_length=8, strict=False)] = ()
    """One or several; none means all."""
    rome: Annotated[str, Field(pattern=r"^[A-N]([0-9]{2}([0-9]{2})?)?$")] | None = None
    """A ROME code or its domain: M1810, M18 or M."""
    after: Annotated[str, Field(max_length=4000)] | None = None
    """Where the page before ended."""
    limit: Annotated[int, Field(ge=1, le=50)] = 20
    """The most offers of a page."""

    @field_validator("near")
    @classmethod
    def _on_the_map(cls, code: str | None) -> str | None:
        if code and not communes.commune(code):
            raise PydanticCustomError("commune_unknown", "no such commune")
        return code

    @field_validator("after")
    @classmethod
    def _is_ours(cls, text: str | None) -> str | None:
        try:
            cursor(text or START.written())
        except ValueError as error:
            raise PydanticCustomError("cursor", "no cursor of ours") from error
        return text

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.starts_from and self.ends_by and self.ends_by < self.starts_from:
            raise PydanticCustomError(
                "dates_reversed", "ends_by before starts_from", {"field": "ends_by", "found": str(self.ends_by)}
            )
        return self


SEVERAL = {"departement", "trade"}
NUMBERS = {"within_km", "level", "limit"}

ROME: Remedy = (
    "Donnez un code ROME ou son domaine : M1810, M18 ou M.",
    "Give a ROME code or its domain: M1810, M18 or M.",
)
OTHERS: Mapping[str, Remedy] = {
    "commune_unknown": (
        "Donnez le code INSEE d'une commune de France, comme 35238, et non le code postal.",
        "Give the INSEE code of a commune of France, such as 35238, not a postal code.",
    ),
    "cursor": (
        "Donnez le champ `next` de la page précédente, tel quel, ou recommencez sans `after`.",
        "Give the field `next` of the page before as it is, or begin again without `after`.",
    ),
    "unknown_parameter": (
        f"Utilisez {', '.join(Asked.model_fields)}.",
        f"Use {', '.join(Asked.model_fields)}.",
    ),
}
"""Remedies of what only a search can get wrong."""


def read(parameters: Iterable[tuple[str, str]]) -> Asked | list[Problem]:
    """The search that an address asks for, or everything that is wrong with it. An empty parameter is none."""
    given: dict[str, list[str]] = {}
    for name, value in parameters:
        given.setdefault(name, []).extend([value] if value else [])
    problems = [_problem(name, "unknown_parameter", "") for name in given if name not in Asked.model_fields]
    known = {name: values for name, values in given.items() if values and name in Asked.model_fields}
    problems += [
        problem(name, "field_repeated", values[1])
        for name, values in known.items()
        if len(values) > 1 and name not in SEVERAL
    ]
    content = {name: values if name in SEVERAL else _number(name, values[0]) for name, values in known.items()}
    asked = check(Asked, json.dumps(content).encode())
    if isinstance(asked, list):
        return problems + [_problem(one.field, one.rule, one.found, one) for one in asked]
    return problems or asked


def _number(name: str, text: str) -> str | int:
    return int(text) if name in NUMBERS and re.fullmatch(r"[0-9]{1,9}", text) else text


def _problem(field: str, rule: str, found: str, known: Problem | None = None) -> Problem:
    remedy = ROME if field == "rome" else OTHERS.get(rule)
    return known if known and not remedy else problem(field, rule, found, remedy)


def words(text: str) -> list[str]:
    """A text's words: letters and digits, lower case; a letter alone, as in (F/H) or l’atelier, is none."""
    plain = unicodedata.normalize("NFC", text).lower()
    return [word for word in re.findall(r"[^\W_]+", plain) if len(word) > 1 or word.isdigit()]


def query(several: Spellings) -> str:
    """What all words say, each in any of its spellings, for PostgreSQL's to_tsquery."""
    return " & ".join("(" + " | ".join(f"'{one}'" for one in spellings) + ")" for spellings in several if spellings)


def months(first: date, last: date) -> list[date]:
    """A day of each month from one day to another."""
    numbers = range(first.year * 12 + first.month - 1, last.year * 12 + last.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


class Box(NamedTuple):
    """Degrees between which all places within some kilometres of another lie."""

    south: float
    west: float
    north: float
    east: float


def box(home: Place, km: float) -> Box:
    """The box around a commune in France, a thousandth too large."""
    angle = km / communes.EARTH_KM * 1.001
    aside = degrees(asin(sin(angle) / cos(radians(home.latitude))))
    return Box(
        home.latitude - degrees(angle), home.longitude - aside, home.latitude + degrees(angle), home.longitude + aside
    )


@cache
def _circles() -> Sequence[tuple[Place, float]]:
    """A commune of each département, and how far from it the farthest one is."""
    by_departement: dict[str, list[Place]] = {}
    for one in communes.communes()[0].values():
        by_departement.setdefault(one.departement, []).append(one)
    middles = [sorted(several, key=lambda one: one.latitude)[len(several) // 2] for several in by_departement.values()]
    return [
        (middle, max(communes.distance_km(middle, one) for one in by_departement[middle.departement]))
        for middle in middles
    ]


def reached(home: Place, km: float) -> list[str]:
    """The départements with a commune that may be within some kilometres of another, and perhaps some more."""
    return [middle.departement for middle, radius in _circles() if communes.distance_km(home, middle) <= km + radius]


HIDDEN = {"contact_id", "version"}
"""What an offer does not say to everybody."""


def shown(content: Mapping[str, Any], distance_km: float | None, answers: Mapping[str, Any] | None) -> dict[str, Any]:
    """An offer as the portal answers it, with its company's rate of answers over the last year where it is known."""
    said = {name: value for name, value in content.items() if name not in HIDDEN}
    far = {} if distance_km is None else {"distance_km": round(distance_km, 1)}
    return {**said, **far, "answers": answers}
