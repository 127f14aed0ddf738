"""Judging a whole file: duplicates, whose it is, and a report that tells everything in bounded space."""

import json
import locale
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.client.company import texts
from shared.client.company.checking import judged, origin_in
from shared.client.company.command import application
from shared.client.company.documents import rules as documents
from shared.client.company.report import MOST_NOTES
from shared.client.company.tables import Reading
from shared.contracts import rules as contract
from shared.contracts.internships import InternshipOffered
from shared.contracts.outreach import VisitReported
from tests.company.sheet import (
    ENDS,
    GIVEN,
    OFFER,
    SIREN,
    TODAY,
    all_of,
    midnight,
    offer,
    rules,
    table,
    write_csv,
    write_xlsx,
)

RUNNER = CliRunner()


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PASSERELLE_SIREN", raising=False)


def check(*arguments: str | Path) -> tuple[int, str, str]:
    done = RUNNER.invoke(application, ["check", *map(str, arguments)])
    return done.exit_code, done.stdout, done.stderr


def test_a_clean_file_exits_0(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1)])
    code, out, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert (code, out) == (0, "stages.csv : 1 ligne, rien à corriger\n  Stages : 1\n")


def test_every_problem_is_shown_at_once_by_row_and_column(tmp_path: Path) -> None:
    rows = [
        offer(1),
        {**offer(2), "Date de fin": "31/02/2027", "Niveau de diplôme": "Bac+9"},
        offer(1),
        {**offer(4), "Ville": ""},
    ]
    file = write_csv(tmp_path / "stages.csv", rows)
    code, out, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert code == 1
    for line in (
        "ligne 3, colonne H « Date de fin » : date illisible, trouvé « 31/02/2027 ». Donnez une date qui existe, "
        "comme 31/01/2027.",
        "ligne 3, colonne I « Niveau de diplôme » : valeur hors de la liste, trouvé « Bac+9 ».",
        "ligne 4, colonne A « Référence » : référence déjà vue, trouvé « A-1 ». Déjà donnée (ligne 2) :",
        "ligne 5, colonne E « Ville » : valeur manquante. Remplissez cette cellule.",
        "stages.csv : 4 lignes, 3 à corriger",
    ):
        assert line in out
    assert "row 3, column H “Date de fin”: unreadable date" in check(file, "--siren", SIREN, "--lang", "en")[1]


def test_a_row_with_another_problem_is_told_its_past_dates_and_its_foreign_siren_at_once(tmp_path: Path) -> None:
    past = TODAY - timedelta(days=1)
    wrong = {"Date limite de candidature": f"{past:%d/%m/%Y}", "Date de fin": "31/02/2099", "SIREN": "812025609"}
    rows = [{**offer(1), **wrong, "Niveau de diplôme": "Bac+9"}]
    (one,) = all_of(write_csv(tmp_path / "x.csv", rows))
    assert set(rules(one)) == {
        ("level", "choice"), ("ends_on", "date"), ("valid_through", "in_the_past"), ("siren", "not_yours"),
    }  # fmt: skip
    report = {"Référence": "V-1", "Visite": "not an id", "Date de la visite": f"{ENDS:%d/%m/%Y}", "Élèves": "9",
              "Filles": "4"}  # fmt: skip
    (one,) = all_of(write_csv(tmp_path / "x.csv", [report]), Reading("fr", kind=VisitReported))
    assert set(rules(one)) == {("visit_id", "uuid_parsing"), ("held_on", "in_the_future")}


def test_lines_of_which_no_event_can_be_made_are_counted_as_unreadable(tmp_path: Path) -> None:
    good = {"type": "InternshipWithdrawn", "reference": "A-1", "version": 1, "reason": "cancelled"}
    file = tmp_path / "x.jsonl"
    file.write_text("\n".join([json.dumps(good), json.dumps({**good, "type": "Nope"}), "{{{"]), encoding="utf-8")
    assert check(file, "--siren", SIREN, "--lang", "fr")[1].endswith("  Retraits : 1, illisibles : 2\n")
    assert check(file, "--siren", SIREN, "--lang", "en")[1].endswith("  Withdrawals: 1, unreadable: 2\n")
    *told, summary = map(json.loads, check(file, "--siren", SIREN, "--json")[1].splitlines())
    assert [one["kind"] for one in told] == [None, None]
    assert (summary["kinds"], summary["unreadable"]) == ({"InternshipWithdrawn": 1}, 2)


def test_machines_get_a_line_for_each_row_and_a_summary(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "stages.csv", [offer(1), {**offer(2), "Date de fin": "31/02/2027"}])
    code, out, _ = check(file, "--siren", SIREN, "--json")
    row, summary = map(json.loads, out.splitlines())
    assert code == 1
    assert (row["place"], row["reference"]) == ("row 3", "A-2")
    assert row["problems"][0] | {"remedy_fr": "", "remedy_en": ""} == {
        "field": "ends_on", "rule": "date", "found": "31/02/2027", "origin": "column H: Date de fin", "remedy_fr": "",
        "remedy_en": "",
    }  # fmt: skip
    assert summary["files"][str(file)] == {"rows": 2, "to_correct": 1}


def test_a_file_that_cannot_be_read_exits_2(tmp_path: Path) -> None:
    code, out, err = check(tmp_path / "missing.csv", "--lang", "en")
    assert (code, out) == (2, "")
    assert "check the file's name" in err


@pytest.mark.parametrize(
    "options", [("--siren", "123"), ("--kind", "InternshipOfferd"), ("--lang", "de"), ("--mapping", "missing.toml")]
)
def test_an_option_that_is_wrong_is_a_sentence(tmp_path: Path, options: tuple[str, str]) -> None:
    code, _, err = check(write_csv(tmp_path / "x.csv", [offer(1)]), *options)
    assert code == 2
    assert err.strip()
    assert "Traceback" not in err


def test_what_a_terminal_would_obey_is_not_shown(tmp_path: Path) -> None:
    evil = "\x1b]0;owned\x07[red]"
    file = write_csv(tmp_path / "x.csv", [{**offer(1), "Date de fin": evil, evil: "x"}])
    _, out, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert "\x1b" not in out
    assert "[red]" in out


def test_whose_the_rows_are(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [{**offer(1), "SIREN": "812025609"}])
    assert rules(all_of(file)[0]) == [("siren", "not_yours")]
    assert rules(all_of(file, given=replace(GIVEN, siren=None))[0]) == []
    (one,) = all_of(write_csv(tmp_path / "x.csv", [offer(1)]), given=replace(GIVEN, siren=None))
    assert rules(one) == [("siren", "missing")]
    assert "PASSERELLE_SIREN" in one.problems[0].remedy_fr


def test_a_row_without_a_version_has_the_time_of_sending(tmp_path: Path) -> None:
    dated, own = all_of(write_csv(tmp_path / "x.csv", [{**offer(1), "Version": ""}, {**offer(2), "Version": "7"}]))
    assert isinstance(dated.event, InternshipOffered)
    assert isinstance(own.event, InternshipOffered)
    assert (dated.event.version, own.event.version) == (GIVEN.version, 7)


def test_two_versions_of_one_reference_are_no_duplicates(tmp_path: Path) -> None:
    rows = [{**offer(1), "Version": version} for version in ("1", "2", "2")]
    assert [rules(one) for one in all_of(write_csv(tmp_path / "x.csv", rows))] == [
        [],
        [],
        [("reference", "reference_repeated")],
    ]


def test_an_offer_and_its_withdrawal_without_versions_contradict_each_other(tmp_path: Path) -> None:
    files = [
        write_csv(tmp_path / "a.csv", [offer(1)]),
        write_csv(tmp_path / "b.csv", [{"Référence": "A-1", "Motif": "Annulé"}]),
    ]
    _, second = judged([(file, Reading("fr")) for file in files], GIVEN)
    assert rules(second) == [("reference", "reference_repeated")]
    assert "a.csv, ligne 2" in second.problems[0].remedy_fr


GROWTH = """
import json, resource, sys
from pathlib import Path
from shared.client.company.checking import judged
from shared.client.company.report import Report
from shared.client.company.tables import Reading
from tests.company.sheet import GIVEN

report, begun = Report("fr"), 0
for count, one in enumerate(judged([(Path(sys.argv[1]), Reading("fr"))], GIVEN)):
    report.add(one)
    begun = begun or (count == 5000 and resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - begun
print(json.dumps({"kilobytes": grown, "lines": list(report.lines()), "faulty": report.faulty.total()}))
"""


def test_a_hundred_thousand_rows_that_are_all_wrong_fit_a_screen_and_the_memory(tmp_path: Path) -> None:
    with (tmp_path / "x.csv").open("w", encoding="utf-8") as file:
        file.write(";".join(OFFER) + "\n")
        for number in range(100_000):
            bad = "31/02/2027" if number % 3 else f"x{number}"
            file.write(f"R-{number // 2};T;D;C;Rennes;35;05/04/2099;{bad};Bac+{number % 50};ftth\n")
    command = [sys.executable, "-c", GROWTH, str(tmp_path / "x.csv")]
    done = subprocess.run(command, cwd=Path(__file__).parents[2], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["kilobytes"] < 32 << 10
    assert told["faulty"] == 100_000
    assert len(told["lines"]) < 60
    shown = "\n".join(told["lines"])
    assert "lignes 2 à 100001 (100000), colonne H « Date de fin » : date illisible" in shown
    assert "et d'autres (toutes : --json)" in shown


@pytest.mark.parametrize(
    ("variables", "system", "lang"),
    [
        ({"LANG": "fr_FR.UTF-8"}, None, "fr"),
        ({"LANG": "fr_FR.UTF-8", "LC_ALL": "C.UTF-8"}, None, "en"),
        ({"LC_MESSAGES": "fr_BE"}, "en_GB", "fr"),
        ({}, "French_France", "fr"),
        ({}, None, "en"),
    ],
)
def test_the_language_is_the_locale_s(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], system: str | None, lang: str
) -> None:
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(locale, "getlocale", lambda: (system, "UTF-8"))
    assert texts.default_lang() == lang


def test_a_part_stands_where_the_whole_does() -> None:
    origins = {"days": "column C: Jours", "place.city": "column D: Ville"}
    assert origin_in(origins, "days.3") == "column C: Jours"
    assert origin_in(origins, "place.city") == "column D: Ville"
    assert origin_in(origins, "place") == ""


def test_every_rule_has_a_short_name_in_both_languages() -> None:
    of_missing = {"blank_cell", "empty_cell", "no_column", "no_siren"}
    shown = {*contract.REMEDIES, *documents.REMEDIES, *texts.REMEDIES} - of_missing
    assert sorted(shown - set(texts.RULES)) == []
    assert [rule for rule, (french, english) in texts.RULES.items() if french == english or len(french) > 50] == []


def test_a_rule_of_documents_is_shown_by_its_name(tmp_path: Path) -> None:
    file = tmp_path / "poste.html"
    job = {"@type": "JobPosting", "title": "Technicienne fibre", "employmentType": "CDI"}
    file.write_text(f'<script type="application/ld+json">{json.dumps(job)}</script>', encoding="utf-8")
    assert "ce n'est pas un stage, trouvé « CDI »" in check(file, "--lang", "fr")[1]
    assert "not an internship, found “CDI”" in check(file, "--lang", "en")[1]


def test_notes_stand_under_the_file_they_belong_to(tmp_path: Path) -> None:
    noted = {**offer(1), "Département": "1"}
    files = [
        write_csv(tmp_path / "a.csv", [{**noted, "Ville": ""}]),
        write_csv(tmp_path / "b.csv", [offer(2)]),
        write_csv(tmp_path / "c.csv", [{**noted, "Référence": "A-3"}]),
    ]
    _, out, _ = check(*files, "--siren", SIREN, "--lang", "fr")
    told = [
        "a.csv",
        "  ligne 2, colonne E « Ville » : valeur manquante. Remplissez cette cellule.",
        "  note : ligne 2, Département : 1 lu 01",
        "c.csv",
        "  note : ligne 2, Département : 1 lu 01",
        "a.csv : 1 ligne, 1 à corriger",
    ]
    assert out.splitlines()[: len(told)] == told
    assert "  note: row 2, Département code: 1 read as 01" in check(*files, "--siren", SIREN, "--lang", "en")[1]


def test_notes_are_capped_for_a_run_and_all_of_them_are_for_machines(tmp_path: Path) -> None:
    rows = [{**offer(number), "Département": "1"} for number in range(MOST_NOTES + 1)]
    file = write_csv(tmp_path / "a.csv", rows)
    _, out, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert out.count("note : ") == MOST_NOTES
    assert "et 1 autre note (toutes : --json)" in out
    *told, _ = map(json.loads, check(file, "--siren", SIREN, "--json")[1].splitlines())
    assert [one["notes"] for one in told] == [
        [{"fr": "Département : 1 lu 01", "en": "Département code: 1 read as 01"}]
    ] * len(rows)


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "a.csv", [offer(1)])
    code, out, _ = check("a.csv", "./a.csv", file, "--siren", SIREN, "--lang", "fr")
    assert (code, out) == (0, "a.csv : 1 ligne, rien à corriger\n  Stages : 1\n")


def test_a_document_s_field_has_its_name_and_its_place_and_a_job_is_no_row(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(
        "<source><job><title>Stage</title><jobtype>internship</jobtype><country>BE</country></job></source>"
    )
    _, out, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert "offre 1, champ « Description » (job/description) : valeur manquante. Ajoutez ce champ, ou" in out
    assert "offre 1, champs « Ville », « Département » (job/country) : lieu hors de France, trouvé « BE »." in out
    assert "feed.xml : 1 annonce, 1 à corriger" in out


def test_the_postings_of_one_script_are_counted_in_the_reader_s_language(tmp_path: Path) -> None:
    posting = '{"@type": "JobPosting", "title": "CDI", "employmentType": "FULL_TIME"}'
    file = tmp_path / "offres.html"
    file.write_text(f'<script type="application/ld+json">[{posting}, {posting}]</script>')
    _, out, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert "script 1, annonce 1, [0].employmentType : ce n'est pas un stage" in out
    assert "script 1, posting 2, [1].employmentType: not an internship" in check(file, "--lang", "en")[1]


def test_a_page_s_address_is_said_once(tmp_path: Path) -> None:
    _, out, _ = check("http://", "--lang", "fr")
    assert out.splitlines()[:2] == [
        "http://",
        "  adresse web inutilisable, trouvé « http:// ». Donnez une adresse complète qui commence par https:// ou "
        "http://.",
    ]
    file = tmp_path / "metiers.html"
    file.write_text("<html><title>Nos offres</title></html>", encoding="utf-8")
    assert "\n  aucune offre lisible dans la page, trouvé" in check(file, "--lang", "fr")[1]


def test_a_day_is_shown_as_the_company_wrote_it_and_a_cell_s_date_in_the_language(tmp_path: Path) -> None:
    file = write_csv(tmp_path / "x.csv", [{**offer(1), "Date de fin": "30/06/2020"}])
    assert "fin avant le début, trouvé « 30/06/2020 »" in check(file, "--siren", SIREN, "--lang", "fr")[1]
    assert "end before the start, found “30/06/2020”" in check(file, "--siren", SIREN, "--lang", "en")[1]
    book = write_xlsx(tmp_path / "x.xlsx", {"Stages": table([{**offer(1), "Date de fin": midnight(2020, 6, 30)}])})
    assert "fin avant le début, trouvé « 30/06/2020 »" in check(book, "--siren", SIREN, "--lang", "fr")[1]
    assert "end before the start, found “2020-06-30”" in check(book, "--siren", SIREN, "--lang", "en")[1]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["check", "absent.csv"], "absent.csv ne se lit pas (introuvable) : vérifiez"),
        (["check", "."], ". n'est pas un fichier : donnez"),
        (["check", "x.csv", "--kind", "nonsense"], "nonsense n'existe pas. Il y a : "),
        (["check", "x.csv", "--mapping", "absent.toml"], "absent.toml ne se lit pas (introuvable) : corrigez"),
        (["map", "absent.csv"], "absent.csv : introuvable"),
        (["template", ".", "--force"], "c'est un dossier"),
    ],
)
def test_what_the_system_refuses_is_said_in_french(tmp_path: Path, arguments: list[str], said: str) -> None:
    write_csv(tmp_path / "x.csv", [offer(1)])
    done = RUNNER.invoke(application, [*arguments, "--lang", "fr"])
    assert done.exit_code == 2
    assert said in done.stderr


def long_offers(tmp_path: Path) -> Path:
    """A row that the law forbids, and one that it may forbid: both begin a year from now."""
    begins = TODAY.replace(year=TODAY.year + 1, month=1, day=10)
    dates = {"Date de début": str(begins), "Date de fin": str(begins + timedelta(weeks=20))}
    rows = [{**offer(1), **dates}, {**offer(2), **dates, "Gratification horaire (€)": "4,10"}]
    return write_csv(tmp_path / "stages.csv", [rows[0] | {"Gratification horaire (€)": ""}, rows[1]])


def test_what_the_law_forbids_is_a_problem_and_what_it_may_forbid_a_note(tmp_path: Path) -> None:
    file = long_offers(tmp_path)
    code, french, _ = check(file, "--siren", SIREN, "--lang", "fr")
    assert code == 1
    assert "gratification due. Indiquez une gratification d'au moins" in french
    assert "L124-6" in french
    assert "note : ligne 3" in french
    assert "gratification peut-être trop basse, trouvé « 4,10 »" in french
    english = check(file, "--siren", SIREN, "--lang", "en")[1]
    assert "gratification is due. Give a gratification of at least" in english
    assert "gratification perhaps too low, found “4,10”" in english


def test_a_doubt_alone_does_not_fail_a_file(tmp_path: Path) -> None:
    begins = TODAY.replace(year=TODAY.year + 1, month=1, day=10)
    row = {
        **offer(1),
        "Date de début": str(begins),
        "Date de fin": str(begins + timedelta(weeks=20)),
        "Gratification horaire (€)": "4,10",
    }
    code, out, _ = check(write_csv(tmp_path / "stages.csv", [row]), "--siren", SIREN, "--lang", "fr")
    assert code == 0
    assert "gratification peut-être trop basse" in out
