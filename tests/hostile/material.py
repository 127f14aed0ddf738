"""What the corpus is made of: bytes that are no JSON, values that only look right, texts that others interpret."""

from typing import Any

FRAGMENTS = [
    *(
        b"[",
        b"]",
        b"{",
        b"}",
        b",",
        b":",
        b"",
        b'"',
        b"'a'",
        b'"a',
        b'a"',
        b"[1,]",
        b"[,1]",
        b"[1,,2]",
        b"[1 2]",
        b"[1",
    ),
    *(b'{"a"}', b'{"a":}', b'{"a":1,}', b'{,"a":1}', b"{a:1}", b"{1:1}", b"{null:1}", b"{'a':1}", b'{"a":1 "b":2}'),
    *(b'{"a":1', b'{"a" 1}', b'{"a"::1}', b'{"a":1:2}', b"[1]]", b'{"a":1}}', b"1 2", b"[1][2]", b'{"a":1}{"b":2}'),
    *(b"01", b"-01", b"+1", b".5", b"5.", b"1e", b"1e+", b"1.e1", b"0x1F", b"0b1", b"1_000", b"--1", b"-", b"1,5"),
    *(b"NaN", b"-NaN", b"Infinity", b"-Infinity", b"inf", b"[NaN]", b'{"a":Infinity}'),
    *(b"tru", b"True", b"TRUE", b"nul", b"None", b"nil", b"undefined", b"falsE"),
    *(rb'"\x41"', rb'"\u12"', rb'"\u12G4"', rb'"\U00000041"', rb'"\"', rb'"\ "', rb'"\0"', b'"\t"', b'"\n"', b'"\0"'),
    *(rb'"\ud800"', rb'"\udc00"', rb'"\ud800\ud800"', rb'"\udc00\ud800"', rb'{"\ud800":1}'),
    *(b'"\xff"', b'"\xc0\xaf"', b'"\xed\xa0\x80"', b'"\xe2\x82"', b'"\xf4\x90\x80\x80"', b'"\xe9"', b"\xe2\x80\xa8"),
    *(b"1 // a", b"1 /* a */", b"# a\n1", b"\x0c1", b"\xc2\xa01", b"\xef\xbb\xbf1", b"1;", b"<a/>", b"- a: b"),
    *(b"[" * 100_000, b"[" * 5000 + b"]" * 5000, b'{"a":' * 40_000, b'{"a":' * 999 + b"1" + b"}" * 999, b"9" * 5000),
]
"""Bytes that are no JSON value, or one that readers disagree about."""


def each(field: str, rule: str, *wrong: Any) -> list[tuple[str, Any, str]]:
    return [(field, one, rule) for one in wrong]


WRONG: list[tuple[str, Any, str]] = [
    *[("version", wrong, rule) for wrong, rule in [(0, "greater_than_equal"), (-1, "greater_than_equal")]],
    *each("version", "less_than_equal", 2**62 + 1, 2**63, 2**64, 10**300),
    *each("version", "int_type", "1", 1.0, True, [1], {}, None),
    *[
        ("seats", wrong, rule)
        for wrong, rule in [(0, "greater_than_equal"), (101, "less_than_equal"), (1.5, "int_type")]
    ],
    *[("level", 9, "less_than_equal"), ("weekly_hours", 49, "less_than_equal"), ("trade", "magic", "literal_error")],
    *[("hourly_pay", wrong, rule) for wrong, rule in [(-1, "greater_than_equal"), (1001, "less_than_equal")]],
    *each("hourly_pay", "finite_number", "NaN", "Infinity", "-Infinity"),
    *each("hourly_pay", "decimal_max_places", 0.001, "4.505"),
    *each("hourly_pay", "decimal_parsing", "", "4,50", "€4", "1e"),
    *each("starts_on", "date_parsing", "05/04/2027", "2027-13-01", "2027-02-29", "demain", "2027-04-05T00:00:00"),
    *each("starts_on", "date_type", 20270405, 1.5, None, {}, True),
    *each("ends_on", "dates_reversed", "0001-01-01", "2027-04-04"),
    *each("ends_on", "period_too_long", "9999-12-31", "2028-04-06"),
    *each("siren", "string_pattern_mismatch", "", "73282932", "７３２８２９３２０", "732 829 320", "a" * 9),
    *[
        ("siren", wrong, rule)
        for wrong, rule in [("732829321", "siren"), ("000000000", "siren"), (732829320, "string_type")]
    ],
    *each("title", "text_control", "a\0b", "a\nb", "a\r\nBcc: x@y", "a\x1bb", "a\u2028b", "a\u202eb", "\x85"),
    *[
        ("title", wrong, rule)
        for wrong, rule in [("", "string_too_short"), (" ", "text_empty"), ("a" * 141, "string_too_long")]
    ],
    *[("description", "a" * 8001, "string_too_long"), ("description", "\ufb2c" * 8000, "text_too_long")],
    *[
        ("reference", "a" * 81, "string_too_long"),
        ("reference", "", "string_too_short"),
        ("reference", 5, "string_type"),
    ],
    *each("place", "model_type", [], "Rennes", 5, None),
    *[("place", {"city": "Rennes"}, "missing"), ("place", {"city": 1, "departement": "35"}, "string_type")],
]
"""Fields with values that only look right, and the rule that says so."""


NAUGHTY = [
    *(
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "</title><svg/onload=alert(1)>",
        "&lt;b&gt;&amp;amp;",
    ),
    *(
        "{{7*7}}",
        "${7*7}",
        "#{7*7}",
        "<%= 7*7 %>",
        "{% raw %}",
        "%s%s%n",
        "{0.__class__}",
        "${jndi:ldap://127.0.0.1/a}",
    ),
    *("'; DROP TABLE offer; --", "1' OR '1'='1", 'a"b\\c', "$$;SELECT pg_sleep(9)", "100%_\\", "\\N", "\\copy"),
    *("=1+1", "=cmd|' /C calc'!A0", "@SUM(A1)", "+33 6", "-2+3", "`id`", "$(id)", "| id", "; id", "../../etc/passwd"),
    *("http://169.254.169.254/latest/meta-data/", "http://[::1]:9092/", "file:///etc/passwd", "http://a@127.0.0.1#@b"),
    *("javascript:alert(1)", "data:text/html,<b>", "null", "undefined", "NaN", "true", "0", "None", "nil", "NULL"),
    *("Е\u0301cole", "раураl", "a\u200bb", "\ufeffa", "a\u00adb", "Z\u0351\u036b\u0343\u036a\u0302a\u036b\u033d", "𝕬𝖇"),
    *("👩🏽‍💻", "🏳️‍🌈", "ﷺ", "社會科學院", "مرحبا", "שלום", "İi̇ıI", "ﬁ", "ＡＢＣ", "e\u0301", "\u1e9b\u0323", "ẞß"),
    *(
        "a\xa0b",
        "Œuvre",
        "l’été",
        "…",
        "\ufffd",
        "\ufffe",
        "\U0010ffff",
        "CON",
        "aux.txt",
        "Scunthorpe",
        "-- ",
        "#!/bin/sh",
    ),
]
"""Texts that are dangerous where somebody interprets them; here they are texts, and stay what they are."""
