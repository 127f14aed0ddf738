"""Puts an internship's terms: level, hours, seats, pay, trade, establishment and version."""

from decimal import Decimal

from ..drafts import Misread
from ..words import level, trade
from ..words.amount import NotHourly, hourly_pay, says_weekly_hours
from ..words.companies import siren_in, siret_in
from ..words.day import instant
from ..words.level import level_in, levels_in_passing
from .postings import Posting, Said, first
from .sheet import Sheet
from .text import line

FROM = {"title": "l'intitulé", "ROME code": "le code ROME", "category or industry": "la catégorie ou le secteur"}
"""In French, what a trade was read from."""


def put_terms(sheet: Sheet, posting: Posting) -> None:
    """What the document says of each term, and notes on what was read from words."""
    for put in (_level, _hours, _seats, _pay, _trade, _company, _version):
        put(sheet, posting)


def _level(sheet: Sheet, posting: Posting) -> None:
    said = next((word for word in posting.education if level_in(word.text)), first(posting.education))
    if said and (level_in(said.text) or "level" not in sheet.defaults):
        sheet.read("level", Said(line(said.text), said.origin))
    elif said:
        text = line(said.text)[:60]
        sheet.note(
            f"Niveau de diplôme : la valeur par défaut, car « {text} » n'en nomme aucun.",
            f"Diploma level: the default, since “{text}” names none.",
        )
    elif "level" not in sheet.defaults:
        _level_described(sheet)


def _level_described(sheet: Sheet) -> None:
    described = levels_in_passing(f"{sheet.text('title')}\n{sheet.text('description')}")
    if described:
        sheet.put("level", described[0], sheet.origins.get("description", ""))
        sheet.note(
            f"Niveau de diplôme {level.NAMES[described[0]][0]}, le plus bas que nomme la description.",
            f"Diploma level {level.NAMES[described[0]][1]}, the lowest that the description names.",
        )


def _hours(sheet: Sheet, posting: Posting) -> None:
    said = [Said(line(word.text), word.origin) for word in posting.hours]
    if weekly := next((word for word in said if says_weekly_hours(word.text)), None):
        sheet.read("weekly_hours", weekly)
    elif said:
        text = said[0].text[:60]
        sheet.note(
            f"Heures par semaine laissées de côté : « {text} » n'en donne pas.",
            f"Weekly hours left out: “{text}” gives no hours a week.",
        )


def _seats(sheet: Sheet, posting: Posting) -> None:
    if said := first(posting.seats):
        sheet.read("seats", said)


def _pay(sheet: Sheet, posting: Posting) -> None:
    """A document's pay was written for others: what is no hourly pay is left out, not refused; 0 says nothing."""
    if (said := first(posting.pay)) is None:
        return
    try:
        value, guess = hourly_pay(said.text)
    except NotHourly as not_hourly:
        french, english = not_hourly.reason
        sheet.note(
            f"Gratification horaire laissée de côté : « {said.text[:80]} » {french}.",
            f"Hourly pay left out: “{said.text[:80]}” {english}.",
        )
    except Misread as misread:
        if misread.rule == "ambiguous_number":
            sheet.refuse("hourly_pay", misread.rule, said.text, said.origin, misread.remedies)
    else:
        if Decimal(value):
            sheet.put("hourly_pay", value, said.origin, said.text)
        if guess:
            sheet.guessed("hourly_pay", guess)


def _trade(sheet: Sheet, posting: Posting) -> None:
    coded = next((word for word in posting.occupation if trade.rome_in(word.text)), None)
    rome = trade.rome_in(coded.text) if coded else None
    if coded and rome:
        sheet.put("rome", rome, coded.origin)
    others = " ".join(word.text for word in posting.occupation)[:1000]
    if found := trade.trade_of(sheet.text("title"), rome, others):
        named, source = found
        origins = {"title": sheet.origins.get("title"), "ROME code": coded.origin if coded else None}
        sheet.put("trade", named, origins.get(source) or posting.occupation[0].origin)
        sheet.note(
            f"Métier « {trade.NAMES[named][0]} », lu dans {FROM[source]}.",
            f"Trade “{trade.NAMES[named][1]}”, read from the {source}.",
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
