"""What the Code de l'éducation and the Code du travail say of an internship: pure, dated, each with its article.

What is certainly against the law is a violation; what may be, for want of a fact that no offer tells, is a doubt.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from functools import lru_cache
from math import ceil
from typing import Literal, NamedTuple

from .feedback import Problem
from .remedies import problem

Regime = Literal["internship", "training_period", "observation_sequence", "observation_period", "information_visit"]
OBSERVATION: frozenset[Regime] = frozenset({"observation_sequence", "observation_period", "information_visit"})
"""Regimes of pupils, to which the rules of duration and gratification do not apply (Code de l'éducation L124-1)."""

MOST_HOURS = 924
"""Presence with one company in a teaching year: six months of 22 days of seven hours (Code de l'éducation L124-5,
D124-6)."""
FREE_HOURS = 308
"""Presence up to which no gratification is due: two months of 22 days of seven hours (L124-6, D124-8)."""
LEAST_PAY: dict[int, Decimal] = {
    2023: Decimal("4.05"),
    2024: Decimal("4.35"),
    2025: Decimal("4.35"),
    2026: Decimal("4.50"),
}
"""The least gratification of an hour by year: 15 % of the hourly ceiling of social security, which is the monthly one
times 12 by 1,607, rounded to whole euros (Code de l'éducation D124-8, Code de la sécurité sociale D242-19)."""
LEGAL_WEEK = 35
"""Hours a week where nothing else is said (Code du travail L3121-27)."""
MINORS_WEEK = 35
"""Hours a week of whoever is under eighteen (Code du travail L3162-1)."""
LEVEL_OF_MINORS = 4
"""The highest diploma that pupils under eighteen usually prepare: the baccalauréat."""


class Offered(NamedTuple):
    """What the law looks at in an offer."""

    regime: Regime | None
    starts_on: date
    ends_on: date
    weekly_hours: int
    hourly_pay: Decimal | None
    level: int


class Presence(NamedTuple):
    """Hours of presence, at least and at most."""

    least: float
    most: float


def easter(year: int) -> date:
    """Easter Sunday, 1583 to 4099 (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    h = (19 * a + b - d - (b - (b + 8) // 25 + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    n = h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114
    return date(year, n // 31, n % 31 + 1)


@lru_cache(maxsize=256)
def public_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of all France (Code du travail L3133-1)."""
    fixed = ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    moving = (1, 39, 50)  # Easter Monday, Ascension, Whit Monday
    return frozenset(
        {date(year, month, day) for month, day in fixed} | {easter(year) + timedelta(days=days) for days in moving}
    )


@lru_cache(maxsize=4096)  # many offers have the same dates
def presence(starts_on: date, ends_on: date, weekly_hours: int) -> Presence:
    """The hours of a period: whole weeks without their public holidays at least, every week that it touches at most."""
    monday = starts_on + timedelta(days=-starts_on.weekday() % 7)
    weeks = max(0, (ends_on - timedelta(days=4) - monday).days // 7 + 1)
    touched = ceil(((ends_on - starts_on).days + 1 + starts_on.weekday()) / 7)
    free = sum(
        day.weekday() < 5 and monday <= day < monday + timedelta(weeks=weeks)
        for year in {starts_on.year, ends_on.year}
        for day in public_holidays(year)
    )
    return Presence(max(0, weeks * weekly_hours - free * weekly_hours / 5), touched * weekly_hours)


@lru_cache(maxsize=4096)  # a company's offers are alike in what the law looks at
def judged(offer: Offered) -> tuple[tuple[Problem, ...], tuple[Problem, ...]]:
    """The violations and the doubts."""
    return tuple(violations(offer)), tuple(doubts(offer))


def violations(offer: Offered, agreed: int | None = None) -> Iterator[Problem]:
    """What is certainly against the law; of a convention, whose hours of presence are `agreed`, too."""
    if offer.regime in OBSERVATION:
        yield from _observation(offer)
        return
    hours, field = presence(offer.starts_on, offer.ends_on, offer.weekly_hours), "ends_on"
    if agreed is not None:
        hours, field = Presence(agreed, agreed), "hours"
    if hours.least > _allowed(offer):
        yield problem(field, "too_many_hours", f"{hours.least:.0f} h", allowed=_allowed(offer))
    if hours.least > FREE_HOURS and not offer.hourly_pay:
        yield problem("hourly_pay", "gratification_missing", "", least=_least_pay(offer))
    elif hours.least > FREE_HOURS and _known(offer) and _below(offer):
        yield problem("hourly_pay", "gratification_too_low", offer.hourly_pay, least=_least_pay(offer))


def doubts(offer: Offered) -> Iterator[Problem]:
    """What may be against the law, and is worth a look."""
    if offer.regime in OBSERVATION:
        return
    hours = presence(offer.starts_on, offer.ends_on, offer.weekly_hours)
    if hours.least <= _allowed(offer) and hours.most > MOST_HOURS:
        yield problem("ends_on", "perhaps_too_many_hours", f"{hours.most:.0f} h", allowed=MOST_HOURS)
    if hours.least <= FREE_HOURS < hours.most and not offer.hourly_pay:
        yield problem("hourly_pay", "gratification_perhaps_due", "", least=_least_pay(offer))
    elif hours.most > FREE_HOURS and _below(offer) and not (hours.least > FREE_HOURS and _known(offer)):
        yield problem("hourly_pay", "gratification_perhaps_too_low", offer.hourly_pay, least=_least_pay(offer))
    if offer.level <= LEVEL_OF_MINORS and offer.weekly_hours > MINORS_WEEK:
        yield problem("weekly_hours", "minors_week", offer.weekly_hours)


def _allowed(offer: Offered) -> int:
    """Where a first of September lies within, the hours may be of two teaching years."""
    septembers = (date(year, 9, 1) for year in (offer.starts_on.year, offer.ends_on.year))
    return 2 * MOST_HOURS if any(offer.starts_on < day <= offer.ends_on for day in septembers) else MOST_HOURS


def _least_pay(offer: Offered) -> Decimal:
    """The minimum of the year in which it starts, or the last one known."""
    return LEAST_PAY.get(offer.starts_on.year, LEAST_PAY[max(LEAST_PAY)])


def _known(offer: Offered) -> bool:
    return {offer.starts_on.year, offer.ends_on.year} <= LEAST_PAY.keys()


def _below(offer: Offered) -> bool:
    return bool(offer.hourly_pay) and offer.hourly_pay is not None and offer.hourly_pay < _least_pay(offer)


MOST_DAYS: dict[Regime, int] = {"observation_sequence": 12, "observation_period": 7, "information_visit": 1}
"""Days on the calendar: two weeks in seconde (Code de l'éducation D333-3-1), a week in the holidays (L332-3-1), a day's
visit (D331-5)."""


def _observation(offer: Offered) -> Iterator[Problem]:
    """Pupils: short, and never more than a minor's week."""
    assert offer.regime, "a regime of observation"
    if (offer.ends_on - offer.starts_on).days >= MOST_DAYS[offer.regime]:
        yield problem("ends_on", "observation_too_long", offer.ends_on, days=MOST_DAYS[offer.regime])
    if offer.weekly_hours > MINORS_WEEK:
        yield problem("weekly_hours", "minors_week", offer.weekly_hours)


def gratification(hours: int, year: int) -> Decimal | None:
    """The least gratification in euros of so many hours of presence; None where the year's minimum is not known.

    It is due from the first hour where they are more than 308 (Code de l'éducation L124-6, D124-8).
    """
    if hours <= FREE_HOURS:
        return Decimal(0)
    return hours * LEAST_PAY[year] if year in LEAST_PAY else None


def next_start(starts_on: date, ends_on: date) -> date:
    """The first day on which the next trainee may start on the same post, unless this one broke it off.

    A third of the internship after its end, in days on the calendar, rounded up (Code de l'éducation L124-11).
    """
    return ends_on + timedelta(days=ceil(((ends_on - starts_on).days + 1) / 3) + 1)


def trainees_at_most(staff: int) -> int:
    """How many trainees a company may have in one week: 15 % of its staff rounded up, or three below 20 (R124-10)."""
    return 3 if staff < 20 else (15 * staff + 99) // 100
