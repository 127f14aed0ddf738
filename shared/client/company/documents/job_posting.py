"""schema.org JobPosting (https://schema.org/JobPosting) as career sites emit it, in any nesting."""

import re
from collections.abc import Iterator, Mapping, Sequence
from hashlib import sha256
from html import unescape
from urllib.parse import parse_qsl, urlencode, urlsplit

from ..drafts import Json, Note
from ..words.companies import siret_in
from .jsons import REPEATED, objects, words_in
from .postings import Posting, Said, Words, first_place_only, pay_of

Node = Mapping[str, Json]
EXPECTED = {
    "reference": "identifier",
    "title": "title",
    "description": "description",
    "company_name": "hiringOrganization.name",
    "place.city": "jobLocation.address.addressLocality",
    "place.departement": "jobLocation.address.postalCode",
    "starts_on": "jobStartDate",
    "ends_on": "jobDuration",
    "level": "educationRequirements",
    "trade": "occupationalCategory",
    "weekly_hours": "workHours",
}
OCCUPATION = ("occupationalCategory", "relevantOccupation", "industry")
TRACKING = re.compile(r"utm_|fbclid|gclid|source$|ref$|src$|sid$", re.I)
LONGEST_REFERENCE = 80
REMOTE = (
    "L'annonce est en télétravail ; une offre demande le lieu où la stagiaire est accueillie.",
    "The posting is for remote work; an offer needs the place where the intern is received.",
)


def postings_in(document: Json, place: str, page: str = "") -> Iterator[Posting]:
    """Every JobPosting of a document, wherever it is nested; `page` is the address it was found at."""
    nodes = list(objects(document))
    known = {str(node["@id"]): node for _, node, _ in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    nodes_of_page = [node for _, node, _ in nodes if node.get("@type") in ("WebPage", "ItemPage", "Article")]
    found = [(path, node, around) for path, node, around in nodes if is_posting(node)]
    for number, (path, node, around) in enumerate(found, start=1):
        alone = len(found) == 1
        where = place or "posting 1" if alone else f"{place}, posting {number}".removeprefix(", ")
        changed = _changed([around, *(nodes_of_page if alone else ())])
        yield _posting(_Reading(path, node, known), where, changed, page if alone else "")


def is_posting(node: Node) -> bool:
    """Whether an object is a JobPosting: by its type, or where it has none, by what it holds."""
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    names = {re.split(r"[/#:]", one.strip())[-1] for one in kinds if isinstance(one, str)}
    untyped = not names and "title" in node and ("hiringOrganization" in node or "jobLocation" in node)
    return "JobPosting" in names or untyped


class _Reading:
    """One JobPosting's properties as words with their paths; references inside the document are followed."""

    def __init__(self, path: str, node: Node, known: Mapping[str, Node]) -> None:
        self._path = path
        self._node = node
        self._known = known

    def words(self, name: str, *inside: str) -> Words:
        """What a property says; of an object in it, what the first of the properties `inside` that says anything."""
        names = ("@value", *inside)
        return [word for path, one in self.parts(name) for word in words_in(one, path, names)]

    def parts(self, name: str) -> Sequence[tuple[str, Json]]:
        """A property's values one by one, references followed."""
        value = self._node.get(name)
        values = value if isinstance(value, list) else [value]
        listed = isinstance(value, list)
        return [
            (f"{self._under(name)}[{index}]" if listed else self._under(name), self._followed(one))
            for index, one in enumerate(values)
            if one is not None
        ]

    def of(self, path: str, node: Node) -> "_Reading":
        """The reading of an object inside this one."""
        return _Reading(path, node, self._known)

    def _under(self, name: str) -> str:
        return f"{self._path}.{name}" if self._path else name

    def _followed(self, value: Json) -> Json:
        if isinstance(value, Mapping) and set(value) <= {"@id", "@type"} and isinstance(value.get("@id"), str):
            return self._known.get(str(value["@id"]), value)
        return value


def _posting(job: _Reading, place: str, changed: Words, page: str) -> Posting:
    address = _address(job, page)
    where, others = _location(job)
    return Posting(
        place=place,
        contract=job.words("employmentType", "name", "value"),
        reference=_reference(job, address),
        address=address,
        title=job.words("title") or job.words("name"),
        description=job.words("description", "text") or _described(job),
        company=job.words("hiringOrganization", "name", "legalName"),
        identifiers=_identifiers(job),
        starts=job.words("jobStartDate"),
        ends=job.words("jobEndDate"),
        duration=_durations(job),
        closes=job.words("validThrough"),
        changed=job.words("dateModified") or changed,
        hours=job.words("workHours", "value", "name"),
        education=job.words("educationRequirements", "credentialCategory", "educationalLevel", "name", "description")
        or job.words("qualifications", "credentialCategory", "educationalLevel", "name"),
        seats=job.words("totalJobOpenings", "value"),
        pay=_pay(job),
        occupation=[word for name in OCCUPATION for word in job.words(name, "codeValue", "name", "value")],
        expected=EXPECTED,
        notes=(*_repeated(job), *others),
        **where,
    )


def _address(job: _Reading, page: str) -> Words:
    said = [*job.words("url", "@id"), *job.words("mainEntityOfPage", "@id", "url"), *job.words("@id")]
    said.append(Said(page, "the page's address"))
    return tuple(one for one in said if _is_web(one.text))[:1]


def _is_web(address: str) -> bool:
    try:
        parts = urlsplit(unescape(address.strip()))
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.netloc)


def _reference(job: _Reading, address: Words) -> Words:
    """The company's identifier; where there is none, the page's address without what only counts visits."""
    said = job.words("identifier", "value", "identifier", "@id", "name")
    own = [one for one in said if not siret_in(one.text)]
    return [Said(reference_from(one.text), one.origin) if _is_web(one.text) else one for one in own or address]


def reference_from(address: str) -> str:
    """A stable reference of at most 80 characters for a page: its host, path and query, or a digest of them."""
    parts = urlsplit(unescape(address.strip()))
    kept = [(name, value) for name, value in parse_qsl(parts.query) if not TRACKING.search(name)]
    query = urlencode(kept, errors="replace")
    whole = f"{parts.netloc.lower()}{parts.path.rstrip('/')}{'?' + query if query else ''}"
    digest = sha256(whole.encode(errors="replace")).hexdigest()[:32]
    return whole if len(whole) <= LONGEST_REFERENCE else f"url-{digest}"


def _identifiers(job: _Reading) -> Words:
    """Every number that may be the company's: of the posting itself and of who hires."""
    found = [*job.words("identifier", "value")]
    for path, one in job.parts("hiringOrganization"):
        if isinstance(one, Mapping):
            company = job.of(path, one)
            for name in ("identifier", "taxID", "vatID", "iso6523Code"):
                found += company.words(name, "value")
    return tuple(found)


def _described(job: _Reading) -> Words:
    """What stands in for a missing description: its parts, which some systems give apart."""
    parts = [
        word
        for name in ("responsibilities", "qualifications", "skills", "jobBenefits")
        for word in job.words(name, "name", "description")[:20]
    ]
    return (Said("".join(f"<p>{word.text}</p>" for word in parts), parts[0].origin),) if parts else ()


def _durations(job: _Reading) -> Words:
    """A duration; of a quantity, the value with its unit."""
    for path, one in job.parts("jobDuration"):
        if isinstance(one, Mapping):
            inner = job.of(path, one)
            value, unit = inner.words("value"), inner.words("unitText") or inner.words("unitCode")
            if value and unit:
                return (Said(f"{value[0].text} {unit[0].text}", path),)
    return job.words("jobDuration", "value", "name", "duration")


def _changed(around: Sequence[Node]) -> Words:
    """When the page around a posting was last changed."""
    said = [node["dateModified"] for node in around if isinstance(node.get("dateModified"), str)]
    return [Said(str(one), "dateModified of the page") for one in said[:1]]


def _location(job: _Reading) -> tuple[dict[str, Words], list[Note]]:
    """The first place with its address, and a note on the others."""
    places = job.parts("jobLocation")
    named = [address for path, one in places if (address := _of_place(job, path, one))]
    notes = list(first_place_only([word for address in named[1:] for word in address.get("city", ())[:1]]))
    if not named and any("TELECOMMUTE" in word.text.upper() for word in job.words("jobLocationType")):
        notes.append(REMOTE)
    return named[0] if named else {}, notes


def _of_place(job: _Reading, path: str, place: Json) -> dict[str, Words]:
    if isinstance(place, str):
        return {"city": (Said(place, path),)} if place.strip() else {}
    if not isinstance(place, Mapping):
        return {}
    reading = job.of(path, place)
    for where, address in reading.parts("address"):
        if found := _of_address(reading, where, address):
            return found
    return _of_address(job, path, place) or {name: words for name, words in [("city", reading.words("name"))] if words}


def _of_address(job: _Reading, path: str, address: Json) -> dict[str, Words]:
    if isinstance(address, str):
        return {"city": (Said(address, path),)} if address.strip() else {}
    if not isinstance(address, Mapping):
        return {}
    reading = job.of(path, address)
    found = {
        "city": reading.words("addressLocality", "name") or _whole_addresses(reading.words("streetAddress")),
        "postal_code": reading.words("postalCode"),
        "region": reading.words("addressRegion", "name"),
        "country": reading.words("addressCountry", "identifier", "name"),
    }
    return found if found["city"] or found["postal_code"] else {}


def _whole_addresses(streets: Words) -> Words:
    """Streets that go on to the postal code and the city."""
    return [street for street in streets if re.search(r"\d{5}", street.text)]


def _pay(job: _Reading) -> Words:
    for path, one in job.parts("baseSalary") or job.parts("estimatedSalary"):
        if isinstance(one, str) and one.strip():
            return pay_of((Said(one, path),), (), job.words("salaryCurrency"))
        if isinstance(one, Mapping) and (pay := _of_amount(job.of(path, one))):
            return pay
    return ()


def _of_amount(amount: _Reading) -> Words:
    inner = [amount.of(where, one) for where, one in amount.parts("value") if isinstance(one, Mapping)]

    def said(*names: str) -> Words:
        return next((words for one in (*inner, amount) for name in names if (words := one.words(name))), ())

    low, high = said("minValue", "value", "price", "median"), said("maxValue")
    return pay_of(low, high, said("currency", "priceCurrency"), said("unitText", "unitCode", "duration"))


def _repeated(job: _Reading) -> list[Note]:
    names = [word.text[:40] for word in job.words(REPEATED)[:5]]
    return [
        (f"{name} est donné deux fois ; le dernier compte.", f"{name} is given twice; the last counts.")
        for name in names
    ]
