"""Pay and hours as documents write them."""

import re
from decimal import Decimal

from ..drafts import Note
from .postings import Pay

MONTHLY_HOURS = (Decimal(154), Decimal("151.67"))
"""Hours in a month: an intern's, 22 days of 7 hours (Code de l'éducation D124-6), and an employee's at 35 a week."""
AMOUNT = re.compile(r"(?<![\d.,])(\d{1,3}(?:[ \u00a0\u202f]\d{3})+|\d{1,7})(?:[.,](\d{1,4}))?(?![\d])")
UNITS = (
    ("hour", r"hour|hur|heure|horaire|/ ?h\b|\bh\b|hourly"),
    ("month", r"month|mon\b|mois|mensuel|monthly"),
    ("year", r"year|ann\b|annuel|\ban\b|année|yearly|annual"),
    ("other", r"week|semaine|day\b|jour|daily|weekly"),
)
EUROS = re.compile(r"€|\beur(?:os?)?\b", re.I)
FOREIGN = re.compile(r"[$£¥]|\b(?:usd|gbp|chf|jpy|cad)\b", re.I)
COUNT = r"(\d{1,3})(?:[.,](\d{1,2})|\s?h\s?(\d{2}))?\s*"
HOURS = re.compile(rf"{COUNT}(?:h\b|h(?:eures?|ours?|rs?)\b)?", re.I)
HOURS_A_WEEK = re.compile(rf"{COUNT}(?:h\w{{0,6}})?\s*(?:/|par|per|a|à la)?\s*(?:sem|week|hebdo)", re.I)
NOT_A_WEEK = re.compile(r"jour|/ ?j\b|day|mois|month|\d\s?h?\d{0,2}\s?(?:-|à|to)\s?\d|\d ?(?:am|pm)\b", re.I)


def hourly_pay(pay: Pay) -> tuple[str | None, Note | None]:
    """Euros an hour with a note on how they were found, or None with a note on why not.

    A monthly amount is carried over only where it is exactly so many hours at so many cents.
    """
    low, high = amount(pay.low), amount(pay.high)
    value = low if low is not None else high
    if not value:
        return None, None  # many systems write 0 or nothing where no pay was entered
    shown = " – ".join(part.strip()[:40] for part in (pay.low, pay.high) if part.strip())
    if (low is not None and high is not None and low != high) or _two(pay.low):
        return None, _left_out(shown, "n'est pas un seul montant", "is not one amount")
    if FOREIGN.search(f"{pay.currency} {shown}") or (pay.currency and not EUROS.search(pay.currency)):
        return None, _left_out(f"{shown} {pay.currency[:10]}", "n'est pas en euros", "is not in euros")
    unit = _unit(pay.unit) or _unit(shown)
    if unit == "hour":
        return _cents(value, shown)
    if unit == "month":
        return _from_month(value)
    return None, _left_out(shown, "n'est pas un montant horaire", "is not by the hour")


def _left_out(shown: str, french: str, english: str) -> Note:
    return (
        f"Gratification horaire laissée de côté : « {shown} » {french}.",
        f"hourly_pay is left out: « {shown} » {english}.",
    )


def _cents(value: Decimal, shown: str) -> tuple[str | None, Note | None]:
    if value == round(value, 2):
        return f"{value:.2f}", None
    return None, _left_out(shown, "a plus de deux décimales", "has more than two decimals")


def _from_month(month: Decimal) -> tuple[str | None, Note]:
    monthly = _comma(month)
    for hours in MONTHLY_HOURS:
        hourly = round(month / hours, 2)
        if hourly and round(hourly * hours, 2) == month:
            return f"{hourly:.2f}", (
                f"Gratification horaire calculée : {monthly} € par mois font {_comma(hours)} h à {_comma(hourly)} €.",
                f"hourly_pay was derived: {month} € a month is {hours} hours at {hourly} €.",
            )
    return None, (
        f"Gratification horaire laissée de côté : {monthly} € par mois ne font pas un nombre entier de centimes "
        "l'heure.",
        f"hourly_pay is left out: {month} € a month is no whole number of cents an hour.",
    )


def _comma(number: Decimal) -> str:
    return f"{number}".replace(".", ",")


def amount(text: str) -> Decimal | None:
    """The first number of a text, with a decimal comma or point and thousands apart."""
    found = AMOUNT.search(text[:200])
    if found is None:
        return None
    whole = re.sub(r"\D", "", found[1])
    return Decimal(f"{whole}.{found[2]}" if found[2] else whole)


def _two(text: str) -> bool:
    return len(AMOUNT.findall(text[:200])) > 1


def _unit(text: str) -> str:
    return next((unit for unit, names in UNITS if re.search(names, text.lower())), "")


def weekly_hours(text: str) -> int | str | None:
    """Hours a week: a whole number, or the text where it is none (`37,5 h`), or None where it says no such thing."""
    text = text.strip()[:200]
    found = HOURS_A_WEEK.search(text) or (None if NOT_A_WEEK.search(text) else HOURS.search(text))
    if found is None or not re.fullmatch(r"\d+(?:[.,]\d+)?|.*\d\s?h.*|.*(?:week|sem).*", text, re.I | re.S):
        return None
    part = (found[2] or found[3] or "0").strip("0")
    return int(found[1]) if not part else text
