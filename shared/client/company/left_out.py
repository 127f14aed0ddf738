"""What an interrupted send held and the file holds no more: it is not taken back by itself, so people are told."""

from collections import Counter
from collections.abc import Iterable, Iterator

from ...contracts.internships import InternshipOffered, InternshipWithdrawn
from ...contracts.wire import printable
from . import labels
from .journal import LeftOut
from .texts import Lang, pick

MOST_NAMED = 20


def lines(found: Iterable[LeftOut], lang: Lang) -> Iterator[str]:
    """What left, what may have left, and how to take it back; nothing where nothing is missing."""
    counts: Counter[bool] = Counter()
    named: dict[bool, list[str]] = {True: [], False: []}
    kinds: set[str] = set()
    for one in found:
        counts[one.confirmed] += 1
        kinds.add(one.kind)
        if len(named[one.confirmed]) < MOST_NAMED:
            named[one.confirmed].append(one.reference)
    for confirmed in sorted(counts, reverse=True):
        yield _line(counts[confirmed], named[confirmed], lang, confirmed=confirmed)
    if InternshipOffered.__name__ in kinds:
        yield _withdraw(lang)
    if kinds - {InternshipOffered.__name__}:
        yield pick(
            lang,
            "Pour revenir sur une visite, un mentor ou un retrait, écrivez à l'exploitant de Passerelle.",
            "To take back a visit, a mentor or a withdrawal, write to Passerelle's operator.",
        )


def _line(count: int, named: list[str], lang: Lang, *, confirmed: bool) -> str:
    shown = printable(", ".join(named)) + (", …" if count > len(named) else "")
    if confirmed:
        return pick(
            lang,
            f"Déjà envoyé et absent de ce nouvel envoi ({count}) : {shown}. Ce qui en a été accepté reste publié.",
            f"Sent before and no longer part of this send ({count}): {shown}. What was accepted of it stays posted.",
        )
    return pick(
        lang,
        f"Peut-être déjà envoyé et absent de ce nouvel envoi ({count}) : {shown}. Rien n'en repart ; « passerelle "
        "company watch --since-beginning » dit ce qui en a été accepté.",
        f"Perhaps sent before and no longer part of this send ({count}): {shown}. It is not sent now; `passerelle "
        "company watch --since-beginning` tells what was accepted of it.",
    )


def _withdraw(lang: Lang) -> str:
    sheet = labels.sheet(InternshipWithdrawn, lang)
    return pick(
        lang,
        f"Pour retirer une offre de stage, envoyez {InternshipWithdrawn.__name__} sous sa référence (feuille "
        f"« {sheet} » du modèle).",
        f"To withdraw an internship, send {InternshipWithdrawn.__name__} under its reference (the template's sheet "
        f"“{sheet}”).",
    )
