"""Communes of France: their codes, names, départements and places, and how far they are from each other."""

import csv
import gzip
import re
import unicodedata
from collections.abc import Mapping
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from typing import NamedTuple

from ...contracts.academies import academie_of

TABLE = Path(__file__).with_name("communes.csv.gz")
EARTH_KM = 6371.0
"""The mean radius of the earth (IUGG)."""


class Commune(NamedTuple):
    """A commune, or an arrondissement of Paris, Lyon or Marseille; its place is its town hall's where that is known."""

    code: str
    name: str
    departement: str
    latitude: float
    longitude: float

    @property
    def academie(self) -> str:
        """The name of its académie."""
        return academie_of(self.departement).name


@cache
def communes() -> tuple[Mapping[str, Commune], Mapping[str, str]]:
    """Communes by code, and of each that became part of another that one's code; read once, in a tenth of a second."""
    known: dict[str, Commune] = {}
    merged: dict[str, str] = {}
    with gzip.open(TABLE, "rt", encoding="utf-8", newline="") as lines:
        for code, name, departement, latitude, longitude, parent in csv.reader(lines):
            if parent:
                merged[code] = parent
            else:
                known[code] = Commune(code, name, departement, float(latitude), float(longitude))
    return known, merged


def commune(code: str) -> Commune | None:
    """The commune of an Insee code, or the one that it has become a part of; None where there is none we know."""
    known, merged = communes()
    return known.get(merged.get(code, code))


@cache
def _by_name() -> Mapping[tuple[str, str], Commune]:
    return {(one.departement, _plain(one.name)): one for one in communes()[0].values()}


def find(name: str, departement: str) -> Commune | None:
    """The commune of that name in a département, however it is written; None where there is none."""
    return _by_name().get((departement, _plain(name)))


def _plain(name: str) -> str:
    """Lower case, no accents, each mark a space, Saint and Sainte in full."""
    letters = (
        unicodedata.normalize("NFKD", re.sub(r"[’']", " ", name).replace("œ", "oe").replace("Œ", "oe"))
        .encode("ascii", "ignore")
        .decode()
    )
    words = re.sub(r"[^a-z0-9]+", " ", letters.lower()).split()
    return " ".join({"st": "saint", "ste": "sainte"}.get(word, word) for word in words)


def distance_km(one: Commune, other: Commune) -> float:
    """The great circle between two communes in kilometres (haversine)."""
    here, there = radians(one.latitude), radians(other.latitude)
    aside = sin(radians(other.longitude - one.longitude) / 2) ** 2
    return 2 * EARTH_KM * asin(sqrt(sin((there - here) / 2) ** 2 + cos(here) * cos(there) * aside))
