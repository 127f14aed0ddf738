"""Every problem has a rule of the closed list and a remedy that can be followed, in either language."""

import ast
import copy
import json
import re
from collections.abc import Iterator, Sequence
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.cli.contracts import schemas
from shared.contracts.catalogue import EVENTS
from shared.contracts.checking import check, problem
from shared.contracts.decision_rules import DECISIONS
from shared.contracts.event import Event
from shared.contracts.feedback import Problem
from shared.contracts.internships import InternshipOffered
from shared.contracts.law_rules import LAW
from shared.contracts.mentoring import MentorOffered
from shared.contracts.outreach import VisitReported
from shared.contracts.rules import ANY, MEANING, RECORD, REMEDIES, VALUES

ROOT = Path(__file__).parents[2]
OFFER = schemas.examples(InternshipOffered)["valid"][1]
WRONG: tuple[Any, ...] = (
    *(None, True, -1, 0, 7, 1e9, 10**30, 1.5, 0.001, 1e300, float("inf")),
    *("", " ", "x", "\x00", "a\nb", "\u202e", "é" * 9000, "0" * 9, "0" * 14, "732829321"),
    *("2027-02-30", "2027-04-05", "1999-12-31", "2100-01-01"),
    *(
        "2027-04-05T09:30:00",
        "1999-01-01T00:00:00Z",
        "20270405",
        "1700000000",
        "12.345",
        "123456.7",
        "123456789.1",
        "NaN",
        "1e9",
    ),
    *("a@b", "i" * 65 + "@x.fr", "{}", "\ufb2c" * 140),
    *([], [None], ["x"] * 200, [1], ["2027-02-30"], {}, {"a": None}, [[[[]]]]),
)


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where something stands in a value, parts of parts included."""
    if path:
        yield path
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from places(inner, (*path, step))


def changed(value: Any, path: tuple[str | int, ...], new: object) -> bytes:
    whole = copy.deepcopy(value)
    inner = whole
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = new
    return json.dumps(whole).encode()


def assert_helps(found: Problem) -> None:
    """A rule of the list; nothing left to fill in; no English in the French."""
    assert found.rule in REMEDIES, found
    assert (found.remedy_fr, found.remedy_en) != ANY
    for remedy in (found.remedy_fr, found.remedy_en):
        assert not re.search(r"[{}…]", remedy), found
        assert remedy.endswith(".")
    assert not ENGLISH.search(found.remedy_fr), found
    assert not FRENCH.search(found.remedy_en), found
    assert len(found.found) <= 80
    assert found.found.isprintable()


ENGLISH = re.compile(r"\b(the|of|or|and|should|must|give|least|greatest|characters|such|without|input|at most)\b", re.I)
FRENCH = re.compile(r"\b(le|la|les|des|ou|et|donnez|comme|sans|caractères|votre)\b", re.I)


def spoilt(event: type[Event]) -> Iterator[bytes]:
    """An event's valid examples with each part replaced by each wrong value, and each list prolonged."""
    for value in schemas.examples(event)["valid"]:
        for path in places(value):
            inner = reduce(getitem, path, value)
            for wrong in [*WRONG, *([inner * 200] if isinstance(inner, list) else [])]:
                yield changed(value, path, wrong)


def faults(event: type[Event]) -> Iterator[Problem]:
    for value in spoilt(event):
        found = check(event, value)
        yield from [] if isinstance(found, Event) else found


@pytest.mark.parametrize("event", EVENTS.values(), ids=lambda event: event.wire_name)
def test_whatever_is_wrong_in_a_field_its_problem_helps(event: type[Event]) -> None:
    for found in faults(event):
        assert_helps(found)


def test_every_rule_of_a_value_can_be_broken() -> None:
    broken = {found.rule for event in EVENTS.values() for found in faults(event)}
    left_out = {found.rule for found in checked(InternshipOffered, b"{}")}
    assert broken | left_out == {*VALUES, *MEANING}


BEYOND_SCHEMAS = {
    *("siren", "siret", "uai", "dates_reversed", "period_too_long", "girls_over_pupils"),  # they compare or compute
    *("instant_range", "timezone_aware", "datetime_parsing"),  # formats are notes to most validators
    *("text_too_long", "decimal_max_places", "int_type"),  # NFC; 0.1 is no binary fraction; 1.0 is an integer there
}


@pytest.mark.parametrize("event", [event for event in EVENTS.values() if event.topic.startswith("intake.{sender}")])
def test_schema_and_contract_agree_but_for_rules_that_no_schema_can_say(event: type[Event]) -> None:
    schema = jsonschema.Draft202012Validator(schemas.schema(event), format_checker=jsonschema.FormatChecker())
    for value in spoilt(event):
        found = check(event, value)
        if schema.is_valid(json.loads(value)):
            assert isinstance(found, Event) or {one.rule for one in found} <= BEYOND_SCHEMAS, value
        else:
            assert not isinstance(found, Event) or ZEROS in value, value


ZEROS = b'"hourly_pay": "000'
"""An amount may have zeros before it, which no example needs to know."""


def checked(event: type[Event], value: bytes) -> Sequence[Problem]:
    found = check(event, value)
    assert not isinstance(found, Event)
    return found


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | st.dates().map(str)
JSON = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
)


@given(data=st.data(), event=st.sampled_from(list(EVENTS.values())))
def test_no_problem_of_any_event_is_without_a_remedy_of_its_own(data: st.DataObject, event: type[Event]) -> None:
    value = data.draw(st.sampled_from(schemas.examples(event)["valid"]))
    path = data.draw(st.sampled_from(list(places(value))))
    found = check(event, changed(value, path, data.draw(JSON)))
    for one in [] if isinstance(found, Event) else found:
        assert_helps(one)


def told(**changes: object) -> list[tuple[str, str, str, str]]:
    found = checked(InternshipOffered, json.dumps({**OFFER, **changes}).encode())
    return [(one.field, one.found, one.remedy_fr, one.remedy_en) for one in found]


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        (
            {"weekly_hours": 49},
            ("weekly_hours", "49", "Donnez un nombre ; valeur maximale : 48.", "Give a number; maximum: 48."),
        ),
        (
            {"place": {"city": "Vitré", "departement": "35500"}},
            (
                "place.departement",
                "35500",
                "Donnez le code INSEE d'un département, comme 35, 2A ou 974.",
                "Give a département's INSEE code, such as 35, 2A or 974.",
            ),
        ),
        (
            {"place": "Rennes"},
            (
                "place",
                "Rennes",
                "Donnez un objet JSON avec les champs du contrat, entre accolades.",
                "Give a JSON object with the contract's fields, in braces.",
            ),
        ),
        (
            {"seats": True},
            (
                "seats",
                "true",
                "Donnez un nombre entier, sans guillemets ni décimales.",
                "Give a whole number, without quotation marks or decimals.",
            ),
        ),
        (
            {"title": "a" * 141},
            (
                "title",
                "a" * 80,
                "Raccourcissez le texte ; nombre maximal de caractères : 140.",
                "Shorten the text; maximum number of characters: 140.",
            ),
        ),
    ],
)
def test_a_remedy_names_the_bound_or_the_form(changes: dict[str, object], problem: tuple[str, str, str, str]) -> None:
    assert told(**changes) == [problem]


def test_a_remedy_names_the_values_allowed() -> None:
    ((_, found, french, english),) = told(trade="fibres")
    assert found == "fibres"
    listed = "fibre, data-centre, telecom, radio, cybersecurity, software, works, management."
    assert french.endswith(f": {listed}")
    assert english.endswith(f": {listed}")


def test_each_wrong_item_of_a_list_is_told_and_the_list_is_not_called_short() -> None:
    offered = schemas.examples(MentorOffered)["valid"][0]
    found = checked(MentorOffered, json.dumps({**offered, "trades": ["fibres", 5]}).encode())
    assert [(one.field, one.rule) for one in found] == [("trades.0", "literal_error"), ("trades.1", "literal_error")]


def test_every_rule_that_a_decision_or_the_intake_names_is_on_the_list() -> None:
    files = [*(ROOT / "services").rglob("*.py"), *(ROOT / "shared/chassis").rglob("*.py"), ROOT / VERDICTS]
    calls = [call for file in files for call in problems_made(file)]
    named = {rule.value for call in calls for rule in ast.walk(call.args[1]) if isinstance(rule, ast.Constant)}
    assert named - {None} <= set(REMEDIES)
    assert {"id_reused", "version_reused", "unknown_visit", "one_person_one_reference"} <= named


VERDICTS = "shared/contracts/verdicts.py"


def problems_made(file: Path) -> list[ast.Call]:
    """The calls that make a problem; a `Problem` made without the list would be a rule outside it."""
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    named = [(call, call.func.id) for call in calls if isinstance(call.func, ast.Name)]
    assert "Problem" not in {name for _, name in named}, file
    return [call for call, name in named if name == "problem"]


def test_no_rule_is_on_the_list_twice() -> None:
    assert len(REMEDIES) == sum(map(len, (RECORD, VALUES, MEANING, DECISIONS, LAW)))


def test_a_rule_of_nobodys_still_has_something_to_say() -> None:
    assert (problem("title", "of_nobodys", 5).remedy_en, problem("title", "of_nobodys", 5).found) == (ANY[1], "5")


def test_an_event_with_a_day_says_what_is_wrong_with_it_on_another() -> None:
    offered = InternshipOffered.model_validate_json(json.dumps(OFFER))
    reported = VisitReported.model_validate_json(json.dumps(schemas.examples(VisitReported)["valid"][0]))
    assert offered.problems_on(offered.ends_on) != []
    assert [one.field for one in offered.problems_on(offered.ends_on)] == ["valid_through"]
    assert offered.valid_through
    assert offered.problems_on(offered.valid_through) == []
    assert reported.problems_on(reported.held_on) == []
    (early,) = reported.problems_on(offered.valid_through.replace(day=13))
    assert (early.field, early.rule) == ("held_on", "in_the_future")
