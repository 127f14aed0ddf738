"""Recruitee's XML feed: `<jobs>` of `<job>` (https://docs.recruitee.com/docs/feed)."""

from xml.etree.ElementTree import Element

from ..drafts import Note
from .feeds import said
from .postings import Pay, Posting

EXPECTED = {
    "reference": "job/reference",
    "title": "job/title",
    "description": "job/description_requirements",
    "company_name": "job/company",
    "place.city": "job/city",
    "place.departement": "job/postal_code",
    "starts_on": "job/start_date",
    "ends_on": "job/duration",
    "level": "job/education_code",
    "trade": "job/category_code",
}


def read_job(job: Element, place: str) -> Posting:
    """One job; its first location is the feed's own city, the others are told."""
    others = said(job, "locations/location/city")[1:6]
    cities = ", ".join(word.text.strip()[:40] for word in others)
    return Posting(
        place=place,
        contract=said(job, "employment_type_code", "employment_type"),
        reference=said(job, "reference"),
        title=said(job, "title"),
        description=said(job, "description_requirements", "description"),
        company=said(job, "company"),
        city=said(job, "city", "locations/location/city"),
        postal_code=said(job, "postal_code"),
        region=said(job, "state"),
        country=said(job, "country", "locations/location/country"),
        starts=said(job, "start_date"),
        duration=said(job, "duration"),
        closes=said(job, "close_at", "end_date"),
        changed=said(job, "updated_at"),
        hours=said(job, "max_hours", "min_hours", "hours"),
        education=said(job, "education_code", "education"),
        pay=_pay(job),
        occupation=[*said(job, "category_code", "category"), *said(job, "department")],
        expected=EXPECTED,
        notes=[_first_of(cities)] if cities else (),
    )


def _first_of(cities: str) -> Note:
    return (
        f"L'annonce nomme aussi d'autres lieux ({cities}) ; l'offre vaut pour le premier.",
        f"The job names other places too ({cities}); the offer is for the first.",
    )


def _pay(job: Element) -> Pay | None:
    low, high = said(job, "salary/min", "salary_min"), said(job, "salary/max", "salary_max")
    if not low and not high:
        return None
    unit, currency = said(job, "salary/period", "salary_period"), said(job, "salary/currency", "salary_currency")
    return Pay(
        low[0].text if low else "",
        high[0].text if high else "",
        unit[0].text if unit else "",
        currency[0].text if currency else "",
        "job/salary",
    )
