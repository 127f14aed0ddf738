"""Whether bytes are an event, and what to correct where they are not: the judge that services and companies share."""

import json
from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .document_rules import DOCUMENT_REMEDIES
from .event import Event
from .feedback import MOST_PROBLEMS, Problem
from .wire import printable

E = TypeVar("E", bound=Event)

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
    "id_reused": (
        "Cet identifiant (en-tête ce_id) a servi pour un autre contenu : donnez-en un nouveau à chaque envoi.",
        "This id (header ce_id) was used for another content: give each submission its own.",
    ),
} | DOCUMENT_REMEDIES
"""By rule, what to do about it, in French and in English."""

ANY = ("Corrigez la valeur selon le contrat : {rule}.", "Correct the value as the contract says: {rule}.")


class _RepeatedFieldError(ValueError):
    """An object names a field twice: readers would disagree about which one counts (RFC 8259, section 4)."""


def check(kind: type[E], value: bytes) -> E | Sequence[Problem]:
    """The event that `value` holds as JSON, or every problem found in it, MOST_PROBLEMS at most. Never raises."""
    try:
        event = kind.model_validate_json(value)
        json.loads(value, object_pairs_hook=_each_once, parse_constant=_refuse)
    except ValidationError as error:
        return [_explain(one) for one in error.errors(include_url=False)[:MOST_PROBLEMS]]
    except _RepeatedFieldError as error:
        return [problem(str(error), "field_repeated", str(error))]
    except (ValueError, RecursionError):
        return [problem("", "malformed", "")]
    return event


def _each_once(pairs: list[tuple[str, object]]) -> None:
    names: set[str] = set()
    for name, _ in pairs:
        if name in names:
            raise _RepeatedFieldError(name)
        names.add(name)


def _refuse(constant: str) -> None:
    raise ValueError(constant)


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
