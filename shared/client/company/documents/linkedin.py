"""LinkedIn's XML job feed: `<source>` of `<job>` with `partnerJobId` (LinkedIn, XML feeds development guide)."""

from xml.etree.ElementTree import Element

from .feeds import said
from .postings import Posting, Words, pay_of

EXPECTED = {
    "reference": "job/partnerJobId",
    "title": "job/title",
    "description": "job/description",
    "company_name": "job/company",
    "place.city": "job/location",
    "place.departement": "job/postalCode",
    "starts_on": "job/startDate",
    "ends_on": "job/duration",
    "level": "job/education",
    "trade": "job/jobFunctions",
}
SALARY = "salaries/salary"


def read_job(job: Element, place: str) -> Posting:
    """One job; `jobtype` and `experienceLevel` both know internships."""
    low, high = said(job, f"{SALARY}/lowEnd/amount"), said(job, f"{SALARY}/highEnd/amount")
    currency = said(job, f"{SALARY}/lowEnd/currencyCode", f"{SALARY}/highEnd/currencyCode")
    return Posting(
        place=place,
        contract=[*said(job, "jobtype"), *_only_internship(said(job, "experienceLevel"))],
        reference=said(job, "partnerJobId"),
        title=said(job, "title"),
        description=said(job, "description"),
        company=said(job, "company"),
        city=said(job, "city", "location", "alternateLocations/location"),
        postal_code=said(job, "postalCode"),
        region=said(job, "state"),
        country=said(job, "country"),
        starts=said(job, "startDate"),
        duration=said(job, "duration"),
        closes=said(job, "expirationDate", "expireDate"),
        changed=said(job, "lastModified"),
        education=said(job, "education"),
        pay=pay_of(low, high, currency, said(job, f"{SALARY}/period")),
        occupation=[*said(job, "jobFunctions/jobFunction"), *said(job, "industries/industry", "industry")],
        expected=EXPECTED,
    )


def _only_internship(levels: Words) -> Words:
    """Other levels of experience say nothing of the contract."""
    return [level for level in levels if "INTERN" in level.text.upper()]
