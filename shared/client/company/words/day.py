"""Days, instants and lengths of time as people and systems write them."""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime

from ....contracts.fields import day_in_france
from ..drafts import Note
from .plain import bare

EPOCH = date(1899, 12, 30)
"""The day from which spreadsheets count, but for those on the date system of 1904."""

SPELLINGS = (
    "janvier janv january jan", "février févr fév february feb", "mars march mar", "avril avr april apr", "mai may",
    "juin june jun", "juillet juil july jul", "août august aug", "septembre sept september sep",
    "octobre october oct", "novembre november nov", "décembre déc december dec",
)  # fmt: skip
MONTHS = {bare(name): number for number, names in enumerate(SPELLINGS, start=1) for name in names.split()}
WEEKDAY = r"(?:(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche),? )?(?:le )?"
ISO = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ] ?[\d:.,]+)?", re.A)
FRENCH = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4}|\d{2})(?: (?:a )?\d{1,2}[:h]\d{2}(?::\d{2})?)?", re.A)
WORDED = re.compile(rf"{WEEKDAY}(?:(\d{{1,2}})(?: ?er|st|nd|rd|th)? )?([a-z]{{3,9}})\.?,? (\d{{4}})", re.A)
AMERICAN = re.compile(r"([a-z]{3,9})\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})", re.A)
MILLISECONDS = re.compile(r"1\d{12}", re.A)
RFC_822 = re.compile(r"(?:mon|tue|wed|thu|fri|sat|sun),|\d{1,2} \w{3} \d{4} \d", re.I)
"""Days and months are named in English; without an offset it is UTC."""
ZONE, ZONE_NAME = re.compile(r" ?(?:UTC|GMT)$", re.I), re.compile(r"\[[\w/]+\]$")
DURATION = re.compile(r"P(?:(\d{1,2})Y)?(?:(\d{1,3})M)?(?:(\d{1,3})W)?(?:(\d{1,4})D)?(?:T[\dHMS.]{0,20})?", re.I | re.A)
COUNTED = re.compile(
    r"(?:environ |about )?(\d{1,3})[\s-]*(mois|months?|mon|semaines?|weeks?|wee|jours?|days?|ans?|ann?|years?)\.?",
    re.I | re.A,
)
UNITS = {"mo": (1, 0), "se": (0, 7), "we": (0, 7), "jo": (0, 1), "da": (0, 1), "an": (12, 0), "ye": (12, 0)}


def day_in(text: str, *, epoch: date = EPOCH, ends: bool = False) -> tuple[date, Note | None] | None:
    """The day a text is, in France where it gives a time with its offset.

    Noted where it was guessed: a year of two digits, a spreadsheet's number of days since `epoch`, and a month alone,
    which is its first day or, where a period `ends` there, its last.
    """
    if (at := instant(text)) is not None:
        return day_in_france(at), None
    said = bare(text)
    if found := ISO.fullmatch(said):
        return _noted(_date(found[1], found[2], found[3]))
    if found := FRENCH.fullmatch(said):
        short = len(found[3]) == 2
        return _noted(_date(f"20{found[3]}"[-4:], found[2], found[1]), said if short else "")
    if re.fullmatch("[0-9]{5}", said):
        day = epoch + timedelta(days=int(said))
        return _noted(day if 2000 <= day.year <= 2100 else None, said)
    return _in_words(said, " ".join(text.split()), ends=ends)


def _in_words(said: str, text: str, *, ends: bool) -> tuple[date, Note | None] | None:
    if found := AMERICAN.fullmatch(said):
        return _noted(_date(found[3], MONTHS.get(found[1]), found[2]))
    found = WORDED.fullmatch(said)
    first = _date(found[3], MONTHS.get(found[2]), found[1] or 1) if found else None
    if not (found and first) or found[1]:
        return _noted(first)
    if ends:
        last = first.replace(day=monthrange(first.year, first.month)[1])
        return last, (f"le dernier jour de « {text} »", f"the last day of “{text}”")
    return first, (f"le premier jour de « {text} »", f"the first day of “{text}”")


def _noted(found: date | None, guessed: str = "") -> tuple[date, Note | None] | None:
    note = (f"{guessed} lu {found:%d/%m/%Y}", f"{guessed} read as {found}") if found and guessed else None
    return (found, note) if found else None


def instant(text: str) -> datetime | None:
    """The point in time a text gives with its offset, as ISO 8601, RFC 822 or milliseconds; None for a mere day."""
    text = text.strip()[:60]
    try:
        if MILLISECONDS.fullmatch(text):
            at = datetime.fromtimestamp(int(text) / 1000, UTC)
        elif RFC_822.match(text):
            at = parsedate_to_datetime(text)
            at = at if at.tzinfo else at.replace(tzinfo=UTC)
        else:
            at = datetime.fromisoformat(ZONE.sub("Z", ZONE_NAME.sub("", text)))
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
    return at.astimezone(UTC) if at.tzinfo and 1 < at.year < 9999 else None


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
