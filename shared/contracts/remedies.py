"""A problem with its remedy in words: what the rule allows, or the form that a value must have, is filled in."""

import json
import re
from collections import defaultdict
from typing import Any

from .decision_rules import Remedy
from .feedback import Problem
from .fields import COMMUNE_FORM, DEPARTEMENT_FORM, ROME_FORM, SIREN_FORM, SIRET_FORM
from .notifications import STATUS_FORM
from .participants import EMAIL_ADDRESS
from .rules import ANY, REMEDIES
from .wire import printable

LONGEST_FOUND = 80
"""Characters of what was found that a problem shows."""

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


def problem(field: str, rule: str, found: object, remedy: Remedy | None = None, **allowed: object) -> Problem:
    """A problem with the remedy of its rule, or one of the caller's; `allowed` are the bounds that the remedy names."""
    known = defaultdict(lambda: "…", allowed)
    french, english = (text.format_map(known) for text in remedy or REMEDIES.get(rule, ANY))
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


def bounds(rule: str, context: dict[str, Any]) -> dict[str, Any]:
    """What a remedy may name of a value's rule, from the context that pydantic gives."""
    if rule == "literal_error":
        # pydantic words the list in English: 'a', 'b' or 'c'.
        return {"allowed": ", ".join(re.findall(r"'([^']*)'", str(context["expected"])))}
    french, english = FORMS.get(str(context.get("pattern")), ("…", "…"))
    named = {name: value for name, value in context.items() if name not in {"field", "found"}}
    return {**named, "form_fr": french, "form_en": english}
