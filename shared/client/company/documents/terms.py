"""Puts an internship's terms: level, hours, seats, pay, trade, establishment and version."""

from decimal import Decimal

from ....contracts.internships import InternshipOffered
from .. import labels
from ..drafts import Misread
from ..leaves import leaves
from ..words import level, trade
from ..words.amount import NotHourly, hourly_pay, weekly_hours, whole
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
    for word in posting.education:
        if found := level_in(word.text):
            sheet.put_read("level", found, word)
            return
    said = first(posting.education)
    if said and "level" not in sheet.defaults:
        french, english = labels.suggestions(said.text, leaves(InternshipOffered)["level"])
        mapped = ("Ou fixez « level » dans le fichier de correspondance.", "Or set level in the mapping file.")
        remedies = f"{french} {mapped[0]}", f"{english} {mapped[1]}"
        sheet.refuse("level", "choice", line(said.text), said.origin, remedies)
    elif said:
        text = line(said.text)[:60]
        sheet.note(
            f"Niveau de diplôme : la valeur par défaut, car « {text} » n'en nomme aucun.",
            f"level is the default: « {text} » names none.",
        )
    elif "level" not in sheet.defaults:
        _level_described(sheet)


def _level_described(sheet: Sheet) -> None:
    described = levels_in_passing(f"{sheet.text('title')}\n{sheet.text('description')}")
    if described:
        sheet.put("level", described[0], sheet.origins.get("description", ""))
        sheet.note(
            f"Niveau de diplôme {level.NAMES[described[0]][0]}, le plus bas que nomme la description.",
            f"level {described[0]} is the lowest that the description names.",
        )


def _hours(sheet: Sheet, posting: Posting) -> None:
    for word in posting.hours:
        try:
            hours = weekly_hours(line(word.text))
        except Misread as misread:
            sheet.refuse_misread("weekly_hours", misread, word)
            return
        if hours is not None:
            sheet.put("weekly_hours", hours, word.origin, word.text)
            return
    if posting.hours:
        text = line(posting.hours[0].text)[:60]
        sheet.note(
            f"Heures par semaine laissées de côté : « {text} » n'en donne pas.",
            f"weekly_hours is left out: « {text} » gives no hours a week.",
        )


def _seats(sheet: Sheet, posting: Posting) -> None:
    if said := first(posting.seats):
        try:
            sheet.put("seats", whole(said.text), said.origin, said.text)
        except Misread as misread:
            sheet.refuse_misread("seats", misread, said)


def _pay(sheet: Sheet, posting: Posting) -> None:
    """A document's pay was written for others: what is no hourly pay is left out, not refused; 0 says nothing."""
    if (pay := posting.pay) is None:
        return
    amounts = " – ".join(part.strip()[:40] for part in (pay.low, pay.high) if part.strip())
    said = Said(f"{amounts} {pay.currency[:10]}".strip(), pay.origin)
    try:
        found = hourly_pay(pay.low, pay.high, pay.unit, pay.currency)
        if Decimal(found[0]):
            sheet.put_read("hourly_pay", found, said)
    except NotHourly as not_hourly:
        french, english = not_hourly.reason
        sheet.note(
            f"Gratification horaire laissée de côté : « {said.text} » {french}.",
            f"hourly_pay is left out: « {said.text} » {english}.",
        )
    except Misread as misread:
        if misread.rule == "ambiguous_number":
            sheet.refuse_misread("hourly_pay", misread, said)


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
            f"trade {named} was read from the {source}.",
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
