"""One problem in one sentence, whoever found it: where, what is wrong, what was found, what to do."""

import re
from collections.abc import Sequence

from ...contracts.event import Event
from ...contracts.feedback import Problem
from ...contracts.wire import printable
from . import labels, texts
from .leaves import leaves
from .texts import Lang, pick, quoted


def sentence(where: str, rule: str, found: Sequence[str], remedy: str, lang: Lang) -> str:
    """As in: ligne 12, colonne D « Date de fin » : date illisible, trouvé « 31/02/2027 ». Remède."""
    colon = pick(lang, " : ", ": ") if where else ""
    seen = pick(lang, ", trouvé ", ", found ") + ", ".join(found) if found else ""
    return f"{where}{colon}{texts.rule_name(rule, lang)}{seen}. {remedy}".rstrip()


def about(kind: type[Event] | None, field: str, origin: str, lang: Lang) -> str:
    """A column; or the field as people call it, with where a document says it."""
    if origin.startswith("column "):
        return texts.spoken(origin, lang)
    name = whole(field)
    under = {path: leaf for path, leaf in leaves(kind).items() if f"{path}.".startswith(f"{name}.")} if kind else {}
    asked = [leaf for path, leaf in under.items() if leaf.required or path == name]
    if not asked:
        return printable(origin or name)
    called = ", ".join(quoted(labels.label(leaf, lang), lang) for leaf in asked)
    said = pick(lang, "champ", "field") + ("s " if len(asked) > 1 else " ") + called
    source = pick(lang, "fichier de correspondance", "mapping file") if origin == "defaults" else origin
    return f"{said} ({printable(source)})" if source else said


def whole(field: str) -> str:
    """A field without the positions of a list's parts: the part stands where its list does."""
    return re.sub(r"\.[0-9]+(?=\.|$)", "", field)


def shown(found: str, origin: str, lang: Lang) -> str:
    """What was found, in quotation marks: a day of a table as people write it, a parser's place in their language."""
    day = re.fullmatch(r"([0-9]{4})-([0-9]{2})-([0-9]{2})( 00:00:00)?", found)
    if day and origin.startswith("column "):
        found = pick(lang, f"{day[3]}/{day[2]}/{day[1]}", found[:10])
    elif lang == "fr":
        found = re.sub(r"\bline ([0-9]+), column ([0-9]+)", r"ligne \1, colonne \2", found)
    return quoted(found, lang)


def remedy(problem: Problem, lang: Lang) -> str:
    """What to do."""
    return printable(pick(lang, problem.remedy_fr, problem.remedy_en))
