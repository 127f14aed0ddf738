"""Text files with delimiters: every encoding and delimiter, headers found where they are, rows told as they are."""

import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from shared.client.company.rows import Unreadable
from shared.client.company.sources import read
from shared.client.company.tables import Reading
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from tests.company.sheet import ENDS, GIVEN, OFFER, all_of, offer, rules, write_csv

ENCODINGS = ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "mac_roman", "cp850"]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
def test_a_file_is_read_in_every_encoding_with_every_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1), offer(2)], delimiter=delimiter, encoding=encoding)
    for one in all_of(file):
        assert one.problems == []
        assert isinstance(one.event, InternshipOffered)
        assert one.event.description == "Raccorder des foyers ; à la fibre.\nÀ trois."
        assert (one.event.place.city, one.event.level, one.event.ends_on) == ("Rennes", 5, ENDS)


def test_the_extension_says_nothing(tmp_path: Path) -> None:
    assert all_of(write_csv(tmp_path / "export.dat", [offer(1)]))[0].event


def test_excel_s_own_first_line_names_the_delimiter(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1)], delimiter="|")
    file.write_text("sep=|\r\n" + file.read_text("utf-8"), "utf-8")
    (one,) = all_of(file)
    assert (one.event is not None, one.draft.place) == (True, "row 2")


def test_titles_and_empty_rows_above_the_header_are_passed_over(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1)])
    file.write_text("Export du 24/11/2026;;\n;;\n" + file.read_text("utf-8"), "utf-8")
    (one,) = all_of(file)
    assert (one.problems, one.draft.place) == ([], "row 4")


def test_a_row_is_named_as_a_spreadsheet_counts_it(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1), {**offer(2), "Date de fin": "31/02/2027"}])
    _, two = all_of(file)
    assert (two.draft.place, two.origin("ends_on")) == ("row 3", "column H: Date de fin")


def test_a_row_with_cells_too_many_is_told_once(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1)])
    file.write_text(file.read_text("utf-8") + "A-2;Tech;Rac;corder;F;Rennes;35;a;b;c;d;e\n", "utf-8")
    assert rules(all_of(file)[1]) == [("", "row_ragged")]


def test_a_row_with_cells_too_few_is_told(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1)])
    file.write_text(file.read_text("utf-8") + "A-2;Tech\n", "utf-8")
    assert ("2 cellules au lieu de 10", "2 cells in place of 10") in all_of(file)[1].draft.notes


def test_a_quotation_mark_that_is_not_closed_is_a_sentence_with_its_place(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(1)])
    file.write_text(file.read_text("utf-8") + 'A-2;"Tech\n' * 3, "utf-8")
    with pytest.raises(Unreadable, match=r"près de la ligne .* guillemet"):
        all_of(file)


def test_a_file_without_the_required_columns_says_which(tmp_path: Path) -> None:
    row = {name: value for name, value in OFFER.items() if name not in {"Ville", "Métier"}}
    with pytest.raises(Unreadable, match=r"« Ville », « Métier » \(InternshipOffered\).*company map"):
        all_of(write_csv(tmp_path / "x.csv", [row]))


def test_the_kind_is_the_one_whose_fields_are_all_there(tmp_path: Path) -> None:
    (one,) = all_of(write_csv(tmp_path / "x.csv", [{"Référence": "A-1", "Motif": "Pourvu"}]))
    assert isinstance(one.event, InternshipWithdrawn)


def test_columns_that_mean_nothing_to_us_are_named(tmp_path: Path) -> None:
    reading = Reading("fr")
    all_of(write_csv(tmp_path / "x.csv", [{**offer(1), "Tuteur": "Mme X"}]), reading)
    assert reading.remarks == ["colonnes ignorées (1) : « Tuteur »"]


def test_a_problem_shows_what_the_company_wrote_not_what_was_made_of_it(tmp_path: Path) -> None:
    row = {**offer(1), "Gratification horaire (€)": "1 500 €", "Heures par semaine": "60 h"}
    (one,) = all_of(write_csv(tmp_path / "x.csv", [row]))
    assert {problem.field: problem.found for problem in one.problems} == {
        "hourly_pay": "1 500 €",
        "weekly_hours": "60 h",
    }


def test_a_million_rows_would_not_fill_the_memory(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [offer(number) for number in range(20_000)])
    drafts = read(file, Reading("fr"), GIVEN)
    next(drafts)
    tracemalloc.start()
    assert sum(1 for _ in drafts) == 19_999
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2 << 20, "rows are read as they are asked for"


texts = st.text(st.characters(codec="utf-8", exclude_characters="\r"), max_size=40)
latin = st.text(st.characters(codec="latin-1", categories=["L", "N", "P", "Zs"]), max_size=40)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    title=texts,
    description=texts,
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
    delimiter=st.sampled_from(";,\t|"),
)
def test_what_a_company_writes_arrives_as_it_was_written(
    tmp_path: Path, title: str, description: str, encoding: str, delimiter: str
) -> None:
    row = {**offer(1), "Intitulé": title, "Description": description}
    (one,) = all_of(write_csv(tmp_path / "x.csv", [row], encoding=encoding, delimiter=delimiter))
    for name, written in (("title", title), ("description", description)):
        told = {field for field, _ in rules(one)}
        kept = one.draft.values.get(name)
        assert name in told or kept == written.strip() or kept == written


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(
    st.binary(max_size=400), st.sampled_from([b"", ";".join(OFFER).encode() + b"\n", b"PK\x03\x04", b"{", b"\xff\xfe"])
)
def test_every_file_ends_in_drafts_or_in_a_sentence(tmp_path: Path, content: bytes, head: bytes) -> None:
    file = tmp_path / "x.csv"
    file.write_bytes(head + content)
    with suppress(Unreadable):
        assert all(one.event or one.problems for one in all_of(file))


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(latin, min_size=3, max_size=3))
def test_windows_texts_are_no_other_code_page_s(tmp_path: Path, words: list[str]) -> None:
    rows = [{**offer(number), "Intitulé": f"Été à l'œuvre, {word}"} for number, word in enumerate(words)]
    try:
        file = write_csv(tmp_path / "x.csv", rows, encoding="cp1252")
    except UnicodeEncodeError:
        assume(False)
    for row, one in zip(rows, all_of(file), strict=True):
        assert one.draft.values["title"] == row["Intitulé"].strip()
