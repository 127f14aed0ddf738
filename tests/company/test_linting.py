"""`passerelle company lint`: the offers' wording by row and column, from the files that `check` reads."""

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.client.company.command import application
from tests.company.sheet import SIREN, offer, table, write_csv, write_xlsx

RUNNER = CliRunner()
TITLE = {"Intitulé": "Vendeuse H/F"}
BODY = {"Description": "Vous aimez l’équipe.\nLe candidat aura moins de 26 ans ; stage de 8 semaines, payé."}


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PASSERELLE_SIREN", raising=False)


def lint(*arguments: str | Path) -> tuple[int, list[str], str]:
    done = RUNNER.invoke(application, ["lint", *map(str, arguments)])
    return done.exit_code, done.stdout.splitlines(), done.stderr


def row(number: int = 1, *changes: Mapping[str, str]) -> dict[str, str]:
    """An offer that says all, with some columns changed."""
    said = offer(number)
    said["Description"] += " Gratification légale."
    for change in changes:
        said |= change
    return said


def test_offers_with_nothing_to_correct_exit_0(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [row(1), row(2)])
    assert lint(file, "--lang", "fr") == (0, ["stages.csv : 2 offres", "0 à corriger, 0 à revoir"], "")


def test_a_finding_stands_at_its_row_and_column_with_its_excerpt_marked(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [row(1), row(2, TITLE, BODY)])
    code, out, _ = lint(file, "--lang", "fr")
    assert code == 1
    assert [line for line in out if line.startswith("stages.csv")] == [
        "stages.csv, ligne 3, colonne B « Intitulé » : à corriger (gendered_title), « >Vendeuse< H/F »",
        "stages.csv, ligne 3, colonne C « Description » : à revoir (generic_masculine), "
        "« Vous aimez l’équipe. >Le candidat< aura moins de 26 ans ; stage … »",
        "stages.csv, ligne 3, colonne C « Description » : à corriger (age), "
        "« …ez l’équipe. Le candidat aura >moins de 26 ans< ; stage de 8 semaines, payé. »",
        "stages.csv : 2 offres",
    ]
    assert "Écrivez « Vendeuse ou vendeur … (F/H) ». [Code du travail L1142-1" in out[1]
    assert out[-1] == "2 à corriger, 1 à revoir"


def test_in_english_too(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [row(1, TITLE)])
    code, out, _ = lint(file, "--lang", "en")
    assert (code, out[0]) == (
        1,
        "stages.csv, row 2, column B “Intitulé”: to correct (gendered_title), “>Vendeuse< H/F”",
    )
    assert out[-2:] == ["stages.csv: 1 offer", "1 to correct, 0 to think over"]


def test_warnings_alone_exit_0(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    code, out, _ = lint(file, "--lang", "fr")
    assert (code, out[0]) == (0, "stages.csv, ligne 2, colonne C « Description » : à revoir (missing_pay)")


def test_pay_and_dates_in_columns_of_their_own_are_not_missing(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [{**offer(1), "Gratification horaire": "4,50"}])
    assert lint(file, "--lang", "fr")[:2] == (0, ["stages.csv : 1 offre", "0 à corriger, 0 à revoir"])


def test_machines_read_positions_in_the_text_as_it_was_read(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [row(1), row(2, BODY)])
    code, out, _ = lint(file, "--json")
    found, totals = map(json.loads, out)
    assert code == 1
    assert (found["place"], found["reference"]) == ("row 3", "A-2")
    assert [one["rule"] for one in found["findings"]] == ["generic_masculine", "age"]
    for one in found["findings"]:
        assert BODY["Description"][one["start"] : one["end"]] == one["excerpt"]
        assert one["origin"] == "column C: Description"
    assert totals["levels"] == {"block": 1, "warning": 1}
    assert totals["files"] == {str(file): {"offers": 2, "others": 0}}


def test_workbooks_are_read_and_other_kinds_are_only_counted(tmp_path: Path) -> None:
    withdrawn = {"Référence": "A-9", "Raison": "Annulé"}
    sheets = {"Stages": table([row(1, TITLE)]), "Retraits de stage": table([withdrawn])}
    code, out, _ = lint(write_xlsx(tmp_path / "stages.xlsx", sheets), "--lang", "fr")
    assert code == 1
    assert out[0].startswith("stages.xlsx, feuille Stages, ligne 2, colonne B « Intitulé »")
    assert out[-2].startswith("stages.xlsx : 1 offre")


def test_json_lines_are_read(tmp_path: Path) -> None:
    event = {
        "type": "fr.passerelle.internships.InternshipOffered.v1",
        "title": "Vendeuse",
        "description": "Payé, un mois.",
    }
    file = tmp_path / "stages.jsonl"
    file.write_text(json.dumps(event) + "\n{broken\n")
    code, out, _ = lint(file, "--lang", "fr", "--siren", SIREN)
    assert code == 1
    assert "gendered_title" in out[0]
    assert out[-2] == "stages.jsonl : 1 offre, 1 sans texte d'offre"


def test_other_columns_may_be_wrong(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [row(1, TITLE, {"Date de fin": "31/02/2027", "Département": "999"})])
    assert lint(file, "--lang", "fr")[0] == 1


def test_what_a_terminal_would_obey_is_not_said(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [row(1, {"Intitulé": "Vendeuse \x1b[31m rouge"})])
    code, out, _ = lint(file, "--lang", "fr")
    assert code == 1
    assert "\x1b" not in "\n".join(out)


def test_a_file_that_cannot_be_read_exits_2_with_a_sentence(tmp_path: Path) -> None:
    code, out, error = lint(tmp_path / "absent.csv", "--lang", "fr")
    assert (code, out) == (2, [])
    assert "introuvable" in error
    empty = tmp_path / "vide.csv"
    empty.write_text("")
    code, out, error = lint(empty, "--lang", "fr")
    assert (code, out) == (2, [])
    assert "est vide" in error
