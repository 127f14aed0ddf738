"""Two offers that are one are found, and no others."""

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.internships.domain.likeness import NEIGHBOURS, Listing, candidates, keys, likeness, winner
from services.internships.domain.words import title_words, town
from tests.internships.likeness.measure import listing, measure, pairs

PAIRS = pairs()
LISTINGS = [listing for pair in PAIRS for listing in (pair.one, pair.other)]
any_listing = st.sampled_from(LISTINGS)


@pytest.mark.parametrize("part", ["development", "held_out"])
def test_hardly_any_suggestion_is_wrong_and_most_of_what_is_one_is_suggested(part: str) -> None:
    figures = measure([pair for pair in PAIRS if pair.part == part])
    assert figures.precision >= 0.97
    assert figures.recall >= 0.9


def test_the_labelled_pairs_are_many_and_a_third_of_them_tempt() -> None:
    assert len(PAIRS) >= 340
    assert sum(not pair.same for pair in PAIRS) * 3 >= len(PAIRS)
    assert sum(pair.part == "held_out" for pair in PAIRS) >= 200


@given(any_listing, any_listing)
def test_the_order_of_the_two_does_not_matter(one: Listing, other: Listing) -> None:
    assert likeness(one, other).verdict == likeness(other, one).verdict
    assert likeness(one, other).score == pytest.approx(likeness(other, one).score)
    assert winner([one, other]) == winner([other, one])


@given(any_listing)
def test_an_offer_is_the_same_as_itself(one: Listing) -> None:
    assert likeness(one, one).verdict == "same"
    assert likeness(one, one._replace(offer_id=UUID(int=0))).verdict != "different"


def test_one_establishment_is_one_place_whatever_its_senders_call_it() -> None:
    own = listing("own", {"siret": "73282932000017", "city": "Cesson-Sévigné"})
    assert likeness(own, listing("reposted", {"siret": "73282932000017", "siren": "552100554"})).verdict == "same"


def test_a_second_sender_may_say_more_of_the_town_but_one_sender_means_two_places() -> None:
    own, longer = (listing(city, {"city": city}) for city in ("Val-Couesnon", "Antrain (Val-Couesnon)"))
    assert likeness(own, longer).reasons == ("place",)
    assert likeness(own, longer._replace(siren="552100554")).verdict == "same"


def test_a_sender_means_what_differs_between_its_own_offers() -> None:
    own = listing("own", {"ends_on": "2027-09-24"})
    longer = listing("longer", {"starts_on": "2027-04-19"})
    assert likeness(own, longer).reasons == ("period",)
    assert likeness(own, longer._replace(siren="552100554")).verdict != "different"


def test_every_pair_that_is_suggested_shares_a_key() -> None:
    suggested = [pair for pair in PAIRS if pair.suggested]
    assert [pair.name for pair in suggested if not keys(pair.one) & keys(pair.other)] == []


def test_each_pair_is_compared_once() -> None:
    found = [frozenset((one.offer_id, other.offer_id)) for one, other in candidates(LISTINGS)]
    assert len(found) == len(set(found))


@pytest.mark.parametrize("offers", [100, 1000])
def test_an_aggregator_with_very_many_offers_in_one_place_makes_no_square_of_pairs(offers: int) -> None:
    those = [PAIRS[0].one._replace(offer_id=UUID(int=number)) for number in range(offers)]
    assert sum(1 for _ in candidates(those)) <= offers * NEIGHBOURS * len(keys(those[0]))


def test_the_employers_own_offer_wins_over_an_older_one_of_an_aggregator() -> None:
    own = listing("own", {"siret": "73282932000017"})
    reposted = listing("reposted", {"siret": "73282932000017", "siren": "552100554"})
    assert winner([own, reposted._replace(posted_at=own.posted_at - timedelta(days=9))]) == own


def test_of_two_alike_the_older_wins() -> None:
    older, newer = PAIRS[0].one, PAIRS[0].other._replace(posted_at=PAIRS[0].one.posted_at + timedelta(days=1))
    assert winner([newer, older]) == older


@pytest.mark.parametrize(
    "title",
    ["Technicien réseau (H/F)", "Stage : technicienne réseau F/H", "Réf. 12-B Technicien réseau à Lyon"],
)
def test_what_a_title_wears_does_not_count(title: str) -> None:
    assert title_words(title, "Lyon") == ("reseau", "technicien")


def test_a_number_that_tells_two_offers_apart_counts() -> None:
    assert title_words("Conductrice de travaux - Lot 2") == ("conducteur", "lot2", "travau")
    assert title_words("Ingénieure 5G") == ("5g", "ingenieur")


@pytest.mark.parametrize(
    ("city", "name"),
    [
        ("75011 Paris", ("paris", 11)),
        ("Lyon 3ème arrondissement", ("lyon", 3)),
        ("Marseille", ("marseille", None)),
        ("NANTES CEDEX 3", ("nantes", None)),
        ("St-Malo (35)", ("malo saint", None)),
    ],
)
def test_a_town_is_read_as_all_write_it(city: str, name: tuple[str, int | None]) -> None:
    assert town(city) == name
