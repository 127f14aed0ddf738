"""What is asked and what is answered: the facts that an offer gives elsewhere, and a finding."""

from typing import Literal, NamedTuple

Field = Literal["title", "description"]
Level = Literal["block", "warning"]


class Facts(NamedTuple):
    """Whether the offer's own fields give its pay and its dates, so that its text need not."""

    pay: bool = False
    dates: bool = False


class Rule(NamedTuple):
    """A rule: how grave, what it rests on, and what is said to people in French and in English."""

    code: str
    level: Level
    source: str
    explanation_fr: str
    explanation_en: str
    suggestion_fr: str
    suggestion_en: str


class Finding(NamedTuple):
    """One thing to correct (`block`) or to think over (`warning`).

    It stands at the characters `start` to `end`, the latter not among them, of the field as it was given; a thing that
    is missing stands at 0 to 0. `source` is the law's article or the study that the rule rests on.
    """

    field: Field
    start: int
    end: int
    level: Level
    rule: str
    explanation_fr: str
    explanation_en: str
    suggestion_fr: str
    suggestion_en: str
    source: str


def finding(rule: Rule, field: Field, span: tuple[int, int], form: tuple[str, str] | None = None) -> Finding:
    """A rule broken somewhere; `form` is what to write instead where that is known, in French and in English."""
    french, english = form or (rule.suggestion_fr, rule.suggestion_en)
    return Finding(
        field, *span, rule.level, rule.code, rule.explanation_fr, rule.explanation_en, french, english, rule.source
    )
