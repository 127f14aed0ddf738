"""What is suggested, what a coordinator answers, and what students then see."""

from datetime import timedelta
from itertools import combinations
from uuid import UUID

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from services.internships.domain.duplicates import (
    Change,
    Contradicted,
    Known,
    Pair,
    answer,
    close,
    groups,
    hidden,
    pair_of,
    reconsider,
)
from services.internships.domain.likeness import Listing
from shared.contracts.duplicates import Judgement
from tests.internships.likeness.measure import listing

BASE = listing("duplicates", {})
OFFERS = [BASE._replace(offer_id=UUID(int=n), posted_at=BASE.posted_at + timedelta(days=n)) for n in range(1, 6)]
FIRST, SECOND, THIRD = OFFERS[:3]
ELSEWHERE = listing("elsewhere", {"city": "Brest", "departement": "29"}).terms
PAIRS = [pair_of(one.offer_id, other.offer_id) for one, other in combinations(OFFERS, 2)]
said: st.SearchStrategy[list[tuple[Pair, Judgement]]] = st.lists(
    st.tuples(st.sampled_from(PAIRS), st.sampled_from(["same", "different", "undecided"])), max_size=12
)
some_open = st.lists(st.sampled_from(OFFERS), unique=True)


def pair(one: Listing, other: Listing) -> Pair:
    return pair_of(one.offer_id, other.offer_id)


def answered(answers: list[tuple[Pair, Judgement]]) -> Known:
    """What is known after those answers that contradict none before."""
    known: Known = {}
    for about, word in answers:
        try:
            known = {**known, about: answer(about, word, known)}
        except Contradicted:
            continue
    return known


def test_a_new_offer_that_is_like_another_is_suggested_once() -> None:
    change = reconsider(SECOND, [FIRST, SECOND], {})
    assert change.suggested.keys() == {pair(FIRST, SECOND)}
    assert reconsider(SECOND, [FIRST], {pair(FIRST, SECOND): "suggested"}) == Change({}, frozenset(), frozenset())


def test_a_suggestion_lapses_when_an_offer_changes_or_closes() -> None:
    known: Known = {pair(FIRST, SECOND): "suggested", pair(FIRST, THIRD): "apart"}
    assert reconsider(SECOND._replace(terms=ELSEWHERE), [FIRST], known).lapsed == {pair(FIRST, SECOND)}
    assert reconsider(SECOND._replace(terms=ELSEWHERE), [], known).lapsed == {pair(FIRST, SECOND)}
    assert close(FIRST.offer_id, known).lapsed == {pair(FIRST, SECOND)}


def test_a_merge_is_doubted_when_an_offer_moves_away() -> None:
    change = reconsider(SECOND._replace(terms=ELSEWHERE), [FIRST], {pair(FIRST, SECOND): "merged"})
    assert change == Change({}, frozenset(), frozenset({pair(FIRST, SECOND)}))


def test_what_is_known_of_other_offers_stays() -> None:
    known: Known = {pair(FIRST, SECOND): "suggested", pair(SECOND, THIRD): "suggested"}
    moved = THIRD._replace(terms=ELSEWHERE)
    assert reconsider(moved, [FIRST, SECOND], known) == Change({}, frozenset({pair(SECOND, THIRD)}), frozenset())
    assert close(THIRD.offer_id, known).lapsed == {pair(SECOND, THIRD)}


def test_what_is_merged_through_a_third_is_not_asked() -> None:
    known: Known = {pair(FIRST, SECOND): "merged", pair(SECOND, THIRD): "merged"}
    assert reconsider(FIRST, [SECOND, THIRD], known).suggested == {}


def test_what_would_join_offers_kept_apart_is_neither_suggested_nor_merged() -> None:
    known: Known = {pair(FIRST, SECOND): "merged", pair(SECOND, THIRD): "apart"}
    assert reconsider(FIRST, [SECOND, THIRD], known).suggested == {}
    with pytest.raises(Contradicted) as refused:
        answer(pair(FIRST, THIRD), "same", known)
    assert refused.value.pair == pair(SECOND, THIRD)


def test_what_is_joined_through_a_third_is_not_kept_apart_before_that_is_taken_back() -> None:
    known: Known = {pair(FIRST, SECOND): "merged", pair(SECOND, THIRD): "merged"}
    with pytest.raises(Contradicted) as refused:
        answer(pair(FIRST, THIRD), "different", known)
    assert refused.value.pair in known


def test_a_merged_offers_twin_appears_again_when_the_shown_one_closes_and_goes_when_it_opens() -> None:
    known: Known = {pair(FIRST, SECOND): "merged", pair(SECOND, THIRD): "merged"}
    assert hidden(OFFERS[:3], known) == dict.fromkeys((SECOND.offer_id, THIRD.offer_id), FIRST.offer_id)
    assert hidden([SECOND, THIRD], known) == {THIRD.offer_id: SECOND.offer_id}
    assert hidden([FIRST, THIRD], known) == {THIRD.offer_id: FIRST.offer_id}
    assert hidden([THIRD], known) == {}


@given(said, st.sampled_from(OFFERS), some_open)
def test_what_was_answered_is_never_suggested_again(
    answers: list[tuple[Pair, Judgement]], changed: Listing, near: list[Listing]
) -> None:
    known = answered(answers)
    suggested = reconsider(changed, near, known).suggested.keys()
    assert not suggested & known.keys()
    assert all(answer(about, "same", known) == "merged" for about in suggested)


@given(said, some_open)
def test_offers_kept_apart_are_never_shown_for_each_other_and_each_group_shows_one(
    answers: list[tuple[Pair, Judgement]], those: list[Listing]
) -> None:
    known = answered(answers)
    away = hidden(those, known)
    assert all(known.get(pair_of(one, other)) != "apart" for one, other in away.items())
    assert not away.keys() & set(away.values())
    group = groups(known)
    shown = [group.get(one.offer_id, one.offer_id) for one in those if one.offer_id not in away]
    assert sorted(shown) == sorted({group.get(one.offer_id, one.offer_id) for one in those})


@given(said, st.sampled_from(PAIRS))
def test_a_merge_that_is_taken_back_shows_what_was_shown_before(
    answers: list[tuple[Pair, Judgement]], about: Pair
) -> None:
    before = answered(answers)
    assume(before.get(about) != "merged")
    try:
        merged: Known = {**before, about: answer(about, "same", before)}
    except Contradicted:
        return
    assert hidden(OFFERS, {**merged, about: answer(about, "undecided", merged)}) == hidden(OFFERS, before)


@given(said)
def test_the_order_in_which_pairs_are_read_does_not_matter(answers: list[tuple[Pair, Judgement]]) -> None:
    known = answered(answers)
    assert hidden(OFFERS, dict(reversed(list(known.items())))) == hidden(OFFERS, known)
