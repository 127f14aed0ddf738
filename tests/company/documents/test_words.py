"""The words of documents: dates, durations, places, levels, pay and hours."""

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.client.company import documents
from shared.client.company.documents.rules import REMEDIES
from shared.client.company.documents.text import line, prose
from shared.client.company.drafts import Misread
from shared.client.company.words.amount import hourly_pay, weekly_hours
from shared.client.company.words.day import day_in, last_day
from shared.client.company.words.level import levels_in, levels_in_passing
from shared.client.company.words.places import city_in, departement_named, departement_of_postal_code
from shared.client.company.words.trade import trade_of
from shared.contracts.fields import Departement

DEPARTEMENT: TypeAdapter[str] = TypeAdapter(Departement)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2027-02-01", date(2027, 2, 1)),
        ("2027/02/01", date(2027, 2, 1)),
        ("2027-02-01T08:00:00", date(2027, 2, 1)),
        ("2027-01-31T23:30:00Z", date(2027, 2, 1)),
        ("2027-02-01T00:30:00+0200", date(2027, 1, 31)),
        ("2027-02-01 10:00:00 UTC", date(2027, 2, 1)),
        ("2027-07-01T22:00:00.000+00:00", date(2027, 7, 2)),
        ("2027-02-01T10:00:00+01:00[Europe/Paris]", date(2027, 2, 1)),
        ("1801526400000", date(2027, 2, 2)),
        ("01/02/2027", date(2027, 2, 1)),
        ("1er février 2027", date(2027, 2, 1)),
        ("lundi 1 février 2027", date(2027, 2, 1)),
        ("February 1, 2027", date(2027, 2, 1)),
        ("Mon, 01 Feb 2027 22:49:39 GMT", date(2027, 2, 1)),
        ("février 2027", date(2027, 2, 1)),
        ("12/31/2026", None),
        ("2027-02-30", None),
        ("ASAP", None),
        ("", None),
    ],
)
def test_a_date_is_read_as_the_day_in_france(text: str, found: date | None) -> None:
    said = day_in(text)
    assert (said and said[0]) == found


@pytest.mark.parametrize(
    ("start", "duration", "last"),
    [
        ("2027-02-01", "P6M", "2027-07-31"),
        ("2027-08-31", "P6M", "2028-02-29"),
        ("2027-02-01", "P3M15D", "2027-05-15"),
        ("2027-02-01", "P24W", "2027-07-18"),
        ("2027-02-01", "PT0S", None),
        ("2027-02-01", "6 mois", "2027-07-31"),
        ("2027-02-01", "2 months", "2027-03-31"),
        ("2027-02-01", "1 an", "2028-01-31"),
        ("2027-02-01", "P999Y", None),
        ("2027-02-01", "de 4 à 6 mois", None),
    ],
)
def test_a_period_ends_the_day_before_it_would_begin_anew(start: str, duration: str, last: str | None) -> None:
    found = last_day(date.fromisoformat(start), duration)
    assert (found and found.isoformat()) == last


@pytest.mark.parametrize(
    ("code", "departement"),
    [
        ("35000", "35"), ("01000", "01"), ("20000", "2A"), ("20137", "2A"), ("20200", "2B"), ("20600", "2B"),
        ("20999", None), ("97100", "971"), ("97200", "972"), ("97300", "973"), ("97400", "974"), ("97600", "976"),
        ("97133", None), ("97150", None), ("97500", None), ("98000", None), ("98800", None), ("00100", None),
        ("96000", None), ("3500", None), ("2A004", None), ("٣٥٠٠٠", None),
    ],
)  # fmt: skip
def test_a_departement_follows_from_a_postal_code(code: str, departement: str | None) -> None:
    assert departement_of_postal_code(code) == departement


@given(st.from_regex(r"\A[0-9]{5}\Z"))
def test_whatever_departement_follows_is_one_of_the_contract(code: str) -> None:
    if found := departement_of_postal_code(code):
        assert DEPARTEMENT.validate_python(found) == found


@pytest.mark.parametrize(
    ("name", "departement"),
    [
        ("Ille-et-Vilaine", "35"),
        ("FR-67", "67"),
        ("Nord (59)", "59"),
        ("9", "09"),
        ("la reunion", "974"),
        ("Bretagne", None),
    ],
)
def test_a_departement_is_known_by_name_or_code(name: str, departement: str | None) -> None:
    assert departement_named(name) == departement


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("12 rue des Lices, 35000 Rennes, France", ("Rennes", "35000")),
        ("Rennes (35000)", ("Rennes", "35000")),
        ("Rennes, Bretagne, France", ("Rennes", "")),
        ("Bretagne, France", ("", "")),
        ("3 allée Verte", ("", "")),
    ],
)
def test_a_city_is_found_in_a_line(address: str, found: tuple[str, str]) -> None:
    assert city_in(address) == found


@pytest.mark.parametrize(
    ("text", "levels"),
    [
        ("CAP/BEP", [3]),
        ("Bac pro ou BTS", [4, 5]),
        ("Bac+4/5", [6, 7]),
        ("De Bac +2 à Bac +3", [5, 6]),
        ("bachelor degree", [6]),
        ("École d’ingénieurs", [7]),
        ("Doctorat", [8]),
        ("Niveau III", [5]),
        ("niveau 5", [5]),
        ("no requirements", []),
        ("dans le but de progresser", []),
    ],
)
def test_a_level_is_known_by_its_diplomas(text: str, levels: list[int]) -> None:
    assert levels_in(text) == levels


def test_a_running_text_names_a_level_only_beyond_doubt() -> None:
    assert levels_in_passing("Un cap à tenir avec nos ingénieurs, dans le but de progresser ; master class.") == []
    assert levels_in_passing("Vous préparez un BTS ou un Bac+3 en réseaux.") == [5, 6]


@pytest.mark.parametrize(
    ("pay", "hourly"),
    [
        (("4.5", "", "HOUR", "EUR"), "4.50"),
        (("4,50 € / h", "", "", ""), "4.50"),
        (("Horaire de 4.50 Euros", "", "", ""), "4.50"),
        (("669.90", "", "MONTH", "EUR"), "4.35"),
        (("659.76", "", "mois", "€"), "4.35"),
        (("700", "", "MONTH", "EUR"), None),
        (("4.5", "6", "HOUR", "EUR"), None),
        (("1 900 à 2 100 € par mois", "", "", ""), None),
        (("4.555", "", "HOUR", "EUR"), None),
        (("12", "", "HOUR", "USD"), None),
        (("20000", "", "YEAR", "EUR"), None),
        (("0", "", "MONTH", "EUR"), "0.00"),
        (("selon profil", "", "", ""), None),
    ],
)
def test_pay_is_by_the_hour_and_exact_or_left_out(pay: tuple[str, str, str, str], hourly: str | None) -> None:
    try:
        found = hourly_pay(*pay)[0]
    except Misread:
        assert hourly is None
    else:
        assert found == hourly


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("35 heures", 35), ("35", 35), ("35.0", 35), ("35h00", 35), ("35H/semaine Travail en journée", 35),
        ("35 hours per week", 35), ("39h/semaine", 39),
        ("7h/jour", None), ("9h - 17h30", None), ("151,67 h/mois", None), ("full-time", None),
    ],
)  # fmt: skip
def test_hours_are_those_of_a_week(text: str, hours: int | None) -> None:
    assert weekly_hours(text) == hours


@pytest.mark.parametrize("text", ["37,5 heures", "37h30", "35,5"])
def test_hours_that_are_not_whole_are_told_with_a_remedy(text: str) -> None:
    with pytest.raises(Misread, match="integer") as told:
        weekly_hours(text)
    assert "48 au plus" in str(told.value.remedies)


@pytest.mark.parametrize(
    ("title", "rome", "others", "trade"),
    [
        ("Stage câblage F/H", None, "", "telecom"),
        ("Stage technicien FTTH", "I1307", "", "fibre"),
        ("Stage technicien réseaux", "F1605", "", "fibre"),
        ("Cybersecurity intern", None, "", "cybersecurity"),
        ("Stage data center", None, "", "data-centre"),
        ("Stage réseaux sociaux et communication", None, "", "management"),
        ("Stage découverte", None, "Télécommunications", "telecom"),
        ("Stage découverte", None, "", None),
    ],
)
def test_a_trade_follows_from_the_surest_word(title: str, rome: str | None, others: str, trade: str | None) -> None:
    found = trade_of(title, rome, others)
    assert (found and found[0]) == trade


@given(st.text(max_size=300))
def test_any_text_becomes_plain_text(text: str) -> None:
    assert "\n" not in line(text)
    assert not prose(f"<p>{text}</p>").startswith((" ", "\n"))


def test_html_keeps_its_paragraphs_and_lists() -> None:
    html = (
        "<p>Bonjour <b>à</b>\n toutes.</p><p>Missions&nbsp;:</p>"
        "<ul><li>Tirer</li><li><p>Souder</p></li><li></li></ul>Fin<br>là"
    )
    assert prose(html) == "Bonjour à toutes.\n\nMissions\u00a0:\n\n- Tirer\n- Souder\n\nFin\nlà"


def test_every_rule_is_told_somewhere_and_has_its_remedy_in_both_languages() -> None:
    folder = Path(documents.__file__).parent
    sources = "".join(file.read_text(encoding="utf-8") for file in folder.glob("*.py") if file.name != "rules.py")
    assert [rule for rule in REMEDIES if f'"{rule}"' not in sources] == []
    assert all(len(french) > 15 and len(english) > 15 and french != english for french, english in REMEDIES.values())
