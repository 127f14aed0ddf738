"""Field types with a rule and its source; each error names the rule and the remedy."""

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Literal, NoReturn
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, ValidationInfo, WithJsonSchema
from pydantic_core import PydanticCustomError, PydanticKnownError
from stdnum.exceptions import ValidationError as NumberError
from stdnum.fr import siren as siren_number
from stdnum.fr import siret as siret_number

UAI_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ"
"""The check letters of a UAI code: no I, O or Q, so that none is taken for a digit."""

SIREN_FORM = r"^[0-9]{9}$"
SIRET_FORM = r"^[0-9]{14}$"
UAI_FORM = r"^(0(0[1-9]|1[0-9]|2[1-9]|[3-8][0-9]|9[0-5])|97[1-8]|98[34678]|[67]20)[0-9]{4}[A-HJ-NPR-Z]$"
DEPARTEMENT_FORM = r"^(0[1-9]|1[0-9]|2[1-9A-B]|[3-8][0-9]|9[0-5]|97[1-46])$"
COMMUNE_FORM = r"^([0-9]{2}|2[AB])[0-9]{3}$"
ROME_FORM = r"^[A-N][0-9]{4}$"

DAY_FORM = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
INSTANT_FORM = DAY_FORM + r"[Tt ][0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,9})?)?([Zz]|[+-][0-9]{2}:[0-9]{2})?"

_NO_LINE = r"\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
_NO_PROSE = r"\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069"
LINE_FORM = rf"^(?!\s*$)[^{_NO_LINE}]*$"
PROSE_FORM = rf"^(?!\s*$)[^{_NO_PROSE}]*$"
"""What a JSON Schema can say of `_check_line` and `_check_prose`: nothing but the characters, and not only spaces."""


_NOT_IN_LINE = re.compile(rf"[{_NO_LINE}\ud800-\udfff]")
_NOT_IN_PROSE = re.compile(rf"[{_NO_PROSE}\ud800-\udfff]")
"""The categories Cc, Cs, Zl and Zp of Unicode, and the marks that turn a text's direction (UAX 9, section 2)."""

_BREAK = re.compile(r"\r\n?")


@lru_cache(maxsize=4096)  # one company sends many events
def _check_siren(value: str) -> str:
    if value == "0" * 9:
        raise PydanticCustomError("siren", "000000000 is no company")
    try:
        return str(siren_number.validate(value))
    except NumberError as error:
        raise PydanticCustomError("siren", "the nine digits must end with the right check digit") from error


def _check_siret(value: str) -> str:
    if value == "0" * 14:
        raise PydanticCustomError("siret", "00000000000000 is no establishment")
    try:
        return str(siret_number.validate(value))
    except NumberError as error:
        raise PydanticCustomError("siret", "the fourteen digits must end with the right check digit") from error


def _check_uai(value: str) -> str:
    if not re.fullmatch(UAI_FORM, value):
        raise PydanticCustomError("uai", "a UAI is a département, four digits and a letter other than I, O and Q")
    if UAI_LETTERS[int(value[:7]) % 23] != value[7]:
        raise PydanticCustomError("uai", "the letter does not match the digits")
    return value


def _check_line(value: str) -> str:
    return _clean(value, _NOT_IN_LINE)


def _check_prose(value: str) -> str:
    return _clean(_BREAK.sub("\n", value), _NOT_IN_PROSE)


def _clean(value: str, control: re.Pattern[str]) -> str:
    if control.search(value):
        raise PydanticCustomError("text_control", "control characters and line breaks are not allowed")
    text = unicodedata.normalize("NFC", value).strip()
    if not text:
        raise PydanticCustomError("text_empty", "the text is empty")
    return text


def _at_most(bound: int) -> AfterValidator:
    """The length of a text as it is kept: NFC makes three characters of one U+FB2C."""

    def check(value: str) -> str:
        if len(value) > bound:
            raise PydanticCustomError("text_too_long", "at most {bound} characters in NFC", {"bound": bound})
        return value

    return AfterValidator(check)


def _written_as(form: str, kind: type[date], rule: Literal["date_parsing", "datetime_parsing"]) -> BeforeValidator:
    """In JSON only this form: pydantic also takes digits, as seconds since 1970, for a day or an instant."""

    written = re.compile(form)

    def read(value: object, info: ValidationInfo) -> object:
        if info.mode != "json" or not isinstance(value, str):
            return value
        try:
            return kind.fromisoformat(value.upper()) if written.fullmatch(value) else _refuse(rule, "another form")
        except ValueError as error:
            return _refuse(rule, str(error))

    return BeforeValidator(read)


def _refuse(rule: Literal["date_parsing", "datetime_parsing"], why: str) -> NoReturn:
    raise PydanticKnownError(rule, {"error": why})


def _check_instant(value: datetime) -> datetime:
    if not 2000 <= value.year <= 2100:
        raise PydanticCustomError("instant_range", "the year must lie between 2000 and 2100")
    return value.astimezone(UTC)


Siren = Annotated[str, Field(pattern=SIREN_FORM, examples=["732829320"]), AfterValidator(_check_siren)]
"""A company: nine digits, the last a Luhn check digit (Code de commerce R123-221)."""

Siret = Annotated[str, Field(pattern=SIRET_FORM, examples=["73282932000074"]), AfterValidator(_check_siret)]
"""An establishment: SIREN and five digits, Luhn over fourteen (Code de commerce R123-221).

Of La Poste's (356000000) only the head office, 35600000000048, keeps Luhn's rule; of the others the fourteen digits
add up to a multiple of five (Insee). Monaco's codes with letters are no SIRET.
"""

Uai = Annotated[
    str,
    Field(min_length=8, max_length=8, json_schema_extra={"pattern": UAI_FORM}, examples=["0750652B"]),
    AfterValidator(_check_uai),
]
"""A school: département, four digits and a letter, the seven digits modulo 23 (Éducation nationale's annuaire).

Corse is 620 and 720 there. Overseas it is 971 to 978; 983, 984 and 987 are the ministry's own numbers of
Nouvelle-Calédonie, Polynésie and Wallis-et-Futuna; 986 and 988, which are Insee's, are taken too.
"""

Line = Annotated[
    str,
    Field(min_length=1, max_length=140, json_schema_extra={"pattern": LINE_FORM}),
    AfterValidator(_check_line),
    _at_most(140),
]
"""One line of text, 1 to 140 characters, no control characters and no line breaks."""

Prose = Annotated[
    str,
    Field(min_length=1, max_length=8000, json_schema_extra={"pattern": PROSE_FORM}),
    AfterValidator(_check_prose),
    _at_most(8000),
]
"""A text of 1 to 8,000 characters; of control characters only line breaks and tabs."""

Reference = Annotated[
    str,
    Field(min_length=1, max_length=80, json_schema_extra={"pattern": LINE_FORM}),
    AfterValidator(_check_line),
    _at_most(80),
]
"""The company's own name for what it submits, 1 to 80 characters; unique within the company."""

Version = Annotated[int, Field(ge=1, le=2**62)]
"""Grows with each change of the thing submitted; an older one than the last seen changes nothing."""

Departement = Annotated[str, Field(pattern=DEPARTEMENT_FORM, examples=["35", "2A", "974"])]
"""A département's INSEE code: 01 to 95 without 20, 2A, 2B, 971 to 974 and 976."""

Commune = Annotated[str, Field(pattern=COMMUNE_FORM, examples=["35238"])]
"""A commune's INSEE code; not a postal code."""

Rome = Annotated[str, Field(pattern=ROME_FORM, examples=["F1605"])]
"""A ROME 4.0 job code: a letter A to N and four digits; the list grows, so it is not closed here."""

Level = Annotated[int, Field(ge=3, le=8, examples=[5])]
"""A diploma's level, 3 (CAP) to 8 (doctorat) (décret 2019-14); 5 is Bac+2, not the old niveau V."""

Euros = Annotated[
    Decimal,
    Field(ge=0, le=1000, max_digits=7, decimal_places=2),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0, "maximum": 1000},
                {"type": "string", "pattern": r"^(1000(\.00?)?|[0-9]{1,3}(\.[0-9]{1,2})?)$"},
            ]
        }
    ),
]
"""An amount in euros, with at most two decimals; better as a string, which no reader rounds."""

Day = Annotated[date, _written_as(DAY_FORM, date, "date_parsing")]
"""A day in France, written YYYY-MM-DD (RFC 3339's full-date)."""

Instant = Annotated[
    AwareDatetime, _written_as(INSTANT_FORM, datetime, "datetime_parsing"), AfterValidator(_check_instant)
]
"""A point in time with its offset (RFC 3339), 2000 to 2100, kept in UTC; Java leaves out seconds that are 0."""

SchoolLevel = Literal["4e", "3e", "2de", "1re", "Tle", "BTS"]
"""The class that is visited."""

Trade = Literal["fibre", "data-centre", "telecom", "radio", "cybersecurity", "software", "works", "management"]
"""A trade of digital infrastructure."""

Minutes = Annotated[int, Field(ge=5, le=480, examples=[60])]
"""How long people met: five minutes to eight hours, the longest day of a minor (Code du travail L3162-1)."""


def in_order(starts_on: date, ends_on: date) -> None:
    """Raise the rule `dates_reversed` at `ends_on` where it lies before `starts_on`."""
    if ends_on < starts_on:
        raise PydanticCustomError(
            "dates_reversed", "ends_on lies before starts_on", {"field": "ends_on", "found": str(ends_on)}
        )


@lru_cache(maxsize=64)  # all events of a batch have one instant
def day_in_france(at: datetime) -> date:
    """The day of an instant, to compare dates with: a date in a contract is a day in France."""
    return at.astimezone(ZoneInfo("Europe/Paris")).date()
