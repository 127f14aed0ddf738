"""Feedback for people: one line for each thing said."""

import json
from collections.abc import Mapping
from typing import Any

from ...contracts.event import Event
from ...contracts.feedback import (
    Answer,
    Problem,
    SubmissionAccepted,
    SubmissionHeld,
    SubmissionRejected,
    SubmissionStale,
)
from ...contracts.wire import printable
from . import telling
from .leaves import company_kinds
from .texts import Lang, pick

ANSWERS = {
    "SubmissionAccepted": ("accepté", "accepted"),
    "SubmissionUnchanged": ("inchangé", "unchanged"),
    "SubmissionStale": ("dépassé", "stale"),
    "SubmissionRejected": ("refusé", "rejected"),
    "SubmissionHeld": ("en attente", "held"),
    "VisitConfirmed": ("visite confirmée", "visit confirmed"),
}
GOOD = frozenset({"SubmissionAccepted", "SubmissionUnchanged"})


def answer_name(name: str, lang: Lang) -> str:
    """What an answer is called."""
    return ANSWERS.get(name, (name, name))[lang == "en"]


def line(event: Event, lang: Lang) -> str:
    """One line: what was said, of which submission, and what to do."""
    said = answer_name(type(event).__name__, lang)
    colon = pick(lang, " : ", ": ")
    if not isinstance(event, Answer):
        return printable(f"{said}{colon}{_details(event)}")
    kind = event.submission_type.rpartition(".v")[0].rpartition(".")[2] or event.submission_type
    about = f"{kind} {event.reference or event.submission_id}".strip()
    return printable(f"{said}{colon}{about}{_more(event, lang)}")


def _details(event: Event) -> str:
    return ", ".join(f"{name} {value}" for name, value in event.model_dump(mode="json", exclude={"company"}).items())


def _more(event: Answer, lang: Lang) -> str:
    if isinstance(event, SubmissionStale):
        return pick(
            lang,
            f" (version {event.version}, la {event.newest_version} est connue)",
            f" (version {event.version}, {event.newest_version} is known)",
        )
    if isinstance(event, SubmissionHeld):
        return pick(lang, " — une panne chez nous, rien à faire", " — a fault of ours, nothing to do")
    if isinstance(event, SubmissionAccepted) and event.warnings:
        told = " | ".join(_problem(one, event, lang) for one in event.warnings)
        return pick(lang, f" — à vérifier : {told}", f" — to be checked: {told}")
    if isinstance(event, SubmissionRejected):
        return " — " + " | ".join(_problem(one, event, lang) for one in event.problems)
    return ""


def _problem(problem: Problem, event: Answer, lang: Lang) -> str:
    kind = next((one for one in company_kinds().values() if one.wire_name == event.submission_type), None)
    where = telling.about(kind, problem.field, "", lang)
    found = [telling.shown(problem.found, "", lang)] if problem.found else []
    return telling.sentence(where, problem.rule, found, telling.remedy(problem, lang), lang)


def as_json(event: Event) -> str:
    """The event with its name, on one line."""
    said: Mapping[str, Any] = {"event": type(event).__name__, **event.model_dump(mode="json", exclude_none=True)}
    return json.dumps(said)


def _many(count: int, name: str, lang: Lang) -> str:
    """What that many answers are called."""
    said = answer_name(name, lang)
    return f"{said}s" if lang == "fr" and count > 1 and said.endswith(("é", "u")) else said


def outcome(counts: Mapping[str, int], lang: Lang) -> str:
    """The counts of a send's answers, in one line; what has no answer yet comes last."""
    said = [f"{counts[name]} {_many(counts[name], name, lang)}" for name in ANSWERS if counts.get(name)]
    if counts.get(""):
        said.append(f"{counts['']} " + pick(lang, "sans réponse", "unanswered"))
    return ", ".join(said) or pick(lang, "rien à envoyer", "nothing to send")
