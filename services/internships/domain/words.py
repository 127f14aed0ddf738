"""What an offer's words say, once what senders wear them with is taken away."""

import re
import unicodedata
from functools import lru_cache
from html import unescape

from rapidfuzz import fuzz

CACHED = 1 << 15
"""How many texts are remembered; each is asked for in every pair its offer is in."""

_FORM = re.compile(r"\b(?:[fhm]\s*[/|-]\s*[fhmx](?:\s*[/|-]\s*[xdn])?|hf|fh)\b", re.IGNORECASE)
_OTHER_FORM = re.compile(r"[·•(/](?:e|ne|se|euse|trice|rice|ice|eur|ere|iere|ienne)(?:[·•]?s)?\)?(?!\w)")
_NOISE = re.compile(
    r"\[[^\]]*\d[^\]]*\]|\bref\w*\W+\S+|n°\s*\S+|\bbac\s*\+?\s*\d|\b\d+[.,]?\d*\s*(?:€|euros?)(?:/\w+)?"
    r"|\b\d+\s*(?:mois|semaines?|jours?|postes?|places?)\b|\b(?:postes?\s*)?\d+\s*/\s*\d+\b"
    r"|(?<!iso )(?<!\S)\S*\d{3,}\S*|\b(?:projet de )?fin d.etudes?\b"
)
_NUMBERED = re.compile(r"\b([a-z]{2,}) (\d{1,2})\b|\b(iso) (\d+)\b|\b(lot|sujet|site|phase|tranche|groupe) ([a-z])\b")
_ENDINGS = dict(
    pair.split("=") for pair in "trice=teur euse=eur eure=eur ienne=ien iere=ier ive=if nte=nt ee=e ffe=f".split()
)
_EMPTY = frozenset(
    "a au aux d de des du en et l la le les ou pour sur un une of in for and the stage stagiaire pfe intern internship "
    "trainee urgent recherche offre pourvoir rapidement remunere junior hf fh poste".split()
)
_SAME_WORD = dict(
    pair.split("=")
    for pair in "engineer=ingenieur engineering=ingenierie network=reseau fiber=fibre ftth=fibre optic=optique "
    "optical=optique technician=technicien developer=developpeur development=developpement project=projet "
    "manager=chef management=gestion security=securite center=centre software=logiciel system=systeme "
    "sale=commercial field=terrain research=recherche telecommunication=telecom analyst=analyste".split()
)
_LEGAL = frozenset("sa sas sasu sarl eurl sca snc scop groupe group france et and".split())
_PARTS = re.compile(r"\s[-–|]\s|[/|(),\[\]]|\b(?:via|pour|chez|by)\b", re.IGNORECASE)
_ENGLISH = frozenset("the and of you with that our your is are".split())
_DISTRICT = re.compile(r"\b(?:75|69|13)0(\d\d)\b|\b0?(\d{1,2})\s*(?:e|er|eme|ere)?\b")
_TOWN_EMPTY = frozenset("cedex metropole agglomeration arrondissement le la les l d de du sur s".split())


@lru_cache(CACHED)
def plain(text: str) -> str:
    """Lower case without tags, accents or marks."""
    return " ".join(re.sub(r"[^a-z0-9]+", " ", _bare(text)).split())


def _bare(text: str) -> str:
    """Lower case without tags or accents, its marks kept."""
    text = re.sub(r"<[^<>]*>", " ", unescape(unescape(text))).replace("œ", "oe").replace("’", "'").lower()
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


@lru_cache(CACHED)
def title_words(title: str, city: str = "", company: str = "") -> tuple[str, ...]:
    """A title's words that tell, sorted, each once.

    No F/H, doublet, stop word, reference, date, pay, city or company; English words of the trade in French; a number
    with the word it counts, so that lot 2 is not lot 1.
    """
    text = plain(_OTHER_FORM.sub("", _NOISE.sub(" ", _FORM.sub(" ", _bare(title)))))
    for name in (plain(city), plain(company)):
        text = f" {text} ".replace(f" {name} ", " ") if name else text
    text = _NUMBERED.sub(lambda found: "".join(filter(None, found.groups())), text)
    return tuple(sorted({_one_form(word) for word in text.split() if len(word) > 1 and word not in _EMPTY} - _EMPTY))


@lru_cache(CACHED)
def _one_form(word: str) -> str:
    word = word.rstrip("sx") if len(word) > 3 else word
    for ending, other in _ENDINGS.items():
        if word.endswith(ending):
            word = word.removesuffix(ending) + other
            break
    return _SAME_WORD.get(word, word)


def left_over(mine: tuple[str, ...], theirs: tuple[str, ...]) -> tuple[list[str], list[str]]:
    """The words of each title that have no like in the other."""
    only_mine = [word for word in mine if word not in theirs]
    only_theirs = [word for word in theirs if word not in mine]
    for word in tuple(only_mine):
        if like := next((other for other in only_theirs if _alike(word, other)), None):
            only_mine.remove(word)
            only_theirs.remove(like)
    return only_mine, only_theirs


@lru_cache(CACHED)
def _alike(one: str, other: str) -> bool:
    """An abbreviation or a typing error; a word with a digit is like itself alone."""
    shorter, longer = sorted((one, other), key=len)
    if any(letter.isdigit() for letter in one + other) or len(shorter) < 3:
        return False
    return longer.startswith(shorter) or (len(shorter) > 4 and fuzz.ratio(one, other) >= 85)


@lru_cache(CACHED)
def told(description: str) -> frozenset[str]:
    """The beginnings of a description's longer words: what it is about, whatever their endings."""
    return frozenset(word[:6] for word in plain(description).split() if len(word) > 3)


@lru_cache(CACHED)
def in_english(text: str) -> bool:
    """Whether its small words are English."""
    words = plain(text).split()
    return sum(word in _ENGLISH for word in words) * 12 >= len(words)


@lru_cache(CACHED)
def company_names(name: str) -> frozenset[str]:
    """Each company in a name like "Agency for client", without its legal form."""
    return frozenset(filter(None, (_company(part) for part in _PARTS.split(unescape(name)))))


def _company(name: str) -> str:
    words = [word for word in plain(name).split() if len(word) > 1]
    return " ".join(word for word in words if word not in _LEGAL) or " ".join(words)


@lru_cache(CACHED)
def town(city: str) -> tuple[str, int | None]:
    """A town's name as all write it, and the arrondissement of Paris, Lyon or Marseille where it is told."""
    words = re.sub(r"\bst(e?)\b", r"saint\1", plain(city))
    name = " ".join(sorted(set(re.sub(r"\d+(?:e|er|eme|ere)?\b", " ", words).split()) - _TOWN_EMPTY))
    district = _DISTRICT.search(words) if name in {"paris", "lyon", "marseille"} and "cedex" not in words else None
    return name, int(district[1] or district[2]) if district else None
