"""LinkedIn's XML job feed: `<source>` of `<job>` with `partnerJobId` (LinkedIn, XML feeds development guide)."""

from xml.etree.ElementTree import Element

from .feeds import said
from .postings import Pay, Posting, Words

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


def read_job(job: Element, place: str) -> Posting:
    """One job; `jobtype` and `experienceLevel` both know internships."""
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
        pay=_pay(job),
        occupation=[*said(job, "jobFunctions/jobFunction"), *said(job, "industries/industry", "industry")],
        expected=EXPECTED,
    )


def _only_internship(levels: Words) -> Words:
    """Other levels of experience say nothing of the contract."""
    return [level for level in levels if "INTERN" in level.text.upper()]


def _pay(job: Element) -> Pay | None:
    salary = "salaries/salary"
    low, high = said(job, f"{salary}/lowEnd/amount"), said(job, f"{salary}/highEnd/amount")
    if not low and not high:
        return None
    return Pay(
        low[0].text if low else "",
        high[0].text if high else "",
        "".join(word.text for word in said(job, f"{salary}/period")),
        "".join(word.text for word in said(job, f"{salary}/lowEnd/currencyCode", f"{salary}/highEnd/currencyCode")[:1]),
        f"{job.tag}/{salary}",
    )
