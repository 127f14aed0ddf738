"""Dates and durations as documents write them."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from ....contracts.fields import day_in_france

MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "janvier janv jan january",
            "février fevrier févr fev feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "août aout aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "décembre decembre déc dec december",
        ),
        start=1,
    )
    for name in names.split()
}
ISO = re.compile(
    r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})"
    r"(?:[T ]\s*(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d{1,9})?)?\s*(Z|UTC|GMT|[+-]\d{2}(?::?\d{2})?)?)?(?:\[[\w/]+\])?",
    re.I,
)
FRENCH = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:\s.{0,20})?")
WORDED = re.compile(
    r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi)\s+)?(?:(\d{1,2})(?:er|st|nd|rd|th)?\s+)?(\w{3,9})\.?,?\s+(\d{4})", re.I
)
AMERICAN = re.compile(r"(\w{3,9})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})", re.I)
MILLISECONDS = re.compile(r"1\d{12}")
DURATION = re.compile(r"P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T[\dHMS.]{0,20})?", re.I)
COUNTED = re.compile(
    r"(?:environ |about )?(\d{1,3})[\s-]*(mois|months?|mon|semaines?|weeks?|wee|jours?|days?|ans?|ann?|years?)\.?", re.I
)
UNITS = {"mo": (1, 0), "se": (0, 7), "we": (0, 7), "jo": (0, 1), "da": (0, 1), "an": (12, 0), "ye": (12, 0)}


def day(text: str) -> date | None:
    """The day a text names, in France where it gives a time with its offset; a month alone is its first day."""
    if (at := instant(text)) is not None:
        return day_in_france(at)
    text = text.strip()
    if found := ISO.fullmatch(text):
        return _date(found[1], found[2], found[3])
    if found := FRENCH.fullmatch(text):
        return _date(found[3], found[2], found[1])
    if found := WORDED.fullmatch(text):
        return _date(found[3], MONTHS.get(found[2].lower()), found[1] or 1)
    if found := AMERICAN.fullmatch(text):
        return _date(found[3], MONTHS.get(found[1].lower()), found[2])
    return None


def names_a_month(text: str) -> bool:
    """Whether a text gives a month without a day (`février 2027`)."""
    found = WORDED.fullmatch(text.strip())
    return bool(found and not found[1])


def instant(text: str) -> datetime | None:
    """The point in time a text gives with its offset, as ISO 8601, RFC 822 or milliseconds; None for a mere day."""
    text = text.strip()
    if MILLISECONDS.fullmatch(text):
        return datetime.fromtimestamp(int(text) / 1000, UTC)
    found = ISO.fullmatch(text)
    if found and found[4] and found[7]:
        return _zoned(found)
    return None if found or len(text) > 60 else _rfc822(text)


def _zoned(found: re.Match[str]) -> datetime | None:
    year, month, of_month, hour, minute = (int(part) for part in found.groups()[:5])
    offset = found[7].upper().replace("UTC", "Z").replace("GMT", "Z").replace(":", "")
    shift = timedelta() if offset == "Z" else timedelta(hours=int(offset[1:3]), minutes=int(offset[3:] or 0))
    shift = -shift if offset.startswith("-") else shift
    try:
        return datetime(year, month, of_month, hour, minute, int(found[6] or 0), tzinfo=UTC) - shift
    except (ValueError, OverflowError):
        return None


def _rfc822(text: str) -> datetime | None:
    """RFC 822 names its days and months in English; without an offset it is a day only."""
    if not re.match(r"(?:mon|tue|wed|thu|fri|sat|sun),|\d{1,2} \w{3} \d{4} \d", text, re.I):
        return None
    try:
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _date(year: str, month: str | int | None, of_month: str | int) -> date | None:
    try:
        return date(int(year), int(month or 0), int(of_month))
    except ValueError:
        return None


def last_day(start: date, duration: str) -> date | None:
    """The last day of a period that begins on `start` and lasts so long (`P6M`, `6 mois`, `24 weeks`)."""
    length = _length(duration.strip())
    if length is None or length == (0, 0):
        return None
    months, days = length
    try:
        return _months_later(start, months) + timedelta(days=days - 1)
    except (ValueError, OverflowError):
        return None


def _length(text: str) -> tuple[int, int] | None:
    if (found := DURATION.fullmatch(text)) and len(text) > 1:
        years, months, weeks, days = (int(part or 0) for part in found.groups())
        return years * 12 + months, weeks * 7 + days
    if found := COUNTED.fullmatch(text):
        months, days = UNITS[found[2][:2].lower()]
        return int(found[1]) * months, int(found[1]) * days
    return None


def _months_later(start: date, months: int) -> date:
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    last = monthrange(year, month + 1)[1]
    return date(year, month + 1, start.day) if start.day <= last else date(year, month + 1, last) + timedelta(days=1)
