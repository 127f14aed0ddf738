"""The académies cover every département once, and every school's code leads to its own."""

import json
import re
from collections import Counter

import pytest
from pydantic import TypeAdapter, ValidationError

from samples import generate
from shared.contracts.academies import ACADEMIES, VICE_RECTORATS, academie_of, departement_of
from shared.contracts.fields import UAI_FORM, Departement

SCHOOLS = json.loads((generate.FOLDER / "schools.json").read_text("utf-8"))["schools"]


def departements() -> set[str]:
    """Every code that the contract takes."""
    numbers = [f"{number:02d}" for number in range(1000)] + ["2A", "2B"]
    return {number for number in numbers if valid(number)}


def valid(number: str) -> bool:
    try:
        TypeAdapter(Departement).validate_python(number)
    except ValidationError:
        return False
    return True


def test_there_are_thirty_and_each_departement_lies_in_one() -> None:
    assert len({academie.code for academie in ACADEMIES}) == len({one.name for one in ACADEMIES}) == 30
    counted = Counter(departement for academie in ACADEMIES for departement in academie.departements)
    assert set(counted.values()) == {1}
    assert set(counted) == {*departements(), *ATTACHED}
    assert len(departements()) == 101


ATTACHED = {"977", "978"}
"""Saint-Barthélemy and Saint-Martin, no départements: their schools are Guadeloupe's."""

STARTS = [f"{number:03d}" for number in range(1000) if re.match(UAI_FORM, f"{number:03d}0001A")]


def test_every_code_that_the_contract_takes_leads_to_an_academie_and_every_academie_has_codes() -> None:
    reached = {academie_of(departement_of(f"{start}0001A")) for start in STARTS}
    assert reached == {*ACADEMIES, *VICE_RECTORATS}


@pytest.mark.parametrize("start", ["000", "020", "096", "099", "100", "970", "979", "980", "985", "989"])
def test_a_code_of_no_departement_is_refused(start: str) -> None:
    assert start not in STARTS


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("975", "44"),
        ("977", "32"),
        ("978", "32"),
        ("983", "40"),
        ("984", "41"),
        ("986", "42"),
        ("987", "42"),
        ("988", "40"),
    ],
)
def test_the_territories_overseas_have_a_rectorat(start: str, code: str) -> None:
    assert academie_of(departement_of(f"{start}0001A")).code == code


def test_corse_and_overseas_have_no_zone() -> None:
    without = {academie.name for academie in ACADEMIES if academie.zone is None}
    assert without == {"Corse", "Guadeloupe", "Martinique", "Guyane", "La Réunion", "Mayotte"}


@pytest.mark.parametrize("school", SCHOOLS, ids=lambda school: school["uai"])
def test_a_schools_code_begins_with_its_departement(school: dict[str, str]) -> None:
    assert departement_of(school["uai"]) == school["departement"]


@pytest.mark.parametrize(
    ("school", "departement", "academie"),
    [
        ("0350024L", "35", "Rennes"),
        ("6200001G", "2A", "Corse"),
        ("7200009X", "2B", "Corse"),
        ("9740001H", "974", "La Réunion"),
        ("0750652B", "75", "Paris"),
        ("0020034B", "02", "Amiens"),
        ("9830002K", "988", "Nouvelle-Calédonie"),
        ("9870026P", "986", "Wallis-et-Futuna"),
        ("9750001C", "975", "Saint-Pierre-et-Miquelon"),
    ],
)
def test_a_school_lies_in_its_academie(school: str, departement: str, academie: str) -> None:
    assert departement_of(school) == departement
    assert academie_of(departement).name == academie
