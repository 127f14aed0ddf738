"""What a search asks for, read from an address; the box and the départements within reach miss nothing."""

import base64
import json
from datetime import date
from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.portal.domain import search
from services.portal.domain.search import After, Asked, cursor, read
from shared.offers.communes import communes, distance_km
from tests.contracts.test_remedies import assert_helps

EVERYWHERE = sorted(communes()[0].values())
places = st.sampled_from(EVERYWHERE)


def test_every_parameter_is_read() -> None:
    asked = read(
        [
            *(("text", "Technicienne fibre"), ("near", "35238"), ("within_km", "12"), ("level", "5")),
            *(("departement", "35"), ("departement", "2A"), ("trade", "fibre"), ("trade", "radio")),
            *(("starts_from", "2027-04-05"), ("ends_by", "2027-06-30"), ("rome", "M18"), ("limit", "7")),
            ("after", After(1, 3.5, 9).written()),
        ]
    )
    assert isinstance(asked, Asked)
    assert (asked.text, asked.near, asked.within_km, asked.level) == ("Technicienne fibre", "35238", 12, 5)
    assert (asked.departement, asked.trade) == (("35", "2A"), ("fibre", "radio"))
    assert (asked.starts_from, asked.ends_by) == (date(2027, 4, 5), date(2027, 6, 30))
    assert (asked.rome, asked.limit) == ("M18", 7)
    assert cursor(asked.after or "") == After(1, 3.5, 9)


def test_a_form_with_empty_fields_asks_for_everything() -> None:
    assert read([(name, "") for name in Asked.model_fields]) == read([]) == Asked()


WRONG = [
    *(("text", "x" * 8000), ("text", "a\0b"), ("text", "\u202ea"), ("text", " ")),
    *(("near", "35000\n"), ("near", "99999"), ("near", "Rennes"), ("within_km", "0"), ("within_km", "9" * 400)),
    *(("within_km", "-1"), ("within_km", "1.5"), ("within_km", "٣"), ("departement", "20"), ("departement", "'; --")),
    *(("level", "2"), ("level", "9"), ("level", "five"), ("starts_from", "2027-02-30"), ("starts_from", "1700000000")),
    *(("ends_by", "tomorrow"), ("trade", "cooking"), ("rome", "M1"), ("rome", "Z"), ("rome", "m18"), ("limit", "0")),
    *(("limit", "51"), ("after", "x"), ("after", "\0"), ("after", "A" * 5000), ("offset", "20"), ("", "x")),
]


@pytest.mark.parametrize(("name", "value"), WRONG)
def test_a_wrong_parameter_is_named_with_its_remedy(name: str, value: str) -> None:
    problems = read([(name, value)])
    assert isinstance(problems, list)
    (problem,) = problems
    assert problem.field.partition(".")[0] == name
    assert problem.remedy_fr
    assert problem.remedy_en
    assert "…" not in problem.remedy_fr + problem.remedy_en
    if problem.rule not in search.OTHERS:
        assert_helps(problem)


def test_all_that_is_wrong_is_told_at_once() -> None:
    problems = read([("level", "2"), ("rome", "Z"), ("page", "2"), ("limit", "1"), ("limit", "2")])
    assert isinstance(problems, list)
    assert [(one.field, one.rule) for one in problems] == [
        ("page", "unknown_parameter"),
        ("limit", "field_repeated"),
        ("level", "greater_than_equal"),
        ("rome", "string_pattern_mismatch"),
    ]


def test_days_in_the_wrong_order_are_told() -> None:
    problems = read([("starts_from", "2027-04-05"), ("ends_by", "2027-04-04")])
    assert isinstance(problems, list)
    assert [(one.field, one.rule) for one in problems] == [("ends_by", "dates_reversed")]


@given(st.lists(st.tuples(st.sampled_from([*Asked.model_fields, "x"]), st.text(max_size=300)), max_size=8))
def test_whatever_stands_in_an_address_is_a_search_or_problems(parameters: list[tuple[str, str]]) -> None:
    asked = read(parameters)
    assert isinstance(asked, Asked) or asked


@given(
    st.integers(0, 1),
    st.floats(0, 40_000),
    st.integers(0, search.LARGEST),
    st.lists(st.lists(st.sampled_from(["fibre", "réseau", "5g"]), min_size=1, max_size=4).map(tuple), max_size=5),
)
def test_a_cursor_is_read_as_it_was_written(tier: int, km: float, number: int, instead: list[tuple[str, ...]]) -> None:
    after = After(tier, km, number, tuple(instead))
    assert cursor(after.written()) == after


@pytest.mark.parametrize(
    "forged",
    [
        *(None, 1, [], [0, 0.0, 1], [2, 0.0, 1, []], [0, -1.0, 1, []], [0, inf, 1, []], [0, 0.0, 2**63, []]),
        *([True, 0.0, 1, []], [0, 0, 1, []], [0, 0.0, "1", []], [0, 0.0, 1, 5], [0, 0.0, 1, [5]], {"tier": 0}),
    ],
)
def test_a_forged_cursor_is_refused(forged: object) -> None:
    problems = read([("after", base64.urlsafe_b64encode(json.dumps(forged).encode()).decode())])
    assert isinstance(problems, list)
    assert [(one.field, one.rule) for one in problems] == [("after", "cursor")]


@given(st.text())
def test_words_of_a_cursor_are_words_again(text: str) -> None:
    spelled = cursor(After(0, 0.0, 1, ((text,),)).written()).instead
    assert spelled == (tuple(search.words(text)),)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Technicien(ne) fibre (F/H)", ["technicien", "ne", "fibre"]),
        ("Développeur·se d’outils – 5G", ["développeur", "se", "outils", "5g"]),
        ("technicien.ne", ["technicien", "ne"]),
        ("'; DROP TABLE offer; --", ["drop", "table", "offer"]),
        ("F/H", []),
    ],
)
def test_words_are_letters_and_digits(text: str, words: list[str]) -> None:
    assert search.words(text) == words


@given(places, places, st.integers(1, 200))
def test_whatever_is_near_enough_lies_in_the_box_and_in_a_departement_within_reach(
    home: search.Place, other: search.Place, km: int
) -> None:
    for there in (other, min(EVERYWHERE[::40], key=lambda one: abs(distance_km(home, one) - km))):
        if distance_km(home, there) <= km:
            south, west, north, east = search.box(home, km)
            assert south <= there.latitude <= north
            assert west <= there.longitude <= east
            assert there.departement in search.reached(home, km)


def test_months_are_those_that_a_period_touches() -> None:
    assert search.months(date(2026, 11, 30), date(2027, 2, 1)) == [
        *(date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1), date(2027, 2, 1))
    ]
    assert search.months(date(2027, 4, 5), date(2027, 4, 5)) == [date(2027, 4, 1)]
