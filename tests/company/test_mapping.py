"""The mapping file, read and proposed."""

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from shared.client.company.command import application
from shared.client.company.mapping import load
from shared.client.company.proposing import as_toml, propose
from shared.client.company.rows import Unreadable
from shared.client.company.tables import Reading
from shared.contracts.internships import InternshipOffered
from shared.contracts.outreach import VisitOffered
from tests.company.sheet import SIREN, all_of, offer, rules, table, write_csv, write_xlsx

ATS = {
    "job_id": "A-1",
    "Libellé du poste": "Technicienne fibre",
    "Descriptif": "Raccorder",
    "Où": "Rennes",
    "Entrée": "03-15-2099",
    "Sortie": "05-15-2099",
    "Études": "M2",
    "Famille": "Réseaux",
    "Paie": "1.004,35",
}
MAPPING = """
siren = "732829320"
[InternshipOffered]
date_format = "%m-%d-%Y"
decimal_comma = true
[InternshipOffered.columns]
"job_id" = "reference"
"Libellé du poste" = "title"
"Descriptif" = "description"
"Où" = "place.city"
"Entrée" = "starts_on"
"Sortie" = "ends_on"
"Études" = "level"
"Famille" = "trade"
"Paie" = "hourly_pay"
[InternshipOffered.fixed]
company_name = "Fibrelune"
place.departement = "35"
[InternshipOffered.defaults]
seats = 2
valid_through = 2099-01-01
[InternshipOffered.values]
level.M2 = 7
trade."réseaux" = "telecom"
"""


def mapped(tmp_path: Path, text: str) -> Reading:
    (tmp_path / "passerelle.toml").write_text(text, "utf-8")
    return Reading("fr", load(tmp_path / "passerelle.toml", "fr").plans)


def test_columns_fixed_values_defaults_forms_and_translations(tmp_path: Path) -> None:
    (one,) = all_of(write_csv(tmp_path / "x.csv", [{**ATS, "Paie": "4,35"}]), mapped(tmp_path, MAPPING))
    assert isinstance(one.event, InternshipOffered), one.problems
    assert (str(one.event.starts_on), one.event.level, one.event.trade) == ("2099-03-15", 7, "telecom")
    assert (one.event.company_name, one.event.place.departement, one.event.seats) == ("Fibrelune", "35", 2)
    assert (str(one.event.hourly_pay), str(one.event.valid_through)) == ("4.35", "2099-01-01")
    assert load(tmp_path / "passerelle.toml", "fr").siren == SIREN


def test_a_problem_of_a_fixed_value_is_told_where_it_stands(tmp_path: Path) -> None:
    wrong = MAPPING.replace('departement = "35"', 'departement = "99"')
    (one,) = all_of(write_csv(tmp_path / "x.csv", [{**ATS, "Paie": ""}]), mapped(tmp_path, wrong))
    assert one.origin("place.departement") == "passerelle.toml [fixed]"
    assert rules(one) == [("place.departement", "string_pattern_mismatch")]


def test_a_column_that_is_not_there_is_told_with_the_nearest(tmp_path: Path) -> None:
    reading = mapped(tmp_path, MAPPING.replace('"Descriptif"', '"Description du poste"').replace('"Sortie"', '"Sorti"'))
    with pytest.raises(Unreadable, match=r"« Description du poste » \(.*« Sorti » \(peut-être « Sortie » \?\)"):
        all_of(write_csv(tmp_path / "x.csv", [ATS]), reading)


def test_names_of_columns_may_differ_by_accents_and_capitals(tmp_path: Path) -> None:
    renamed = {name.upper().replace("É", "E"): value for name, value in {**ATS, "Paie": ""}.items()}
    assert all_of(write_csv(tmp_path / "x.csv", [renamed]), mapped(tmp_path, MAPPING))[0].event


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[InternshipOfferd.columns]", "InternshipOfferd n'existe pas ; vouliez-vous dire InternshipOffered ?"),
        ("[InternshipOffered.colums]", "colums n'existe pas ; vouliez-vous dire columns ?"),
        ('[InternshipOffered.columns]\na = "titel"', "titel n'existe pas ; vouliez-vous dire title ?"),
        ('[InternshipOffered.columns]\na = "city"', "vouliez-vous dire place.city ?"),
        ('[InternshipOffered.fixed]\ntitre = "x"', "titre n'existe pas"),
        ('[InternshipOffered.fixed]\ntrade = "x"', "trade : cette valeur ne convient pas"),
        ("[InternshipOffered.fixed]\ntrade = { a = 1 }", "trade : cette valeur ne convient pas"),
        ('[InternshipOffered.values]\ntrade = "x"', "cette valeur ne convient pas"),
        ('[InternshipOffered]\ndecimal_comma = "oui"', "il faut true ou false"),
        ('[InternshipOffered]\ndate_format = "jj/mm/aaaa"', "écrivez par exemple %d/%m/%Y"),
        ("[InternshipOffered]\ncolumns = 3", "il faut une table"),
        ("InternshipOffered = 3", "écrivez [InternshipOffered.columns]"),
        ("siren = 732829320", "entre guillemets"),
        ("a = = b", "ne se lit pas"),
        ("[InternshipOffered.columns]\na = 3", "3 n'existe pas"),
        ("a." * 3000 + "b = 1", ""),
    ],
)
def test_a_mistake_in_the_mapping_file_is_a_sentence(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(Unreadable) as told:
        mapped(tmp_path, text)
    assert said in str(told.value)


def test_a_sheet_is_mapped_by_its_name(tmp_path: Path) -> None:
    columns = "\n".join(f'"{name}" = "{path}"' for name, path in (("ref", "reference"), ("pourquoi", "reason")))
    reading = mapped(tmp_path, f'[InternshipWithdrawn]\nsheet = "B"\n[InternshipWithdrawn.columns]\n{columns}')
    rows = [["ref", "pourquoi"], ["A-1", "Annulé"]]
    (one,) = all_of(write_xlsx(tmp_path / "x.xlsx", {"A": rows, "B": rows}), reading)
    assert one.draft.place == "sheet B, row 2"
    assert reading.remarks == ["feuille A : ignorée, aucune correspondance."]


def test_a_proposal_says_how_sure_it_is_and_what_is_missing(tmp_path: Path) -> None:
    (found,) = propose(write_csv(tmp_path / "x.csv", [ATS]), None, "fr")
    paths = {guess.column: (guess.leaf.path, guess.score) for guess in found.guesses}
    assert found.kind is InternshipOffered
    assert paths["job_id"] == ("reference", 100)
    assert paths["Descriptif"] == ("description", 100)
    assert paths["Libellé du poste"][0] == "title"
    assert paths["Libellé du poste"][1] < 100
    assert {"place.departement", "company_name"} <= {leaf.path for leaf in found.missing}
    assert "Paie" in found.left


def test_what_is_proposed_is_a_mapping_file_that_reads_the_sample(tmp_path: Path) -> None:
    row = {("Date d'entrée" if name == "Date de début" else name): value for name, value in offer(1).items()}
    file = write_csv(tmp_path / "x.csv", [row])
    reading = mapped(tmp_path, as_toml(propose(file, None, "fr"), "fr"))
    assert [one.problems for one in all_of(file, reading)] == [[]]


def test_each_sheet_of_a_workbook_has_its_proposal(tmp_path: Path) -> None:
    sheets = {
        "Stages 27": table([offer(1)]),
        "Écoles": [["Réf", "Dates", "Classes", "Format", "Départements"], list("abcde")],
    }
    found = propose(write_xlsx(tmp_path / "x.xlsx", sheets), None, "fr")
    assert [one.kind for one in found] == [InternshipOffered, VisitOffered]
    written = tomllib.loads(as_toml(found, "fr"))
    assert written["VisitOffered"]["sheet"] == "Écoles"


def test_a_file_that_is_there_is_kept_unless_forced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = write_csv(tmp_path / "x.csv", [offer(1)])
    first = CliRunner().invoke(application, ["map", str(file), "--lang", "fr"])
    assert first.exit_code == 0
    assert "sûr (100)" in first.stdout
    (tmp_path / "passerelle.toml").write_text("# mine", "utf-8")
    again = CliRunner().invoke(application, ["map", str(file), "--lang", "fr"])
    assert again.exit_code == 2
    assert "--force" in again.stderr
    assert (tmp_path / "passerelle.toml").read_text("utf-8") == "# mine"
    assert CliRunner().invoke(application, ["map", str(file), "--force"]).exit_code == 0
    assert "# mine" not in (tmp_path / "passerelle.toml").read_text("utf-8")


def test_a_file_in_which_nothing_looks_like_a_field_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="--kind"):
        propose(write_csv(tmp_path / "x.csv", [{"zzz": "1", "qqq": "2"}]), None, "fr")


@pytest.mark.parametrize(
    "content", ["<html><title>Nos offres</title></html>", '{"@type": "JobPosting"}', '{"type": "InternshipWithdrawn"}']
)
def test_what_is_read_without_a_mapping_is_told_so(tmp_path: Path, content: str) -> None:
    file = tmp_path / "x"
    file.write_text(content)
    with pytest.raises(Unreadable, match="se passe de correspondance"):
        propose(file, None, "fr")


@given(
    st.lists(
        st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30), min_size=1, max_size=6, unique=True
    )
)
def test_any_header_makes_a_file_that_toml_reads(columns: list[str]) -> None:
    from shared.client.company.proposing import _proposal
    from shared.client.company.rows import Row, Table

    proposal = _proposal(Table("", iter(())), Row(1, columns), InternshipOffered)
    tomllib.loads(as_toml([proposal], "fr"))
