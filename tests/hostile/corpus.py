"""Hostile input at the Kafka way in, with the answer that each must get: `accepted`, or the rule it breaks.

Made after what is known to break readers: the kinds of cases of JSONTestSuite and of the big list of naughty strings,
and what JSON parsers, PostgreSQL, logs, mails, spreadsheets and browsers each understand in their own way.
"""

import base64
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from tests.chassis.sample import HEARD
from tests.events import OFFER
from tests.hostile.material import FRAGMENTS, NAUGHTY, WRONG

ACCEPTED = "accepted"
Header = tuple[str, bytes | None]
STRUCTURED: Header = ("content-type", b"application/cloudevents+json; charset=utf-8")


@dataclass(frozen=True)
class Item:
    """One record. `headers` come behind its id and type, which None in `id` or `type` leaves out."""

    name: str
    value: bytes | None
    answer: str
    headers: Sequence[Header] = ()
    id: bytes | None = None
    type: bytes | None = HEARD.encode()
    key: bytes | None = b"A-1"
    own_id: bool = True
    """Whether its verdict comes under its own id; if not, under the place it stands in."""

    @property
    def event_id(self) -> bytes:
        return self.name.encode() if self.id is None else self.id

    def all_headers(self) -> list[Header]:
        if STRUCTURED in self.headers:
            return list(self.headers)
        kind: list[Header] = [("ce_type", self.type)] if self.type is not None else []
        return [("ce_id", self.event_id), *kind, *self.headers]


def offer(name: str, **changes: Any) -> dict[str, Any]:
    """A good offer but for the changes, under a reference of its own."""
    return {**OFFER, "reference": name[:80], **changes}


def corpus(siren: str, other: str) -> list[Item]:
    """Everything that `siren` sends; `other` is a company too."""
    parts = (
        broken_json(),
        odd_json(),
        values(other),
        texts(),
        headers(other),
        ids(),
        keys(),
        types(),
        structured(siren),
    )
    return [own(item, siren) for part in parts for item in part]


def own(item: Item, siren: str) -> Item:
    """The item with the company's own siren in place of the sample's."""
    value = item.value and item.value.replace(OFFER["siren"].encode(), siren.encode())
    return Item(**{**item.__dict__, "value": value})


def written(content: Any) -> bytes:
    return json.dumps(content).encode()


def beside(name: str, fragment: bytes) -> bytes:
    """A good offer with these bytes in a field that nobody knows."""
    return written(offer(name))[:-1] + b', "x": ' + fragment + b"}"


def broken_json() -> Iterator[Item]:
    for at, fragment in enumerate(FRAGMENTS):
        name = f"fragment-{at}"
        yield Item(name, beside(name, fragment), "malformed")
    good = written(offer("whole"))
    wholes = [
        b"",
        b" ",
        b"\n",
        b"\0",
        b"null",
        b"true",
        b"5",
        b'"a"',
        b"[]",
        b"[{}]",
        b"{}{}",
        b"\xff\xfe",
        good + b"x",
    ]
    wholes += [b"\xef\xbb\xbf" + good, good[:-1], good * 2, b"[" + good + b"]", written(good.decode()), b"a" * 250_000]
    wide = beside("wide", b'"' + b"a" * 20_000 + b'"')
    wholes += [
        one.decode().encode(code) for one in (good, wide) for code in ("utf-16", "utf-16-le", "utf-16-be", "utf-32")
    ]
    wholes += [b"\xef\xbb\xbf" + wide, wide[:-1], wide + b"x", wide[:-1] + b', "y": NaN}']
    wholes += [json.dumps(OFFER, ensure_ascii=False).encode("latin-1"), b'"' + b"a" * 250_000 + b'"', good[:40] + b"\0"]
    for at, whole in enumerate(wholes):
        yield Item(f"whole-{at}", whole, "malformed")


def odd_json() -> Iterator[Item]:
    """JSON that is odd and valid, and JSON in which names come twice."""
    fine = [
        b"1e400",
        b"-0",
        b"1E-400",
        b"0.1e1",
        b'""',
        b'"\\/\\b\\f\\u00e9"',
        b'"\xf0\x9f\x98\x80"',
        b"9007199254740993",
    ]
    fine += [b'"\\ud83d\\ude00"', b" [ ] ", b"[" * 50 + b"]" * 50, b'{"":0}', b"[" + b"0," * 100_000 + b"0]", b'"\x7f"']
    for at, fragment in enumerate(fine):
        name = f"fine-{at}"
        yield Item(name, beside(name, fragment), ACCEPTED)
    for at, fragment in enumerate([b'1, "x": 1', b'{"a":1,"a":2}', b'[{"a":{"b":1,"b":1}}]', b'1, "\\u0078": 2']):
        name = f"twice-{at}"
        yield Item(name, beside(name, fragment), "field_repeated")
    yield Item("twice-known", written(offer("twice-known"))[:-1] + b', "title": "Other"}', "field_repeated")
    spaced = json.dumps(offer("spaced"), indent="\t\r\n ").encode()
    yield Item("spaced", spaced, ACCEPTED)


def values(other: str) -> Iterator[Item]:
    for at, (field, wrong, rule) in enumerate(WRONG):
        name = f"wrong-{at}-{field}"
        yield Item(name, written(offer(name, **{field: wrong})), rule)
    yield Item("others-siren", written(offer("others-siren", siren=other)), "not_yours")
    yield Item("tombstone", None, "malformed")
    yield Item("tombstone-without-key", None, "malformed", key=None)
    yield Item("many-wrong", written({"days": [0] * 40_000, "title": [0] * 20_000}), "missing")
    yield Item("large-and-good", beside("large-and-good", b'"' + b"a" * 250_000 + b'"'), ACCEPTED)
    yield Item("too-large", beside("too-large", b'"' + b"a" * 1_000_000 + b'"'), "too_large")
    for field, longest in [("title", 140), ("description", 8000), ("reference", 80)]:
        name = f"longest-{field}"
        yield Item(name, written(offer(name, **{field: (name + "é" * longest)[:longest]})), ACCEPTED)


def texts() -> Iterator[Item]:
    for at, text in enumerate(NAUGHTY):
        name = f"naughty-{at}"
        yield Item(name, written(offer(name, title=text, description=text, company_name=text)), ACCEPTED)


def headers(other: str) -> Iterator[Item]:
    fine: list[Sequence[Header]] = [
        [(f"h{at}", b"%d" % at) for at in range(10_000)],
        [("h", b"same")] * 1000,
        [("x", None), ("ce_subject", None), ("ce_time", None), ("content-type", None)],
        [("x", b"\xff\xfe\x00"), ("a\0b", b"\0"), ("", b""), ("é" * 5000, b"x" * 50_000)],
        [("reply_to", b"internships.offers"), ("correlation_id", b"a\r\nlevel=error\x1b[31m"), ("message_id", b"x")],
        [("content-type", b'application/json; charset="utf-8"; a=b')],
        [("Content-Type", b"APPLICATION/JSON"), ("CE_SPECVERSION", b"1.0")],
        [("traceparent", b"00-zz"), ("tracestate", b"\xff"), ("baggage", b"a" * 9000)],
        [("traceparent", b"x" * 100_000)],
        [("ce_subject", b"\0\xff"), ("ce_dataschema", b"javascript:"), ("ce_x" * 1000, b"")],
        [("ce_source", b"/ats"), ("ce_time", b"2027-04-05T09:00:00.123456789+02:00")],
    ]
    for at, more in enumerate(fine):
        name = f"headers-{at}"
        yield Item(name, written(offer(name)), ACCEPTED, more)
    wrong: list[tuple[str, Sequence[Header]]] = [
        ("content_type", [("content-type", b"text/xml")]),
        ("content_type", [("content-type", b"multipart/form-data; boundary=a")]),
        ("content_type", [("content-type", b"application/cloudevents+avro")]),
        ("attribute_text", [("content-type", b"application/json\r\nX: y")]),
        ("attribute_text", [("content-type", b"\xff")]),
        ("batch_mode", [("content-type", b"application/cloudevents-batch+json")]),
        ("specversion", [("ce_specversion", b"0.3")]),
        ("specversion", [("ce_specversion", b"one")]),
        ("time_format", [("ce_time", b"2027-04-05T09:00:00")]),
        ("time_format", [("ce_time", b"9" * 9000)]),
        ("attribute_text", [("ce_time", b"\xff")]),
        ("attribute_text", [("ce_source", b"a\0b")]),
        ("source_too_long", [("ce_source", b"s" * 400_000)]),
        ("field_repeated", [("ce_source", b"/a"), ("CE_Source", b"/b")]),
        ("field_repeated", [("ce_type", b"other")]),
        ("not_yours", [("ce_source", f"urn:siren:{other}".encode())]),
        ("not_yours", [("ce_source", f"URN:SIREN:{other}".encode())]),
        ("not_yours", [("ce_source", b"urn:passerelle:internships")]),
    ]
    for at, (rule, more) in enumerate(wrong):
        name = f"headers-wrong-{at}"
        yield Item(name, written(offer(name)), rule, more)


def ids() -> Iterator[Item]:
    for at, event_id in enumerate(
        ["UPPER", "upper", "upper ", " upper", "é", "e\u0301", "社", "x" * 300, "../a", "'; --", "0"]
    ):
        name = f"id-{at}"
        yield Item(name, written(offer(name)), ACCEPTED, id=event_id.encode())
    unusable = [
        *[(b"", "missing"), (b"x" * 301, "id_too_long"), (b"i" * 350_000, "id_too_long")],
        *[
            (wrong, "attribute_text")
            for wrong in (b"\xff", b"a\0b", b"a\r\nb", b"\xe2\x80\xae", b"\xef\xbb\xbfa", b"\x1b[31m")
        ],
    ]
    for at, (wrong, rule) in enumerate(unusable):
        yield Item(f"id-wrong-{at}", written(offer(f"id-wrong-{at}")), rule, id=wrong, own_id=False)
    yield Item("id-twice", written(offer("id-twice")), "field_repeated", [("ce_id", b"another")], own_id=False)
    yield Item("id-again", written(offer("id-again")), ACCEPTED, [("ce_id", b"id-again")])


def keys() -> Iterator[Item]:
    for at, key in enumerate([None, b"", b"\0", b"\xff\xfe", b"k" * 10_000, "é社".encode()]):
        name = f"key-{at}"
        yield Item(name, written(offer(name)), ACCEPTED, key=key)


def types() -> Iterator[Item]:
    unknown = [
        *(
            "fr.passerelle.internships.InternshipOffered.v2",
            "fr.passerelle.internships.InternshipOffered",
            HEARD.lower(),
        ),
        *(
            "fr.passerelle.outreach.VisitRequested.v1",
            "fr.passerelle.outreach.VisitOffered.v1",
            HEARD + " ",
            "__class__",
        ),
        *(
            "fr.passerelle.internships.InternshipPosted.v1",
            "fr.passerelle.feedback.SubmissionAccepted.v1",
            "t" * 10_000,
        ),
    ]
    for at, kind in enumerate(unknown):
        name = f"type-{at}"
        yield Item(name, written(offer(name)), "unknown_type", type=kind.encode())
    yield Item("type-missing", written(offer("type-missing")), "unknown_type", type=None)
    yield Item("type-empty", written(offer("type-empty")), "unknown_type", type=b"")
    yield Item("type-binary", written(offer("type-binary")), "attribute_text", type=b"\xff\0")


def structured(siren: str) -> Iterator[Item]:
    def envelope(name: str, answer: str, *, own_id: bool = True, **changes: Any) -> Item:
        said = {"specversion": "1.0", "id": name, "source": "/ats", "type": HEARD, "data": offer(name), **changes}
        kept = {member: value for member, value in said.items() if value != "gone"}
        return Item(name, written(kept), answer, [STRUCTURED], own_id=own_id)

    coded = base64.b64encode(written(offer("s-base64", siren=siren))).decode()
    yield envelope("s-good", ACCEPTED)
    yield envelope("s-nulls", ACCEPTED, subject=None, time=None, datacontenttype=None, dataschema=None)
    yield envelope("s-base64", ACCEPTED, data="gone", data_base64=coded)
    yield envelope("s-both", "data_twice", data_base64=coded)
    yield envelope("s-neither", "missing", data="gone")
    yield envelope("s-no-base64", "base64", data="gone", data_base64="%%%")
    yield envelope("s-bytes", "malformed", data="gone", data_base64="/////w==")
    yield envelope("s-text", "malformed", data=json.dumps(offer("s-text")))
    yield envelope("s-null", "malformed", data=None)
    yield envelope("s-list", "malformed", data=[offer("s-list")])
    yield envelope("s-xml", "content_type", data="<a/>", datacontenttype="application/xml")
    yield envelope("s-nested", "missing", data={"specversion": "1.0", "id": "a", "type": HEARD, "data": offer("a")})
    yield envelope("s-wrong", "less_than_equal", data=offer("s-wrong", level=9))
    yield envelope("s-old", "specversion", specversion="0.3")
    yield envelope("s-source", "not_yours", source="urn:siren:552100554")
    yield envelope("s-number", "attribute_text", own_id=False, id=5)
    yield envelope("s-no-id", "missing", own_id=False, id="gone")
    yield envelope("s-surrogate", "malformed", data=offer("s-surrogate", title="\ud800"))
    broken = [
        b"",
        b"{",
        b"[]",
        b'"a"',
        b'{"id":"a","id":"b"}',
        b"\xff",
        b'{"data":NaN}',
        b"[" * 99_999,
        written(OFFER)[:-1],
    ]
    for at, value in enumerate(broken):
        rule = "field_repeated" if at == 4 else "malformed"
        yield Item(f"s-broken-{at}", value, rule, [STRUCTURED], own_id=False)
    yield Item("s-headers", b"{", "malformed", [STRUCTURED, ("ce_id", b"s-headers"), ("ce_type", HEARD.encode())])
    yield Item("s-tombstone", None, "malformed", [STRUCTURED], own_id=False)
