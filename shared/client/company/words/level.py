"""A diploma's level (décret 2019-14) from the names that people give it, in French and in English."""

import re
from functools import lru_cache

from ..drafts import Note
from .plain import bare

NAMES: dict[int, tuple[str, str]] = {
    3: ("3 (CAP, BEP)", "3 (CAP)"),
    4: ("4 (bac)", "4 (baccalauréat)"),
    5: ("5 (bac+2 : BTS, DUT)", "5 (bac+2: BTS)"),
    6: ("6 (bac+3 : licence, BUT)", "6 (bachelor)"),
    7: ("7 (bac+5 : master, ingénieur)", "7 (master)"),
    8: ("8 (doctorat)", "8 (doctorate)"),
}
"""What people choose from."""

WORDS: dict[int, str] = {
    8: r"doctora\w*|ph\.? ?d|these",
    7: r"master\w*|ingenieurs?|engineering school|postgraduate degree|grande ecole|dea|dess|mba",
    6: r"licences?|bachelor\w*|but(?! de?\b)|maitrise|undergraduate",
    5: r"bts|dut|deug|deust|associate degree",
    4: r"(?<!infra[ -])bac(?:calaureat)?(?: pro\w*| techno\w*)?|high school|bp|terminale",
    3: r"cap|bep|infra[ -]bac",
}
NUMBERED = re.compile(r"(?:niveau|level) ([3-8])(?!\w)")
OLD = {"v": 3, "iv": 4, "iii": 5, "ii": 6, "i": 7}
"""The scale of 1969 runs the other way and is written in Roman numbers."""
ROMAN = re.compile(r"niveau (iv|v|i{1,3})(?!\w)")
PLUS = re.compile(r"bac ?\+? ?(\d)(?: ?(?:/|a|-|ou|et) ?(?:bac ?\+? ?|\+ ?)?(\d))?", re.ASCII)
BY_YEARS = {2: 5, 3: 6, 4: 6, 5: 7, 6: 7, 7: 7, 8: 8}
IN_PASSING = re.compile(
    r"bac ?\+ ?\d[^.;\n]{0,14}|\bbts\b|\bdut\b|\bcap/bep\b|\bbac pro\w*|\blicence pro\w*|\bbachelor\b"
    r"|\bmaster (?:1|2|degree)\b|\becole d'ingenieur|\bengineering school"
)


@lru_cache(maxsize=1000)  # a table says the same few thousands of times
def level_in(text: str) -> tuple[int, Note | None] | None:
    """The lowest level that a text names; noted where it names several, or one of the scale of 1969."""
    levels = levels_in(text)
    if not levels:
        return None
    (french, english), shown = NAMES[levels[0]], " ".join(text.split())[:60]
    if len(levels) > 1:
        return levels[0], (
            f"{french}, le plus bas que nomme « {shown} »",
            f"{english}, the lowest that “{shown}” names",
        )
    if not levels_in(ROMAN.sub(" ", bare(text))):
        return levels[0], (
            f"« {shown} » lu {french}, d'après l'échelle de 1969",
            f"“{shown}” read as {english}, after the scale of 1969",
        )
    return levels[0], None


def levels_in(text: str) -> list[int]:
    """Every level that a text names, lowest first; `Bac+4/5` names two, and a digit alone is a level itself."""
    said = bare(text)
    if said in {"3", "4", "5", "6", "7", "8"}:
        return [int(said)]
    years = {int(one) for match in PLUS.finditer(said) for one in match.groups() if one}
    rest = PLUS.sub(" ", said)
    found = {BY_YEARS[one] for one in years if one in BY_YEARS}
    found |= {level for level, names in WORDS.items() if re.search(rf"(?<!\w)(?:{names})(?!\w)", rest)}
    found |= {int(one) for one in NUMBERED.findall(rest)} | {OLD[one] for one in ROMAN.findall(rest)}
    return sorted(found)


def levels_in_passing(text: str) -> list[int]:
    """The levels that a running text names beyond doubt: there a `but` is an aim, and an `ingénieur` a colleague."""
    return sorted({level for words in IN_PASSING.findall(bare(text)) for level in levels_in(words)})
