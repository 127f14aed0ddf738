"""What any document says of one job, before it is put into the contract's words."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ....contracts.feedback import Problem
from ..drafts import Note


@dataclass(frozen=True, slots=True)
class Said:
    """Words, and where in the document they stand (`jobLocation.address.postalCode`, `job/city`)."""

    text: str
    origin: str


Words = Sequence[Said]


@dataclass(frozen=True, slots=True)
class Posting:
    """One job in its document's own words; each property holds all that the document says of it, best first.

    `place` says where the job stands in its source. `address` is its page. `expected` says for a field of the
    contract where this format would say it, so that what is missing is asked for in the company's own terms.
    """

    place: str
    contract: Words = ()
    reference: Words = ()
    address: Words = ()
    title: Words = ()
    description: Words = ()
    company: Words = ()
    identifiers: Words = ()
    city: Words = ()
    postal_code: Words = ()
    region: Words = ()
    commune: Words = ()
    country: Words = ()
    starts: Words = ()
    ends: Words = ()
    duration: Words = ()
    closes: Words = ()
    closed: Words = ()
    changed: Words = ()
    hours: Words = ()
    education: Words = ()
    seats: Words = ()
    pay: Words = ()
    occupation: Words = ()
    expected: Mapping[str, str] = field(default_factory=dict)
    notes: Sequence[Note] = ()


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something in the source that holds no job that could be read, and why."""

    place: str
    problem: Problem


def pay_of(low: Words, high: Words, *about: Words) -> Words:
    """One text of an amount or two, and what is said about them: the time they are paid for, the currency."""
    amounts = " – ".join(words[0].text.strip()[:40] for words in (low, high) if words)
    said = " ".join([amounts, *(words[0].text.strip()[:20] for words in about if words)])
    return (Said(said, (low or high)[0].origin),) if amounts else ()


def first_place_only(others: Words) -> Sequence[Note]:
    """A note where a job names other places than its first."""
    cities = ", ".join(word.text.strip()[:40] for word in others[:5])
    french = f"L'annonce nomme aussi d'autres lieux ({cities}) ; l'offre vaut pour le premier."
    return [(french, f"The job names other places too ({cities}); the offer is for the first.")] if cities else ()


def first(words: Words) -> Said | None:
    """What counts where a document says a thing more than once."""
    return words[0] if words else None
