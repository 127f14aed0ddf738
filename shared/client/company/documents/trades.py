"""The trade of a job, from its words or its ROME code."""

import re

from .levels import plain_words

BY_WORDS: tuple[tuple[str, str], ...] = (
    ("cybersecurity", r"cyber\w*|securite (?:informatique|des? systemes|si|reseaux?)|security|soc|pentest\w*|ssi"),
    ("fibre", r"fibres?|fiber|ftth|fttx|optiques?|optical|raccord\w*|tirage|ftto"),
    ("data-centre", r"data ?-?cent(?:er|re)s?|datacent(?:er|re)s?|centres? de donnees|hebergement|hosting|colocation"),
    ("radio", r"radio\w*|[45]g|antennes?|antenna|reseaux? mobiles?|faisceaux? hertziens?|pylones?|tower|satellite"),
    ("works", r"travaux|chantiers?|genie civil|civil works|vrd|conduct\w+|topograph\w+|dessinat\w+|construction|btp"),
    (
        "telecom",
        r"telecom\w*|cabl\w+|reseaux?(?! sociaux)|networks?|networking|voip|wan|lan|courants? faibles?|transmission",
    ),
    ("software", r"logiciels?|software|developpe\w+|developer|devops|data|web|python|java|cloud|ia|ai|qa|sig|si"),
    (
        "management",
        r"projets?|project|achats?|rh|hr|ressources humaines|commercial\w*|marketing|finance|juridique|"
        r"communication|qualite|manag\w+|assistant\w*|business|sales",
    ),
)
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
ROME = re.compile(r"\b([A-N]\d{4})\b")


def trade_in(text: str) -> str | None:
    """The first trade whose words a text uses, the most particular trades first."""
    words = plain_words(text)
    return next((trade for trade, names in BY_WORDS if re.search(rf"(?<!\w)(?:{names})(?!\w)", words)), None)


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
