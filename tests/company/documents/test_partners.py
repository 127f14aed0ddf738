"""The formats of job boards and applicant tracking systems, and XML that means harm."""

import re
import tracemalloc
from collections.abc import Iterator
from io import BytesIO, RawIOBase
from pathlib import Path

import pytest

from shared.client.company.documents import read, recognise
from shared.client.company.rows import HEAD
from shared.contracts.internships import InternshipOffered
from tests.company.documents.corpus import DEFAULTS, TODAY, documents, expected, read_file, result

PARTNERS = documents("partners")
JOB = b"<job><referencenumber>R-%d</referencenumber><title>Stage fibre</title><jobtype>internship</jobtype>%s</job>"


def rules(source: bytes) -> list[str]:
    return [problem.rule for draft in read(source, DEFAULTS, TODAY) for problem in draft.problems]


@pytest.mark.parametrize("document", PARTNERS, ids=lambda path: str(path.name))
def test_internships_of_each_format_become_offers_and_other_contracts_are_told(document: Path) -> None:
    wanted = expected(document)
    assert [result(draft) for draft in read_file(document, wanted.get("defaults", {}))] == wanted["drafts"]


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("indeed.xml", "indeed"),
        ("linkedin.xml", "linkedin"),
        ("recruitee.xml", "recruitee"),
        ("personio.xml", "personio"),
        ("personio-json.json", "json"),
        ("france-travail.json", "json"),
        ("hr-open.json", "json"),
        ("iso-8859-15.xml", "indeed"),
    ],
)
def test_each_format_is_recognised_from_its_first_bytes(name: str, form: str) -> None:
    path = next(path for path in PARTNERS if path.name == name)
    assert recognise(path.read_bytes()[:HEAD]) == form


@pytest.mark.parametrize(
    "head",
    [b"", b"siren;reference;title\n732829320;A;B\n", b"PK\x03\x04", b'{"siren": "732829320"}', b"[1, 2]", b"\x00\x01"],
)
def test_tables_and_our_own_json_are_left_to_others(head: bytes) -> None:
    assert recognise(head) is None
    assert rules(head) == ["format_unknown"]


BILLION_LAUGHS = b"""<?xml version="1.0"?><!DOCTYPE source [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><source><job><title>&c;</title></job></source>"""
EXTERNAL = b"""<?xml version="1.0"?><!DOCTYPE source [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<source><job><title>&x;</title></job></source>"""


@pytest.mark.parametrize(
    ("source", "rule"),
    [
        (BILLION_LAUGHS, "xml_entities"),
        (EXTERNAL, "xml_entities"),
        (b"<source><job>" + b"<a>" * 100_000, "too_deep"),
        (b"<source><job><title>x</title>", "xml_unreadable"),
        (b"<source>&nbsp;</source>", "xml_unreadable"),
        (b'<?xml version="1.0" encoding="no-such"?><source><job/></source>', "xml_unreadable"),
        (b"<source><job>\x00</job></source>", "xml_unreadable"),
        (b"<source><job><title>" + b"x" * 11_000_000, "too_large"),
        (b"<source></source>", "no_offers"),
        (b"<jobs><other/></jobs>", "no_offers"),
        (b'<?xml version="1.0"?><invoices/>', "format_unknown"),
        (b"<urlset><url><loc>https://x.example/</loc></url></urlset>", "feed_of_addresses"),
    ],
)
def test_xml_that_means_harm_or_is_broken_is_refused_with_a_sentence(source: bytes, rule: str) -> None:
    assert rules(source) == [rule]


def test_jobs_before_a_fault_are_kept_and_the_fault_is_told() -> None:
    drafts = list(read(b"<source>" + JOB % (1, b"") + b"<job><oops></job></source>", DEFAULTS, TODAY))
    assert [draft.values.get("reference") for draft in drafts] == ["R-1", None]
    assert drafts[1].place == "after job 1"
    assert [problem.rule for problem in drafts[1].problems] == ["xml_unreadable"]


class Endless(RawIOBase):
    """A feed of many jobs that is never whole in memory."""

    def __init__(self, jobs: int) -> None:
        self._parts = self._written(jobs)
        self._rest = BytesIO(b"<source>")

    def _written(self, jobs: int) -> Iterator[bytes]:
        yield from (JOB % (number, b"<description>" + b"y" * 2000 + b"</description>") for number in range(jobs))
        yield b"</source>"

    def read(self, size: int = -1) -> bytes:
        if not (found := self._rest.read(size)):
            self._rest = BytesIO(next(self._parts, b""))
            found = self._rest.read(size)
        return found

    def seek(self, offset: int, whence: int = 0) -> int:
        self._rest = BytesIO(b"<source>")
        return offset


def test_a_large_feed_is_read_in_bounded_memory() -> None:
    jobs = 3_000
    tracemalloc.start()
    try:
        count = sum(draft.kind is InternshipOffered for draft in read(Endless(jobs), DEFAULTS, TODAY))  # type: ignore[arg-type]
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert count == jobs
    assert most < 3_000_000, "the feed itself is 6.5 MB"


def test_every_note_is_in_french_and_in_english() -> None:
    files = [*PARTNERS, *documents("job_postings")]
    drafts = [draft for file in files for draft in read_file(file, expected(file).get("defaults", {}))]
    notes = {note for draft in drafts for note in draft.notes}
    assert len(notes) > 50
    assert [note for note in notes if not note[0] or note[0] == note[1]] == []
    english = r"\b(the|is|was|of|from|starts_on|ends_on|weekly_hours|hourly_pay|level|trade|departement)\b"
    outside_quotes = [re.sub(r"« .*? »|\(.*?\)", "", french) for french, _ in notes]
    assert [french for french in outside_quotes if re.search(english, french)] == []
