"""The académies cover every département once, and a school's code leads to its own."""

import json
from collections import Counter

import pytest
from pydantic import TypeAdapter, ValidationError

from samples import generate
from shared.contracts.academies import ACADEMIES, academie_of, departement_of
from shared.contracts.fields import Departement

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
    assert set(counted) == departements()
    assert len(counted) == 101


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
    ],
)
def test_a_school_lies_in_its_academie(school: str, departement: str, academie: str) -> None:
    assert departement_of(school) == departement
    assert academie_of(departement).name == academie
