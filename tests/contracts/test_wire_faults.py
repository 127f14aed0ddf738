"""What is against the specification of CloudEvents is told by the name of the attribute, header or member.

Where its rules stand is said as in `test_wire.py`: KPB is the Kafka protocol binding 1.0.2.
"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.wire import unwrap
from tests.contracts.envelopes import ATTRIBUTES, HELLO, JSON, STRUCTURED, Changes, binary, structured


@pytest.mark.parametrize("both", [binary, structured])
@pytest.mark.parametrize(
    ("attribute", "value", "rule"),
    [
        ("id", None, "missing"),
        ("id", "", "missing"),
        ("id", "x" * 301, "id_too_long"),
        ("id", "a\x00b", "attribute_text"),
        ("id", "a\u200bb", "attribute_text"),
        ("type", None, "unknown_type"),
        ("type", "", "unknown_type"),
        ("source", "s" * 301, "source_too_long"),
        ("source", "a\nb", "attribute_text"),
        ("specversion", "0.3", "specversion"),
        ("specversion", "2.0", "specversion"),
        ("specversion", "1", "specversion"),
        ("specversion", "", "specversion"),
        ("time", "2018-04-05", "time_format"),
        ("time", "2018-04-05T03:56:24", "time_format"),
        ("time", "2018-04-05T03:56Z", "time_format"),
        ("time", "2018-02-30T03:56:24Z", "time_format"),
        ("time", "2018-04-05T24:56:24Z", "time_format"),
        ("time", "1522900584", "time_format"),
        ("time", "yesterday", "time_format"),
    ],
)
def test_an_attribute_against_the_specification_is_told_by_name(
    both: Any, attribute: str, value: Any, rule: str
) -> None:
    message = both({attribute: value})
    assert {name: fault[0] for name, fault in message.faults.items()} == {attribute: rule}
    assert message.field(attribute) == (f"ce_{attribute}" if both is binary else attribute)
    assert getattr(message, attribute, "") == ""
    assert message.data


@pytest.mark.parametrize(
    "media", ["text/xml", "application/avro", "text/plain", "application/jsonx", "json", "a/b/json"]
)
def test_data_that_is_no_json_is_told_by_its_content_type(media: str) -> None:
    message = binary(value=b"<a/>", media=media)
    assert message.faults == {"datacontenttype": ("content_type", media)}
    assert message.field("datacontenttype") == "content-type"
    assert message.data is None
    assert structured({"datacontenttype": media, "data": "<a/>"}).field("datacontenttype") == "datacontenttype"


@pytest.mark.parametrize(
    ("media", "rule"),
    [
        ("application/cloudevents-batch+json", "batch_mode"),
        ("Application/CloudEvents-Batch+JSON; charset=utf-8", "batch_mode"),
        ("application/cloudevents+avro", "content_type"),
        ("application/cloudevents+protobuf", "content_type"),
        ("application/cloudevents", "content_type"),
    ],
)
def test_event_formats_that_we_do_not_read_are_told(media: str, rule: str) -> None:
    """KPB 1.3 has no batch mode; KPB 3 says how a format is recognised that one cannot handle."""
    message = structured(media=media)
    assert [fault[0] for fault in message.faults.values()] == [rule]


@pytest.mark.parametrize(
    ("changes", "field", "rule"),
    [
        ({"data": None}, "data", "missing"),
        ({"data_base64": "eyB9"}, "data_base64", "data_twice"),
        ({"data": None, "data_base64": "%%"}, "data_base64", "base64"),
        ({"data": None, "data_base64": "é"}, "data_base64", "base64"),
        ({"data": None, "data_base64": 5}, "data_base64", "base64"),
        ({"id": 5}, "id", "attribute_text"),
        ({"id": ["a"]}, "id", "attribute_text"),
        ({"type": {"a": 1}}, "type", "attribute_text"),
        ({"source": True}, "source", "attribute_text"),
        ({"id": "\ud800"}, "id", "attribute_text"),
    ],
)
def test_an_envelope_against_the_event_format_is_told_by_member(changes: Changes, field: str, rule: str) -> None:
    message = structured(changes)
    assert [(message.field(name), fault[0]) for name, fault in message.faults.items()] == [(field, rule)]


@pytest.mark.parametrize(
    "value",
    [
        None,
        b"",
        b"{",
        b"[]",
        b"5",
        b"null",
        b"\xff",
        "{}".encode("utf-16"),
        b"\xef\xbb\xbf{}",
        b'{"a":NaN}',
        b"[" * 99999,
    ],
)
def test_an_envelope_that_is_none_is_malformed_and_the_headers_name_the_event(value: bytes | None) -> None:
    """KPB 3.3.3 lets the binary mode's headers ride along."""
    message = unwrap([("content-type", STRUCTURED.encode()), ("ce_id", b"7"), ("ce_type", b"t")], value)
    assert message.faults == {"": ("malformed", "")}
    assert (message.id, message.type, message.data) == ("7", "t", None)


def test_headers_that_are_no_text_name_no_event_beside_a_broken_envelope() -> None:
    message = unwrap([("content-type", STRUCTURED.encode()), ("ce_id", b"a\0b"), ("ce_type", b"\xff")], b"{")
    assert (message.id, message.type, list(message.faults)) == ("", "", [""])


def test_a_mode_that_is_said_in_two_ways_is_told() -> None:
    headers = [("content-type", JSON.encode()), ("Content-Type", STRUCTURED.encode()), ("ce_id", b"1")]
    message = unwrap([*headers, ("ce_type", b"t")], HELLO)
    assert message.faults == {"datacontenttype": ("field_repeated", STRUCTURED)}
    assert (message.id, message.data) == ("1", None)


@pytest.mark.parametrize("member", ["id", "data", "unknown"])
def test_a_member_named_twice_is_told(member: str) -> None:
    value = json.dumps({**ATTRIBUTES, "data": {}, "unknown": 1}).encode()[:-1] + f', "{member}": "b"}}'.encode()
    message = unwrap([("content-type", STRUCTURED.encode())], value)
    assert message.faults == {member: ("field_repeated", member)}


def test_a_header_given_twice_counts_when_both_agree_and_is_told_when_they_do_not() -> None:
    twice = [("ce_type", b"t"), ("ce_id", b"1"), ("CE_ID", b"1")]
    assert unwrap(twice, HELLO).faults == {}
    assert unwrap([*twice, ("ce_id", b"2")], HELLO).faults == {"id": ("field_repeated", "2")}


def test_a_header_that_is_no_utf_8_is_told_and_a_null_one_is_none() -> None:
    assert binary({"source": b"\xff"}).faults["source"][0] == "attribute_text"
    assert unwrap([("ce_type", b"t"), ("ce_id", None)], HELLO).faults == {"id": ("missing", "")}


anything: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
members = st.sampled_from([*ATTRIBUTES, "datacontenttype", "data", "data_base64", "traceparent", "x"])


@given(st.dictionaries(members, anything | st.sampled_from(list(ATTRIBUTES.values())), max_size=8))
def test_any_envelope_is_read_and_never_raises(envelope: dict[str, Any]) -> None:
    headers = [("content-type", STRUCTURED.encode())]
    message = unwrap(headers, json.dumps(envelope).encode())
    assert message == unwrap(headers, json.dumps(envelope).encode())
    assert (message.data is None) <= bool(message.faults)
    assert all(text.isprintable() for text in (message.id, message.source, message.type))
