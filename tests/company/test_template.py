"""The template: what is filled in is read back, and what Excel can watch it watches."""

from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from typer.testing import CliRunner

from shared.client.company import labels
from shared.client.company.command import application
from shared.client.company.leaves import company_kinds, leaves
from shared.client.company.tables import Reading
from shared.client.company.template import write_template
from shared.client.company.texts import Lang
from shared.client.company.words.plain import plain
from shared.contracts.internships import InternshipOffered
from tests.company.sheet import ENDS, STARTS, all_of

KINDS = list(company_kinds().values())


def filled(path: Path, sheet: str, values: dict[str, Any]) -> Path:
    """The template with one row typed in under its example."""
    book = load_workbook(path)
    page = book[sheet]
    for cell in page[1]:
        if cell.value in values:
            page.cell(3, cell.column, values[str(cell.value)])
    book.save(path)
    return path


def page(path: Path, name: str) -> Worksheet:
    found = load_workbook(path)[name]
    assert isinstance(found, Worksheet)
    return found


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_it_has_a_sheet_for_each_kind_and_is_empty_when_read_back(tmp_path: Path, lang: Lang) -> None:
    write_template(tmp_path / "x.xlsx", KINDS, lang)
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == [*(labels.sheet(kind, lang) for kind in KINDS), "passerelle"]
    assert book["passerelle"].sheet_state == "hidden"
    reading = Reading(lang)
    assert all_of(tmp_path / "x.xlsx", reading) == []
    assert len(reading.remarks) == len(KINDS)
    assert all(remark.endswith(("exemple ignoré", "example left aside")) for remark in reading.remarks)


def test_a_row_typed_in_is_read_back_without_a_mapping_file(tmp_path: Path) -> None:
    write_template(tmp_path / "x.xlsx", KINDS, "fr")
    values = {
        "Référence": "S-1", "Intitulé": "=Stage", "Description": "D", "Nom de l'entreprise": "F", "Ville": "Rennes",
        "Département": "35", "Date de début": STARTS, "Date de fin": ENDS, "Niveau de diplôme": "5 (bac+2 : BTS, DUT)",
        "Métier": "Centre de données", "SIRET": "73282932000074",
    }  # fmt: skip
    (one,) = all_of(filled(tmp_path / "x.xlsx", "Stages", values | {"Intitulé": "Stage"}))
    assert one.problems == []
    assert one.draft.place == "sheet Stages, row 3"


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_choice_offered_is_understood(tmp_path: Path, lang: Lang) -> None:
    for kind in KINDS:
        for leaf in leaves(kind).values():
            for label, value in labels.choices(leaf, lang).items():
                assert labels.meanings(leaf)[plain(label)] == value


@pytest.mark.parametrize("lang", ["fr", "en"])
def test_every_field_has_a_column_of_its_own_that_is_known_again(lang: Lang) -> None:
    for kind in KINDS:
        for leaf in leaves(kind).values():
            assert labels.names(kind)[plain(labels.label(leaf, lang))] == leaf.path


def test_excel_watches_lists_dates_numbers_and_lengths(tmp_path: Path) -> None:
    write_template(tmp_path / "x.xlsx", KINDS, "fr")
    stages = page(tmp_path / "x.xlsx", "Stages")
    column = {str(cell.value): cell.column_letter for cell in stages[1]}  # type: ignore[union-attr]
    guards = {str(one.sqref).split(":")[0].rstrip("0123456789"): one for one in stages.data_validations.dataValidation}
    assert guards[column["Métier"]].type == "list"
    assert guards[column["Date de fin"]].type == "date"
    assert (guards[column["Heures par semaine"]].formula1, guards[column["Heures par semaine"]].formula2) == ("1", "48")
    assert guards[column["Intitulé"]].formula1 == "140"
    assert stages.column_dimensions[column["SIRET"]].number_format == "@"
    comment = stages["A1"].comment
    assert comment
    assert comment.text.startswith("Obligatoire.")
    place = str(guards[column["Métier"]].formula1)
    letter = place.split("$")[1]
    lists = page(tmp_path / "x.xlsx", "passerelle")
    offered = [cell.value for cell in lists[letter] if cell.value]
    assert offered == ["trade", *labels.choices(leaves(InternshipOffered)["trade"], "fr")]


def test_it_holds_no_formula(tmp_path: Path) -> None:
    write_template(tmp_path / "x.xlsx", KINDS, "fr")
    for sheet in load_workbook(tmp_path / "x.xlsx").worksheets:
        assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_the_command_writes_the_kinds_asked_for_and_keeps_a_file_that_is_there(tmp_path: Path) -> None:
    file = tmp_path / "x.xlsx"
    asked = ["template", str(file), "--kind", "VisitReported", "--kind", "MentorOffered", "--lang", "fr"]
    assert CliRunner().invoke(application, asked).exit_code == 0
    assert load_workbook(file).sheetnames == ["Comptes rendus", "Mentorat", "passerelle"]
    again = CliRunner().invoke(application, asked)
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert CliRunner().invoke(application, [*asked, "--force"]).exit_code == 0


def test_the_template_is_an_excel_workbook_by_its_name_too(tmp_path: Path) -> None:
    done = CliRunner().invoke(application, ["template", str(tmp_path / "x.csv"), "--lang", "fr"])
    assert done.exit_code == 2
    assert "donnez-lui un nom en .xlsx" in done.stderr
    assert not (tmp_path / "x.csv").exists()
