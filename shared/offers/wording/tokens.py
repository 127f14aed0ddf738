"""A text as words and marks, each with its place in the text as it was given."""

import re
import unicodedata
from functools import lru_cache

LONGEST_WORD = 60
"""Characters; what is longer is no word, and nothing is looked for in it."""

INVISIBLE = "\u00ad\u200b-\u200d\u2060\ufeff"
WORD = re.compile(rf"[\w\u0300-\u036f{INVISIBLE}]+|[^\w\s]")

MARKS = str.maketrans(
    {
        **dict.fromkeys("’ʼ‘`´′", "'"),
        **dict.fromkeys("‐‑‒–—−", "-"),
        **dict.fromkeys("·•‧⋅∙・", "·"),
        **dict.fromkeys("∕⁄／", "/"),
        "œ": "oe",
        "æ": "ae",
        "ß": "ss",
    }
)

END = frozenset(".;!?:")


class Text:
    """A text with the keys of its words and marks; `spans` say where each stands. One pass, however hostile."""

    __slots__ = ("given", "keys", "spans")

    def __init__(self, given: str) -> None:
        self.given = given
        words = [(_key(match[0]), match.span()) for match in WORD.finditer(given)]
        self.keys = [key for key, _ in words if key]
        self.spans = [span for key, span in words if key]

    def raw(self, index: int) -> str:
        """A word as it was written, its accents composed."""
        start, end = self.spans[index]
        return unicodedata.normalize("NFC", self.given[start:end])


def _key(word: str) -> str:
    return _folded(word) if len(word) <= LONGEST_WORD else "…"


@lru_cache(maxsize=1 << 15)
def _folded(word: str) -> str:
    """Without accents, capitals and what is not seen; one kind of apostrophe, hyphen and middle dot."""
    plain = unicodedata.normalize("NFKD", word.translate(MARKS)).casefold().translate(MARKS)
    return "".join(one for one in plain if unicodedata.category(one) not in {"Mn", "Cf"})


def keys(words: str) -> tuple[str, ...]:
    """The keys of an expression of ours."""
    return tuple(Text(words).keys)
