"""Whether bytes are an event, and what to correct where they are not: the judge that services and companies share."""

import json
from collections.abc import Sequence
from typing import TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .event import Event
from .feedback import MOST_PROBLEMS, Problem
from .remedies import REMEDIES, bounds, problem

__all__ = ["REMEDIES", "check", "problem"]

E = TypeVar("E", bound=Event)


class _RepeatedFieldError(ValueError):
    """An object names a field twice: readers would disagree about which one counts (RFC 8259, section 4)."""


def check(kind: type[E], value: bytes) -> E | Sequence[Problem]:
    """The event that `value` holds as JSON, or every problem found in it, MOST_PROBLEMS at most. Never raises."""
    try:
        event = kind.model_validate_json(value)
        json.loads(value, object_pairs_hook=_each_once, parse_constant=_refuse)
    except ValidationError as error:
        told = [one for one in error.errors(include_url=False) if not _only_seems_short(one)]
        return [_explain(one) for one in told[:MOST_PROBLEMS]]
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


def _only_seems_short(error: ErrorDetails) -> bool:
    """A list whose items are all wrong counts as empty; each wrong item is told by itself."""
    return error["type"] == "too_short" and len(error["input"]) >= error["ctx"]["min_length"]


def _explain(error: ErrorDetails) -> Problem:
    rule, context = error["type"], error.get("ctx", {})
    if rule in {"json_invalid", "json_type"} or (rule == "model_type" and not error["loc"]):
        return problem("", "malformed", "")
    field = str(context.get("field") or ".".join(map(str, error["loc"])))
    found = "" if rule == "missing" else context.get("found", error["input"])
    return problem(field, rule, found, **bounds(rule, context))
