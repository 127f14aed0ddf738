"""The trade of a job, from its words or its ROME code."""

import re
from functools import lru_cache

from ..drafts import Note
from .plain import bare, plain

NAMES: dict[str, tuple[str, ...]] = {
    "fibre": ("Fibre optique", "Optical fibre", "très haut débit"),
    "data-centre": ("Centre de données", "Data centre"),
    "telecom": ("Télécommunications", "Telecommunications", "téléphonie"),
    "radio": ("Radio et mobile", "Radio and mobile", "mobile"),
    "cybersecurity": ("Cybersécurité", "Cybersecurity"),
    "software": ("Logiciel", "Software", "informatique", "dev", "code"),
    "works": ("Travaux et génie civil", "Works and civil engineering"),
    "management": ("Gestion et conduite de projet", "Management", "administration", "pilotage"),
}
"""The French label, the English one, then what names a trade only where nothing else is said."""

WORDS: dict[str, str] = {
    "cybersecurity": r"cyber\w*|securite (?:informatique|des? systemes|si|reseaux?)|security|soc|pentest\w*|ssi",
    "fibre": r"fibres?|fiber|ftth|fttx|optiques?|optical|raccord\w*|tirage|ftto",
    "data-centre": r"data ?-?cent(?:er|re)s?|datacent(?:er|re)s?|centres? de donnees|hebergement|hosting|colocation",
    "radio": r"radio\w*|[45]g|antennes?|antenna|reseaux? mobiles?|faisceaux? hertziens?|pylones?|tower|satellite",
    "works": r"travaux|chantiers?|genie civil|civil works|vrd|conduct\w+|topograph\w+|dessinat\w+|construction|btp",
    "telecom": r"telecom\w*|cabl\w+|reseaux?(?! sociaux)|networks?|networking|voip|wan|lan|courants? faibles?|"
    r"transmission",
    "software": r"logiciels?|software|developpe\w+|developer|devops|data|web|python|java|cloud|ia|ai|qa|sig|si",
    "management": r"projets?|project|achats?|rh|hr|ressources humaines|commercial\w*|marketing|finance|juridique|"
    r"communication|qualite|manag\w+|assistant\w*|business|sales",
}
"""What speaks for a trade inside a text, the most particular trades first."""

BY_ROME = {
    "F1605": "fibre", "I1307": "telecom", "M1804": "telecom", "M1807": "telecom", "M1810": "data-centre",
    "I1306": "data-centre", "I1309": "data-centre", "M1801": "software", "M1802": "software", "M1805": "software",
    "M1806": "software", "M1808": "software", "I1401": "software", "M1803": "management", "H1206": "management",
    "F1106": "works", "F1107": "works", "F1104": "works", "F1201": "works", "F1202": "works", "F1602": "works",
    "F1702": "works", "F1704": "works", "F1705": "works",
}  # fmt: skip
"""Codes of the sector (ROME, labels of 2024-09); where one covers two trades, the title decides before it."""
SURE = frozenset({"cybersecurity", "fibre", "data-centre", "radio", "works"})
"""Trades whose words leave no doubt; the others' words are said of many jobs."""
ROME = re.compile(r"\b([A-N][0-9]{4})\b")
BY_NAME = {plain(name): trade for trade, names in NAMES.items() for name in (trade, *names)}


def trade_named(text: str) -> str | None:
    """The trade that a text is a name of, and nothing else."""
    words = bare(text)
    return BY_NAME.get(plain(text)) or next((one for one, names in WORDS.items() if re.fullmatch(names, words)), None)


def trade_in(text: str) -> str | None:
    """The trade that a text names, or the first whose words it uses."""
    words = bare(text)
    used = (trade for trade, names in WORDS.items() if re.search(rf"(?<!\w)(?:{names})(?!\w)", words))
    return trade_named(text) or next(used, None)


def rome_in(text: str) -> str | None:
    """The ROME code that a text holds."""
    found = ROME.search(text[:500].upper())
    return found[1] if found else None


def trade_of(title: str, rome: str | None, others: str) -> tuple[str, str] | None:
    """A trade and what it was read from: a sure word of the title, the ROME code, the title, the other words."""
    titled, coded = trade_in(title), BY_ROME.get(rome or "")
    if titled in SURE or (titled and not coded):
        return str(titled), "title"
    if coded:
        return coded, "ROME code"
    other = trade_in(others)
    return (other, "category or industry") if other else None


@lru_cache(maxsize=1000)  # as for levels
def trade_said(text: str) -> tuple[str, Note | None] | None:
    """The trade that a field of its own says; noted where it only speaks for it."""
    if named := trade_named(text):
        return named, None
    if not (found := trade_of("", rome_in(text), text)):
        return None
    shown, (french, english, *_) = " ".join(text.split())[:60], NAMES[found[0]]
    return found[0], (f"« {shown} » lu {french}", f"“{shown}” read as {english}")
