"""CloudEvents on Kafka, read and written.

The cases are taken from, and worded after: the conformance suite (github.com/cloudevents/conformance,
features/kafka-protocol-binding.feature), the Kafka protocol binding 1.0.2 (KPB below), the JSON event format 1.0.2
(JEF), the specification 1.0.2 (CE), and what the Python SDK's own tests hold (github.com/cloudevents/sdk-python,
tests/test_core/test_bindings/test_kafka.py). The SDK itself then reads what we write, and writes what we read.
"""

import base64
import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_kafka_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent
from hypothesis import given
from hypothesis import strategies as st

from shared.contracts.wire import Attributes, Message, unwrap

WIRE_NAME = "com.example.someevent"
HELLO = b'{"message": "Hello World!"}'
ATTRIBUTES = {
    "specversion": "1.0",
    "id": "1234-1234-1234",
    "type": WIRE_NAME,
    "source": "/mycontext/subcontext",
    "time": "2018-04-05T03:56:24Z",
}
JSON = "application/json"
STRUCTURED = "application/cloudevents+json"

Changes = dict[str, Any]


def binary(changes: Changes | None = None, value: bytes | None = HELLO, media: str | None = JSON) -> Message:
    """The conformance suite's event in binary mode; None takes an attribute out, bytes are put in as they are."""
    said = {name: text for name, text in {**ATTRIBUTES, **(changes or {})}.items() if text is not None}
    headers: list[tuple[str, bytes | None]] = [
        (f"ce_{name}", text if isinstance(text, bytes) else str(text).encode()) for name, text in said.items()
    ]
    return unwrap([*headers, *([("content-type", media.encode())] if media else [])], value)


def structured(changes: Changes | None = None, media: str = STRUCTURED, **more: Any) -> Message:
    """The same event in structured mode; None takes a member out."""
    envelope = {**ATTRIBUTES, "datacontenttype": JSON, "data": json.loads(HELLO), **(changes or {}), **more}
    kept = {name: member for name, member in envelope.items() if member is not None}
    return unwrap([("content-type", media.encode())], json.dumps(kept).encode())


def assert_hello(message: Message) -> None:
    assert message.faults == {}
    assert (message.id, message.type) == (ATTRIBUTES["id"], WIRE_NAME)
    assert message.source == ATTRIBUTES["source"]
    assert json.loads(message.data or b"") == json.loads(HELLO)


@pytest.mark.parametrize(
    "message",
    [
        pytest.param(binary(), id="conformance: binary"),
        pytest.param(structured(), id="conformance: structured"),
        pytest.param(structured(media="application/cloudevents+json; charset=utf-8"), id="conformance: with charset"),
        pytest.param(structured(media="APPLICATION/CloudEvents+JSON ; CharSet=UTF-8"), id="KPB 3: in any case"),
        pytest.param(binary(media="application/json; charset=utf-8"), id="KPB 2.1: JSON with charset"),
        pytest.param(binary(media="Application/JSON"), id="CE datacontenttype: in any case"),
        pytest.param(binary(media="application/vnd.example+json"), id="JEF 3.1.1: a suffix of JSON"),
        pytest.param(binary(media="text/json"), id="JEF 3.1.1: any type, subtype json"),
        pytest.param(binary(media=None), id="sdk: binary without content-type"),
        pytest.param(binary({"subject": "larger-context"}), id="CE: subject"),
        pytest.param(binary({"dataschema": "https://example.com/schema"}), id="CE: dataschema"),
        pytest.param(binary({"customext": "v", "partitionkey": "user-1"}), id="sdk: extensions"),
        pytest.param(binary({"time": None}), id="CE: time is optional"),
        pytest.param(binary({"time": "2023-01-15T10:30:45.123456+02:00"}), id="RFC 3339: fraction and offset"),
        pytest.param(binary({"time": "2016-12-31t23:59:60z"}), id="RFC 3339: leap second, small letters"),
        pytest.param(binary({"specversion": "1.1"}), id="CE: a later minor version"),
        pytest.param(structured({"datacontenttype": None}), id="JEF 3.1.2: no datacontenttype means JSON"),
        pytest.param(structured({"subject": None, "comexampleothervalue": 5}), id="JEF 3.2: extension of any type"),
        pytest.param(
            structured({"data": None}, data_base64=base64.b64encode(HELLO).decode()), id="JEF 3.1.2: data_base64"
        ),
        pytest.param(
            structured({"data": None, "datacontenttype": None}, data_base64=base64.b64encode(HELLO).decode()),
            id="JEF 3.2: data_base64 without datacontenttype",
        ),
    ],
)
def test_what_the_specification_shows_is_read(message: Message) -> None:
    assert_hello(message)


@pytest.mark.parametrize("name", ["CE_ID", "Ce_Id", "ce_id"])
def test_headers_names_count_in_any_case(name: str) -> None:
    """As the SDK has it (its test of case-insensitive headers); a name is no place to be strict about."""
    headers = [(name, b"1"), ("CE_TYPE", b"t"), ("Content-Type", b"application/json")]
    assert unwrap(headers, HELLO).id == "1"


def test_binary_data_is_taken_as_it_came() -> None:
    odd = b'{"a" : 1.50,\n "b":"\\u00e9"}'
    assert binary(value=odd).data == odd


def test_nothing_is_percent_decoded() -> None:
    """HTTP's binding encodes header values so; Kafka's has UTF-8 as it is (KPB 3.2.3)."""
    assert binary({"source": "/caf%C3%A9", "id": "é%20"}).id == "é%20"
    assert binary({"source": "/caf%C3%A9"}).source == "/caf%C3%A9"


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


def test_source_and_specversion_may_be_missing() -> None:
    """The topic says whose event it is, and no other version of the binding has `ce_` headers."""
    assert binary({"source": None, "specversion": None}).faults == {}
    assert structured({"source": None, "specversion": None}).faults == {}


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


def test_the_envelope_counts_and_not_the_headers_beside_it() -> None:
    value = json.dumps({**ATTRIBUTES, "data": {}}).encode()
    message = unwrap([("content-type", STRUCTURED.encode()), ("ce_id", b"other"), ("ce_time", b"no time")], value)
    assert (message.id, message.faults) == (ATTRIBUTES["id"], {})


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


@pytest.mark.parametrize("name", ["traceparent", "ce_traceparent"])
def test_a_trace_comes_as_a_header_or_as_the_extension_of_cloudevents(name: str) -> None:
    trace = f"00-{'a' * 32}-{'b' * 16}-01"
    assert unwrap([(name, trace.encode())], HELLO).traceparent == trace
    assert structured({"traceparent": trace}).traceparent == trace
    assert structured({"traceparent": "\x00"}).faults == {}


def test_both_modes_say_the_same() -> None:
    one, other = binary(), structured()
    assert (one.id, one.source, one.type, one.traceparent) == (other.id, other.source, other.type, other.traceparent)


def ours(at: datetime, source: str = "urn:siren:732829320") -> dict[str, bytes]:
    attributes = Attributes("é-1", source, WIRE_NAME, "A-1", at, f"00-{'a' * 32}-{'b' * 16}-01")
    return dict(attributes.headers())


@pytest.mark.parametrize(
    "at", [datetime(2027, 4, 5, 9, 0, tzinfo=UTC), datetime(2027, 4, 5, 11, tzinfo=timezone(timedelta(hours=2)))]
)
def test_the_sdk_reads_what_we_write(at: datetime) -> None:
    event = from_kafka_event(KafkaMessage(ours(at), b"A-1", HELLO))
    assert (event.get_id(), event.get_source(), event.get_type()) == ("é-1", "urn:siren:732829320", WIRE_NAME)
    assert (event.get_subject(), event.get_specversion()) == ("A-1", "1.0")
    assert event.get_datacontenttype() == JSON
    assert event.get_time() == datetime(2027, 4, 5, 9, 0, tzinfo=UTC)
    assert event.get_data() == json.loads(HELLO)


def test_we_read_what_we_write() -> None:
    message = unwrap(ours(datetime(2027, 4, 5, tzinfo=UTC)).items(), HELLO)
    assert message.faults == {}
    assert (message.id, message.data) == ("é-1", HELLO)


names = st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=40)


@given(names, names, names, st.dictionaries(st.text(max_size=5), st.integers() | st.text(max_size=9), max_size=4))
def test_we_read_what_the_sdk_writes_in_both_modes(event_id: str, source: str, kind: str, data: dict[str, Any]) -> None:
    attributes = {"id": event_id, "source": source, "type": kind, "specversion": "1.0", "datacontenttype": JSON}
    attributes["time"] = datetime(2027, 4, 5, 9, 30, tzinfo=UTC)  # type: ignore[assignment]
    event = CloudEvent(attributes, data)
    for write in (to_binary_event, to_structured_event):
        written = write(event)
        message = unwrap(written.headers.items(), written.value)
        assert message.faults == {}
        assert (message.id, message.source, message.type) == (event_id, source, kind)
        assert json.loads(message.data or b"") == data


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
