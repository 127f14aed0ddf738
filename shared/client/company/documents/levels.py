"""A diploma's level (décret 2019-14) from the names that documents give it, in French and in English."""

import re
import unicodedata

NAMED: tuple[tuple[int, str], ...] = (
    (8, r"doctorat|doctora\w*|ph\.? ?d|these|bac ?\+ ?8|niveau 8"),
    (
        7,
        r"master\w*|ingenieurs?|engineering school|bac ?\+ ?5|postgraduate degree|diplome d'ingenieur|grande ecole|"
        r"niveau 7|dea|dess|mba",
    ),
    (6, r"licences?|bachelor\w*|but(?! de?\b)|maitrise|bac ?\+ ?[34]|niveau 6|undergraduate"),
    (5, r"bts|dut|deug|deust|bac ?\+ ?2|associate degree|niveau 5"),
    (4, r"bac(?:calaureat)?(?! ?\+)(?: pro\w*| techno\w*)?|high school|bp|niveau 4|terminale"),
    (3, r"cap|bep|niveau 3"),
)
OLD = {"niveau v": 3, "niveau iv": 4, "niveau iii": 5, "niveau ii": 6, "niveau i": 7}
"""The scale of 1969 runs the other way and is written in Roman numbers."""
PLUS = re.compile(r"bac ?\+ ?(\d)(?: ?(?:/|a|-|ou|et) ?(?:bac ?\+ ?|\+ ?)?(\d))?")
IN_PASSING = re.compile(
    r"bac ?\+ ?\d[^.;\n]{0,14}|\bbts\b|\bdut\b|\bcap/bep\b|\bbac pro\w*|\blicence pro\w*|\bbachelor\b"
    r"|\bmaster (?:1|2|degree)\b|\becole d'ingenieur|\bengineering school"
)
ACCENTS = re.compile("[\u0300-\u036f]")
BY_YEARS = {2: 5, 3: 6, 4: 6, 5: 7, 6: 7, 7: 7, 8: 8}


def levels_in(text: str) -> list[int]:
    """Every level that a text names, lowest first; `Bac+4/5` names two."""
    plain = plain_words(text)
    found = {BY_YEARS[int(years)] for match in PLUS.finditer(plain) for years in match.groups() if _known(years)}
    rest = PLUS.sub(" ", plain)
    found |= {level for level, names in NAMED if re.search(rf"(?<!\w)(?:{names})(?!\w)", rest)}
    found |= {OLD[match] for match in re.findall(r"niveau (?:iv|v|i{1,3})(?!\w)", rest)}
    return sorted(found)


def levels_in_passing(text: str) -> list[int]:
    """The levels that a running text names beyond doubt: there a `but` is an aim, and an `ingénieur` a colleague."""
    found = IN_PASSING.findall(plain_words(text))
    return sorted({level for words in found for level in levels_in(words)})


def _known(years: str | None) -> bool:
    return years is not None and int(years) in BY_YEARS


def plain_words(text: str) -> str:
    """Lower case without accents, so that one spelling of each name is enough."""
    lower = unicodedata.normalize("NFD", text[:20_000].lower().replace("’", "'"))
    return " ".join(ACCENTS.sub("", lower).split())
