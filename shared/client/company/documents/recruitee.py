"""Recruitee's XML feed: `<jobs>` of `<job>` (https://docs.recruitee.com/docs/feed)."""

from xml.etree.ElementTree import Element

from .feeds import said
from .postings import Posting, first_place_only, pay_of

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
    low, high = said(job, "salary/min", "salary_min"), said(job, "salary/max", "salary_max")
    unit, currency = said(job, "salary/period", "salary_period"), said(job, "salary/currency", "salary_currency")
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
        pay=pay_of(low, high, currency, unit),
        occupation=[*said(job, "category_code", "category"), *said(job, "department")],
        expected=EXPECTED,
        notes=first_place_only(said(job, "locations/location/city")[1:]),
    )
