"""A draft: what a company's file or page says of one submission, in the contract's words, before it is judged."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ...contracts.event import Event
from ...contracts.feedback import Problem

Note = tuple[str, str]
"""What a reader guessed, in French and in English."""

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]


@dataclass(frozen=True, slots=True)
class Draft:
    """One submission to be.

    `place` says where it stands in its source (`row 12`, `job 3`, a page's address). `values` are the contract's
    fields, nested as the contract nests them. `origins` says for a field (`place.city`) where its value came from
    (`D12`, `jobLocation.address.addressLocality`), so that a problem is told in the source's own words. `problems`
    are what the reader could not turn into a value; `notes` are what it guessed, for people to read.
    """

    kind: type[Event]
    place: str
    values: Mapping[str, Json]
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    notes: Sequence[Note] = ()
