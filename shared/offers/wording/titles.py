"""An offer's title: it names both sexes, or neither."""

from collections.abc import Iterable, Iterator

from .findings import Finding, finding
from .jobs import Form, adjective_of, form_of, has_ending, is_epicene, marker_in, other_form_near
from .phrases import Hit
from .resources import rules
from .tokens import Text

BEFORE = frozenset(
    "stage stages stagiaire stagiaires offre offres poste emploi alternance urgent de d ' en - : ( ) / | , · et h f"
    " aide technico sous assistant".split()
)
"""What may stand before a title's job: "Offre de stage : …"."""

ARTICLES = frozenset(
    "un une des du les le la l nos notre aux au leur leurs par chez pour avec vers mes votre vos ses sur".split()
)
ROLES = frozenset("stage stages offre poste emploi stagiaire stagiaires alternance mission metier".split())
LONGEST_TITLE = 60
"""Words looked at; a contract's title has 140 characters."""


def judge(title: Text, innocent: Iterable[Hit]) -> Iterator[Finding]:
    """The first word of a title that names one sex alone, if there is one; not in an `innocent` "agent logiciel"."""
    machines = {index for hit in innocent for index in range(hit.first, hit.last)}
    marked = marker_in(title.keys[: 2 * LONGEST_TITLE])
    if not marked and title.keys[:1] in (["un"], ["une"]) and len(title.keys) > 1 and is_epicene(title.keys[1]):
        yield _finding(title, 0, 1, None)
        return
    wrong = next(
        (one for one in _jobs(title) if one[0] not in machines and _is_alone(title, *one, marked=marked)), None
    )
    if wrong:
        yield _finding(title, wrong[0], wrong[0], wrong[1])


def _jobs(title: Text) -> Iterator[tuple[int, Form]]:
    leading = True
    for index in range(min(len(title.keys), LONGEST_TITLE)):
        leading = leading and (index == 0 or title.keys[index - 1] in BEFORE)
        form = form_of(title, index, expected=leading) or adjective_of(title, index)
        if form and _stands_for_the_role(title, index):
            yield index, form


def _stands_for_the_role(title: Text, index: int) -> bool:
    """Not "chez un opérateur", nor "déploiement d'agents": an article or another noun's complement."""
    before = title.keys[max(0, index - 3) : index]
    if before[-1:] == ["'"]:
        before.pop()
    if not before or (len(before) == 1 and before[0] in {"un", "une"}):
        return True
    if before[-1] in {"de", "d"}:
        return len(before) > 1 and before[-2] in ROLES
    return before[-1] not in ARTICLES


def _is_alone(title: Text, index: int, form: Form, *, marked: bool) -> bool:
    """A feminine form stays one-sided beside H/F, as France Travail's guide of 2010 says; a masculine one does not."""
    if has_ending(title, index):
        return False
    if other_form_near(title, index, form, range(min(len(title.keys), LONGEST_TITLE))):
        return False
    return form.gender == "f" or not marked


def _finding(title: Text, first: int, last: int, form: Form | None) -> Finding:
    span = (title.spans[first][0], title.spans[last][1])
    if form is None:
        return finding(rules()["gendered_title"], "title", span)
    both = form.both.capitalize()
    return finding(
        rules()["gendered_title"], "title", span, (f"Écrivez « {both} … (F/H) ».", f"Write “{both} … (F/H)”.")
    )
