"""Indeed's XML job feed: `<source>` of `<job>` (https://docs.indeed.com, XML feed reference)."""

from xml.etree.ElementTree import Element

from .feeds import said
from .postings import Posting

EXPECTED = {
    "reference": "job/referencenumber",
    "title": "job/title",
    "description": "job/description",
    "company_name": "job/company",
    "place.city": "job/city",
    "place.departement": "job/postalcode",
    "starts_on": "job/startdate",
    "ends_on": "job/duration",
    "level": "job/education",
    "trade": "job/category",
}


def read_job(job: Element, place: str) -> Posting:
    """One job; Indeed knows neither start nor duration, so these are read where a feed adds them."""
    return Posting(
        place=place,
        contract=said(job, "jobtype"),
        reference=said(job, "referencenumber", "requisitionid"),
        title=said(job, "title"),
        description=said(job, "description"),
        company=said(job, "company", "sourcename"),
        city=said(job, "city"),
        postal_code=said(job, "postalcode"),
        region=said(job, "state"),
        country=said(job, "country"),
        starts=said(job, "startdate", "start_date"),
        duration=said(job, "duration"),
        closes=said(job, "expirationdate"),
        changed=said(job, "lastactivitydate"),
        education=said(job, "education"),
        pay=said(job, "salary"),
        occupation=(*said(job, "category"),),
        expected=EXPECTED,
    )
