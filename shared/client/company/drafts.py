"""A draft: what a company's file or page says of one submission, in the contract's words, before it is judged."""

from collections.abc import Container, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...contracts.event import Event
from ...contracts.feedback import Problem
from ...contracts.remedies import LONGEST_FOUND
from ...contracts.wire import printable

Note = tuple[str, str]
"""What a reader guessed, in French and in English."""

Json = None | bool | int | str | Sequence["Json"] | Mapping[str, "Json"]
"""A value as JSON has it; a document's numbers are texts, as written, so that none is too big and none is rounded."""


class Misread(Exception):  # noqa: N818 - says what happened
    """What was written holds no value for its field; `found` is that, `remedies` are its own or the rule's."""

    def __init__(self, rule: str, remedies: Note | None = None) -> None:
        super().__init__(rule)
        self.rule, self.remedies, self.found = rule, remedies, ""


@dataclass(frozen=True, slots=True)
class Draft:
    """One submission to be.

    `place` says where it stands in its source (`row 12`, `job 3`, a page's address). `values` are the contract's
    fields, nested as the contract nests them. `origins` says for a field (`place.city`) where its value came from
    (`column D: Ville`, `jobLocation.address.addressLocality`), so that a problem is told in the source's own words; so
    does `said`, which holds what stood there where the value was made of it. `problems` are what the reader could not
    turn into a value; `notes` are what it guessed or passed over, for people to read.
    """

    kind: type[Event]
    place: str
    values: Mapping[str, Json]
    origins: Mapping[str, str] = field(default_factory=dict)
    problems: Sequence[Problem] = ()
    notes: Sequence[Note] = ()
    said: Mapping[str, str] = field(default_factory=dict)

    def in_its_words(self, problem: Problem) -> Problem:
        """A problem of a value, with what the company itself wrote as what was found."""
        said = self.said.get(problem.field)
        return problem.model_copy(update={"found": printable(said[:LONGEST_FOUND])}) if said else problem


def nested(flat: Mapping[str, Json]) -> dict[str, Json]:
    """Values by their paths (`place.city`) as the contract nests them."""
    values: dict[str, Any] = {}
    for path, value in flat.items():
        *parents, name = path.split(".")
        inner = values
        for parent in parents:
            inner = inner.setdefault(parent, {})
        inner[name] = value
    return values


def flattened(table: Mapping[str, Any], known: Container[str], prefix: str = "") -> Iterator[tuple[str, Any]]:
    """Values by their whole paths, however they are nested; a table under a `known` path is that path's own value."""
    for name, value in table.items():
        path = prefix + name
        if isinstance(value, Mapping) and path not in known:
            yield from flattened(value, known, f"{path}.")
        else:
            yield path, value
