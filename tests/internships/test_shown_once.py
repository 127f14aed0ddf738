"""Offers that are one are shown once: found, asked about, merged and parted again, on a real PostgreSQL."""

from collections.abc import Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import pytest

from services.internships import jobs, store
from services.internships.domain.duplicates import Pair, pair_of
from services.internships.domain.likeness import Listing, candidates
from services.internships.domain.offers import offer_id
from shared.chassis import clock
from shared.chassis.database import Database, Db
from shared.contracts.duplicates import DuplicateContradicted, DuplicateJudged, DuplicatesSuggested
from shared.contracts.internships import (
    InternshipOffered,
    InternshipWithdrawn,
)
from tests.conftest import ServiceDb
from tests.events import offered, withdrawn
from tests.internships.likeness.measure import pairs
from tests.internships.test_domain import NOW
from tests.internships.test_seats import heard

AGENCY = "552100554"
EMPLOYER_SIRET = "73282932000074"
MANAGER = UUID(int=77)


@pytest.fixture(autouse=True)
def _at_the_examples_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_ahead", NOW - datetime.now(UTC))


class Shown:
    """The service's database, driven as the service drives it, and what it says."""

    def __init__(self, db: Db) -> None:
        self.db = db
        self.database = cast(Database, self)

    @asynccontextmanager
    async def transaction(self) -> Any:
        yield self.db

    async def hears(self, *events: Any) -> list[str]:
        """What is said to everybody and to the companies, once the job has run."""
        said = [event for event in events for event in (await heard(self.db, event)).events]
        await jobs.show_offers_once(self.database)
        rows = await self.db.fetch("DELETE FROM outbox RETURNING id, type")
        told = [row["type"].split(".")[-2] for row in sorted(rows, key=lambda row: row["id"])]
        return [
            name for name in (*(type(event).__name__ for event in said), *told) if not name.startswith("Submission")
        ]

    async def suggests(self, days: int = 1) -> list[DuplicatesSuggested]:
        """What coordinators are asked the next morning."""
        events = await jobs.suggest_duplicates(self.db, "2026-11-26", NOW + timedelta(days=days))
        return [event for event in events if isinstance(event, DuplicatesSuggested)]

    async def history(self, offer: InternshipOffered) -> list[tuple[str, str]]:
        rows = await self.db.fetch(
            "SELECT trigger, actor FROM offer_history WHERE offer_id = $1 ORDER BY id", offer_id(offer)
        )
        return [(row["trigger"], row["actor"]) for row in rows]


@pytest.fixture
async def shown(service_db: ServiceDb) -> Shown:
    return Shown(await service_db("internships"))


def by_agency(number: int = 1, **more: Any) -> InternshipOffered:
    """What an agency sends of the employer's offer."""
    return offered(siren=AGENCY, reference=f"JOB-{number}", siret=EMPLOYER_SIRET, **more)


def own(version: int = 1, **more: Any) -> InternshipOffered:
    return offered(version, siret=EMPLOYER_SIRET, **more)


def judged(one: InternshipOffered, other: InternshipOffered, judgement: str) -> DuplicateJudged:
    said: Any = judgement
    return DuplicateJudged(
        offer_id=offer_id(one), other_id=offer_id(other), judgement=said, judged_by_id=MANAGER, judged_at=NOW
    )


async def test_an_offer_sent_again_by_an_agency_is_suggested_once_and_named(shown: Shown) -> None:
    assert await shown.hears(own()) == ["InternshipPosted"]
    assert await shown.suggests() == []
    assert await shown.hears(by_agency(company_name="Agence Talents pour Fibrelune")) == ["InternshipPosted"]
    (asked,) = await shown.suggests()
    (pair,) = asked.pairs
    assert {pair.one.offer_id, pair.other.offer_id} == {offer_id(own()), offer_id(by_agency())}
    assert {pair.one.company_name, pair.other.company_name} == {"Fibrelune", "Agence Talents pour Fibrelune"}
    assert not pair.merged
    assert await shown.suggests() == []


async def test_coordinators_are_asked_the_next_morning_at_nine_in_paris(shown: Shown) -> None:
    await shown.hears(own(), by_agency())
    timers = await shown.db.fetch("SELECT name, due_at FROM timer WHERE name = 'suggest_duplicates'")
    tomorrow = NOW.date() + timedelta(days=1)
    assert [timer["due_at"] for timer in timers] == [
        datetime(tomorrow.year, tomorrow.month, tomorrow.day, 8, tzinfo=UTC)
    ]


async def test_of_two_offers_that_are_one_the_employers_own_is_shown(shown: Shown) -> None:
    await shown.hears(by_agency(), own())
    assert await shown.hears(judged(own(), by_agency(), "same")) == ["InternshipMerged", "OfferHidden"]
    assert await shown.history(by_agency()) == [("offer", "company"), ("hide", "coordinator")]
    assert await shown.hears(judged(own(), by_agency(), "same")) == []


async def test_a_hidden_offer_that_changes_stays_hidden_and_its_company_still_gets_its_verdict(shown: Shown) -> None:
    await shown.hears(by_agency(), own(), judged(own(), by_agency(), "same"))
    assert await shown.hears(by_agency(version=2, seats=2)) == []
    rows = await shown.db.fetch("SELECT version, state FROM offer WHERE siren = $1", AGENCY)
    assert [tuple(row) for row in rows] == [(2, "posted")]


async def test_when_the_shown_offer_closes_its_twin_appears_and_when_it_opens_again_it_goes(shown: Shown) -> None:
    await shown.hears(own(), by_agency(), judged(own(), by_agency(), "same"))
    assert await shown.hears(withdrawn(2)) == ["InternshipClosed", "InternshipPosted", "OfferShown"]
    assert await shown.hears(own(3)) == ["InternshipPosted", "InternshipMerged", "OfferHidden"]


async def test_a_hidden_offer_that_was_closed_and_opens_again_is_not_told_of_twice(shown: Shown) -> None:
    again = by_agency(version=3)
    closed = InternshipWithdrawn(siren=AGENCY, reference="JOB-1", version=2, reason="cancelled")
    await shown.hears(own(), by_agency(), judged(own(), by_agency(), "same"))
    assert await shown.hears(closed) == ["InternshipClosed"]
    assert await shown.hears(again) == []
    assert await shown.hears(withdrawn(2)) == ["InternshipClosed", "InternshipPosted", "OfferShown"]


async def test_a_merge_that_is_taken_back_shows_both_again_and_is_not_asked_again(shown: Shown) -> None:
    await shown.hears(own(), by_agency(), judged(own(), by_agency(), "same"))
    assert await shown.hears(judged(own(), by_agency(), "undecided")) == ["InternshipPosted", "OfferShown"]
    assert await shown.suggests() == []
    assert (await shown.history(by_agency()))[-1] == ("show", "coordinator")


async def test_a_third_that_is_the_same_joins_the_two(shown: Shown) -> None:
    third = by_agency(2)
    await shown.hears(own(), by_agency(), third, judged(own(), by_agency(), "same"))
    assert await shown.hears(judged(by_agency(), third, "same")) == ["InternshipMerged", "OfferHidden"]
    rows = await shown.db.fetch("SELECT shown_as FROM offer WHERE siren = $1", AGENCY)
    assert {row["shown_as"] for row in rows} == {offer_id(own())}


async def test_what_contradicts_an_earlier_judgement_changes_nothing_and_says_which(shown: Shown) -> None:
    third = by_agency(2)
    await shown.hears(own(), by_agency(), third)
    await shown.hears(judged(own(), by_agency(), "same"), judged(own(), third, "different"))
    assert await shown.hears(judged(by_agency(), third, "same")) == ["DuplicateContradicted"]
    outcomes = await shown.db.fetch("SELECT outcome FROM judgement ORDER BY id")
    assert [row["outcome"] for row in outcomes] == ["settled", "settled", "contradicted"]


async def test_a_contradiction_names_what_stands_against_it(shown: Shown) -> None:
    third = by_agency(2)
    for event in (own(), by_agency(), third, judged(own(), by_agency(), "same"), judged(own(), third, "different")):
        await shown.hears(event)
    await heard(shown.db, judged(by_agency(), third, "same"))
    await jobs.show_offers_once(shown.database)
    payload = await shown.db.fetchval("SELECT payload FROM outbox")
    told = DuplicateContradicted.model_validate_json(payload)
    assert pair_of(told.against.one.offer_id, told.against.other.offer_id) == pair_of(offer_id(own()), offer_id(third))
    assert (told.judged_by_id, told.judgement) == (MANAGER, "same")


async def test_a_merged_offer_that_becomes_another_is_asked_about_and_stays_merged(shown: Shown) -> None:
    await shown.hears(own(), by_agency(), judged(own(), by_agency(), "same"))
    elsewhere = {"city": "Brest", "departement": "29"}
    assert await shown.hears(by_agency(version=2, place=elsewhere, title="Cybersécurité (F/H)")) == []
    (asked,) = await shown.suggests()
    assert [pair.merged for pair in asked.pairs] == [True]
    assert await shown.hears(judged(own(), by_agency(), "undecided")) == ["InternshipPosted", "OfferShown"]


async def test_a_suggestion_lapses_when_an_offer_closes(shown: Shown) -> None:
    await shown.hears(own(), by_agency(), withdrawn(2))
    assert await shown.suggests() == []


async def test_offers_that_nobody_knows_are_not_judged(shown: Shown) -> None:
    await shown.hears(own())
    outcome = await heard(shown.db, judged(own(), by_agency(), "same"))
    assert [(problem.field, problem.rule) for problem in outcome.problems] == [("other_id", "unknown_offer")]
    outcome = await heard(shown.db, judged(own(), own(), "same"))
    assert [problem.field for problem in outcome.problems] == ["offer_id"]


async def test_ten_pairs_a_morning_and_the_rest_the_next(shown: Shown) -> None:
    await shown.hears(own(), *(by_agency(number) for number in range(1, 6)))
    first, then = await shown.suggests(), await shown.suggests(2)
    assert (len(first[0].pairs), len(then[0].pairs)) == (10, 5)


async def test_postgresql_finds_the_pairs_that_the_domain_would_compare(shown: Shown) -> None:
    listings = [listing for pair in pairs() for listing in (pair.one, pair.other)]
    unique = {listing.offer_id: listing for listing in listings}
    await store.duplicates.save_keys(shown.db, [], unique.values())
    near = await store.duplicates.list_near(shown.db, [*unique])
    found = {pair_of(mine, other) for mine, others in near.items() for other in others}
    assert found == compared([*unique.values()])


def compared(listings: Sequence[Listing]) -> set[Pair]:
    return {pair_of(one.offer_id, other.offer_id) for one, other in candidates(listings)}
