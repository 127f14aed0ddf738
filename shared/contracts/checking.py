"""Whether bytes are an event, and what to correct where they are not: the judge that services and companies share."""

import json
from typing import TypeVar

import jiter
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from .event import Value
from .feedback import MOST_PROBLEMS, Problem
from .remedies import bounds, problem
from .wire import RepeatedFieldError, strictly

__all__ = ["check", "problem"]

V = TypeVar("V", bound=Value)

LARGE = 16 << 10
"""Bytes from which a value's lists are looked at first; nearly all events are smaller."""

MOST_ITEMS = 1000
"""Items of a list that are judged; no list of the contract may be nearly as long."""


def check(kind: type[V], value: bytes) -> V | list[Problem]:
    """What `value` holds as JSON, or every problem found in it, MOST_PROBLEMS at most. Never raises."""
    try:
        if len(value) > LARGE:
            value = json.dumps(_shortened(strictly(value))).encode()
        event: V = kind.__pydantic_validator__.validate_json(value)
        _each_field_once(value)
    except ValidationError as error:
        told = [one for one in error.errors(include_url=False) if not _only_seems_short(one)]
        return [_explain(one) for one in told[:MOST_PROBLEMS]]
    except RepeatedFieldError as error:
        return [problem(str(error), "field_repeated", str(error))]
    except (ValueError, RecursionError):
        return [problem("", "malformed", "")]
    return event


def _each_field_once(value: bytes) -> None:
    try:
        jiter.from_json(value, catch_duplicate_keys=True, allow_inf_nan=False)
    except ValueError:
        strictly(value)  # it says which


def _shortened(content: object) -> object:
    """The content with the first MOST_ITEMS of each list: what is wrong with a million of them fills a gigabyte."""
    if isinstance(content, dict):
        return {name: _shortened(member) for name, member in content.items()}
    return [_shortened(item) for item in content[:MOST_ITEMS]] if isinstance(content, list) else content


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
