"""A description's words for the person looked for: both forms, or neither."""

from collections.abc import Iterator
from functools import cache

from .findings import Finding, finding
from .jobs import NEAR, Form, form_of, has_ending, is_epicene, marker_in, other_form_near
from .phrases import Hit
from .resources import rules, table
from .tokens import Text, keys

OPEN = frozenset(
    "un une des deux trois quatre notre nos futur future futurs jeune jeunes stagiaire et ou - / , son sa le la l '"
    " aussi en".split()
)
"""What may stand between "nous recherchons" and the job's title."""

BECOMING = frozenset("serez seras devenez deviendrez deviendras devenir deviens".split())
DETERMINERS = {"un": "m", "une": "f", "le": "m", "la": "f", "du": "m", "au": "m"}
LOOKED_AHEAD = 10


@cache
def seekers() -> frozenset[str]:
    """The verbs after which the person looked for is named."""
    return frozenset(key for word in table("rules")["words"]["seek"].split() for key in keys(word))


def judge(text: Text) -> Iterator[Finding]:
    """Roles of one gender after "nous recherchons", "vous serez", "en tant que"."""
    seeking = seekers()
    for index, key in enumerate(text.keys):
        if key in seeking or key in BECOMING:
            yield from _roles(text, index + 1, articles=key in seeking)
        elif key in {"que", "qu"} and text.keys[max(0, index - 2) : index] == ["en", "tant"]:
            yield from _roles(text, index + 1, articles=False)
        elif key == "poste" and text.keys[index + 1 : index + 2] in (["de"], ["d"]):
            yield from _roles(text, index + 2, articles=False)


def _roles(text: Text, first: int, *, articles: bool) -> Iterator[Finding]:
    for index in range(first, min(len(text.keys), first + LOOKED_AHEAD)):
        key = text.keys[index]
        form = form_of(text, index, expected=text.keys[index - 1] in DETERMINERS)
        if form:
            if is_one_sided(text, index, form):
                yield _finding(text, index, index, form.gender, form)
        elif is_epicene(key):
            gender = DETERMINERS.get(text.keys[index - 1])
            if articles and gender and not _both_articles(text, index):
                yield _finding(text, index - 1, index, gender, None)
        elif key not in OPEN:
            return


def is_one_sided(text: Text, index: int, form: Form) -> bool:
    """Whether neither the other form, nor its ending, nor F/H stands beside a word."""
    after = text.keys[index + 1 : index + 1 + NEAR]
    return not (has_ending(text, index) or marker_in(after) or other_form_near(text, index, form))


def _both_articles(text: Text, index: int) -> bool:
    near = text.keys[max(0, index - 3) : index + 5]
    return {"un", "une"} <= set(near) or {"le", "la"} <= set(near) or has_ending(text, index - 1) or marker_in(near)


def _finding(text: Text, first: int, last: int, gender: str, form: Form | None) -> Finding:
    rule = rules()["generic_masculine" if gender == "m" else "gendered_role"]
    span = (text.spans[first][0], text.spans[last][1])
    both = (f"Écrivez « {form.both} ».", f"Write “{form.both}”.") if form else None
    return finding(rule, "description", span, both)


def is_doubled(text: Text, hit: Hit) -> bool:
    """Whether the feminine stands beside an expression in the masculine: "la ou le stagiaire", "elle ou il devra"."""
    last = hit.last - 1
    near = text.keys[max(0, hit.first - 3) : hit.last + 4]
    if has_ending(text, last) or has_ending(text, hit.first) or marker_in(near):
        return True
    if text.keys[hit.first] == "il":
        return bool({"elle", "iel", "on"} & set(near))
    if is_epicene(text.keys[last]):
        return _both_articles(text, last)
    form = form_of(text, last) or Form("m", text.keys[last], "")
    beside = text.keys[max(0, hit.first - NEAR) : hit.last + NEAR]
    feminine = {text.keys[last] + "e", text.keys[last].removesuffix("s") + "es", *keys(form.feminine)}
    return bool(feminine & set(beside)) or other_form_near(text, last, form)
