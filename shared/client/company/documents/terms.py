"""Puts an internship's terms: level, hours, seats, pay, trade, establishment and version."""

import re

from .. import labels
from .amounts import hourly_pay, weekly_hours
from .companies import siren_in, siret_in
from .levels import levels_in, levels_in_passing
from .periods import instant
from .postings import Posting, Said, Words, first
from .sheet import Sheet
from .text import line
from .trades import rome_in, trade_of

FROM = {"title": "l'intitulé", "ROME code": "le code ROME", "category or industry": "la catégorie ou le secteur"}
"""In French, what a trade was read from."""


def put_terms(sheet: Sheet, posting: Posting) -> None:
    """What the document says of each term, and notes on what was read from words."""
    for put in (_level, _hours, _seats, _pay, _trade, _company, _version):
        put(sheet, posting)


def _level(sheet: Sheet, posting: Posting) -> None:
    if found := _levels(posting.education):
        levels, said = found
        sheet.put("level", levels[0], said.origin)
        if len(levels) > 1:
            text = line(said.text)[:60]
            sheet.note(
                f"{_level_named(levels[0])}, le plus bas que nomme « {text} ».",
                f"level {levels[0]} is the lowest that « {text} » names.",
            )
        return
    if posting.education and "level" not in sheet.defaults:
        sheet.refuse("level", "level_unreadable", line(posting.education[0].text), posting.education[0].origin)
        return
    if posting.education:
        text = line(posting.education[0].text)[:60]
        sheet.note(
            f"Niveau de diplôme : la valeur par défaut, car « {text} » n'en nomme aucun.",
            f"level is the default: « {text} » names none.",
        )
        return
    described = levels_in_passing(f"{sheet.text('title')}\n{sheet.text('description')}")
    if described and "level" not in sheet.defaults:
        sheet.put("level", described[0], sheet.origins.get("description", ""))
        sheet.note(
            f"{_level_named(described[0])}, le plus bas que nomme la description.",
            f"level {described[0]} is the lowest that the description names.",
        )


def _level_named(level: int) -> str:
    """As in: Niveau de diplôme 5 (bac+2 : BTS, DUT)."""
    return f"Niveau de diplôme {labels.DIPLOMAS[str(level)][0]}"


def _levels(words: Words) -> tuple[list[int], Said] | None:
    for word in words:
        if levels := levels_in(word.text):
            return levels, word
    return None


def _hours(sheet: Sheet, posting: Posting) -> None:
    for word in posting.hours:
        hours = weekly_hours(line(word.text))
        if isinstance(hours, int):
            sheet.put("weekly_hours", hours, word.origin)
            return
        if hours is not None:
            sheet.refuse("weekly_hours", "hours_not_whole", hours, word.origin)
            return
    if posting.hours:
        text = line(posting.hours[0].text)[:60]
        sheet.note(
            f"Heures par semaine laissées de côté : « {text} » n'en donne pas.",
            f"weekly_hours is left out: « {text} » gives no hours a week.",
        )


def _seats(sheet: Sheet, posting: Posting) -> None:
    said = first(posting.seats)
    if said is None:
        return
    found = re.fullmatch(r"\s*(\d{1,6})(?:[.,]0+)?\s*(?:postes?|places?|openings?)?\s*", said.text, re.I)
    if found:
        sheet.put("seats", int(found[1]), said.origin)
    else:
        sheet.refuse("seats", "count_unreadable", said.text, said.origin)


def _pay(sheet: Sheet, posting: Posting) -> None:
    if posting.pay is None:
        return
    value, note = hourly_pay(posting.pay)
    if note:
        sheet.note(*note)
    if value is not None:
        sheet.put("hourly_pay", value, posting.pay.origin)


def _trade(sheet: Sheet, posting: Posting) -> None:
    coded = next((word for word in posting.occupation if rome_in(word.text)), None)
    rome = rome_in(coded.text) if coded else None
    if coded and rome:
        sheet.put("rome", rome, coded.origin)
    others = " ".join(word.text for word in posting.occupation)[:1000]
    if found := trade_of(sheet.text("title"), rome, others):
        trade, source = found
        origins = {"title": sheet.origins.get("title"), "ROME code": coded.origin if coded else None}
        sheet.put("trade", trade, origins.get(source) or posting.occupation[0].origin)
        sheet.note(
            f"Métier « {labels.VALUES[trade][0]} », lu dans {FROM[source]}.",
            f"trade {trade} was read from the {source}.",
        )


def _company(sheet: Sheet, posting: Posting) -> None:
    """The establishment, and the siren where the defaults name none; a siren that differs is told."""
    siret = next((word for word in posting.identifiers if siret_in(word.text)), None)
    if siret:
        sheet.put("siret", siret_in(siret.text), siret.origin)
    for word in [siret] if siret else posting.identifiers:
        if found := siren_in(word.text):
            _siren(sheet, Said(found, word.origin))
            return


def _siren(sheet: Sheet, said: Said) -> None:
    ours = sheet.defaults.get("siren")
    if ours is None:
        sheet.put("siren", said.text, said.origin)
    elif ours != said.text:
        sheet.note(
            f"Le document nomme l'entreprise {said.text} ; l'offre est envoyée pour {ours}.",
            f"The document names the company {said.text}; the offer is sent as {ours}.",
        )


def _version(sheet: Sheet, posting: Posting) -> None:
    """The instant of the last change in milliseconds; a mere day would give two changes of it one number."""
    said = first(posting.changed)
    at = instant(said.text) if said else None
    if said and at and 2000 <= at.year <= 2100:
        sheet.put("version", int(at.timestamp() * 1000), said.origin)
