"""Whether a posting is for an internship."""

import re

from ..drafts import Note
from .postings import Posting

INTERNSHIP = re.compile(r"\b(?:intern|interns|internship|internships|stage|stages|stagiaires?|praktik\w+)\b", re.I)
OTHER = re.compile(
    r"\b(?:cdi|cdd|permanent|indefinite|apprenti\w*|alternan\w*|apprenticeship|professionnalisation|freelance|"
    r"interim|intérim|mis|volunteer|bénévol\w*|civic service|service civique|vie|v\.i\.e|trainee|working.student|"
    r"worker|tenured|indéterminée|déterminée|contract|contractor)\b",
    re.I,
)
OTHER_TITLE = re.compile(
    r"\b(?:cdi|cdd|alternan\w*|apprenti\w*|professionnalisation|freelance|service civique|working.student)\b", re.I
)
ABOUT_INTERNS = re.compile(r"\b(?:ma[iî]tre(?:sse)?|tut(?:eur|rice)|responsable|gestionnaire|charg[ée]+)\b", re.I)


def is_internship(posting: Posting) -> tuple[bool, Note | None]:
    """Whether a posting offers an internship, with a note where its title had to decide.

    What the document calls the contract decides; where that is silent on it (`FULL_TIME`, nothing), the title does.
    """
    said = " ".join(word.text.replace("_", " ") for word in posting.contract)[:500]
    if INTERNSHIP.search(said):
        return True, None
    title = " ".join(word.text for word in posting.title)[:300]
    if OTHER.search(said) or OTHER_TITLE.search(title) or ABOUT_INTERNS.search(title) or not INTERNSHIP.search(title):
        return False, None
    return True, _told_by_title(said[:60]) if said else None


def _told_by_title(said: str) -> Note:
    return (
        f"C'est un stage d'après l'intitulé ; le contrat indique « {said} ».",
        f"The title says it is an internship; the contract says “{said}”.",
    )
