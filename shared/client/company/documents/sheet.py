"""What is gathered of one draft while its document is read."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date

from ....contracts.feedback import Problem
from ....contracts.wire import printable
from ..drafts import Json as Value
from ..drafts import Note
from .postings import Words
from .rules import problem

Written = tuple[Mapping[str, Value], Mapping[str, str], Sequence[Problem], Sequence[Note]]
MOST_FOUND = 80
MOST_ORIGIN = 200
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


class Sheet:
    """Values by dotted field with their origins, problems and notes; defaults go where nothing was said.

    A field that was said and not understood is not overruled by its default: it has a problem instead.
    """

    def __init__(self, expected: Mapping[str, str], defaults: Mapping[str, Value], notes: Sequence[Note]) -> None:
        self.values: dict[str, Value] = {}
        self.origins = dict(expected) | {"place": expected.get("place.city", "")}
        self.defaults = defaults
        self._problems: dict[str, Problem] = {}
        self._notes = [shown(note) for note in notes]

    def put(self, field: str, value: Value, origin: str) -> None:
        """Write a value; text that no UTF-8 can hold is a problem."""
        if isinstance(value, str) and HALF_A_CHARACTER.search(value):
            self.refuse(field, "text_broken", value, origin)
            return
        self.values[field] = value
        self.origins[field] = printable(origin[:MOST_ORIGIN])

    def put_words(self, field: str, words: Words, convert: Callable[[str], str]) -> None:
        """Write the first words that hold anything."""
        for word in words:
            if text := convert(word.text):
                self.put(field, text, word.origin)
                return

    def refuse(self, field: str, rule: str, found: str, origin: str) -> None:
        """Say why a field has no value."""
        self.origins[field] = printable(origin[:MOST_ORIGIN])
        self._problems[field] = problem(field, rule, found[:MOST_FOUND])

    def note(self, french: str, english: str) -> None:
        """Tell people what was guessed."""
        self._notes.append(shown((french, english)))

    def text(self, field: str) -> str:
        """A text written so far."""
        return str(self.values.get(field, ""))

    def is_open(self, field: str) -> bool:
        """Whether a field has neither a value nor a problem."""
        return field not in self.values and field not in self._problems

    def default_day(self, field: str) -> date | None:
        """A default that is a day, for what is counted from it."""
        try:
            return date.fromisoformat(str(self.defaults.get(field, "")))
        except ValueError:
            return None

    def written(self) -> Written:
        """The draft's values, nested as the contract nests them, with origins, problems and notes."""
        for field, value in self.defaults.items():
            if self.is_open(field) and not field.startswith("place."):
                self.values[field] = value
                self.origins[field] = "defaults"
        return _nested(self.values), self.origins, tuple(self._problems.values()), tuple(self._notes)


def shown(note: Note) -> Note:
    """A note without what a terminal would obey."""
    french, english = note
    return printable(french), printable(english)


def _nested(flat: Mapping[str, Value]) -> dict[str, Value]:
    nested: dict[str, Value] = {field: value for field, value in flat.items() if "." not in field}
    place = {field.partition(".")[2]: value for field, value in flat.items() if "." in field}
    return nested | {"place": place} if place else nested
