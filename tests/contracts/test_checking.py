"""The judge of bytes: whatever they are, an event or a list of problems, never a traceback."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samples import generate
from samples.feed import WRITTEN_ON, read_feed
from shared.contracts.catalogue import EVENTS
from shared.contracts.checking import check
from shared.contracts.event import Event
from shared.contracts.internships import InternshipOffered


@pytest.fixture(scope="module")
def offer() -> bytes:
    file = next((generate.FOLDER / "internships").glob("*.jsonl"))
    rows = read_feed(file, WRITTEN_ON)
    return next(row.value for row in rows if isinstance(check(InternshipOffered, row.value), InternshipOffered))


def rules(value: bytes) -> list[tuple[str, str]]:
    found = check(InternshipOffered, value)
    assert not isinstance(found, Event)
    return [(problem.field, problem.rule) for problem in found]


@pytest.mark.parametrize(
    ("extra", "problem"),
    [
        ('"seats": 2, "seats": 3', ("seats", "field_repeated")),
        ('"note": {"a": 1, "\\u0061": 2}', ("a", "field_repeated")),
        ('"note": NaN', ("", "malformed")),
        ('"note": -Infinity', ("", "malformed")),
        (f'"note": {"9" * 5000}', ("", "malformed")),
        (f'"note": {"[" * 100_000}{"]" * 100_000}', ("", "malformed")),
        ('"note": "\\ud800"', ("", "malformed")),
    ],
)
def test_json_that_readers_would_understand_differently_is_refused(
    offer: bytes, extra: str, problem: tuple[str, str]
) -> None:
    assert rules(offer.rstrip()[:-1] + b"," + extra.encode() + b"}") == [problem]


@pytest.mark.parametrize("value", [b"", b"null", b"[]", b"{", b"\xef\xbb\xbf{}", "{}".encode("utf-16"), b"\xff", b"1"])
def test_what_is_no_json_object_is_malformed(value: bytes) -> None:
    assert rules(value) == [("", "malformed")]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(), inner, max_size=5),
    max_leaves=20,
)


def event_or_helped(kind: type[Event], value: bytes) -> bool:
    """Whether bytes are an event, or have problems of which each has both remedies."""
    found = check(kind, value)
    if isinstance(found, Event):
        return True
    return len(found) > 0 and all(problem.remedy_fr and problem.remedy_en for problem in found)


@given(
    kind=st.sampled_from(list(EVENTS.values())),
    value=st.binary(max_size=200) | JSON.map(lambda v: json.dumps(v).encode()),
)
def test_any_bytes_are_an_event_or_have_problems(kind: type[Event], value: bytes) -> None:
    assert event_or_helped(kind, value)


@given(data=st.data(), kind=st.sampled_from(list(EVENTS.values())))
def test_any_values_in_the_right_fields_are_an_event_or_have_problems(data: st.DataObject, kind: type[Event]) -> None:
    value = data.draw(st.fixed_dictionaries(dict.fromkeys(kind.model_fields, JSON)))
    assert event_or_helped(kind, json.dumps(value).encode())
