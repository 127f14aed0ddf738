"""Duplicates: offers that are one and were sent twice, as a coordinator judges."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event, Value
from .fields import Day, Instant, Line, Reference, Siren

MOST_PAIRS = 10
"""How many pairs one person is asked about at once."""

Judgement = Literal["same", "different", "undecided"]


class DuplicateJudged(Event):
    """A coordinator says whether two offers are one; the portal published it. She may say otherwise at any time."""

    wire_name = "fr.passerelle.internships.DuplicateJudged.v1"
    topic = "intake.portal.internships"
    key_field = "offer_id"

    offer_id: UUID
    """One of the two offers."""
    other_id: UUID
    """The other one."""
    judgement: Judgement
    """`same`: students see one of them, the employer's own before an agency's; `different`: both are shown, and she is
    not asked again; `undecided`: what she said before is taken back."""
    judged_by_id: UUID
    """Which coordinator."""
    judged_at: Instant
    """When she said so (RFC 3339)."""


class Named(Value):
    """An offer, as people tell it from others."""

    offer_id: UUID
    """The offer."""
    siren: Siren
    """The company that sent it: nine digits with a check digit; an agency's or the employer's own."""
    reference: Reference
    """That company's own name for the offer."""
    title: Line
    """What the internship is called, 1 to 140 characters."""
    company_name: Line
    """The company as students know it, 1 to 140 characters."""
    city: Line
    """The town's name as people say it, 1 to 140 characters."""
    starts_on: Day
    """First day, in France (YYYY-MM-DD)."""
    ends_on: Day
    """Last day, in France (YYYY-MM-DD)."""


class NamedPair(Value):
    """Two offers."""

    one: Named
    """The offer with the lesser id."""
    other: Named
    """The other one."""


class Suggestion(NamedPair):
    """Two offers that a coordinator is asked about."""

    merged: bool
    """Whether they are shown as one and are no longer alike: are they still? Otherwise, whether they are one."""


class DuplicatesSuggested(Event):
    """Offers that may be one: the coordinators are asked, once about each pair, at most once a day."""

    wire_name = "fr.passerelle.internships.DuplicatesSuggested.v1"
    topic = "internships.offers"
    key_field = "suggestion_id"

    suggestion_id: UUID
    """This list."""
    pairs: Annotated[tuple[Suggestion, ...], Field(min_length=1, max_length=MOST_PAIRS, strict=False)]
    """The pairs, the most alike first, 1 to 10."""


class DuplicateContradicted(Event):
    """What a coordinator said of two offers contradicts what was said of two others, so nothing has changed."""

    wire_name = "fr.passerelle.internships.DuplicateContradicted.v1"
    topic = "internships.offers"
    key_field = "judged_by_id"

    judged_by_id: UUID
    """Which coordinator said so."""
    judged_at: Instant
    """When she did (RFC 3339)."""
    judgement: Judgement
    """What she said of the `pair`."""
    pair: NamedPair
    """The two offers that she judged."""
    against: NamedPair
    """The two whose judgement stands against it, and would have to be taken back first."""
