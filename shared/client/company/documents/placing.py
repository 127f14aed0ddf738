"""Puts where an internship takes place: a city and its département, in France."""

import re

from ..words.places import (
    REGIONS,
    city_in,
    commune_in,
    departement_named,
    departement_of_city,
    departement_of_postal_code,
    in_france,
    place_name,
    without_cedex,
)
from .postings import Posting, Said, first
from .sheet import Sheet
from .text import line


def put_place(sheet: Sheet, posting: Posting) -> None:
    """The first place that a posting names; the others are told in a note, since one reference stays one offer."""
    country = first(posting.country)
    if country and not in_france(line(country.text)):
        sheet.refuse("place", "not_in_france", line(country.text), country.origin)
        return
    city, code = _city(posting)
    if city is None and posting.city:
        sheet.refuse("place.city", "city_unreadable", line(posting.city[0].text), posting.city[0].origin)
    elif city is None and code is None:
        _put_default(sheet)
        return
    if city:
        sheet.put("place.city", city.text, city.origin)
    _put_departement(sheet, posting, city, code)
    commune = first(posting.commune)
    if commune and (found := commune_in(commune.text)):
        sheet.put("place.commune", found, commune.origin)


def _city(posting: Posting) -> tuple[Said | None, Said | None]:
    """City and postal code; a city's field may hold a whole address."""
    said, code = first(posting.city), first(posting.postal_code)
    if said is None:
        return None, code
    text = without_cedex(line(said.text))
    city, inner = city_in(text) if re.search(r"\d{5}|[,;(|]", text) else (text, "")
    city = without_cedex(city)
    found = code or (Said(inner, said.origin) if inner else None)
    return (Said(city, said.origin) if city and place_name(city) not in REGIONS else None), found


def _put_departement(sheet: Sheet, posting: Posting, city: Said | None, code: Said | None) -> None:
    region = first(posting.region)
    written = _postal_code(code, posting)
    if code and (found := departement_of_postal_code(written)):
        sheet.put("place.departement", found, code.origin)
        sheet.note(
            f"Département {found}, déduit du code postal {written}.",
            f"Département {found}, derived from the postal code {written}.",
        )
    elif region and (found := departement_named(line(region.text))):
        sheet.put("place.departement", found, region.origin)
    elif city and (found := departement_of_city(city.text)):
        sheet.put("place.departement", found, city.origin)
        sheet.note(
            f"Département {found}, déduit de la ville : {city.text}.",
            f"Département {found}, derived from the city {city.text}.",
        )
    elif city and place_name(city.text) == place_name(str(sheet.defaults.get("place.city", ""))):
        _put_default(sheet)
    elif code:
        sheet.refuse("place.departement", "postal_code_unknown", code.text, code.origin)
    else:
        asked = region or city
        sheet.refuse(
            "place.departement", "departement_unknown", asked.text if asked else "", asked.origin if asked else ""
        )


def _postal_code(code: Said | None, posting: Posting) -> str:
    """The five digits; a spreadsheet's number has lost its first zero where the country is said to be France."""
    digits = re.sub(r"^F-?|\s", "", code.text.strip()[:20]) if code else ""
    return digits.zfill(5) if posting.country and re.fullmatch(r"\d{4}", digits) else digits


def _put_default(sheet: Sheet) -> None:
    for field, value in sheet.defaults.items():
        if field.startswith("place.") and sheet.is_open(field):
            sheet.put(field, value, "defaults")
