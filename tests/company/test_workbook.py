"""Excel workbooks, as Excel, people and attackers make them."""

import re
import tracemalloc
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date, time
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

from shared.client.company.rows import Unreadable
from shared.client.company.tables import Reading
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from tests.company.sheet import ENDS, STARTS, all_of, midnight, offer, rules, table, write_xlsx


def test_dates_and_numbers_are_read_as_excel_keeps_them_or_as_texts(tmp_path: Path) -> None:
    cells = {
        **offer(1),
        "Référence": 12,
        "Département": 1,
        "Date de début": midnight(STARTS.year, STARTS.month, STARTS.day),
        "Niveau de diplôme": 5,
        "SIRET": 73282932000074,
        "Gratification horaire (€)": 4.35,
        "Heures par semaine": "35",
    }
    (one,) = all_of(write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([cells])}))
    assert isinstance(one.event, InternshipOffered), one.problems
    assert (one.event.reference, one.event.starts_on, one.event.ends_on) == ("12", STARTS, ENDS)
    assert (one.event.place.departement, one.event.siret) == ("01", "73282932000074")
    assert str(one.event.hourly_pay) == "4.35"
    assert one.draft.notes == [("Département : 1 lu 01", "Département code: 1 read as 01")]


def test_a_serial_number_is_a_day_of_the_workbook_s_own_epoch(tmp_path: Path) -> None:
    book = Workbook()
    book.epoch = CALENDAR_MAC_1904
    assert isinstance(book.active, Worksheet)
    for row in table([{**offer(1), "Date de fin": (ENDS - date(1904, 1, 1)).days}]):
        book.active.append(row)
    book.save(tmp_path / "x.xlsx")
    (one,) = all_of(tmp_path / "x.xlsx")
    assert isinstance(one.event, InternshipOffered), one.problems
    assert one.event.ends_on == ENDS


def test_a_siret_that_was_shortened_is_told_at_its_cell(tmp_path: Path) -> None:
    cells = {**offer(1), "SIRET": "7.3282932000074E+13"}
    (one,) = all_of(write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([cells])}))
    assert rules(one) == [("siret", "shortened_number")]
    assert (one.draft.place, one.origin("siret")) == ("sheet Feuil1, row 2", "column K: SIRET")


def test_each_sheet_is_a_kind_and_the_others_are_named(tmp_path: Path) -> None:
    sheets = {
        "Offres 2027": [["Export"], [], *table([offer(1), offer(2)])],
        "Retirées": table([{"Référence": "B-1", "Motif": "Annulé"}]),
        "Notes": [["Penser à relancer"]],
        "Vide": [],
    }
    reading = Reading("fr")
    found = all_of(write_xlsx(tmp_path / "x.xlsx", sheets), reading)
    assert [type(one.event) for one in found] == [InternshipOffered, InternshipOffered, InternshipWithdrawn]
    assert [one.draft.place for one in found] == [
        "sheet Offres 2027, row 4", "sheet Offres 2027, row 5", "sheet Retirées, row 2",
    ]  # fmt: skip
    assert len(reading.remarks) == 1
    assert reading.remarks[0].startswith("feuille Notes : pas de colonne pour")


def test_empty_and_merged_rows(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": [*table([offer(1)]), [], [None] * 10, list(offer(2).values())]})
    book = load_workbook(file)
    sheet = book["Feuil1"]
    sheet.merge_cells("E2:E5")
    sheet.row_dimensions[1].hidden = True
    book.save(file)
    one, two = all_of(file)
    assert one.event
    assert rules(two) == [("place.city", "missing")]
    assert "défusionnez-la" in two.problems[0].remedy_fr


def test_a_formula_gives_the_value_that_excel_kept_of_it(tmp_path: Path) -> None:
    """openpyxl writes a formula without its value, so the value is put where Excel puts it."""
    file = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([{**offer(1), "Heures par semaine": "=5*7"}])})
    edited = tmp_path / "y.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(edited, "w") as new:
        for part in old.infolist():
            new.writestr(part, old.read(part).replace(b"<f>5*7</f><v />", b"<f>5*7</f><v>35</v>").replace(
                b"<f>5*7</f><v></v>", b"<f>5*7</f><v>35</v>"))  # fmt: skip
    (one,) = all_of(edited)
    assert isinstance(one.event, InternshipOffered)
    assert one.event.weekly_hours == 35


def test_what_looks_like_a_formula_is_data(tmp_path: Path) -> None:
    book = Workbook()
    assert isinstance(book.active, Worksheet)
    for row in table([{**offer(1), "Intitulé": "x"}]):
        book.active.append(row)
    book.active["B2"].value = "=1+1"
    book.active["B2"].data_type = "s"
    book.save(tmp_path / "x.xlsx")
    (one,) = all_of(tmp_path / "x.xlsx")
    assert one.draft.values["title"] == "=1+1"


def test_hours_and_errors_in_cells_are_told(tmp_path: Path) -> None:
    cells = {**offer(1), "Intitulé": "#REF!", "Date de fin": time(12, 30)}
    (one,) = all_of(write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([cells])}))
    assert rules(one) == [("title", "formula_error"), ("ends_on", "date")]


def edited(path: Path, edit: Callable[[bytes], bytes]) -> Path:
    """The workbook with its first sheet's XML changed."""
    changed = path.with_name("edited.xlsx")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w", zipfile.ZIP_DEFLATED) as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, edit(content) if part.filename == "xl/worksheets/sheet1.xml" else content)
    return changed


@pytest.mark.parametrize("dimension", [b'<dimension ref="A1:XFD1048576"/>', b""])
def test_empty_formatted_rows_take_no_memory_whatever_the_sheet_says_of_its_size(
    tmp_path: Path, dimension: bytes
) -> None:
    def padded(sheet: bytes) -> bytes:
        empty = b'<row r="%d" ht="15" customHeight="1"><c r="A%d" s="1"/></row>'
        rows = b"".join(empty % (number, number) for number in range(10, 50_010))
        sheet = re.sub(rb"<dimension[^>]*>", dimension, sheet)
        return sheet.replace(b"</sheetData>", rows + b"</sheetData>")

    file = edited(write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1)])}), padded)
    tracemalloc.start()
    (one,) = all_of(file)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert one.event
    assert peak < 8 << 20


@pytest.mark.parametrize(
    ("was", "becomes"),
    [
        (b'<row r="3"', b'<row r="2"'), (b'<row r="2"', b'<row r="1"'), (b'<row r="2"', b'<row r="9"'),
        (b'<row r="3"', b'<row r="3000000000"'), (b'r="B2"', b'r="A2"'), (b'r="C2"', b'r="ZZZ2"'),
    ],
)  # fmt: skip
def test_a_row_or_a_cell_that_is_out_of_place_is_told_and_none_is_lost_silently(
    tmp_path: Path, was: bytes, becomes: bytes
) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1), offer(2)])})
    with pytest.raises(Unreadable, match=r"feuille Feuil1, ligne [0-9]+ : cette ligne, ou l'une de ses cellules, est"):
        all_of(edited(file, lambda sheet: sheet.replace(was, becomes)))


def test_rows_and_cells_without_numbers_follow_each_other(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1), offer(2)])})
    found = all_of(edited(file, lambda sheet: re.sub(rb' r="[A-Z]*[0-9]+"', b"", sheet)))
    assert [(one.event is not None, one.draft.place) for one in found] == [
        (True, "sheet Feuil1, row 2"), (True, "sheet Feuil1, row 3"),
    ]  # fmt: skip


def test_a_zip_bomb_is_not_opened(tmp_path: Path) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1)])})
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet9.xml", b" " * (64 << 20))
    assert file.stat().st_size < 1 << 20
    with pytest.raises(Unreadable, match="démesuré"):
        all_of(file)


def test_entities_that_grow_without_end_are_refused(tmp_path: Path) -> None:
    file, hostile = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1)])}), tmp_path / "y.xlsx"
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(hostile, "w") as new:
        for part in old.infolist():
            content = old.read(part)
            new.writestr(part, bomb + content if "sheet1" in part.filename else content)
    with pytest.raises(Unreadable, match="abîmé"):
        all_of(hostile)


@pytest.mark.parametrize("kept", [4, 200, 0.5, 0.9, -1])
def test_a_truncated_workbook_is_a_sentence(tmp_path: Path, kept: float) -> None:
    file = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1)])})
    whole = file.read_bytes()
    file.write_bytes(whole[: int(kept if kept > 1 or kept < 0 else len(whole) * kept)])
    with pytest.raises(Unreadable, match="incomplet"):
        all_of(file)


@pytest.mark.parametrize(
    "part", [f"xl/{name}.xml" for name in ("workbook", "worksheets/sheet1", "sharedStrings", "styles")]
)
@pytest.mark.parametrize("content", [b"", b"<a/>", b"\0\xff", b"<worksheet"])
def test_a_damaged_part_is_a_sentence_or_no_row(tmp_path: Path, part: str, content: bytes) -> None:
    file, damaged = write_xlsx(tmp_path / "x.xlsx", {"Feuil1": table([offer(1)])}), tmp_path / "y.xlsx"
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(damaged, "w") as new:
        for one in old.infolist():
            new.writestr(one, content if one.filename == part else old.read(one))
    with suppress(Unreadable):
        assert all(one.event or one.problems for one in all_of(damaged))


@pytest.mark.parametrize(
    ("name", "said"), [("content.xml", "OpenDocument"), ("word/document.xml", "Word"), ("a", "zip")]
)
def test_another_kind_of_zip_is_named(tmp_path: Path, name: str, said: str) -> None:
    with zipfile.ZipFile(tmp_path / "x.xlsx", "w") as archive:
        archive.writestr(name, b"x")
    with pytest.raises(Unreadable, match=said):
        all_of(tmp_path / "x.xlsx")
