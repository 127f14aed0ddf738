"""The linter keeps what it was measured to find, on offers that its rules were made with and on others."""

from collections import Counter

import pytest

from shared.offers.wording.resources import rules
from tests.offers.wording.measure import labelled, measure

OFFERS = list(labelled())
COUNTS = measure(OFFERS)
FLOORS = {
    ("development", "block"): (0.97, 0.97),
    ("development", "warning"): (0.95, 0.92),
    ("held out", "block"): (0.90, 0.90),
    ("held out", "warning"): (0.90, 0.75),
}


def test_the_set_is_large_and_a_third_of_it_is_clean() -> None:
    assert len(OFFERS) >= 300
    assert sum(not one.expected for one in OFFERS) > len(OFFERS) / 3
    assert len({(one.title, one.description) for one in OFFERS}) == len(OFFERS)


def test_every_rule_is_expected_somewhere() -> None:
    assert Counter(wanted.rule for one in OFFERS for wanted in one.expected).keys() == rules().keys()


@pytest.mark.parametrize(("part", "level"), FLOORS)
def test_precision_and_recall_keep_above_their_floors(part: str, level: str) -> None:
    precision, recall = FLOORS[part, level]
    counts = COUNTS[part, level]
    assert counts.precision >= precision
    assert counts.recall >= recall
