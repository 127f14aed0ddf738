"""Whatever it is given, the linter answers, points into the text, and takes time as the text grows and no faster."""

import sys
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.offers.wording import Facts, lint
from tests.offers.wording.measure import labelled

OFFERS = list(labelled())
SENTENCE = "Le bâtiment se trouve près de la gare."
PIECES = st.sampled_from([text for one in OFFERS for text in (one.title, one.description)])
TEXTS = st.one_of(st.text(), st.lists(st.one_of(st.text(max_size=12), PIECES), max_size=6).map("".join))
FACTS = st.builds(Facts, st.booleans(), st.booleans())


@given(TEXTS, TEXTS, FACTS)
@settings(deadline=None)
def test_any_text_is_answered_with_positions_inside_it(title: str, description: str, facts: Facts) -> None:
    texts = {"title": title, "description": description}
    for found in lint(title, description, facts):
        assert 0 <= found.start <= found.end <= len(texts[found.field])
        assert (found.start == found.end) == found.rule.startswith("missing_")
        excerpt = texts[found.field][found.start : found.end]
        assert excerpt == excerpt.strip()


@given(TEXTS, TEXTS, FACTS)
@settings(deadline=None)
def test_the_same_text_has_the_same_findings(title: str, description: str, facts: Facts) -> None:
    assert lint(title, description, facts) == lint(title, description, facts)


@given(st.sampled_from(OFFERS))
@settings(deadline=None)
def test_a_sentence_more_takes_no_finding_away(offer: object) -> None:
    one = next(known for known in OFFERS if known is offer)
    before = lint(one.title, one.description, one.facts)
    after = lint(one.title, f"{one.description}\n\n{SENTENCE}", one.facts)
    assert {found[:5] for found in before} <= {found[:5] for found in after}


def test_a_pure_sentence_has_no_finding_of_its_own() -> None:
    assert lint("", SENTENCE, Facts(pay=True, dates=True)) == []


HOSTILE: dict[str, Callable[[int], str]] = {
    "one word": lambda size: "a" * size,
    "accents without a letter": lambda size: "\u0301" * size,
    "marks": lambda size: "·" * size,
    "openings of expressions": lambda size: "réservé aux " * (size // 12),
    "offences": lambda size: "réservé aux femmes " * (size // 19),
    "seekers": lambda size: "recherchons un " * (size // 15),
    "headings": lambda size: "profil recherché : " * (size // 19),
    "headings on lines": lambda size: "profil recherché :\n" * (size // 19),
    "bullets": lambda size: "profil recherché :\n" + "- a\n" * (size // 4),
    "commas": lambda size: "compétences requises : " + "a," * (size // 2),
    "numbers": lambda size: "9 " * (size // 2),
    "spaces": lambda size: " \u00a0\n" * (size // 3),
    "masculine": lambda size: "le candidat " * (size // 12),
    "titles": lambda size: "technicien " * (size // 11),
}


@pytest.mark.parametrize("hostile", HOSTILE)
def test_work_grows_with_the_text_and_no_faster(hostile: str) -> None:
    make = HOSTILE[hostile]
    lint(make(1_000), make(1_000))  # what is read once is read
    small, large = (_work(make(size)) for size in (20_000, 80_000))
    assert large < 4.4 * small + 2_000


def _work(text: str) -> int:
    """How many functions were called, Python's and C's."""
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        lint(text, text)
    finally:
        sys.setprofile(None)
    return calls


@pytest.mark.parametrize("hostile", HOSTILE)
def test_a_megabyte_is_answered(hostile: str) -> None:
    text = HOSTILE[hostile](1_000_000)
    assert all(found.end <= len(text) for found in lint(text[:140], text))
