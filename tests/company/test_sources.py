"""What is no file of ours, and what attackers would send: a sentence each, and bounded memory."""

import json
import os
import socket
import stat
import threading
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.client.company.mapping import Plan
from shared.client.company.rows import Unreadable
from shared.client.company.sources import source_of
from shared.client.company.tables import Reading
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.topics import LARGEST_SUBMISSION
from tests.company.sheet import SIREN, all_of, offer, rules, write_csv

EVENT = {"type": "InternshipWithdrawn", "reference": "A-1", "version": 3, "reason": "cancelled"}


def lines(path: Path, *values: object) -> Path:
    path.write_bytes(b"\n".join(one if isinstance(one, bytes) else json.dumps(one).encode() for one in values))
    return path


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "est vide"),
        (b" \n\n", "est vide"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "Excel 97"),
        (b"%PDF-1.7", "PDF"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 4, "données binaires"),
        (b"[1, 2]", "un événement entier par ligne"),
        (b'{\n "a": 1\n}', "un événement entier par ligne"),
    ],
)
def test_what_is_none_of_ours_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(content)
    with pytest.raises(Unreadable, match=said):
        all_of(file)


POSTING = {
    "@context": "https://schema.org", "@type": "JobPosting", "title": "Stage fibre (F/H)", "description": "Raccorder",
    "employmentType": "INTERN", "identifier": {"@type": "PropertyValue", "value": "J-1"},
    "hiringOrganization": {"@type": "Organization", "name": "Fibrelune"},
    "jobLocation": {"@type": "Place", "address": {"addressLocality": "Rennes", "postalCode": "35000"}},
    "jobStartDate": "2099-02-01", "jobDuration": "P2M", "datePosted": "2026-11-01",
}  # fmt: skip


def test_a_document_is_read_with_what_the_mapping_file_says_where_it_is_silent(tmp_path: Path) -> None:
    (tmp_path / "job.html").write_text(f'<script type="application/ld+json">{json.dumps(POSTING)}</script>', "utf-8")
    plan = Plan(InternshipOffered, {}, fixed={"trade": "fibre", "level": 5})
    for reading, told in ((Reading("fr", (plan,)), set()), (Reading("fr"), {"level"})):
        (one,) = all_of(tmp_path / "job.html", reading)
        assert {field for field, _ in rules(one)} == told
        assert one.reference == "J-1"


@contextmanager
def served(content: bytes) -> Iterator[str]:
    """A site with one page."""

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            """Nothing to say."""

    with HTTPServer(("127.0.0.1", 0), Page) as site:
        thread = threading.Thread(target=site.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{site.server_port}/job"
        site.shutdown()
        thread.join()


def test_a_web_address_stands_where_a_file_may() -> None:
    page = f'<script type="application/ld+json">{json.dumps(POSTING)}</script>'.encode()
    with served(page) as address:
        (one,) = all_of(source_of(address), Reading("fr", (Plan(InternshipOffered, {}, defaults={"level": 5}),)))
    assert one.event
    assert str(one.file) == address


def test_an_event_that_speaks_of_documents_is_an_event(tmp_path: Path) -> None:
    (one,) = all_of(lines(tmp_path / "x", {**EVENT, "@type": "JobPosting"}))
    assert one.event


def test_a_folder_a_missing_file_and_a_pipe_are_told(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "socket"))
        for name in (".", "pipe", "socket"):
            with pytest.raises(Unreadable, match="n'est pas un fichier"):
                all_of(tmp_path / name)
    with pytest.raises(Unreadable, match="ne se lit pas"):
        all_of(tmp_path / "missing.csv")
    with pytest.raises(Unreadable, match="ne se lit pas"):
        all_of(tmp_path / ("x" * 5000))


def test_a_file_that_may_not_be_read_is_told(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1)])
    file.chmod(0)
    if os.access(file, os.R_OK):  # root reads everything: a file of the kernel's that nobody reads stands in
        file = Path("/proc/self/mem")
        assert stat.S_ISREG(file.stat().st_mode)
    with pytest.raises(Unreadable, match="ne se lit pas"):
        all_of(file)


def test_ten_thousand_columns(tmp_path: Path) -> None:
    row = {**offer(1), **{f"colonne {number}": "=1+1" for number in range(10_000)}}
    reading = Reading("fr")
    (one,) = all_of(write_csv(tmp_path / "x.csv", [row]), reading)
    assert one.event
    assert len(reading.remarks[0]) < 1000


def test_a_cell_of_ten_megabytes_is_told_in_bounded_memory(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [{**offer(1), "Description": "x" * (10 << 20)}])
    with pytest.raises(Unreadable, match="démesuré"):
        all_of(file)
    line = lines(tmp_path / "x.jsonl", {**EVENT, "reason": "x" * (30 << 20)}, EVENT)
    tracemalloc.start()
    first, second = all_of(line)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rules(first) == [("", "too_large")]
    assert second.event
    assert peak < 8 * LARGEST_SUBMISSION


def test_nuls_in_a_text_are_a_problem_of_their_field(tmp_path: Path) -> None:
    (one,) = all_of(write_csv(tmp_path / "x.csv", [{**offer(1), "Intitulé": "a\0b"}]))
    assert rules(one) == [("title", "text_control")]


def test_events_one_a_line_are_read_with_their_type(tmp_path: Path) -> None:
    wire = {**EVENT, "type": InternshipWithdrawn.wire_name, "reference": "A-2"}
    file = lines(tmp_path / "x.data", EVENT, wire, b"", {**EVENT, "siren": SIREN, "reference": "A-3"})
    found = all_of(file)
    assert [one.event is not None for one in found] == [True] * 3
    assert [one.draft.place for one in found] == ["line 1", "line 2", "line 4"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-8-sig"])
def test_events_are_read_however_unicode_is_written(tmp_path: Path, encoding: str) -> None:
    second = {**EVENT, "reference": "Réf-2"}
    file = tmp_path / "x.jsonl"
    file.write_text(f"{json.dumps(EVENT)}\r\n{json.dumps(second, ensure_ascii=False)}\r\n", encoding=encoding)
    assert [(one.file, one.reference, bool(one.event)) for one in all_of(file)] == [
        (file, "A-1", True), (file, "Réf-2", True),
    ]  # fmt: skip


def test_a_file_in_utf_16_that_is_cut_in_a_character_is_told_by_its_own_name(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(json.dumps(EVENT).encode("utf-16")[:-1])
    with pytest.raises(Unreadable, match=rf"^{file} ne se lit pas"):
        all_of(file)


def test_the_type_may_be_named_for_a_whole_file(tmp_path: Path) -> None:
    named = {name: value for name, value in EVENT.items() if name != "type"}
    assert rules(all_of(lines(tmp_path / "x", named))[0]) == [("type", "unknown_type")]
    assert all_of(lines(tmp_path / "x", named), Reading("fr", kind=InternshipWithdrawn))[0].event


def test_a_field_that_the_contract_does_not_know_is_told_once(tmp_path: Path) -> None:
    odd = {**EVENT, "raison": "cancelled"}
    first, second = all_of(lines(tmp_path / "x.jsonl", odd, {**odd, "reference": "A-2", "Version": 3}))
    assert first.draft.notes == [("champs ignorés : « raison »", "fields left aside: “raison”")]
    assert second.draft.notes == [("champs ignorés : « Version »", "fields left aside: “Version”")]
    assert first.event
    assert second.event


def test_a_type_that_is_none_is_told_with_the_nearest(tmp_path: Path) -> None:
    file = lines(tmp_path / "x", {**EVENT, "type": "InternshipWithdraw"}, {**EVENT, "type": ["x"]},
                 {**EVENT, "type": "fr.passerelle.feedback.SubmissionAccepted.v1"})  # fmt: skip
    found = all_of(file)
    assert [rules(one) for one in found] == [[("type", "unknown_type")]] * 3
    assert found[0].problems[0].remedy_fr.startswith("Vouliez-vous dire InternshipWithdrawn ?")


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        (b'{"type": "InternshipWithdrawn"', "malformed"),
        (b'{"type": "InternshipWithdrawn", "version": NaN}', "malformed"),
        (b'{"type": "InternshipWithdrawn", "reference": "\\ud800", "version": 1, "reason": "cancelled"}', "malformed"),
        (b'{"type": "InternshipWithdrawn", "reference": "\xff"}', "malformed"),
        (b'{"version": ' + b"9" * 5000 + b"}", "malformed"),
        (b'{"a": ' + b"[" * 100_000, "malformed"),
        (b'{"a": 1, "a": 2}', "field_repeated"),
        (b"{}{}", "malformed"),
    ],
)
def test_a_line_that_is_no_event_is_one_problem(tmp_path: Path, line: bytes, rule: str) -> None:
    good = json.dumps(EVENT).encode()
    first, second, third = all_of(lines(tmp_path / "x", good, line, {**EVENT, "reference": "A-2"}))
    assert [one for _, one in rules(second)] == [rule]
    assert first.event
    assert third.event


def test_a_number_with_a_point_is_money_and_never_a_count(tmp_path: Path) -> None:
    values = {
        "type": "InternshipOffered", "reference": "A-1", "title": "T", "description": "D", "company_name": "C",
        "place": {"city": "R", "departement": "35"}, "starts_on": "2099-01-01", "ends_on": "2099-02-01", "level": 5,
        "trade": "fibre", "hourly_pay": 4.35,
    }  # fmt: skip
    pay, seats = all_of(lines(tmp_path / "x", values, {**values, "reference": "A-2", "seats": 1.5}))
    assert isinstance(pay.event, InternshipOffered)
    assert str(pay.event.hourly_pay) == "4.35"
    assert [field for field, _ in rules(seats)] == ["seats"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
fields = st.dictionaries(
    st.sampled_from(["siren", "reference", "version", "place", "days", "title", "type"]), json_values
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(fields, st.sampled_from(["InternshipOffered", "VisitOffered", "MentorOffered", "VisitReported"]))
def test_every_line_of_json_ends_in_an_event_or_in_problems(
    tmp_path: Path, values: dict[str, object], kind: str
) -> None:
    for one in all_of(lines(tmp_path / "x", {"type": kind, **values})):
        assert one.event or one.problems
