"""What is said to people, in French and in English: problems' names, remedies, sentences of the command."""

import locale
import os
import re
from typing import Literal

from ...contracts import remedies as contract
from ...contracts.feedback import Problem
from ...contracts.wire import printable

Lang = Literal["fr", "en"]

RULES = {
    "missing": ("champ absent", "field missing"),
    "date": ("date illisible", "unreadable date"),
    "integer": ("nombre entier illisible", "unreadable whole number"),
    "number": ("nombre illisible", "unreadable number"),
    "boolean": ("ni oui ni non", "neither yes nor no"),
    "choice": ("valeur hors de la liste", "value not in the list"),
    "shortened_number": ("numéro abrégé par Excel", "number shortened by Excel"),
    "became_date": ("texte transformé en date par Excel", "text turned into a date by Excel"),
    "formula_error": ("erreur d'une formule", "a formula's error"),
    "row_ragged": ("cellules de trop", "cells too many"),
    "reference_repeated": ("référence déjà vue", "reference seen before"),
    "not_yours": ("SIREN d'une autre entreprise", "another company's SIREN"),
    "malformed": ("JSON illisible", "unreadable JSON"),
    "unknown_type": ("type d'événement inconnu", "unknown type of event"),
    "too_large": ("ligne trop longue", "line too long"),
    "field_repeated": ("champ donné deux fois", "field given twice"),
    "siren": ("clé du SIREN fausse", "wrong check digit of the SIREN"),
    "siret": ("clé du SIRET fausse", "wrong check digit of the SIRET"),
    "dates_reversed": ("fin avant le début", "end before the start"),
    "in_the_past": ("date passée", "date in the past"),
    "in_the_future": ("date à venir", "date in the future"),
    "period_too_long": ("période trop longue", "period too long"),
    "girls_over_pupils": ("plus de filles que d'élèves", "more girls than pupils"),
    "text_too_long": ("texte trop long", "text too long"),
    "string_too_long": ("texte trop long", "text too long"),
    "too_long": ("liste trop longue", "list too long"),
    "text_empty": ("texte vide", "empty text"),
    "text_control": ("caractères invisibles ou retours à la ligne", "invisible characters or line breaks"),
    "greater_than_equal": ("nombre trop petit", "number too small"),
    "less_than_equal": ("nombre trop grand", "number too large"),
    "string_pattern_mismatch": ("forme inattendue", "unexpected form"),
    "literal_error": ("valeur hors de la liste", "value not in the list"),
    "uuid_parsing": ("identifiant illisible", "unreadable id"),
    "too_short": ("liste trop courte", "list too short"),
    "unknown_visit": ("visite inconnue", "unknown visit"),
    "not_scheduled_then": ("pas ce jour-là", "not on that day"),
    "already_reported": ("visite déjà rapportée", "visit reported before"),
    "not_an_internship": ("pas un stage", "no internship"),
    "offer_closed": ("offre close", "offer closed"),
    "date_unreadable": ("date illisible", "unreadable date"),
    "level_unreadable": ("niveau inconnu", "unknown level"),
    "no_job_posting": ("aucune offre lisible", "no offer to be read"),
    "no_offers": ("aucune offre", "no offers"),
    "version_reused": ("version déjà utilisée", "version used before"),
}
"""A rule's name for people; where there is none, the remedy says it."""

REMEDIES = {
    "date": ("Donnez une date qui existe, comme 31/01/2027.", "Give a date that exists, as 2027-01-31."),
    "integer": ("Donnez un nombre entier, comme 12.", "Give a whole number, as 12."),
    "number": ("Donnez un nombre, comme 4,50.", "Give a number, as 4.50."),
    "boolean": ("Écrivez Oui ou Non.", "Write Yes or No."),
    "shortened_number": (
        "Excel a abrégé ce numéro : mettez la colonne au format Texte, saisissez-le en entier, exportez de nouveau.",
        "Excel shortened this number: format the column as Text, type it in full, export again.",
    ),
    "became_date": (
        "Mettez la colonne au format Texte et saisissez de nouveau la valeur.",
        "Format the column as Text and type the value again.",
    ),
    "formula_error": ("Corrigez la formule ou saisissez la valeur.", "Mend the formula, or type the value."),
    "row_ragged": (
        "Cette ligne a plus de cellules que l'en-tête : mettez entre guillemets le texte qui contient le séparateur.",
        "This row has more cells than the header: put the text that holds the delimiter in quotation marks.",
    ),
    "malformed": (
        "Écrivez un objet JSON complet par ligne, en UTF-8.",
        "Write one whole JSON object a line, in UTF-8.",
    ),
    "too_large": ("Raccourcissez les textes de cette ligne.", "Shorten the texts of this line."),
    "not_yours": (
        "Enlevez ce SIREN ou envoyez sous cette entreprise : vous envoyez pour {siren}.",
        "Remove this SIREN or send as that company: you are sending for {siren}.",
    ),
    "empty_cell": (
        "Remplissez cette cellule ; si elle est fusionnée, défusionnez-la : seule la première garde la valeur.",
        "Fill in this cell; if it is merged, unmerge it: only the first one keeps the value.",
    ),
    "no_siren": (
        "Donnez votre SIREN : option --siren, variable PASSERELLE_SIREN, fichier de correspondance ou colonne.",
        "Give your SIREN: option --siren, variable PASSERELLE_SIREN, mapping file or a column.",
    ),
}


def default_lang() -> Lang:
    """French where the locale is French, else English."""
    wanted = next((os.environ[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(name)), None)
    return "fr" if (wanted or locale.getlocale()[0] or "").lower().startswith("fr") else "en"


def problem(field: str, rule: str, found: object, remedies: tuple[str, str] | None = None) -> Problem:
    """A problem in the words of this file, or with remedies of its own."""
    return contract.problem(field, rule, found, remedies or REMEDIES[rule])


def rule_name(rule: str, lang: Lang) -> str:
    """What a rule is called."""
    return RULES.get(rule, ("à corriger", "to correct"))[lang == "en"]


def quoted(text: str, lang: Lang) -> str:
    """A text in quotation marks, with nothing that a terminal would obey; 60 characters at most."""
    shown = printable(text) if len(text) <= 60 else printable(text[:59]) + "…"
    return f"« {shown} »" if lang == "fr" else f"“{shown}”"


def pick(lang: Lang, french: str, english: str) -> str:
    """One of two."""
    return french if lang == "fr" else english


WORDS = (("sheet ", "feuille "), ("row ", "ligne "), ("line ", "ligne "), ("column ", "colonne "), ("job ", "offre "))


def spoken(place: str, lang: Lang) -> str:
    """A place or an origin for people: `sheet Stages, row 12`, `column D: Date de fin`."""
    if match := re.fullmatch(r"(column [A-Z]+)(?:: (.*))?", place, re.DOTALL):
        place = f"{match[1]} {quoted(match[2], lang)}" if match[2] else match[1]
    if lang == "en":
        return place
    for english, french in WORDS:
        place = re.sub(rf"(^|, ){english}(?=\S)", rf"\1{french}", place)
    return place
