"""What the law says of an internship, by dated examples and for any dates."""

import re
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.law import (
    FREE_HOURS,
    MOST_HOURS,
    Offered,
    doubts,
    easter,
    gratification,
    next_start,
    presence,
    public_holidays,
    trainees_at_most,
    violations,
)
from shared.contracts.law_rules import LAW

MONDAY = date(2026, 1, 5)


def an_offer(weeks: int = 8, **changes: Any) -> Offered:
    """Full weeks from a Monday, at the year's least pay."""
    ends_on = MONDAY + timedelta(weeks=weeks, days=-3)
    return Offered(None, MONDAY, ends_on, 35, Decimal("4.50"), 5)._replace(**changes)


def rules(offer: Offered) -> tuple[list[str], list[str]]:
    return [one.rule for one in violations(offer)], [one.rule for one in doubts(offer)]


def test_easter_and_the_holidays_that_follow_it() -> None:
    assert [easter(year) for year in (2026, 2027, 2028, 2029, 2030)] == [
        date(2026, 4, 5),
        date(2027, 3, 28),
        date(2028, 4, 16),
        date(2029, 4, 1),
        date(2030, 4, 21),
    ]
    assert {date(2027, 3, 29), date(2027, 5, 6), date(2027, 5, 17)} <= public_holidays(2027)
    assert len(public_holidays(2027)) == 11


@pytest.mark.parametrize(
    ("hours", "year", "due"),
    [(308, 2026, "0"), (309, 2026, "1390.50"), (924, 2026, "4158.00"), (309, 2023, "1251.45"), (309, 2027, None)],
)
def test_the_least_gratification(hours: int, year: int, due: str | None) -> None:
    assert gratification(hours, year) == (None if due is None else Decimal(due))


@pytest.mark.parametrize(("staff", "most"), [(1, 3), (19, 3), (20, 3), (21, 4), (26, 4), (27, 5), (100, 15), (101, 16)])
def test_how_many_trainees_a_company_may_have(staff: int, most: int) -> None:
    assert trainees_at_most(staff) == most


def test_the_next_trainee_waits_a_third_of_the_internship() -> None:
    assert next_start(date(2027, 2, 1), date(2027, 4, 30)) == date(2027, 5, 31)


def test_two_months_without_a_holiday_are_eight_weeks_of_thirty_five_hours() -> None:
    assert presence(MONDAY, MONDAY + timedelta(weeks=8, days=-3), 35) == (280, 280)


def test_a_short_internship_may_be_unpaid_and_a_long_one_may_not() -> None:
    assert rules(an_offer(8, hourly_pay=None)) == ([], [])
    assert rules(an_offer(9, hourly_pay=None)) == (["gratification_missing"], [])
    assert rules(an_offer(9, hourly_pay=Decimal(0))) == (["gratification_missing"], [])


def test_where_only_some_weeks_would_make_it_due_it_is_a_doubt() -> None:
    ends_on = MONDAY + timedelta(weeks=8, days=1)
    assert rules(an_offer(ends_on=ends_on, hourly_pay=None)) == ([], ["gratification_perhaps_due"])


def test_a_pay_below_the_years_minimum_is_refused_and_below_an_unknown_one_doubted() -> None:
    assert rules(an_offer(20, hourly_pay=Decimal("4.49"))) == (["gratification_too_low"], [])
    later = an_offer(20, hourly_pay=Decimal("4.49"), starts_on=date(2028, 1, 3), ends_on=date(2028, 5, 19))
    assert rules(later) == ([], ["gratification_perhaps_too_low"])
    assert rules(later._replace(hourly_pay=Decimal("4.50"))) == ([], [])


def test_more_than_six_months_in_a_teaching_year_are_refused() -> None:
    assert rules(an_offer(26)) == ([], [])
    assert rules(an_offer(29)) == (["too_many_hours"], [])


def test_what_touches_two_teaching_years_is_a_doubt() -> None:
    across = an_offer(starts_on=date(2026, 3, 2), ends_on=date(2026, 12, 4))
    assert rules(across) == ([], ["perhaps_too_many_hours"])


def test_a_minors_week_is_a_doubt_for_pupils_levels_and_refused_in_observation() -> None:
    assert rules(an_offer(2, weekly_hours=39, level=4)) == ([], ["minors_week"])
    assert rules(an_offer(1, weekly_hours=39, regime="observation_sequence")) == (["minors_week"], [])


@pytest.mark.parametrize(
    ("regime", "days", "allowed"),
    [
        ("observation_sequence", 12, True),
        ("observation_sequence", 13, False),
        ("observation_period", 7, True),
        ("observation_period", 8, False),
        ("information_visit", 1, True),
        ("information_visit", 2, False),
    ],
)
def test_an_observation_is_short_and_unpaid(regime: Any, days: int, allowed: bool) -> None:
    offer = an_offer(regime=regime, ends_on=MONDAY + timedelta(days=days - 1), hourly_pay=None, level=3)
    assert rules(offer) == ([] if allowed else ["observation_too_long"], [])


def test_every_rule_cites_its_article_in_both_languages() -> None:
    for rule, remedies in LAW.items():
        for remedy in remedies:
            assert re.search(r"Code (de l'éducation|du travail), [LDR]\d", remedy), rule


DAYS = st.dates(date(2023, 1, 1), date(2030, 1, 1))
PERIODS = st.tuples(DAYS, st.integers(0, 366)).map(lambda one: (one[0], one[0] + timedelta(days=one[1])))


@given(PERIODS, st.integers(1, 48))
def test_the_bounds_hold_what_a_five_day_week_makes(period: tuple[date, date], weekly: int) -> None:
    days = [period[0] + timedelta(days=number) for number in range((period[1] - period[0]).days + 1)]
    worked = [day for day in days if day.weekday() < 5]
    off = [day for day in worked if day in public_holidays(day.year)]
    hours = presence(*period, weekly)
    assert hours.least <= (len(worked) - len(off)) * weekly / 5 + 1e-6
    assert hours.most >= len(worked) * weekly / 5 - 1e-6


@given(PERIODS, st.integers(1, 48), st.integers(1, 60))
def test_a_longer_period_never_has_fewer_hours(period: tuple[date, date], weekly: int, more: int) -> None:
    # A holiday in the last week may take hours away from the least, but no more than it gives.
    short, long = presence(*period, weekly), presence(period[0], period[1] + timedelta(days=more), weekly)
    assert short.least <= long.least
    assert short.most <= long.most


@given(PERIODS, st.integers(1, 48), st.none() | st.decimals(0, 20, places=2), st.integers(3, 8))
def test_nothing_is_both_refused_and_doubted_for_one_reason(
    period: tuple[date, date], weekly: int, pay: Decimal | None, level: int
) -> None:
    refused, doubted = rules(Offered(None, *period, weekly, pay, level))
    assert len(set(refused)) == len(refused)
    assert not (
        {"gratification_missing", "gratification_too_low"} & {*refused} and "gratification_perhaps_due" in doubted
    )
    assert not ("too_many_hours" in refused and "perhaps_too_many_hours" in doubted)
    most = presence(*period, weekly).most
    if most <= FREE_HOURS:
        assert not any(rule.startswith("gratification") for rule in (*refused, *doubted))
    if most <= MOST_HOURS:
        assert "too_many_hours" not in refused
