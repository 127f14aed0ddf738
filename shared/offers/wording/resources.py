"""The lists of words that lie beside this file, read once."""

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from .findings import Rule
from .phrases import Phrases

UNLESS = "-"
"""What ends the name under which a rule's innocent expressions are kept."""

WEIGHTS = ("strong", "counted", "communal", "innocent")


@cache
def table(name: str) -> dict[str, Any]:
    """A list of words by its file's name."""
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def rules() -> dict[str, Rule]:
    """The rules by their codes."""
    return {rule["code"]: Rule(*(rule[name] for name in Rule._fields)) for rule in table("rules")["rule"]}


@cache
def phrases() -> Phrases:
    """Every expression of every list; what says a thing that would else be missing stands under `said.…`."""
    known = table("rules")
    found = Phrases(known["words"])
    for rule in known["rule"]:
        found.add(rule["code"], rule.get("phrases", ()))
        found.add(rule["code"] + UNLESS, rule.get("unless", ()))
    for name, expressions in known["said"].items():
        found.add(f"said.{name}", expressions)
    for weight in WEIGHTS:
        for expressions in table("stereotypes")[weight].values():
            found.add(weight, expressions)
    return found
