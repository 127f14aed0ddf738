"""The thirty académies and the four vice-rectorats, derived from a school's code and never sent.

No service asks for them yet: they are here for what will be counted by académie or planned around school holidays.
"""

from typing import Literal, NamedTuple

Zone = Literal["A", "B", "C"]


class Academie(NamedTuple):
    """An académie or a vice-rectorat: its code and name, the zone of its holidays, its départements or territories.

    Corse and all overseas have calendars of their own, and no zone (Code de l'éducation D521-6).
    """

    code: str
    name: str
    zone: Zone | None
    departements: tuple[str, ...]


def _academie(code: str, name: str, zone: Zone | None, departements: str) -> Academie:
    return Academie(code, name, zone, tuple(departements.split()))


ACADEMIES = (
    _academie("01", "Paris", "C", "75"),
    _academie("02", "Aix-Marseille", "B", "04 05 13 84"),
    _academie("03", "Besançon", "A", "25 39 70 90"),
    _academie("04", "Bordeaux", "A", "24 33 40 47 64"),
    _academie("06", "Clermont-Ferrand", "A", "03 15 43 63"),
    _academie("07", "Dijon", "A", "21 58 71 89"),
    _academie("08", "Grenoble", "A", "07 26 38 73 74"),
    _academie("09", "Lille", "B", "59 62"),
    _academie("10", "Lyon", "A", "01 42 69"),
    _academie("11", "Montpellier", "C", "11 30 34 48 66"),
    _academie("12", "Nancy-Metz", "B", "54 55 57 88"),
    _academie("13", "Poitiers", "A", "16 17 79 86"),
    _academie("14", "Rennes", "B", "22 29 35 56"),
    _academie("15", "Strasbourg", "B", "67 68"),
    _academie("16", "Toulouse", "C", "09 12 31 32 46 65 81 82"),
    _academie("17", "Nantes", "B", "44 49 53 72 85"),
    _academie("18", "Orléans-Tours", "B", "18 28 36 37 41 45"),
    _academie("19", "Reims", "B", "08 10 51 52"),
    _academie("20", "Amiens", "B", "02 60 80"),
    _academie("22", "Limoges", "A", "19 23 87"),
    _academie("23", "Nice", "B", "06 83"),
    _academie("24", "Créteil", "C", "77 93 94"),
    _academie("25", "Versailles", "C", "78 91 92 95"),
    _academie("27", "Corse", None, "2A 2B"),
    _academie("28", "La Réunion", None, "974"),
    _academie("31", "Martinique", None, "972"),
    _academie("32", "Guadeloupe", None, "971 977 978"),
    _academie("33", "Guyane", None, "973"),
    _academie("43", "Mayotte", None, "976"),
    _academie("70", "Normandie", "B", "14 27 50 61 76"),
)
"""Composition: Code de l'éducation R222-2; zones: D521-6 and the calendar of 2026-2027; codes: the ministry's."""

VICE_RECTORATS = (
    _academie("40", "Nouvelle-Calédonie", None, "988"),
    _academie("41", "Polynésie française", None, "987"),
    _academie("42", "Wallis-et-Futuna", None, "986"),
    _academie("44", "Saint-Pierre-et-Miquelon", None, "975"),
)
"""The territories outside the thirty, under the code that stands where an académie's would; by Insee's numbers."""

_BY_DEPARTEMENT = {
    departement: academie for academie in (*ACADEMIES, *VICE_RECTORATS) for departement in academie.departements
}

_OTHERWISE = {"620": "2A", "720": "2B", "983": "988", "984": "987", "987": "986"}
"""Where a school's code begins with a number of the ministry's own: Corse, Nouvelle-Calédonie (9830002K is lycée La
Pérouse), Polynésie, Wallis-et-Futuna (9870026P is its lycée)."""


def departement_of(school: str) -> str:
    """The département or overseas territory, by Insee's code, that a valid UAI code begins with."""
    start = school[:3]
    return _OTHERWISE.get(start, start.removeprefix("0"))


def academie_of(departement: str) -> Academie:
    """The académie or vice-rectorat of whatever `departement_of` tells and of each `Departement` of the contract.

    Raises KeyError for anything else.
    """
    return _BY_DEPARTEMENT[departement]
