"""Personio's open positions: `<workzag-jobs>` of `<position>`, or JSON with the same names.

The names are those of https://developer.personio.de/docs/retrieving-open-job-positions.
"""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element

from ..drafts import Json
from .feeds import said
from .jsons import words_in
from .postings import Posting, Said, Words, first_place_only

EXPECTED = {
    "reference": "position/id",
    "title": "position/name",
    "description": "position/jobDescriptions",
    "company_name": "position/subcompany",
    "place.city": "position/office",
    "place.departement": "position/office",
    "starts_on": "position/startDate",
    "ends_on": "position/duration",
    "trade": "position/occupation",
}
NAMES = ("id", "name", "subcompany", "office", "department", "recruitingCategory", "employmentType", "occupation",
         "occupationCategory", "updatedAt", "startDate", "duration", "description")  # fmt: skip


def read_position(position: Element, place: str) -> Posting:
    """One position; of its offices the first, which may be a city's name or a site's."""
    texts = {name: said(position, name) for name in NAMES}
    blocks = [
        (one.findtext("name") or "", one.findtext("value") or "")
        for one in position.iterfind("jobDescriptions/jobDescription")
    ]
    offices = said(position, "additionalOffices/office")
    return _posting(texts, blocks, place, offices)


def read_json_position(position: Mapping[str, Json], path: str, place: str) -> Posting:
    """The same position in JSON, where names may be written with underscores."""
    texts: dict[str, Words] = {}
    for name in NAMES:
        written = name if name in position else re.sub(r"([A-Z])", r"_\1", name).lower()
        texts[name] = list(words_in(position.get(written), f"{path}.{written}".lstrip("."), ()))
    described = position.get("jobDescriptions", position.get("job_descriptions"))
    listed = described.get("jobDescription") if isinstance(described, Mapping) else described
    blocks = [
        (str(one.get("name", "")), str(one.get("value", "")))
        for one in (listed if isinstance(listed, list) else [])
        if isinstance(one, Mapping)
    ]
    return _posting(texts, blocks, place, ())


def _posting(texts: Mapping[str, Words], blocks: list[tuple[str, str]], place: str, offices: Words) -> Posting:
    text = "".join(f"<h3>{name}</h3>{value}" for name, value in blocks)
    return Posting(
        place=place,
        contract=texts["employmentType"],
        reference=texts["id"],
        title=texts["name"],
        description=(Said(text, "position/jobDescriptions"),) if text else texts["description"],
        company=texts["subcompany"],
        city=texts["office"],
        starts=texts["startDate"],
        duration=texts["duration"],
        changed=texts["updatedAt"],
        occupation=(*texts["occupation"], *texts["occupationCategory"], *texts["recruitingCategory"],
                    *texts["department"]),
        expected=EXPECTED,
        notes=first_place_only(offices),
    )  # fmt: skip
