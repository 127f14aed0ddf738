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
from tests.contracts.envelopes import ATTRIBUTES, HELLO, JSON, STRUCTURED, WIRE_NAME, binary, structured


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


def test_source_and_specversion_may_be_missing() -> None:
    """The topic says whose event it is, and no other version of the binding has `ce_` headers."""
    assert binary({"source": None, "specversion": None}).faults == {}
    assert structured({"source": None, "specversion": None}).faults == {}


def test_the_envelope_counts_and_not_the_headers_beside_it() -> None:
    value = json.dumps({**ATTRIBUTES, "data": {}}).encode()
    message = unwrap([("content-type", STRUCTURED.encode()), ("ce_id", b"other"), ("ce_time", b"no time")], value)
    assert (message.id, message.faults) == (ATTRIBUTES["id"], {})


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
