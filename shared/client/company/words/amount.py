"""Numbers, pay and hours as people and systems write them.

Where a text is refused, Misread's remedies say what to write. `decimal_comma` says how a file writes its decimals.
"""

import re
from collections.abc import Iterable
from decimal import Context, Decimal

from ..drafts import Misread, Note

MONTHLY_HOURS = (Decimal(154), Decimal("151.67"))
"""Hours in a month: an intern's, 22 days of 7 hours (Code de l'éducation D124-6), and an employee's at 35 a week."""
SPACES = " \u00a0\u202f"
WRITTEN = rf"(?:[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+(?![0-9])(?:[.,][0-9]+)?|[0-9](?:[0-9.,]*[0-9])?)"
NUMBER = re.compile(
    rf"([+-]?{WRITTEN}(?:e[+-]?[0-9]{{1,2}})?)\s*"
    r"(?:€|eur(?:os?)?|h|heures?|hours?|postes?|places?|openings?|seats?|[ée]l[èe]ves?)?",
    re.I,
)
AMOUNT = re.compile(rf"(?<![0-9.,])(?:(?<!\S)[+-])?{WRITTEN}(?![0-9])")
WITH_COMMA, WITH_POINT = (
    re.compile(rf"[+-]?(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{apart}[0-9]{{3}})+)(?:{mark}[0-9]+)?(?:e[+-]?[0-9]+)?", re.I)
    for mark, apart in ((",", r"\."), (r"\.", ","))
)
LARGEST = Decimal(10) ** 20
EXCEL = Context(prec=15)
"""Excel keeps and shows fifteen digits; the further ones of a binary float are nobody's."""

UNITS = (
    ("hour", re.compile(r"hour|hur\b|heure|horaire|/ ?h\b|\bh\b", re.I)),
    ("month", re.compile(r"month|mon\b|mois|mensuel", re.I)),
    ("other", re.compile(r"year|ann(?:\b|uel|ual|ée)|\ban\b|week|sem\b|semaine|day\b|jour|daily", re.I)),
)
"""The time that is paid for; the first that a text names counts."""
FOREIGN = re.compile(r"[$£¥%]|\b(?:usd|gbp|chf|jpy|cad|sek|nok|dkk|pln|czk|huf|ron|mad|tnd|dzd|xof|xaf|xpf)\b", re.I)
COUNT = r"(?<![0-9])([0-9]{1,9})(?![0-9])(?:[.,]([0-9]{1,20})|\s?h\s?([0-9]{2}))?\s*"
HOURS = re.compile(COUNT, re.I)
HOURS_A_WEEK = re.compile(rf"{COUNT}(?:h\w{{0,6}})?\s*(?:/|par|per|a|à la)?\s*(?:sem|week|hebdo)", re.I)
NOT_A_WEEK = re.compile(r"jour|/ ?j\b|day|mois|month|[0-9h]\s?(?:-|à|to)\s?[0-9]|[0-9] ?(?:am|pm)\b", re.I)
SAYS_HOURS = re.compile(r"[0-9]+(?:[.,][0-9]+)?|.*[0-9]\s?h.*|.*(?:week|sem).*", re.I | re.S)


class NotHourly(Misread):
    """An amount, but none in euros for an hour; `reason` goes on a sentence about it."""

    def __init__(self, french: str, english: str) -> None:
        remedy = f"Ce montant {french} : donnez des euros par heure, comme 4,50."
        super().__init__("number", (remedy, f"This amount {english}: give euros an hour, as 4.50."))
        self.reason = (french, english)


def number(text: str, *, decimal_comma: bool | None = None, rule: str = "number") -> Decimal:
    """The number that a text is, with its unit aside; raises Misread, also where `1.000` may be 1 or 1000."""
    found = NUMBER.fullmatch(text.strip()[:60])
    if found and (readings := _readings(found[1], decimal_comma)):
        return _only(readings)
    raise Misread(rule)


def whole(text: str, *, decimal_comma: bool | None = None) -> int:
    """The whole number that a text is, such as `35,0` or `2 postes`; raises Misread."""
    found = number(text, decimal_comma=decimal_comma, rule="integer")
    if found != found.to_integral_value():
        raise Misread("integer")
    return int(found)


def _readings(written: str, decimal_comma: bool | None) -> frozenset[Decimal]:
    """Every number that these digits and marks may be, thousands being parted in threes."""
    digits = "".join(written.split())
    comma = {digits.replace(".", "").replace(",", ".")} if WITH_COMMA.fullmatch(digits) else set()
    point = {digits.replace(",", "")} if WITH_POINT.fullmatch(digits) else set()
    meant = comma | point if decimal_comma is None else comma if decimal_comma else point
    return frozenset(_sensible(one) for one in map(Decimal, meant) if abs(one) < LARGEST)


def _sensible(value: Decimal) -> Decimal:
    if len(value.as_tuple().digits) <= EXCEL.prec or value == value.to_integral_value():
        return value
    return Decimal(f"{EXCEL.plus(value).normalize():f}")


def _only(readings: Iterable[Decimal]) -> Decimal:
    small, *others = sorted(readings)
    if not others:
        return small
    either, large = f"{small.normalize():f}", f"{others[-1]:f}"
    either += "0" if re.search(r"\.[0-9]{3}$", either) else ""
    french = f"Ce nombre se lit {_comma(either)} ou {large} : écrivez celui que vous voulez dire, exactement ainsi."
    raise Misread("ambiguous_number", (french, f"This may be {either} or {large}: write the one you mean, just so."))


def _comma(number: object) -> str:
    return f"{number}".replace(".", ",")


def hourly_pay(text: str, *, by: str = "", decimal_comma: bool | None = None) -> tuple[str, Note | None]:
    """Euros an hour with a note on how they were found; `by` is the time (hour, month) of a number alone.

    A monthly amount is carried over only where it is exactly so many hours at so many cents. Raises NotHourly for other
    amounts, and Misread where there is none.
    """
    different = {_readings(one, decimal_comma) for one in AMOUNT.findall(text[:200])}
    if different in (set(), {frozenset()}):
        raise Misread("number")
    if different == {frozenset({Decimal(0)})}:
        return "0.00", None
    if len(different) > 1:
        raise NotHourly("n'est pas un seul montant", "is not one amount")
    if FOREIGN.search(text):
        raise NotHourly("n'est pas en euros", "is not in euros")
    _, by = min(
        ((found.start(), unit) for unit, named in UNITS if (found := named.search(text))),
        default=(0, by if NUMBER.fullmatch(text.strip()) else ""),
    )
    if by not in {"hour", "month"}:
        raise NotHourly("n'est pas un montant horaire", "is not by the hour")
    value = _only(*different)
    if by == "month":
        return _from_month(value)
    if value != round(value, 2):
        raise NotHourly("a plus de deux décimales", "has more than two decimals")
    return f"{value:.2f}", None


def _from_month(month: Decimal) -> tuple[str, Note]:
    for hours in MONTHLY_HOURS:
        hourly = round(month / hours, 2)
        if hourly and round(hourly * hours, 2) == month:
            return f"{hourly:.2f}", (
                f"calculée, {_comma(month)} € par mois font {_comma(hours)} h à {_comma(hourly)} €",
                f"derived, {month} € a month is {hours} hours at {hourly} €",
            )
    raise NotHourly("ne fait pas un nombre entier de centimes l'heure", "is no whole number of cents an hour")


def says_weekly_hours(text: str) -> bool:
    """Whether a text gives hours a week; not those of a day or a month, and no opening hours."""
    return _weekly(text) is not None


def weekly_hours(text: str) -> int:
    """Hours a week; raises Misread where there are none, or where they are not whole (`37,5 h`)."""
    found = _weekly(text)
    if found is None or (found[2] or found[3] or "0").strip("0"):
        remedies = "Donnez un nombre entier d'heures, 48 au plus.", "Give a whole number of hours, 48 at most."
        raise Misread("integer", remedies)
    return int(found[1])


def _weekly(text: str) -> re.Match[str] | None:
    text = text.strip()[:200]
    found = HOURS_A_WEEK.search(text) or (None if NOT_A_WEEK.search(text) else HOURS.search(text))
    return found if SAYS_HOURS.fullmatch(text) else None
