"""The closed list of rules that a verdict can name, and by rule what to do about it, in French and in English."""

import json
import re
from collections import defaultdict

from .feedback import Problem
from .fields import COMMUNE_FORM, DEPARTEMENT_FORM, ROME_FORM, SIREN_FORM, SIRET_FORM
from .notifications import STATUS_FORM
from .participants import EMAIL_ADDRESS
from .wire import printable

LONGEST_FOUND = 80
"""Characters of what was found that a problem shows."""

RECORD = {
    "malformed": ("Envoyez un objet JSON valide en UTF-8.", "Send a valid JSON object in UTF-8."),
    "field_repeated": ("Donnez ce champ une seule fois.", "Give this field once."),
    "not_yours": (
        "Publiez sous votre propre SIREN, sur votre propre sujet.",
        "Publish under your own SIREN, on your own topic.",
    ),
    "unknown_type": (
        "Utilisez un type d'événement du contrat, dans l'en-tête ce_type.",
        "Use an event type of the contract in the ce_type header.",
    ),
    "not_served_yet": (
        "Ce type d'événement est prévu, mais aucun service ne le traite encore : ne l'envoyez pas pour l'instant.",
        "This event type is planned, but no service handles it yet: do not send it for now.",
    ),
    "id_too_long": (
        "Donnez un identifiant (en-tête ce_id) de 300 caractères au plus.",
        "Give an id (header ce_id) of at most 300 characters.",
    ),
    "id_reused": (
        "Cet identifiant (en-tête ce_id) a servi pour un autre contenu : donnez-en un nouveau à chaque envoi.",
        "This id (header ce_id) was used for another content: give each submission its own.",
    ),
    "specversion": (
        "Envoyez un CloudEvent 1.0 : specversion vaut 1.0.",
        "Send a CloudEvent 1.0: specversion is 1.0.",
    ),
    "time_format": (
        "Écrivez l'instant selon la RFC 3339, avec son décalage : 2027-04-05T09:00:00+02:00.",
        "Write the time as RFC 3339 says, with its offset: 2027-04-05T09:00:00+02:00.",
    ),
    "content_type": (
        "Envoyez du JSON : content-type application/json, ou application/cloudevents+json en mode structuré.",
        "Send JSON: content-type application/json, or application/cloudevents+json in structured mode.",
    ),
    "batch_mode": (
        "Envoyez un événement par enregistrement : sur Kafka, CloudEvents n'a pas de mode par lots.",
        "Send one event a record: on Kafka, CloudEvents has no batch mode.",
    ),
    "attribute_text": (
        "Donnez à cet attribut un texte en UTF-8, sans caractère de contrôle ni autre caractère invisible.",
        "Give this attribute a text in UTF-8, without control characters or other invisible ones.",
    ),
    "data_twice": ("Donnez data ou data_base64, pas les deux.", "Give data or data_base64, not both."),
    "base64": ("Codez data_base64 selon la RFC 4648, section 4.", "Encode data_base64 as RFC 4648, section 4, says."),
    "undecodable_batch": (
        "Ces enregistrements n'ont pas pu être décompressés : renvoyez-les non compressés, ou en gzip.",
        "These records could not be decompressed: send them again uncompressed, or with gzip.",
    ),
    "batch_too_large": (
        "Renvoyez ces enregistrements en lots plus petits : 1 Mio par enregistrement, 16 Mio et 100 000 par lot.",
        "Send these records again in smaller batches: 1 MiB a record, 16 MiB and 100,000 a batch.",
    ),
    "source_too_long": (
        "Donnez une source (en-tête ce_source) de 300 caractères au plus.",
        "Give a source (header ce_source) of at most 300 characters.",
    ),
}
"""Rules of the record as a whole and of its headers."""

VALUES = {
    "missing": ("Ajoutez ce champ.", "Add this field."),
    "model_type": (
        "Donnez un objet JSON avec les champs du contrat, entre accolades.",
        "Give a JSON object with the contract's fields, in braces.",
    ),
    "tuple_type": ("Donnez une liste, entre crochets.", "Give a list, in brackets."),
    "too_short": (
        "Complétez la liste ; nombre minimal d'éléments : {min_length}.",
        "Complete the list; least number of items: {min_length}.",
    ),
    "too_long": (
        "Raccourcissez la liste ; nombre maximal d'éléments : {max_length}.",
        "Shorten the list; greatest number of items: {max_length}.",
    ),
    "string_type": ("Donnez un texte, entre guillemets.", "Give a text, in quotation marks."),
    "string_too_short": (
        "Complétez le texte ; nombre minimal de caractères : {min_length}.",
        "Complete the text; least number of characters: {min_length}.",
    ),
    "string_too_long": (
        "Raccourcissez le texte ; nombre maximal de caractères : {max_length}.",
        "Shorten the text; greatest number of characters: {max_length}.",
    ),
    "string_pattern_mismatch": ("Donnez {form_fr}.", "Give {form_en}."),
    "literal_error": (
        "Donnez l'une des valeurs prévues, sans rien y changer : {allowed}.",
        "Give one of the values provided for, letter by letter: {allowed}.",
    ),
    "bool_type": ("Donnez true ou false, sans guillemets.", "Give true or false, without quotation marks."),
    "int_type": (
        "Donnez un nombre entier, sans guillemets ni décimales.",
        "Give a whole number, without quotation marks or decimals.",
    ),
    "greater_than_equal": ("Donnez un nombre ; valeur minimale : {ge}.", "Give a number; least value: {ge}."),
    "less_than_equal": ("Donnez un nombre ; valeur maximale : {le}.", "Give a number; greatest value: {le}."),
    "decimal_type": (
        'Donnez un montant, comme 4.50 ou "4.50".',
        'Give an amount, such as 4.50 or "4.50".',
    ),
    "decimal_parsing": (
        'Donnez un montant en chiffres avec un point, comme "4.50", sans unité ni espace.',
        'Give an amount in digits with a point, such as "4.50", without a unit or spaces.',
    ),
    "decimal_max_digits": (
        "Donnez un montant plus court ; nombre maximal de chiffres : {max_digits}.",
        "Give a shorter amount; greatest number of digits: {max_digits}.",
    ),
    "decimal_max_places": (
        "Arrondissez le montant ; nombre maximal de décimales : {decimal_places}.",
        "Round the amount; greatest number of decimals: {decimal_places}.",
    ),
    "decimal_whole_digits": (
        "Donnez un montant plus petit ; nombre maximal de chiffres avant le point : {whole_digits}.",
        "Give a smaller amount; greatest number of digits before the point: {whole_digits}.",
    ),
    "finite_number": ("Donnez un nombre fini.", "Give a finite number."),
    "date_type": (
        'Donnez une date entre guillemets, au format AAAA-MM-JJ, comme "2027-04-05".',
        'Give a date in quotation marks, as YYYY-MM-DD, such as "2027-04-05".',
    ),
    "date_parsing": (
        "Donnez un jour qui existe, sans heure, au format AAAA-MM-JJ, comme 2027-04-05.",
        "Give a day that exists, without a time, as YYYY-MM-DD, such as 2027-04-05.",
    ),
    "datetime_type": (
        'Donnez un instant entre guillemets, comme "2027-04-05T09:30:00+02:00" (RFC 3339).',
        'Give an instant in quotation marks, such as "2027-04-05T09:30:00+02:00" (RFC 3339).',
    ),
    "datetime_parsing": (
        "Donnez un instant qui existe, avec date, heure et décalage, comme 2027-04-05T09:30:00+02:00 (RFC 3339).",
        "Give an instant that exists, with date, time and offset, such as 2027-04-05T09:30:00+02:00 (RFC 3339).",
    ),
    "timezone_aware": (
        "Ajoutez le décalage horaire, comme dans 2027-04-05T09:30:00+02:00, ou Z pour le temps universel.",
        "Add the offset from UTC, as in 2027-04-05T09:30:00+02:00, or Z for UTC.",
    ),
    "uuid_type": (
        "Donnez entre guillemets l'identifiant (UUID) que nous vous avons communiqué.",
        "Give, in quotation marks, the id (UUID) that we told you.",
    ),
    "uuid_parsing": (
        "Recopiez l'identifiant entier (UUID), comme 019b76da-a800-7c1e-8b2a-5f0d6a4c3e21.",
        "Copy the whole id (UUID), such as 019b76da-a800-7c1e-8b2a-5f0d6a4c3e21.",
    ),
}
"""Rules of a value by its type and bounds, under pydantic's names."""

MEANING = {
    "siren": (
        "Vérifiez les neuf chiffres du SIREN et sa clé de contrôle.",
        "Check the nine digits of the SIREN and its check digit.",
    ),
    "siret": (
        "Vérifiez les quatorze chiffres du SIRET et ses clés de contrôle.",
        "Check the fourteen digits of the SIRET and its check digits.",
    ),
    "uai": (
        "Vérifiez le code UAI : le département, quatre chiffres et la lettre de contrôle, comme 0750652B.",
        "Check the UAI code: the département, four digits and the check letter, such as 0750652B.",
    ),
    "text_control": (
        "Retirez les caractères de contrôle et de sens d'écriture ; sur une ligne, les sauts de ligne aussi.",
        "Remove control characters and marks of writing direction; on one line, line breaks too.",
    ),
    "text_empty": ("Donnez un texte qui ne soit pas vide.", "Give a text that is not empty."),
    "text_too_long": (
        "Raccourcissez le texte ; nombre maximal de caractères en forme NFC d'Unicode : {bound}.",
        "Shorten the text; greatest number of characters in Unicode's form NFC: {bound}.",
    ),
    "email_local_part": (
        "Donnez une adresse électronique qui ait 64 caractères au plus avant l'arobase.",
        "Give an e-mail address with at most 64 characters before the @.",
    ),
    "instant_range": ("Donnez un instant entre 2000 et 2100.", "Give an instant between 2000 and 2100."),
    "dates_reversed": (
        "La date de fin doit suivre la date de début.",
        "The end date must not lie before the start date.",
    ),
    "period_too_long": (
        "Donnez une date de fin à 366 jours au plus de la date de début.",
        "Give an end date at most 366 days after the start date.",
    ),
    "girls_over_pupils": (
        "Comptez les filles parmi les élèves : leur nombre ne peut pas le dépasser.",
        "Count girls among the pupils: there cannot be more of them.",
    ),
}
"""Rules of what a value means, under names of ours."""

DECISIONS = {
    "in_the_past": (
        "Cette date est passée : donnez-en une à venir, ou retirez ce champ s'il est facultatif.",
        "This date has passed: give one to come, or leave the field out where it is optional.",
    ),
    "in_the_future": (
        "Cette date est à venir : envoyez ce compte rendu une fois la visite faite.",
        "This date is still to come: send this report once the visit took place.",
    ),
    "version_reused": (
        "Donnez un numéro de version plus grand à chaque changement.",
        "Give each change a greater version.",
    ),
    "unknown_visit": (
        "Indiquez l'identifiant reçu dans VisitConfirmed.",
        "Give the id received in VisitConfirmed.",
    ),
    "not_scheduled_then": (
        "Donnez le jour de la visite : 30 jours avant le jour convenu au plus tôt, aujourd'hui au plus tard.",
        "Give the day of the visit: 30 days before the day agreed at the earliest, today at the latest.",
    ),
    "already_reported": (
        "Ce compte rendu existe avec d'autres chiffres : écrivez à la coordination.",
        "This report exists with other figures: write to the coordinators.",
    ),
    "visit_scheduled": (
        "Cette demande a sa visite : convenez du changement avec l'entreprise, ou faites une autre demande.",
        "This request has its visit: agree on the change with the company, or make another request.",
    ),
    "one_person_one_reference": (
        "Une référence désigne une seule personne, qui a une seule référence : gardez la première.",
        "A reference names one person, and a person has one reference: keep the first.",
    ),
}
"""Rules that depend on the day or on what was submitted before."""

REMEDIES = {**RECORD, **VALUES, **MEANING, **DECISIONS}
"""Every rule, with what to do about it in French and in English; in braces, what the rule allows."""

ANY = ("Corrigez la valeur selon le contrat.", "Correct the value as the contract says.")

FORMS = {
    SIREN_FORM: ("les neuf chiffres du SIREN, comme 732829320", "the SIREN's nine digits, such as 732829320"),
    SIRET_FORM: (
        "les quatorze chiffres du SIRET, comme 73282932000074",
        "the SIRET's fourteen digits, such as 73282932000074",
    ),
    DEPARTEMENT_FORM: (
        "le code INSEE d'un département, comme 35, 2A ou 974",
        "a département's INSEE code, such as 35, 2A or 974",
    ),
    COMMUNE_FORM: (
        "le code INSEE d'une commune, comme 35238, et non le code postal",
        "a commune's INSEE code, such as 35238, not a postal code",
    ),
    ROME_FORM: (
        "un code ROME : une lettre de A à N et quatre chiffres, comme F1605",
        "a ROME code: a letter A to N and four digits, such as F1605",
    ),
    EMAIL_ADDRESS: ("une adresse électronique complète, sans accent", "a whole e-mail address, without accents"),
    STATUS_FORM: (
        "un code d'état de la RFC 3463, comme 5.1.1",
        "a status code of RFC 3463, such as 5.1.1",
    ),
}
"""What a pattern asks for, in words."""


def problem(field: str, rule: str, found: object, **allowed: object) -> Problem:
    """A problem with the remedy of its rule; `allowed` are the bounds that the remedy names."""
    known = defaultdict(lambda: "…", allowed)
    french, english = (text.format_map(known) for text in REMEDIES.get(rule, ANY))
    shown = found if isinstance(found, str) else _as_json(found)
    return Problem(
        field=printable(field[:200]),
        rule=rule,
        found=printable(shown[:LONGEST_FOUND]),
        remedy_fr=french,
        remedy_en=english,
    )


def _as_json(found: object) -> str:
    """What was found as its sender wrote it; a date or an id as its text."""
    kept = isinstance(found, bool | int | float | dict | list | None)
    return json.dumps(found, ensure_ascii=False, default=str) if kept else str(found)


def bounds(rule: str, context: dict[str, object]) -> dict[str, object]:
    """What a remedy may name of a value's rule, from the context that pydantic gives."""
    if rule == "literal_error":
        # pydantic words the list in English: 'a', 'b' or 'c'.
        return {"allowed": ", ".join(re.findall(r"'([^']*)'", str(context["expected"])))}
    french, english = FORMS.get(str(context.get("pattern")), ("…", "…"))
    named = {name: value for name, value in context.items() if name not in {"field", "found"}}
    return {**named, "form_fr": french, "form_en": english}
