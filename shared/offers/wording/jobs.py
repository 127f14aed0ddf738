"""Job titles: which word is one, in which form, what its other form is, and whether that stands beside it."""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Literal, NamedTuple

from .resources import table
from .tokens import Text, keys

SEPARATORS = frozenset("(·-./")
"""What may stand between a word and its other ending: technicien(ne), technicien·ne, technicien-ne, technicien/ne."""

ENDINGS = frozenset(
    ending + plural
    for ending in (
        "e ne se te le re ve fe ffe ee ere iere eure euse ice rice trice enne ienne onne ale sse esse tresse".split()
    )
    for plural in ("", "s")
)
"""The feminine endings that people add to a masculine word, without accents."""

SEXES = frozenset("fhmwxd")
MARKED = frozenset({"/", "-", "·", "|", ",", "ou", "et"})
NEAR = 8
"""Words within which the other form counts as standing beside."""


class Form(NamedTuple):
    """A job title's word: its gender here, and both its forms, in the singular as they are written."""

    gender: Literal["m", "f"]
    masculine: str
    feminine: str

    @property
    def both(self) -> str:
        """As in: technicienne ou technicien."""
        return f"{self.feminine} ou {self.masculine}"


@cache
def known(kind: Literal["forms", "adjectives", "leading"]) -> dict[str, Form]:
    """The listed words by their keys, singular and plural."""
    found: dict[str, Form] = {}
    for endings, words in table("jobs")[kind].items():
        masculine_ending, feminine_ending = endings.split()
        for word in words.split():
            stem = word.removesuffix(masculine_ending)
            _enter(found, stem + masculine_ending, stem + feminine_ending)
    return found


def _enter(found: dict[str, Form], masculine: str, feminine: str) -> None:
    for gender, word in (("m", masculine), ("f", feminine)):
        (key,) = keys(word)
        form = Form("m" if gender == "m" else "f", masculine, feminine)
        found[key] = form
        found.setdefault(key + "s", form)


@cache
def _listed(name: str) -> frozenset[str]:
    words = table("jobs")["things"]["words"] if name == "things" else table("jobs")[name]
    found = [key for word in words.split() for key in keys(word)]
    return frozenset(found) | frozenset(key + "s" for key in found)


def is_epicene(key: str) -> bool:
    """Whether a word names women and men alike."""
    return key in _listed("epicene")


def form_of(text: Text, index: int, *, expected: bool = False) -> Form | None:
    """The form of a word; where a job's title is `expected`, an unlisted word's ending tells."""
    key = text.keys[index]
    if key in _listed("things") or is_epicene(key):
        return None
    form = known("forms").get(key)
    if form:
        return form if _accented(text, index, form) else None
    if not expected:
        return None
    return known("leading").get(key) or _by_ending(text.raw(index).lower())


def adjective_of(text: Text, index: int) -> Form | None:
    """The form of an adjective of persons."""
    form = known("adjectives").get(text.keys[index])
    return form if form and _accented(text, index, form) else None


def _accented(text: Text, index: int, form: Form) -> bool:
    """`chargé` is a title and `charge` is none; capitals have lost their accents."""
    if form.gender == "f" or not form.masculine.endswith("é"):
        return True
    raw = text.raw(index)
    return "é" in raw.lower() or raw.isupper()


def _by_ending(word: str) -> Form | None:
    for masculine, feminine in table("jobs")["endings"].items():
        for plural in ("", "s"):
            if word.endswith(masculine + plural) and len(word) > len(masculine) + 2:
                stem = word.removesuffix(plural).removesuffix(masculine)
                return Form("m", stem + masculine, stem + feminine)
            if word.endswith(feminine + plural) and len(word) > len(feminine) + 2:
                stem = word.removesuffix(plural).removesuffix(feminine)
                return Form("f", stem + masculine, stem + feminine)
    return None


def has_ending(text: Text, index: int) -> bool:
    """Whether a word carries its other ending: technicien(ne), technicien·ne, développeur / euse."""
    if index + 2 >= len(text.keys) or text.keys[index + 1] not in SEPARATORS or text.keys[index + 2] not in ENDINGS:
        return False
    (_, end), (start, after), (begins, _) = text.spans[index : index + 3]
    return (end == start and after == begins) or (text.keys[index + 1] == "/" and len(text.keys[index + 2]) > 1)


def without_endings(text: Text) -> list[int]:
    """The positions of a text's words and marks but for such endings, so that expressions are found across them."""
    left_out: set[int] = set()
    for index, key in enumerate(text.keys):
        if key in SEPARATORS and index and index not in left_out and has_ending(text, index - 1):
            left_out |= {index, index + 1}
            last = index + 2
            if text.keys[last : last + 1] == [")"]:
                left_out.add(last)
    return [index for index in range(len(text.keys)) if index not in left_out] if left_out else []


def marker_in(words: Sequence[str]) -> bool:
    """Whether F/H, H/F, m/f, F-H, "tous genres" or the like stands among some words."""
    for index, word in enumerate(words):
        if word in {"hf", "fh"} or (
            word in {"tous", "toutes"} and words[index + 1 : index + 2] in (["genres"], ["sexes"])
        ):
            return True
        trio = words[index : index + 3]
        if len(trio) == 3 and trio[1] in MARKED and _sexes(trio[0], trio[2]):
            return True
    return False


def _sexes(one: str, other: str) -> bool:
    pair = {one, other}
    letters = pair <= SEXES and len(pair) == 2 and bool(pair & {"f", "w"})
    return letters or pair in ({"femme", "homme"}, {"femmes", "hommes"}, {"masculin", "feminin"})


def other_form_near(text: Text, index: int, form: Form, window: Iterable[int] | None = None) -> bool:
    """Whether the other form stands within NEAR words of this one, or among those of `window`."""
    near = window or range(max(0, index - NEAR), min(len(text.keys), index + NEAR + 1))
    return any(
        other is not None and other.masculine == form.masculine and other.gender != form.gender
        for other in (form_of(text, one, expected=True) for one in near if one != index)
    )
