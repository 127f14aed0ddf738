"""Whatever a document holds, reading it ends in drafts: no traceback, no hang."""

import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.client.company.documents import read, recognise
from shared.client.company.drafts import Draft
from tests.company.documents.corpus import DEFAULTS, TODAY, documents, judged

POSTING: dict[str, Any] = json.loads(documents("job_postings")[0].read_text(encoding="utf-8"))
PROPERTIES = [
    *POSTING, "@id", "@graph", "url", "baseSalary", "workHours", "totalJobOpenings", "occupationalCategory", "industry",
    "qualifications", "responsibilities", "skills", "jobLocationType", "dateModified", "mainEntityOfPage", "jobEndDate",
    "estimatedSalary", "salaryCurrency", "relevantOccupation",
]  # fmt: skip
ODD = st.sampled_from(
    [
        *(
            "",
            " ",
            "NaN",
            "P9999999999Y",
            "P999Y",
            "-1",
            "1e999999999",
            "9999-12-31",
            "0000-00-00",
            "0 mois",
            "999 ans",
        ),
        *("2027-02-30T25:61:61+99:99", "2027-02-28T23:59:59+99:99", "0001-01-01T00:00:00+14:00", "31/12/9999"),
        *("2027-13-01", "niveau V", "Bac+9", "€", "4,5,6", "00000", "97133", "99999", "INTERN", "٣٤", "²", "1" * 5000),
        *(
            "https://a&#91;b/",
            "https://x.example/?a=\ud800",
            "https://x.example:99999/",
            "//x",
            "http://\u2100.example/",
        ),
        *("javascript:alert(1)", "http://[::1", "https://" + "a" * 3000, "&#0;&#xD800;&#99999999;", "<p>" * 50),
        *("</script><script>", "\ud800", "\x00", "\u202e", "\u2066x", "février 2027", "32 février 2027"),
    ]
)
LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20) | ODD
NAMES = st.sampled_from(
    ["@type", "@id", "@value", "name", "value", "address", "minValue", "unitText", "addressCountry"]
)
ANY = st.recursive(
    LEAF,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES | st.text(max_size=5), inner, max_size=4),
    max_leaves=8,
)


def bytes_of(document: object) -> bytes:
    return json.dumps(document).encode()


def outcomes(source: bytes) -> list[Draft]:
    drafts = list(read(source, DEFAULTS, TODAY))
    assert drafts, "every document has at least one outcome"
    for draft in drafts:
        assert draft.values or draft.problems
        assert all(problem.remedy_fr and problem.remedy_en for problem in judged(draft))
    return drafts


@given(changes=st.dictionaries(st.sampled_from(PROPERTIES), ANY, min_size=1, max_size=4))
@settings(max_examples=600, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_value_in_any_property_ends_in_an_offer_or_in_problems(changes: dict[str, Any]) -> None:
    outcomes(bytes_of({"@type": "JobPosting"} | POSTING | changes))


@given(
    document=ANY, format_words=st.sampled_from(["JobPosting", '"resultats"', '"positionTitle"', '"employment_type"'])
)
@settings(max_examples=200, deadline=None)
def test_any_json_ends_in_an_outcome(document: object, format_words: str) -> None:
    outcomes(bytes_of({"words": format_words, "inner": document, "intitule": document, "romeCode": document,
                       "positionTitle": document, "profileId": document, "statusCode": document, "office": document,
                       "name": document, "employment_type": document}))  # fmt: skip


@given(
    source=st.binary(max_size=300), start=st.sampled_from([b"", b"<", b"<html>", b'{"JobPosting":', b"<source>", b"[{"])
)
@settings(max_examples=300, deadline=None)
def test_any_bytes_end_in_an_outcome(source: bytes, start: bytes) -> None:
    outcomes(start + source)


@given(data=st.data(), document=st.sampled_from(documents("job_postings") + documents("partners")))
@settings(max_examples=200, deadline=None)
def test_documents_cut_or_damaged_anywhere_end_in_an_outcome(data: st.DataObject, document: Path) -> None:
    source = document.read_bytes()
    at = data.draw(st.integers(0, len(source)))
    outcomes(source[:at] + data.draw(st.binary(max_size=4)) + source[at + data.draw(st.integers(0, 50)) :])


ELEMENTS = (
    "referencenumber title description company city state country postalcode jobtype salary education category "
    "startdate duration expirationdate lastactivitydate partnerJobId location experienceLevel reference "
    "description_requirements employment_type_code postal_code education_code max_hours updated_at id name office "
    "employmentType jobDescriptions additionalOffices"
).split()
XML_TEXT = (ODD | st.text(max_size=30)).map(lambda text: "".join(char for char in text if char.isprintable()))


@given(
    texts=st.dictionaries(st.sampled_from(ELEMENTS), XML_TEXT, min_size=3),
    names=st.sampled_from([("source", "job"), ("jobs", "job"), ("workzag-jobs", "position")]),
)
@settings(max_examples=300, deadline=None)
def test_any_text_in_any_element_of_a_feed_ends_in_an_outcome(texts: dict[str, str], names: tuple[str, str]) -> None:
    root, job = names
    said = {"title": "Stage fibre", "name": "Stage fibre", "jobtype": "intern", "employmentType": "intern"} | texts
    elements = "".join(f"<{name}>{escape(text)}</{name}>" for name, text in said.items())
    outcomes(f"<{root}><{job}>{elements}</{job}></{root}>".encode(errors="replace"))


LONG = "x" * 10_000_000
MARKUP = "<div>" * 2_000_000


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (b'{"@type":"JobPosting","title":' + b"[" * 100_000 + b"]" * 100_000 + b"}", "too_deep"),
        (b'{"@type":"JobPosting","a":' * 100_000, "too_deep"),
        (bytes_of(POSTING | {"description": LONG}), "string_too_long"),
        (bytes_of(POSTING | {"description": MARKUP}), "string_too_long"),
        (bytes_of(POSTING | {"title": LONG}), "string_too_long"),
        (b"<html>" + MARKUP.encode()[:9_000_000], "no_job_posting"),
        (b"<html>" + b"<b>" * 3000 + b"<i></b>" * 100_000, "no_job_posting"),
        (b"<html>" + b"<!--" * 2_000_000, "no_job_posting"),
        (b"<html>" + b"<script " * 1_000_000, "no_job_posting"),
        (b"<html>" + b"<script type='application/ld+json'>" * 250_000, "no_job_posting"),
        (b"<html>" + b" " * 11_000_000, "too_large"),
        (b'{"JobPosting": "' + b" " * 51_000_000, "too_large"),
        (bytes_of(POSTING | {"title": "Stage\u0000fibre"}), "text_control"),
        (bytes_of(POSTING | {"description": "caché \u2067ici"}), "text_control"),
        (bytes_of(POSTING | {"description": "\udc80"}), "text_broken"),
        (bytes_of(POSTING | {"hiringOrganization": "x\udfff"}), "text_broken"),
        (bytes_of(POSTING).replace(b'"P5M"', b"1" * 5000), "duration_unreadable"),
        (bytes_of(POSTING).replace(b'"P5M"', b"NaN"), "duration_unreadable"),
        (bytes_of(POSTING).replace(b": 2,", b": 1e999999999,"), "integer"),
        (b"{'@type': 'JobPosting'}", "json_unreadable"),
    ],
)  # fmt: skip
def test_what_is_too_big_too_deep_or_broken_is_refused_with_a_sentence(source: bytes, rule: str) -> None:
    assert rule in {problem.rule for draft in outcomes(source) for problem in judged(draft)}


def test_thousands_of_references_inside_one_document_are_followed_in_reasonable_time() -> None:
    graph = [
        {"@type": "Organization", "@id": f"#{n}", "name": f"n{n}", "x": {"@id": f"#{n + 1}"}} for n in range(20_000)
    ]
    [draft] = outcomes(bytes_of({"@graph": [*graph, POSTING | {"hiringOrganization": {"@id": "#19999"}}]}))
    assert draft.values["company_name"] == "n19999"


def test_a_reference_to_itself_ends() -> None:
    around = {"@type": "JobPosting", "@id": "#me", "title": {"@id": "#me"}, "hiringOrganization": {"@id": "#me"}}
    assert outcomes(bytes_of([around, {"@id": "#me", "@type": "Thing", "name": {"@id": "#me"}}]))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
def test_the_encoding_of_a_file_does_not_change_its_offer(encoding: str) -> None:
    source = json.dumps(POSTING | {"title": "Stage câblage fibre à Évry"}, ensure_ascii=False).encode(encoding)
    assert recognise(source) == "json"
    assert outcomes(source)[0].values["title"] == "Stage câblage fibre à Évry"
