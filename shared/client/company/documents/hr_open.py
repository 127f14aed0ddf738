"""HR Open's recruiting JSON: a PositionOpening with its PositionProfiles.

The standard's own schemas are for members; these names are those that SEEK's public documentation gives
(https://developer.seek.com, PositionOpening and PositionProfile).
"""

from collections.abc import Mapping

from ..drafts import Json
from .jsons import words_in
from .postings import Posting, Words, pay_of

Node = Mapping[str, Json]
EXPECTED = {
    "reference": "positionProfiles.profileId",
    "title": "positionProfiles.positionTitle",
    "description": "positionProfiles.positionFormattedDescriptions",
    "company_name": "positionProfiles.positionOrganizations.name",
    "place.city": "positionProfiles.positionLocation.city",
    "place.departement": "positionProfiles.positionLocation.postalCode",
    "starts_on": "positionProfiles.positionPeriod.start",
    "ends_on": "positionProfiles.positionPeriod.end",
    "level": "positionProfiles.educationRequirements",
    "trade": "positionProfiles.jobCategories",
}
CONTRACT = ("positionTypeCodes", "employmentType", "seekAnzWorkTypeCode", "positionScheduleTypeCodes")
PROFILE_NAMES = frozenset(("profileId", "positionLocation", "positionFormattedDescriptions", "positionUri"))


def is_profile(node: Node) -> bool:
    """Whether an object is a PositionProfile."""
    return "positionTitle" in node and bool(PROFILE_NAMES & set(node))


def read_profile(profile: Node, path: str, opening: Node, place: str) -> Posting:
    """One profile of an opening; an opening that is not active offers nothing."""

    def said(name: str, *inside: str) -> Words:
        return list(words_in(profile.get(name), f"{path}.{name}".lstrip("."), inside))

    return Posting(
        place=place,
        contract=[word for name in CONTRACT for word in said(name, "name", "value")],
        reference=said("profileId", "value") or said("seekPartnerPositionId"),
        address=said("positionUri"),
        title=said("positionTitle"),
        description=_longest(said("positionFormattedDescriptions", "content")) or said("positionSummary"),
        company=said("positionOrganizations", "name", "legalName"),
        identifiers=said("positionOrganizations", "taxId", "id"),
        city=said("positionLocation", "city", "cityName", "name", "formattedAddress"),
        postal_code=said("positionLocation", "postalCode"),
        region=said("positionLocation", "countrySubdivision", "countrySubDivisions"),
        country=said("positionLocation", "countryCode"),
        starts=said("positionPeriod", "start", "startDate") or said("startDate"),
        ends=said("positionPeriod", "end", "endDate") or said("endDate"),
        duration=said("positionDuration", "value", "name"),
        closes=said("postingInstructions", "end"),
        closed=_closed(opening),
        changed=said("updatedDateTime"),
        hours=said("workHours", "value"),
        education=said("educationRequirements", "name", "level", "content"),
        seats=said("numberOfOpenings", "value"),
        pay=_pay(profile, path),
        occupation=said("jobCategories", "name", "value"),
        expected=EXPECTED,
    )


def _longest(blocks: Words) -> Words:
    """Of the described blocks the one of which the others are the summary and the bullet points."""
    return sorted(blocks, key=lambda block: -len(block.text))[:1]


def _closed(opening: Node) -> Words:
    said = words_in(opening.get("statusCode"), "statusCode", ())
    return [status for status in said if status.text.strip().lower() != "active"]


def _pay(profile: Node, path: str) -> Words:
    package = profile.get("offeredRemunerationPackage")
    ranges = package.get("ranges") if isinstance(package, Mapping) else None
    one = ranges[0] if isinstance(ranges, list) and ranges else ranges
    if not isinstance(one, Mapping):
        return ()
    origin = f"{path}.offeredRemunerationPackage.ranges".lstrip(".")
    low, high = (
        list(words_in(one.get(name), origin, ("value", "amount"))) for name in ("minimumAmount", "maximumAmount")
    )
    unit = list(words_in(one.get("intervalCode") or one.get("interval"), origin, ("value",)))
    return pay_of(low, high, list(words_in(one.get("minimumAmount"), origin, ("currency",))), unit)
