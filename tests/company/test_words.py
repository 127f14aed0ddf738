"""The words of companies, read the same in a cell and in a document."""

import json
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from shared.client.company.cells import Reader, Style
from shared.client.company.documents import read
from shared.client.company.drafts import Misread
from shared.client.company.leaves import leaves
from shared.client.company.words.amount import hourly_pay, number, says_weekly_hours, weekly_hours
from shared.client.company.words.companies import siren_in, siret_in
from shared.client.company.words.day import day_in, last_day
from shared.client.company.words.level import levels_in, levels_in_passing
from shared.client.company.words.places import city_in, departement_named, departement_of_postal_code
from shared.client.company.words.trade import trade_of
from shared.contracts.fields import Departement
from shared.contracts.internships import InternshipOffered

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
        ("4.5 EUR HOUR", "4.50"),
        ("4,50 € / h", "4.50"),
        ("Horaire de 4.50 Euros", "4.50"),
        ("669.90 EUR MONTH", "4.35"),
        ("659.76 € mois", "4.35"),
        ("700 EUR MONTH", None),
        ("4.5 – 6 EUR HOUR", None),
        ("1 900 à 2 100 € par mois", None),
        ("4.555 EUR HOUR", None),
        ("12 USD HOUR", None),
        ("20000 EUR YEAR", None),
        ("0 EUR MONTH", "0.00"),
        ("selon profil", None),
    ],
)
def test_pay_is_by_the_hour_and_exact_or_left_out(pay: str, hourly: str | None) -> None:
    try:
        found = hourly_pay(pay)[0]
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
    assert says_weekly_hours(text) is (hours is not None)
    assert hours is None or weekly_hours(text) == hours


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


PROPERTIES = {
    "level": "educationRequirements",
    "trade": "industry",
    "starts_on": "jobStartDate",
    "ends_on": "jobEndDate",
    "weekly_hours": "workHours",
    "seats": "totalJobOpenings",
    "hourly_pay": "baseSalary",
    "siret": "identifier",
}


def in_a_cell(field: str, written: str) -> tuple[Any, str, int]:
    """The value, the rule of the problem, and how many notes there are."""
    reader = Reader(Style())
    try:
        return reader.read(written, leaves(InternshipOffered)[field]), "", len(reader.guesses)
    except Misread as misread:
        return None, misread.rule, 0


def in_a_document(field: str, written: str) -> tuple[Any, str, int]:
    salary = {"value": {"value": written, "unitText": "HOUR"}, "currency": "EUR"}
    said = {PROPERTIES[field]: salary if field == "hourly_pay" else written}
    posting = {"@type": "JobPosting", "title": "Stage", "employmentType": "INTERN", **said}
    (draft,) = read(json.dumps(posting).encode(), {}, date(2026, 11, 25))
    rules = [problem.rule for problem in draft.problems if problem.field == field]
    return draft.values.get(field), "".join(rules), len(draft.notes)


@pytest.mark.parametrize(
    ("field", "written"),
    [
        *(("level", one) for one in ("Bac+2", "bac 2", "Bac + 3/4", "M. ingénieur", "CAP", "infra bac", "Niveau V",
                                     "level 6", "5", "5 (bac+2 : BTS, DUT)", "Terminale", "aucun")),
        *((field, one) for field in ("starts_on", "ends_on")
          for one in ("2027-02-01", "01/02/2027", "1.2.2027", "01/02/27", "1er février 2027", "lundi 1 févr. 2027",
                      "février 2027", "February 1, 2027", "46419", "2027-01-31T23:30:00Z", "31/02/2027", "bientôt",
                      "Mon, 01 Feb 2027 22:49:39 GMT")),
        *(("weekly_hours", one) for one in ("35", "35 h", "35,0", "35h/semaine", "37,5 h")),
        *(("seats", one) for one in ("2", "2,0", "2 postes", "deux", "2.000", "2,5")),
        *(("hourly_pay", one) for one in ("4,50", "4.5 €", "1 004,35 €", "1.004,35", "4,35 € / h", "669,90 € par mois",
                                          "1.000", "1,000", "4.350000000000001")),
        *(("siret", one) for one in ("732 829 320 00074", "732.829.320.00074")),
    ],
)  # fmt: skip
def test_what_is_written_means_the_same_in_a_cell_and_in_a_document(field: str, written: str) -> None:
    assert in_a_cell(field, written) == in_a_document(field, written)


@pytest.mark.parametrize(
    "written", ["FTTH", "Réseaux", "Fibre otique", "informatique", "Génie civil", "F1605 Monteur", "Data Center", "dev"]
)
def test_a_trade_means_the_same_in_a_cell_and_in_a_document(written: str) -> None:
    found, _, _ = in_a_cell("trade", written)
    assert (found, found) == (in_a_document("trade", written)[0], found)
    assert found


@pytest.mark.parametrize("text", ["000000000", "FR00000000000", "00000000000000", "732829321", "73282932000075"])
def test_a_company_s_number_is_checked_as_the_contract_checks_it(text: str) -> None:
    assert siret_in(text) is None
    assert siren_in(text) in {None, "732829320"}
    assert siren_in("FR40 732 829 320") == siren_in("73282932000074") == "732829320"


@pytest.mark.parametrize("text", ["15 % du plafond horaire", "15%", "2 tickets", "12 $", "4,35 à 5 €", "20000 €/an"])
def test_a_number_in_a_cell_that_is_no_hourly_amount_is_told(text: str) -> None:
    assert in_a_cell("hourly_pay", text) == (None, "number", 0)


@pytest.mark.parametrize("text", ["1.000", "1,000", "12.345", "1.000 €"])
def test_an_amount_that_may_be_two_is_told_with_both(text: str) -> None:
    with pytest.raises(Misread, match="ambiguous_number") as told:
        hourly_pay(text, by="hour")
    assert "écrivez celui que vous voulez dire, exactement ainsi." in str(told.value.remedies)


def test_the_remedy_for_an_amount_that_may_be_two_is_not_itself_so() -> None:
    for text, either in (("1.000", "1 ou 1000"), ("12,345", "12,3450 ou 12345")):
        with pytest.raises(Misread) as told:
            number(text)
        assert told.value.remedies
        assert f"Ce nombre se lit {either} :" in told.value.remedies[0]
        for one in either.split(" ou "):
            number(one)


@pytest.mark.parametrize(
    ("text", "value"),
    [("0.500", "0.500"), ("1.000.000", "1000000"), ("1 234.500", "1234.500"), ("1.234,5", "1234.5"), ("-2", "-2"),
     ("4.350000000000001", "4.35"), ("34.99999999999999999", "35"), ("1764028800000000001", "1764028800000000001")],
)  # fmt: skip
def test_a_number_that_can_be_read_in_one_way_is(text: str, value: str) -> None:
    assert str(number(text)) == value


@pytest.mark.parametrize("text", ["1.2.3", "12.34.567", "1,00,0", ".", "", "1e999", "9" * 70, "٣٥", "31.01.2027"])
def test_marks_that_part_no_thousands_make_no_number(text: str) -> None:
    with pytest.raises(Misread, match="number"):
        number(text)


@given(st.text(max_size=30) | st.from_regex(r"[0-9 .,+€h/-]{0,30}"), st.booleans())
def test_any_text_is_read_or_told(text: str, ends: bool) -> None:
    day_in(text, ends=ends)
    for one in (hourly_pay, weekly_hours, number):
        with suppress(Misread):
            one(text)
