"""One cell: every way in which people and Excel write a value, and what cannot be one."""

from contextlib import suppress
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.client.company.cells import Cell, Reader, Style
from shared.client.company.drafts import Misread
from shared.client.company.leaves import Leaf, company_kinds, leaves
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.mentoring import MentorOffered
from shared.contracts.outreach import VisitOffered
from tests.company.sheet import midnight

OFFER, VISIT, MENTOR = leaves(InternshipOffered), leaves(VisitOffered), leaves(MentorOffered)
EVERY = [leaf for kind in company_kinds().values() for leaf in leaves(kind).values()]


def read(cell: Cell, leaf: Leaf, **style: Any) -> Any:
    return Reader(Style(**style)).read(cell, leaf)


@pytest.mark.parametrize(
    "cell",
    ["2027-01-31", "31/01/2027", "31-01-2027", "31.01.2027", "31/1/2027", "31 janvier 2027", "dimanche 31 janvier 2027",
     "31/01/27", "2027-01-31T00:00:00", "2027-01-30T23:00:00.000Z",
     "2027-01-31T12:00+0100", "31/01/2027 00:00", "46418", 46418, date(2027, 1, 31), midnight(2027, 1, 31)],
)  # fmt: skip
def test_a_date_is_read_however_it_is_written(cell: Cell) -> None:
    assert read(cell, OFFER["ends_on"]) == "2027-01-31"


@pytest.mark.parametrize(
    "cell", ["31/02/2027", "demain", "00/00/0000", "9" * 400, "2027", True, 1e300, "1er brumaire 2027"]
)
def test_what_is_no_date_is_told(cell: Cell) -> None:
    with pytest.raises(Misread, match="date"):
        read(cell, OFFER["ends_on"])


def test_the_mapping_says_that_months_come_first() -> None:
    assert read("03/04/2027", OFFER["ends_on"], date_format="%m/%d/%Y") == "2027-03-04"
    assert read("1er août 2027", OFFER["ends_on"]) == "2027-08-01"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("4,50", "4.50"), ("4.35 €", "4.35"), ("1 234,5", "1234.50"), ("1.234,50", "1234.50"), ("1,234.50", "1234.50"),
     (4.35, "4.35"), (4, "4.00"), ("4\u00a0€", "4.00"), ("4,35 €/h", "4.35")],
)  # fmt: skip
def test_money_is_read_with_a_comma_or_a_point(cell: Cell, value: str) -> None:
    assert read(cell, OFFER["hourly_pay"]) == value


def test_a_decimal_comma_is_said_once_for_a_file() -> None:
    assert read("1.234", OFFER["hourly_pay"], decimal_comma=True) == "1234.00"
    assert read(4.35, OFFER["hourly_pay"], decimal_comma=True) == "4.35"


@pytest.mark.parametrize(("cell", "value"), [("35", 35), ("35,0", 35), (35.0, 35), ("35 h", 35), (" 35 ", 35)])
def test_a_whole_number_is_read_from_a_text(cell: Cell, value: int) -> None:
    assert read(cell, OFFER["weekly_hours"]) == value


@pytest.mark.parametrize("cell", ["35,5", 35.5, "trente-cinq", "", float("inf"), float("nan"), True, "1e999", "٣٥"])
def test_what_is_no_whole_number_is_told(cell: Cell) -> None:
    with pytest.raises(Misread, match="integer"):
        read(cell, OFFER["weekly_hours"])


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ("Bac+2", 5),
        ("bac + 5", 7),
        ("CAP", 3),
        ("Niveau 6", 6),
        (5, 5),
        (5.0, 5),
        ("5", 5),
        ("5 (bac+2 : BTS, DUT)", 5),
    ],
)
def test_a_diploma_is_its_level(cell: Cell, value: int) -> None:
    assert read(cell, OFFER["level"]) == value


def test_the_old_levels_in_roman_numbers_are_told_for_their_scale_ran_the_other_way() -> None:
    reader = Reader(Style())
    assert reader.read("Niveau V", OFFER["level"]) == 3
    assert reader.guesses[0][0] == "« Niveau V » lu 3 (CAP, BEP), d'après l'échelle de 1969"


@pytest.mark.parametrize(
    ("cell", "value"),
    [("FIBRE OPTIQUE", "fibre"), ("ftth", "fibre"), ("Cybersécurité", "cybersecurity"), ("data-centre", "data-centre")],
)
def test_a_trade_is_known_by_what_people_call_it(cell: str, value: str) -> None:
    assert read(cell, OFFER["trade"]) == value


def test_a_value_that_is_not_in_the_list_is_told_with_the_nearest() -> None:
    with pytest.raises(Misread) as told:
        read("Fbre optiqe", OFFER["trade"])
    assert told.value.remedies
    assert told.value.remedies[0].startswith("Vouliez-vous dire « Fibre optique » ? Choisissez dans la liste : ")
    assert told.value.remedies[1].startswith("Did you mean “Optical fibre”?")


def test_a_trade_that_is_only_spoken_for_is_told() -> None:
    reader = Reader(Style())
    assert reader.read("Technicien réseaux", OFFER["trade"]) == "telecom"
    assert reader.guesses == [
        ("« Technicien réseaux » lu Télécommunications", "“Technicien réseaux” read as Telecommunications")
    ]


def test_the_mapping_translates_first() -> None:
    assert read("Réseaux", OFFER["trade"], values={"trade": {"RESEAUX": "telecom"}}) == "telecom"
    assert read("pourvu", leaves(InternshipWithdrawn)["reason"]) == "filled_elsewhere"


@pytest.mark.parametrize(
    ("cell", "value"), [("Oui", True), ("non", False), ("x", True), (1, True), (False, False), ("VRAI", True)]
)
def test_yes_and_no(cell: Cell, value: bool) -> None:
    assert read(cell, MENTOR["remote"]) is value


def test_lists_are_parted_as_people_part_them() -> None:
    assert read("35 ; 22;2a", VISIT["departements"]) == ["35", "22", "2A"]
    assert read("35/22", VISIT["departements"], list_separator="/") == ["35", "22"]
    assert read("10/05/2027, 11/05/2027", VISIT["days"]) == ["2027-05-10", "2027-05-11"]
    assert read(midnight(2027, 5, 10), VISIT["days"]) == ["2027-05-10"]
    assert read("seconde ; 1ère ; Terminale", VISIT["levels"]) == ["2de", "1re", "Tle"]
    assert read(35, VISIT["departements"]) == ["35"]


@pytest.mark.parametrize("cell", ["7.3282932000074E+13", "7,32829E+13", "7E+13"])
def test_a_number_that_excel_shortened_is_told_with_a_remedy(cell: str) -> None:
    with pytest.raises(Misread, match="shortened_number"):
        read(cell, OFFER["siret"])


def test_a_number_that_excel_kept_whole_is_read() -> None:
    assert read(73282932000074, OFFER["siret"]) == "73282932000074"
    assert read(73282932000074.0, OFFER["siret"]) == "73282932000074"
    assert read("732 829 320 00074", OFFER["siret"]) == "73282932000074"


def test_zeros_that_excel_took_are_given_back_and_told() -> None:
    reader = Reader(Style())
    assert reader.read(1, OFFER["place.departement"]) == "01"
    assert reader.guesses == [("1 lu 01", "1 read as 01")]
    assert reader.read("35 - Ille-et-Vilaine", OFFER["place.departement"]) == "35"
    assert read(1004, OFFER["place.commune"]) == "01004"
    assert read("732829320", OFFER["siret"]) == "732829320", "a SIREN is not a SIRET that lost its zeros"


def test_a_reference_that_excel_made_a_date_is_told() -> None:
    with pytest.raises(Misread, match="became_date"):
        read(midnight(2027, 1, 2), OFFER["reference"])


@pytest.mark.parametrize("cell", ["#N/A", "#REF!", "#VALEUR!", "#DIV/0!"])
def test_a_formula_s_error_is_told(cell: str) -> None:
    with pytest.raises(Misread, match="formula_error"):
        read(cell, OFFER["title"])


@pytest.mark.parametrize("cell", ["=1+1", "+33", "-2", "@SUM(A1)", '=cmd|"/c calc"!A1'])
def test_what_looks_like_a_formula_is_a_text(cell: str) -> None:
    assert read(cell, OFFER["title"]) == cell


@pytest.mark.parametrize("pay", [4.350000000000001, 4.35, 4.3500000000000005])
def test_a_binary_float_is_the_number_that_excel_shows(pay: float) -> None:
    assert read(pay, OFFER["hourly_pay"]) == "4.35"
    assert read(4.125, replace(OFFER["hourly_pay"], path="other")) == "4.125", "a float has no thousands"


def test_a_day_s_serial_number_counts_from_the_workbook_s_own_epoch() -> None:
    reader = Reader(Style(), date(1904, 1, 1))
    assert reader.read(44956, OFFER["ends_on"]) == "2027-01-31"
    assert reader.guesses == [("44956 lu 31/01/2027", "44956 read as 2027-01-31")]


@pytest.mark.parametrize(
    ("cell", "path", "found"),
    [(True, "ends_on", "VRAI"), ("#N/A ", "title", "#N/A"),
     (35.5, "weekly_hours", "35.5"), (" 31/02/2027", "ends_on", "31/02/2027"),
     (midnight(2027, 1, 2), "reference", "2027-01-02"), ("600 €/an", "hourly_pay", "600 €/an")],
)  # fmt: skip
def test_what_is_told_is_what_stood_in_the_cell(cell: Cell, path: str, found: str) -> None:
    with pytest.raises(Misread) as told:
        read(cell, OFFER[path])
    assert told.value.found == found


cells: st.SearchStrategy[Cell] = st.one_of(
    st.text(), st.integers(), st.floats(), st.booleans(), st.dates(), st.datetimes(),
    st.from_regex(r"[0-9 .,/:;E+-]{0,30}"), st.text(alphabet="0123456789.,eE+-€h٣ \u00a0")
)  # fmt: skip


@given(
    cells, st.sampled_from(EVERY), st.sampled_from([None, True, False]), st.sampled_from([None, "%d/%m/%Y", "%%", "%Y"])
)
def test_every_cell_is_a_value_or_a_misread(cell: Cell, leaf: Leaf, comma: bool | None, form: str | None) -> None:
    with suppress(Misread):
        Reader(Style(decimal_comma=comma, date_format=form)).read(cell, leaf)
