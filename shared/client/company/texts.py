"""What is said to people, in French and in English: problems' names, remedies, sentences of the command."""

import errno
import locale
import os
import re
from typing import Literal

from ...contracts import remedies as contract
from ...contracts.feedback import Problem
from ...contracts.wire import printable

Lang = Literal["fr", "en"]

RULES = {
    # what tables and lines of JSON are told
    "missing": ("valeur manquante", "value missing"),
    "date": ("date illisible", "unreadable date"),
    "integer": ("nombre entier illisible", "unreadable whole number"),
    "number": ("nombre illisible", "unreadable number"),
    "ambiguous_number": ("nombre ambigu", "ambiguous number"),
    "boolean": ("ni oui ni non", "neither yes nor no"),
    "choice": ("valeur hors de la liste", "value not in the list"),
    "shortened_number": ("numéro abrégé par Excel", "number shortened by Excel"),
    "became_date": ("texte transformé en date par Excel", "text turned into a date by Excel"),
    "formula_error": ("erreur d'une formule", "a formula's error"),
    "row_ragged": ("cellules de trop", "cells too many"),
    "reference_repeated": ("référence déjà vue", "reference seen before"),
    "too_large": ("contenu trop volumineux", "content too large"),
    # what documents and web addresses are told
    "not_an_internship": ("ce n'est pas un stage", "not an internship"),
    "offer_closed": ("offre close", "offer closed"),
    "duration_unreadable": ("durée illisible", "unreadable duration"),
    "start_needed": ("durée sans date de début", "duration without a start"),
    "not_in_france": ("lieu hors de France", "place outside France"),
    "city_unreadable": ("ville illisible", "unreadable city"),
    "departement_unknown": ("département introuvable", "département not found"),
    "postal_code_unknown": ("code postal inconnu", "unknown postal code"),
    "text_broken": ("caractère coupé en deux", "half a character"),
    "json_unreadable": ("JSON illisible", "unreadable JSON"),
    "xml_unreadable": ("XML illisible", "unreadable XML"),
    "xml_entities": ("entités XML déclarées", "declared XML entities"),
    "too_deep": ("éléments trop imbriqués", "elements nested too deeply"),
    "no_job_posting": ("aucune offre lisible dans la page", "no offer to read in the page"),
    "microdata_only": ("offre en microdonnées ou RDFa", "offer in microdata or RDFa"),
    "no_offers": ("aucune offre", "no offer"),
    "feed_of_addresses": ("liste d'adresses de pages", "list of pages' addresses"),
    "format_unknown": ("format inconnu", "unknown format"),
    "page_gone": ("page disparue", "page gone"),
    "page_refused": ("page refusée par le site", "page refused by the site"),
    "page_unreachable": ("site injoignable", "site out of reach"),
    "page_too_slow": ("site trop lent", "site too slow"),
    "page_not_trusted": ("certificat TLS non valable", "TLS certificate not valid"),
    "page_redirects": ("renvois sans fin", "endless redirects"),
    "page_not_text": ("ni page ni document", "neither a page nor a document"),
    "address_unusable": ("adresse web inutilisable", "unusable web address"),
    # what a verdict says of a record and its headers
    "malformed": ("JSON illisible", "unreadable JSON"),
    "field_repeated": ("champ donné deux fois", "field given twice"),
    "not_yours": ("SIREN d'une autre entreprise", "another company's SIREN"),
    "unknown_type": ("type d'événement inconnu", "unknown type of event"),
    "not_served_yet": ("type d'événement pas encore traité", "type of event not handled yet"),
    "discarded": ("soumission écartée par l'exploitant", "submission given up by the operator"),
    "id_too_long": ("identifiant d'envoi trop long", "submission's id too long"),
    "id_reused": ("identifiant d'envoi déjà utilisé", "submission's id used before"),
    "specversion": ("version de CloudEvents inattendue", "unexpected version of CloudEvents"),
    "time_format": ("instant mal écrit", "instant not well written"),
    "content_type": ("type de contenu inattendu", "unexpected content type"),
    "batch_mode": ("plusieurs événements en un", "several events in one"),
    "attribute_text": ("attribut illisible", "unreadable attribute"),
    "data_twice": ("données présentes deux fois", "data given twice"),
    "base64": ("codage base64 illisible", "unreadable base64"),
    "undecodable_batch": ("enregistrements impossibles à décompresser", "records that cannot be decompressed"),
    "batch_too_large": ("lot d'enregistrements trop grand", "batch of records too large"),
    "source_too_long": ("source trop longue", "source too long"),
    # what a verdict says of a field
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
    "model_type": ("ce n'est pas un objet", "not an object"),
    "tuple_type": ("ce n'est pas une liste", "not a list"),
    "too_short": ("liste trop courte", "list too short"),
    "string_type": ("ce n'est pas un texte", "not a text"),
    "string_too_short": ("texte trop court", "text too short"),
    "bool_type": ("ni true ni false", "neither true nor false"),
    "int_type": ("ce n'est pas un nombre entier", "not a whole number"),
    "decimal_type": ("ce n'est pas un montant", "not an amount"),
    "decimal_parsing": ("montant illisible", "unreadable amount"),
    "decimal_max_digits": ("trop de chiffres", "too many digits"),
    "decimal_max_places": ("trop de décimales", "too many decimals"),
    "decimal_whole_digits": ("montant trop grand", "amount too large"),
    "finite_number": ("nombre infini", "infinite number"),
    "date_type": ("ce n'est pas une date", "not a date"),
    "date_parsing": ("date illisible", "unreadable date"),
    "datetime_type": ("ce n'est pas un instant", "not an instant"),
    "datetime_parsing": ("instant illisible", "unreadable instant"),
    "timezone_aware": ("décalage horaire absent", "offset from UTC missing"),
    "uuid_type": ("ce n'est pas un identifiant", "not an id"),
    "uuid_parsing": ("identifiant illisible", "unreadable id"),
    "uai": ("code UAI faux", "wrong UAI code"),
    "email_local_part": ("adresse électronique trop longue", "e-mail address too long"),
    "instant_range": ("instant hors de 2000 à 2100", "instant outside 2000 to 2100"),
    # what a verdict says after what came before
    "version_reused": ("version déjà utilisée", "version used before"),
    "unknown_visit": ("visite inconnue", "unknown visit"),
    "not_scheduled_then": ("jour qui n'est pas celui de la visite", "not the day of the visit"),
    "already_reported": ("compte rendu déjà reçu", "report received before"),
    "visit_scheduled": ("visite déjà fixée", "visit already scheduled"),
    "unknown_offer": ("offre inconnue", "unknown offer"),
    "not_open": ("offre qui n'est plus ouverte", "offer no longer open"),
    "not_later": ("jour qui n'est pas plus tardif", "not a later day"),
    "after_the_end": ("jour après la fin du stage", "day after the end of the internship"),
    "not_the_contact": ("autre personne que le contact", "not the contact"),
    "already_applied": ("candidature en double", "applied before"),
    "unknown_application": ("candidature inconnue", "unknown application"),
    "older_decision": ("décision plus ancienne", "older decision"),
    "application_ended": ("candidature terminée", "application has ended"),
    "no_seat_left": ("plus de place", "no seat left"),
    "no_place_offered": ("pas de place proposée", "no place offered"),
    "not_the_student": ("autre personne que la candidate", "not the student"),
    "place_not_taken": ("place pas encore prise", "place not taken yet"),
    "not_of_this_placement": ("personne étrangère à ce stage", "not of this placement"),
    "no_placement": ("pas de stage convenu", "no placement agreed"),
    "not_in_the_placement": ("jour hors du stage", "day outside the placement"),
    "too_many_hours": ("durée au-delà de la loi", "longer than the law allows"),
    "gratification_missing": ("gratification due", "gratification is due"),
    "gratification_too_low": ("gratification sous le minimum légal", "gratification below the minimum"),
    "observation_too_long": ("observation trop longue", "observation too long"),
    "minors_week": ("semaine de plus de 35 h pour des mineures", "more than a minor's 35 hours"),
    "perhaps_too_many_hours": ("durée à vérifier", "duration to check"),
    "gratification_perhaps_due": ("gratification à vérifier", "gratification to check"),
    "gratification_perhaps_too_low": ("gratification peut-être trop basse", "gratification perhaps too low"),
    "one_person_one_reference": ("personne et référence ne vont pas ensemble", "person and reference do not match"),
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
        "Remplissez cette cellule (si elle est fusionnée, défusionnez-la d'abord).",
        "Fill in this cell (if it is merged, unmerge it first).",
    ),
    "blank_cell": ("Remplissez cette cellule.", "Fill in this cell."),
    "no_column": (
        "Ajoutez ce champ, ou donnez sa valeur dans le fichier de correspondance.",
        "Add this field, or give its value in the mapping file.",
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


REASONS = {
    errno.ENOENT: ("introuvable", "not found"),
    errno.EACCES: ("accès refusé", "access denied"),
    errno.EPERM: ("accès refusé", "access denied"),
    errno.EISDIR: ("c'est un dossier", "it is a folder"),
    errno.ENOTDIR: ("un dossier de ce nom n'existe pas", "there is no such folder"),
    errno.ENAMETOOLONG: ("nom trop long", "name too long"),
    errno.ENOSPC: ("disque plein", "disk full"),
    errno.EROFS: ("disque en lecture seule", "disk is read-only"),
}
"""The system's refusals; it words the others itself."""


def reason(error: Exception, lang: Lang) -> str:
    """Why a file was refused."""
    known = REASONS.get(getattr(error, "errno", None) or 0)
    return pick(lang, *known) if known else str(getattr(error, "strerror", None) or error)


def pick(lang: Lang, french: str, english: str) -> str:
    """One of two."""
    return french if lang == "fr" else english


WORDS = (
    ("sheet ", "feuille "), ("row ", "ligne "), ("line ", "ligne "), ("column ", "colonne "), ("job ", "offre "),
    ("position ", "poste "), ("posting ", "annonce "), ("after job ", "après l'offre "),
    ("after position ", "après le poste "),
)  # fmt: skip


def spoken(place: str, lang: Lang) -> str:
    """A place or an origin for people: `sheet Stages, row 12`, `column D: Date de fin`."""
    if match := re.fullmatch(r"(column [A-Z]+)(?:: (.*))?", place, re.DOTALL):
        place = f"{match[1]} {quoted(match[2], lang)}" if match[2] else match[1]
    if lang == "en":
        return place
    for english, french in WORDS:
        place = re.sub(rf"(^|, ){english}(?=\S)", rf"\1{french}", place)
    return place
