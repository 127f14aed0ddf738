"""Whom an offer suits, until when, and where it is: the same for alerts and for search."""

from datetime import date

from ..contracts.internships import Place, Terms
from .communes import Commune, commune, find


def highest_level(hers: int) -> int:
    """The highest level of an offer that she may apply to: one for Bac+3 may suit a student in Bac+2."""
    return hers + 1


def last_day(terms: Terms) -> date:
    """The last day on which students may apply, in France: not after the internship's own."""
    return min(terms.ends_on, terms.valid_through or terms.ends_on)


def commune_of(place: Place) -> Commune | None:
    """The commune of an offer, by its code or by the town's name; None where the map has neither."""
    return (commune(place.commune) if place.commune else None) or find(place.city, place.departement)
