"""Communes: found by code and by name, and as far from each other as on a map."""

from collections import defaultdict
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.offers.communes import Commune, commune, communes, distance_km, find

CODES = ["75056", "69123", "13055", "35238", "29019", "2A004", "97411", "97209", "59350", "67482", "31555"]


def test_every_commune_lies_where_its_departement_does() -> None:
    """A town hall with a sign too few, or without a place, would lie far away or nowhere."""
    known, merged = communes()
    assert (len(known), len(merged)) == (34_912, 1_992)
    places = defaultdict(list)
    for one in known.values():
        places[one.departement].append(one)
    assert len(places) == 101
    for departement, several in places.items():
        latitude, longitude = (median(getattr(one, name) for one in several) for name in ("latitude", "longitude"))
        centre = Commune("", "", departement, latitude, longitude)
        far = [one for one in several if not distance_km(centre, one) < (200 if departement == "973" else 115)]
        assert far == []


@pytest.mark.parametrize(
    ("code", "name", "departement", "academie"),
    [
        ("35238", "Rennes", "35", "Rennes"),
        ("94038", "L’Haÿ-les-Roses", "94", "Créteil"),
        ("72181", "Le Mans", "72", "Nantes"),
        ("2A004", "Ajaccio", "2A", "Corse"),
        ("97411", "Saint-Denis", "974", "La Réunion"),
        ("75111", "Paris 11e Arrondissement", "75", "Paris"),
    ],
)
def test_a_commune_is_known_by_its_code(code: str, name: str, departement: str, academie: str) -> None:
    found = commune(code)
    assert found
    assert (found.name, found.departement, found.academie) == (name, departement, academie)


def test_a_commune_that_became_part_of_another_leads_to_it() -> None:
    found = commune("49001")
    assert found
    assert found.name == "Brissac Loire Aubance"


@pytest.mark.parametrize("code", ["00000", "", "99999", "rennes", "98735"])
def test_what_is_no_commune_is_none(code: str) -> None:
    assert commune(code) is None


@pytest.mark.parametrize(
    ("written", "departement", "code"),
    [
        ("St Malo", "35", "35288"),
        ("L'Haÿ les Roses", "94", "94038"),
        ("LE MANS", "72", "72181"),
        ("oeuilly", "51", "51410"),
    ],
)
def test_a_commune_is_found_however_it_is_written(written: str, departement: str, code: str) -> None:
    found = find(written, departement)
    assert found
    assert found.code == code


def test_of_two_communes_of_one_name_the_departement_says_which() -> None:
    here, there = find("Saint-Denis", "93"), find("Saint-Denis", "974")
    assert here
    assert there
    assert (here.code, there.code) == ("93066", "97411")
    assert find("Saint-Denis", "29") is None


@pytest.mark.parametrize(
    ("one", "other", "km"),
    [("75056", "69123", 392), ("75056", "13055", 661), ("35238", "35288", 65), ("75056", "97411", 9_370)],
)
def test_distances_are_those_of_a_map(one: str, other: str, km: float) -> None:
    here, there = commune(one), commune(other)
    assert here
    assert there
    assert distance_km(here, there) == pytest.approx(km, rel=0.05)


PLACES = st.sampled_from(CODES).map(commune)


@given(PLACES, PLACES, PLACES)
def test_distances_are_a_metric(a: object, b: object, c: object) -> None:
    assert isinstance(a, Commune)
    assert isinstance(b, Commune)
    assert isinstance(c, Commune)
    assert distance_km(a, b) == pytest.approx(distance_km(b, a))
    assert distance_km(a, a) == 0
    assert distance_km(a, c) <= distance_km(a, b) + distance_km(b, c) + 1e-6
