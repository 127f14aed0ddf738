"""When two offers are one: shown once, as a suggestion that can be taken back."""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import combinations
from typing import Literal, NamedTuple
from uuid import UUID

from rapidfuzz import fuzz

from shared.contracts.internships import Place, Terms

Verdict = Literal["same", "perhaps", "different"]
Links = Mapping[UUID, UUID]
"""Each offer that is not shown, and the one shown for it."""

SAME, PERHAPS = 0.88, 0.72
"""The least scores of each verdict, from 0 to 1."""

_FORM = re.compile(r"\(?\b[fhm]\s*[/|-]\s*[fhmx](\s*[/|-]\s*[xdn])?\b\)?", re.IGNORECASE)
_NUMBER = re.compile(r"\b(ref|reference|n°|no)\b[\s.:]*\S+|\b[a-z]*-?\d[\w-]*\b")
_WOMAN = re.compile(r"(?:ienne|euse|rice|iere|ente|ante|ee)$")
_MAN = {"ienne": "ien", "euse": "eur", "rice": "eur", "iere": "ier", "ente": "ent", "ante": "ant", "ee": "e"}
_EMPTY = set("a au aux d de des du en et l la le les ou pour sur the of in for and stage stagiaire internship".split())
_LEGAL = set("sa sas sasu sarl eurl sca snc scop groupe group france".split())


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


def plain(text: str) -> str:
    """Lower case without accents; every mark a space."""
    letters = (
        unicodedata.normalize("NFKD", text.replace("œ", "oe").replace("’", " "))
        .encode("ascii", "ignore")
        .decode()
        .lower()
    )
    return " ".join(re.sub(r"[^a-z0-9/-]+", " ", letters).split())


def title_words(title: str, city: str = "") -> tuple[str, ...]:
    """A title's words that tell, sorted, each once: no F/H, doublet, stop word, number or city."""
    text = _NUMBER.sub(" ", plain(_FORM.sub(" ", title)))
    away = _EMPTY | set(re.split(r"[ /-]+", plain(city)))
    return tuple(sorted({_one_form(word) for word in re.split(r"[ /-]+", text) if len(word) > 1} - away))


def _one_form(word: str) -> str:
    return _WOMAN.sub(lambda end: _MAN[end[0]], word)


def company_words(name: str) -> str:
    """A company's name without its legal form, its words in order."""
    words = re.split(r"[ /-]+", plain(name))
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words)


def keys(listing: Listing) -> frozenset[str]:
    """What an offer is looked up by: two offers that share no key are never the same."""
    terms = listing.terms
    companies = {listing.siren, _employer(listing), company_words(terms.company_name)}
    return frozenset(f"{terms.place.departement}/{company}" for company in companies)


def candidates(listings: Iterable[Listing]) -> Iterator[tuple[Listing, Listing]]:
    """Each pair that shares a key, once."""
    found: dict[str, list[Listing]] = defaultdict(list)
    for listing in listings:
        for key in keys(listing):
            found[key].append(listing)
    seen: set[frozenset[UUID]] = set()
    for pair in (pair for group in found.values() for pair in combinations(group, 2)):
        ids = frozenset(listing.offer_id for listing in pair)
        if ids not in seen:
            seen.add(ids)
            yield pair


def likeness(one: Listing, other: Listing) -> Likeness:
    """Whether two offers are one; what is known to differ decides before any text is compared."""
    if one.offer_id == other.offer_id:
        return Likeness("same", 1.0, ("offer_id",))
    if against := _against(one, other):
        return Likeness("different", 0.0, against)
    return _weighed(one.terms, other.terms)


def _against(one: Listing, other: Listing) -> tuple[str, ...]:
    mine, theirs = one.terms, other.terms
    differ = {
        "company": not _same_company(one, other),
        "siret": bool(mine.siret and theirs.siret and mine.siret != theirs.siret),
        "place": not _same_place(mine.place, theirs.place),
        "level": mine.level != theirs.level,
        "period": _overlap(mine, theirs) < 0.5,
    }
    return tuple(name for name, differs in differ.items() if differs)


def _weighed(mine: Terms, theirs: Terms) -> Likeness:
    titles = (" ".join(title_words(terms.title, terms.place.city)) for terms in (mine, theirs))
    parts = {
        "title": fuzz.ratio(*titles) / 100,
        "description": fuzz.token_set_ratio(plain(mine.description), plain(theirs.description)) / 100,
        "period": _overlap(mine, theirs),
    }
    score = 0.5 * parts["title"] + 0.35 * parts["description"] + 0.15 * parts["period"]
    verdict: Verdict = "same" if score >= SAME else "perhaps" if score >= PERHAPS else "different"
    return Likeness(verdict, score, tuple(f"{name} {part:.2f}" for name, part in parts.items()))


def _employer(listing: Listing) -> str:
    return listing.terms.siret[:9] if listing.terms.siret else listing.siren


def _same_company(one: Listing, other: Listing) -> bool:
    """By the establishment's SIREN or by name; an aggregator's own SIREN says nothing of whom it posts for."""
    if one.terms.siret and other.terms.siret:
        return _employer(one) == _employer(other)
    names = [company_words(listing.terms.company_name) for listing in (one, other)]
    return names[0] == names[1] or (_employer(one) == _employer(other) and fuzz.ratio(*names) >= 85)


def _same_place(one: Place, other: Place) -> bool:
    if one.departement != other.departement:
        return False
    if one.commune and other.commune:
        return one.commune == other.commune
    return _town(one) == _town(other)


def _town(place: Place) -> str:
    return plain(place.city).replace("-", " ")


def _overlap(one: Terms, other: Terms) -> float:
    """The days of both, by the days of either."""
    both = (min(one.ends_on, other.ends_on) - max(one.starts_on, other.starts_on)).days + 1
    either = (max(one.ends_on, other.ends_on) - min(one.starts_on, other.starts_on)).days + 1
    return max(0, both) / either


def winner(one: Listing, other: Listing) -> Listing:
    """The one to show: the employer's own before one whose sender is unproven, an aggregator's last; then the older."""
    return min(one, other, key=lambda listing: (_distance(listing), listing.posted_at, listing.offer_id))


def _distance(listing: Listing) -> int:
    if listing.terms.siret is None:
        return 1
    return 0 if _employer(listing) == listing.siren else 2


def merge(links: Links, one: Listing, other: Listing) -> Links:
    """Show one for both, and for whatever the other was shown for.

    Raises ValueError where either is already not shown, or they are one offer.
    """
    shown = winner(one, other)
    hidden = other if shown is one else one
    if shown.offer_id == hidden.offer_id or {shown.offer_id, hidden.offer_id} & links.keys():
        raise ValueError("an offer that is merged must be unmerged before it is merged again")
    followers = {offer: shown.offer_id for offer, at in links.items() if at == hidden.offer_id}
    return {**links, **followers, hidden.offer_id: shown.offer_id}


def unmerge(links: Links, offer_id: UUID) -> Links:
    """Show an offer by itself again; whoever was never merged stays as it was."""
    return {hidden: shown for hidden, shown in links.items() if hidden != offer_id}
