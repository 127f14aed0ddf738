"""When two offers are one: what speaks for it and what against."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Literal, NamedTuple
from uuid import UUID

from rapidfuzz import fuzz

from services.internships.domain.words import company_names, in_english, left_over, plain, title_words, told, town
from shared.contracts.internships import Place, Terms

Verdict = Literal["same", "perhaps", "different"]

SAME, PERHAPS = 0.88, 0.72
"""The least scores of each verdict, from 0 to 1."""
NEIGHBOURS = 10
"""With how many offers on either side an offer is compared, in the order of those that share a key."""

_ROLES = frozenset("technicien ingenieur assistant charge chef responsable equipe pole".split())
_SHIFTS = frozenset("jour nuit matin soir weekend".split())
_CLIENT = (" client {} ", " pour {} ", " societe {} ", " {} notre client ", " {} recrute ", " {} recherche ")
_HIDES = frozenset("interim confidentiel confidentielle anonyme recrutement emploi rh talents jobs".split())
_DISTRICTS = {"751": "paris", "6938": "lyon", "132": "marseille"}
_WHOLE = {"75056": "paris", "69123": "lyon", "13055": "marseille"}


class Listing(NamedTuple):
    """An open offer, who sent it, and when it was first posted."""

    offer_id: UUID
    siren: str
    terms: Terms
    posted_at: datetime


class Likeness(NamedTuple):
    """How alike two offers are, 0 to 1, with what speaks for it or, where they differ, against."""

    verdict: Verdict
    score: float
    reasons: tuple[str, ...]


def keys(listing: Listing) -> frozenset[str]:
    """What an offer is looked up by: two offers that share no key are never the same.

    Its sender, employer or company, its words, or its first day; each within the département.
    """
    terms = listing.terms
    companies = {listing.siren, _employer(listing), *company_names(terms.company_name)}
    own = {*companies, " ".join(_title(terms)), terms.starts_on.isoformat()}
    return frozenset(f"{terms.place.departement}/{name}" for name in own)


def order(listing: Listing) -> tuple[str, str, str]:
    """Where an offer stands among those that share a key: beside those it resembles."""
    terms = listing.terms
    return " ".join(_title(terms)), terms.starts_on.isoformat(), str(listing.offer_id)


def candidates(listings: Iterable[Listing]) -> Iterator[tuple[Listing, Listing]]:
    """Each pair that shares a key and stands within `NEIGHBOURS` there, once: never more than linear in the offers."""
    those = sorted(listings, key=order)
    sharing: dict[str, list[int]] = defaultdict(list)
    stands: list[list[tuple[str, int]]] = []
    for number, listing in enumerate(those):
        stands.append([(key, len(sharing[key])) for key in keys(listing)])
        for key, _ in stands[-1]:
            sharing[key].append(number)
    for number, at in enumerate(stands):
        near = {other for key, place in at for other in sharing[key][place + 1 : place + 1 + NEIGHBOURS]}
        yield from ((those[number], those[other]) for other in sorted(near))


def likeness(one: Listing, other: Listing) -> Likeness:
    """Whether two offers are one; what is known to differ decides before any text is compared."""
    if one.offer_id == other.offer_id:
        return Likeness("same", 1.0, ("offer_id",))
    if against := _against(one, other):
        return Likeness("different", 0.0, against)
    return _weighed(one, other)


def _against(one: Listing, other: Listing) -> tuple[str, ...]:
    """What differs. A sender means what differs between its own offers; between two senders some is noise."""
    mine, theirs = one.terms, other.terms
    apart = one.siren != other.siren
    differ = {
        "siret": bool(mine.siret and theirs.siret and mine.siret != theirs.siret),
        "place": not _same_place(mine, theirs, apart=apart),
        "level": abs(mine.level - theirs.level) > apart,
        "period": not _same_period(mine, theirs, apart=apart),
        "company": not _same_company(one, other),
    }
    return tuple(name for name, differs in differ.items() if differs)


def _weighed(one: Listing, other: Listing) -> Likeness:
    mine, theirs = one.terms, other.terms
    parts = {
        "title": _titles(mine, theirs),
        "description": _descriptions(mine, theirs),
        "period": _overlap(mine, theirs),
    }
    score = 0.5 * parts["title"] + 0.35 * parts["description"] + 0.15 * parts["period"]
    reasons = tuple(f"{name} {part:.2f}" for name, part in parts.items())
    copied = one.siren != other.siren and parts["description"] >= 0.9
    if _contradict(mine, theirs, numbers_alone=copied):
        return Likeness("different", score, ("titles contradict", *reasons))
    verdict: Verdict = "same" if score >= SAME else "perhaps" if score >= PERHAPS else "different"
    return Likeness(verdict, score, reasons)


def _title(terms: Terms) -> tuple[str, ...]:
    return title_words(terms.title, terms.place.city, terms.company_name)


def _titles(mine: Terms, theirs: Terms) -> float:
    one, other = _title(mine), _title(theirs)
    only = left_over(one, other)
    return 1 - sum(map(len, only)) / ((len(one) + len(other)) or 1)


def _contradict(mine: Terms, theirs: Terms, *, numbers_alone: bool) -> bool:
    """Each title has a word of its own that is more than a role: another team or lot; or one says at what hours."""
    only = [set(words) - _ROLES for words in left_over(_title(mine), _title(theirs))]
    if numbers_alone or in_english(mine.description) != in_english(theirs.description):
        only = [{word for word in words if any(map(str.isdigit, word))} for words in only]
    return all(only) or bool(_SHIFTS & (only[0] ^ only[1]))


def _descriptions(mine: Terms, theirs: Terms) -> float:
    """Of the shorter text's words, those in the longer; half of it where nothing can be said."""
    one, other = told(mine.description), told(theirs.description)
    shorter = min(len(one), len(other))
    if shorter < 2 or in_english(mine.description) != in_english(theirs.description):
        return 0.5
    return len(one & other) / shorter


def _employer(listing: Listing) -> str:
    return listing.terms.siret[:9] if listing.terms.siret else listing.siren


def _same_company(one: Listing, other: Listing) -> bool:
    """By the establishment's SIREN, by name, or where one sender does not tell it, by what its text says."""
    mine, theirs = one.terms, other.terms
    if mine.siret and theirs.siret:
        return _employer(one) == _employer(other)
    names = [company_names(terms.company_name) for terms in (mine, theirs)]
    if names[0] == names[1]:
        return True
    if one.siren == other.siren:
        return names[0] < names[1] or names[1] < names[0] or fuzz.ratio(*map(_joined, names)) >= 85
    return _alike(*names) or _named_in(mine, theirs) or _named_in(theirs, mine) or _hidden(mine, theirs)


def _alike(mine: frozenset[str], theirs: frozenset[str]) -> bool:
    """Two senders write one company's name, but for its spaces and a letter in ten."""
    pairs = ((one.replace(" ", ""), other.replace(" ", "")) for one in mine for other in theirs)
    return any(fuzz.ratio(*pair) >= 90 for pair in pairs)


def _joined(names: frozenset[str]) -> str:
    return " ".join(sorted(names))


def _named_in(mine: Terms, theirs: Terms) -> bool:
    """Whether the text of one says that it is for the other's company; a customer or a neighbour may be told too."""
    text = f" {plain(theirs.description)} ".replace(" et ", " ")
    names = (name for name in company_names(mine.company_name) if len(name) > 5)
    return any(said.format(name) in text for name in names for said in _CLIENT)


def _hidden(mine: Terms, theirs: Terms) -> bool:
    """Whether one of two does not tell its company, and copies the other's text, long enough to be no accident."""
    if not any(_HIDES & set(plain(terms.company_name).split()) for terms in (mine, theirs)):
        return False
    return min(len(told(terms.description)) for terms in (mine, theirs)) >= 10 and _descriptions(mine, theirs) >= 0.9


def _same_place(mine: Terms, theirs: Terms, *, apart: bool) -> bool:
    """One commune or town; between two senders one may say more of it, as a merged commune's older name."""
    one, other = mine.place, theirs.place
    if one.departement != other.departement:
        return False
    if mine.siret and mine.siret == theirs.siret:
        return True
    towns = _town(one), _town(other)
    if one.commune and other.commune and not {towns[0][0], towns[1][0]} & set(_WHOLE.values()):
        return one.commune == other.commune
    names = [set(name.split()) for name, _ in towns]
    if not (names[0] == names[1] or (apart and (names[0] < names[1] or names[1] < names[0]))):
        return False
    return towns[0][1] == towns[1][1] or None in {towns[0][1], towns[1][1]}


def _town(place: Place) -> tuple[str, int | None]:
    """The town, and where it is told the arrondissement (INSEE: 75101 to 75120, 69381 to 69389, 13201 to 13216)."""
    commune = place.commune or ""
    for start, name in _DISTRICTS.items():
        if commune.startswith(start):
            return name, int(commune.removeprefix(start))
    return (_WHOLE[commune], town(place.city)[1]) if commune in _WHOLE else town(place.city)


def _same_period(mine: Terms, theirs: Terms, *, apart: bool) -> bool:
    """The same days by half; from two senders, both longer than two weeks, a start within a month is enough."""
    if _overlap(mine, theirs) >= 0.5:
        return True
    long = all((terms.ends_on - terms.starts_on).days > 14 for terms in (mine, theirs))
    return apart and long and abs((mine.starts_on - theirs.starts_on).days) <= 31


def _overlap(one: Terms, other: Terms) -> float:
    """The days of both, by the days of either."""
    both = (min(one.ends_on, other.ends_on) - max(one.starts_on, other.starts_on)).days + 1
    either = (max(one.ends_on, other.ends_on) - min(one.starts_on, other.starts_on)).days + 1
    return max(0, both) / either


def winner(listings: Iterable[Listing]) -> Listing:
    """The one to show: the employer's own before one whose sender is unproven, an aggregator's last; then the older."""
    return min(listings, key=lambda listing: (_distance(listing), listing.posted_at, listing.offer_id))


def _distance(listing: Listing) -> int:
    if listing.terms.siret is None:
        return 1
    return 0 if _employer(listing) == listing.siren else 2
