"""Two offers that are one are found, and the suggestion can be taken back."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.internships.domain.likeness import (
    Links,
    Listing,
    candidates,
    likeness,
    merge,
    title_words,
    unmerge,
    winner,
)
from tests.internships.likeness.measure import listing, measure, pairs

PAIRS = pairs()
LISTINGS = [listing for pair in PAIRS for listing in (pair.one, pair.other)]
any_listing = st.sampled_from(LISTINGS)
links = st.dictionaries(st.uuids(), st.uuids(), max_size=5)


@pytest.mark.parametrize("held_out", [False, True])
def test_hardly_any_suggestion_is_wrong_and_most_of_what_is_one_is_suggested(*, held_out: bool) -> None:
    figures = measure([pair for pair in PAIRS if pair.held_out is held_out])
    assert figures.precision >= 0.9
    assert figures.recall >= 0.9


@given(any_listing, any_listing)
def test_the_order_of_the_two_does_not_matter(one: Listing, other: Listing) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert winner(one, other) == winner(other, one)


@given(any_listing)
def test_an_offer_is_the_same_as_itself(one: Listing) -> None:
    assert likeness(one, one).verdict == "same"
    assert likeness(one, one._replace(offer_id=UUID(int=0))).verdict == "same"


def test_no_pair_that_is_one_escapes_the_candidates() -> None:
    found = {frozenset((one.offer_id, other.offer_id)) for one, other in candidates(LISTINGS)}
    assert [pair.number for pair in PAIRS if pair.same and {pair.one.offer_id, pair.other.offer_id} not in found] == []


@given(links, any_listing, any_listing)
def test_a_merge_that_is_taken_back_leaves_the_links_as_they_were(before: Links, one: Listing, other: Listing) -> None:
    if one.offer_id == other.offer_id:
        return
    after = merge(before, one, other)
    (hidden,) = after.keys() - before.keys()
    assert after[hidden] == winner(one, other).offer_id
    assert unmerge(after, hidden) == before


def test_a_merged_offer_is_not_merged_again_by_itself() -> None:
    with pytest.raises(ValueError, match="unmerged"):
        merge({LISTINGS[0].offer_id: LISTINGS[1].offer_id}, LISTINGS[0], LISTINGS[2])


def test_what_an_offer_was_shown_for_is_shown_with_it() -> None:
    oldest, middle, newest = (
        LISTINGS[number]._replace(terms=LISTINGS[0].terms, posted_at=LISTINGS[0].posted_at + timedelta(days=number))
        for number in range(3)
    )
    after = merge(merge({}, middle, newest), oldest, middle)
    assert after == {newest.offer_id: oldest.offer_id, middle.offer_id: oldest.offer_id}
    assert unmerge(after, middle.offer_id) == {newest.offer_id: oldest.offer_id}


def test_the_employers_own_offer_wins_over_an_older_one_of_an_aggregator() -> None:
    own = listing(1, "one", {"siret": "73282932000017"})
    reposted = listing(1, "other", {"siret": "73282932000017", "siren": "552100554"})
    assert winner(own, reposted._replace(posted_at=own.posted_at - timedelta(days=9))) == own


def test_of_two_alike_the_older_wins() -> None:
    older, newer = PAIRS[0].one, PAIRS[0].other._replace(posted_at=PAIRS[0].one.posted_at + timedelta(days=1))
    assert winner(newer, older) == older


@pytest.mark.parametrize(
    "title", ["Technicien réseau (H/F)", "Stage : technicienne réseau F/H", "Réf. 12-B Technicien réseau à Lyon"]
)
def test_what_a_title_wears_does_not_count(title: str) -> None:
    assert title_words(title, "Lyon") == ("reseau", "technicien")
