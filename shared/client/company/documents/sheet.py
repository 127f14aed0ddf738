"""What is gathered of one draft while its document is read."""

import re
from collections.abc import Callable, Mapping, Sequence

from ....contracts.feedback import Problem
from ....contracts.internships import InternshipOffered
from ....contracts.wire import printable
from .. import labels
from ..cells import Reader, Style
from ..drafts import Draft, Json, Misread, Note, nested
from ..leaves import leaves
from .postings import Said, Words
from .rules import problem

MOST_FOUND = 80
MOST_ORIGIN = 200
HALF_A_CHARACTER = re.compile("[\ud800-\udfff]")


class Sheet:
    """Values by dotted field with their origins, problems and notes; defaults go where nothing was said.

    A field that was said and not understood is not overruled by its default: it has a problem instead.
    """

    def __init__(self, expected: Mapping[str, str], defaults: Mapping[str, Json], notes: Sequence[Note]) -> None:
        self.values: dict[str, Json] = {}
        self.said: dict[str, str] = {}
        self.origins = dict(expected) | {"place": expected.get("place.city", "")}
        self.defaults = defaults
        self._reader = Reader(Style())
        self._problems: dict[str, Problem] = {}
        self._notes = [shown(note) for note in notes]

    def put(self, field: str, value: Json, origin: str, said: str = "") -> None:
        """Write a value, which may have been made of what was `said`; text that no UTF-8 can hold is a problem."""
        if isinstance(value, str) and HALF_A_CHARACTER.search(value):
            self.refuse(field, "text_broken", value, origin)
            return
        self.values[field] = value
        self.said[field] = said[:MOST_FOUND]
        self.origins[field] = printable(origin[:MOST_ORIGIN])

    def read(self, field: str, said: Said) -> Json:
        """Write the value that words hold, read as a table's cell is; or say why they hold none, and give None."""
        leaf = leaves(InternshipOffered)[field]
        try:
            value = self._reader.read(said.text, leaf)
        except Misread as misread:
            self.refuse(field, misread.rule, said.text, said.origin, misread.remedies)
            return None
        self.put(field, value, said.origin, said.text)
        for guess in self._reader.guesses:
            self.guessed(field, guess)
        return value

    def put_words(self, field: str, words: Words, convert: Callable[[str], str]) -> None:
        """Write the first words that hold anything."""
        for word in words:
            if text := convert(word.text):
                self.put(field, text, word.origin)
                return

    def refuse(self, field: str, rule: str, found: str, origin: str, remedies: Note | None = None) -> None:
        """Say why a field has no value."""
        self.origins[field] = printable(origin[:MOST_ORIGIN])
        self._problems[field] = problem(field, rule, found[:MOST_FOUND], remedies)

    def note(self, french: str, english: str) -> None:
        """Tell people what was guessed."""
        self._notes.append(shown((french, english)))

    def guessed(self, field: str, guess: Note) -> None:
        """Tell people what was guessed of a field."""
        french, english = labels.of_field(leaves(InternshipOffered)[field], guess)
        self.note(f"{french}.", f"{english}.")

    def text(self, field: str) -> str:
        """A text written so far."""
        return str(self.values.get(field, ""))

    def is_open(self, field: str) -> bool:
        """Whether a field has neither a value nor a problem."""
        return field not in self.values and field not in self._problems

    def draft(self, place: str) -> Draft:
        """The draft of what was gathered; what was left open has its default."""
        for field, value in self.defaults.items():
            if self.is_open(field) and not field.startswith("place."):
                self.values[field] = value
                self.origins[field] = "defaults"
        told = tuple(self._problems.values()), tuple(self._notes)
        return Draft(InternshipOffered, place, nested(self.values), self.origins, *told, self.said)


def shown(note: Note) -> Note:
    """A note without what a terminal would obey."""
    french, english = note
    return printable(french), printable(english)
