"""Whether bytes are an event, and what to correct where they are not: the judge that services and companies share."""

import json
from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .event import Event
from .feedback import MOST_PROBLEMS, Problem
from .wire import RepeatedFieldError, printable, strictly

E = TypeVar("E", bound=Event)

LARGE = 16 << 10
"""Bytes from which a value's lists are looked at first; nearly all events are smaller."""

MOST_ITEMS = 1000
"""Items of a list that are judged; no list of the contract may be nearly as long."""

REMEDIES = {
    "missing": ("Ajoutez ce champ.", "Add this field."),
    "siren": (
        "Vérifiez les neuf chiffres du SIREN et sa clé de contrôle.",
        "Check the nine digits of the SIREN and its check digit.",
    ),
    "dates_reversed": (
        "La date de fin doit suivre la date de début.",
        "The end date must not lie before the start date.",
    ),
    "malformed": ("Envoyez un objet JSON valide en UTF-8.", "Send a valid JSON object in UTF-8."),
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
    "field_repeated": ("Donnez ce champ une seule fois.", "Give this field once."),
    "not_yours": (
        "Publiez sous votre propre SIREN, sur votre propre sujet.",
        "Publish under your own SIREN, on your own topic.",
    ),
    "unknown_type": (
        "Utilisez un type d'événement du contrat, dans l'en-tête ce_type.",
        "Use an event type of the contract in the ce_type header.",
    ),
    "id_too_long": (
        "Donnez un identifiant (en-tête ce_id) de 300 caractères au plus.",
        "Give an id (header ce_id) of at most 300 characters.",
    ),
    "source_too_long": (
        "Donnez une source (en-tête ce_source) de 300 caractères au plus.",
        "Give a source (header ce_source) of at most 300 characters.",
    ),
    "id_reused": (
        "Cet identifiant (en-tête ce_id) a servi pour un autre contenu : donnez-en un nouveau à chaque envoi.",
        "This id (header ce_id) was used for another content: give each submission its own.",
    ),
}
"""By rule, what to do about it, in French and in English."""

ANY = ("Corrigez la valeur selon le contrat : {rule}.", "Correct the value as the contract says: {rule}.")


def check(kind: type[E], value: bytes) -> E | Sequence[Problem]:
    """The event that `value` holds as JSON, or every problem found in it, MOST_PROBLEMS at most. Never raises."""
    try:
        if len(value) > LARGE:
            value = json.dumps(_shortened(strictly(value))).encode()
        event = kind.model_validate_json(value)
        strictly(value)
    except ValidationError as error:
        return [_explain(one) for one in error.errors(include_url=False)[:MOST_PROBLEMS]]
    except RepeatedFieldError as error:
        return [problem(str(error), "field_repeated", str(error))]
    except (ValueError, RecursionError):
        return [problem("", "malformed", "")]
    return event


def _shortened(content: object) -> object:
    """The content with the first MOST_ITEMS of each list: what is wrong with a million of them fills a gigabyte."""
    if isinstance(content, dict):
        return {name: _shortened(member) for name, member in content.items()}
    return [_shortened(item) for item in content[:MOST_ITEMS]] if isinstance(content, list) else content


def _explain(error: ErrorDetails) -> Problem:
    context = error.get("ctx", {})
    if error["type"] in {"json_invalid", "json_type", "model_type"}:
        return problem("", "malformed", "")
    field = str(context.get("field") or ".".join(map(str, error["loc"])))
    found = "" if error["type"] == "missing" else context.get("found", error["input"])
    return problem(field, error["type"], found, error["msg"])


def problem(field: str, rule: str, found: object, message: str = "") -> Problem:
    """A problem with the remedy that belongs to its rule."""
    remedy_fr, remedy_en = REMEDIES.get(rule, ANY)
    said = message or rule
    shown = printable(str(found)[:80])
    return Problem(
        field=printable(field[:200]),
        rule=rule,
        found=shown,
        remedy_fr=remedy_fr.format(rule=said),
        remedy_en=remedy_en.format(rule=said),
    )
