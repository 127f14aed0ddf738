"""What a description says in passing of the period, the level and the hours, where no property of the document does."""

import re

from ..words.day import MONTHS, SPELLINGS

MONTH = "|".join(sorted({*MONTHS, *" ".join(SPELLINGS).split()}))
DATE = (
    rf"(\d{{1,2}}/\d{{1,2}}/\d{{4}}|\d{{4}}-\d{{2}}-\d{{2}}"
    rf"|(?:\d{{1,2}}(?:er)? )?(?:{MONTH}) \d{{4}}|(?:{MONTH}) \d{{1,2}}, \d{{4}})"
)
START = re.compile(
    r"(?:début|debut|à partir d[ue']|a partir d[ue']|à compter d[ue']|dès(?: le)?|starting|start date|démarrage)"
    rf"[^\w\n]{{0,4}}(?:(?:du|de|le|en|d'|in|on|from|stage|souhaité)[\s:]{{1,3}}){{0,2}}{DATE}",
    re.I,
)
UNIT = r"(mois|semaines?|months?|weeks?)"
DURATION = re.compile(
    rf"(?:durée|duree|duration)[^\w\n]{{0,4}}(?:(?:du stage|de|of)[\s:]{{1,3}}){{0,2}}(\d{{1,2}}) {UNIT}"
    rf"|(?:stage|stagiaire|internship)\b[^.\n\d]{{0,30}}?\b(\d{{1,2}}) {UNIT}"
    rf"|(\d{{1,2}})[- ]{UNIT}[- ](?:internship|intern|stage)",
    re.I,
)
RANGE = re.compile(r"\d\s?(?:à|-|–|to|/)\s?\d{1,2} (?:mois|semaines?|months?|weeks?)", re.I)


def start_in(text: str) -> str | None:
    """The date that a text names as the beginning, in its own words."""
    found = START.search(_one_spaced(text))
    return found[1] if found else None


def duration_in(text: str) -> str | None:
    """The one duration that a text names for the internship; None where it gives a range."""
    text = _one_spaced(text)
    if RANGE.search(text):
        return None
    found = DURATION.search(text)
    return " ".join(part for part in found.groups() if part) if found else None


def _one_spaced(text: str) -> str:
    return re.sub(r"[ \t\u00a0\u202f]+", " ", text[:20_000])
