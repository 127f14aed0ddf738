"""Search as people meet it: over HTTP, of what was published on the real Kafka."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from starlette.applications import Starlette

from services.portal.api import offers
from shared.chassis.database import Database
from shared.cli.platform import Platform
from shared.contracts.event import Event
from shared.contracts.internships import InternshipClosed, InternshipPosted, InternshipUpdated
from shared.contracts.offer_life import InternshipExpired, InternshipMerged, InternshipSuspended
from shared.contracts.placements import AnswersMeasured
from tests.conftest import eventually, new_siren
from tests.portal.offers import TODAY, posted
from tests.portal.test_pages import Away


async def found(portal: Platform, **parameters: str) -> list[dict[str, Any]]:
    async with httpx.AsyncClient() as browser:
        answer = await browser.get(f"{portal.portal}/api/offers", params=parameters)
    assert answer.status_code == 200, answer.text
    offers: list[dict[str, Any]] = answer.json()["offers"]
    return offers


async def publish(portal: Platform, *events: Event) -> None:
    async with portal.client("internships") as client:
        for event in events:
            await client.publish(event)


def changed(offer: InternshipPosted, **changes: Any) -> InternshipUpdated:
    return InternshipUpdated(**{**dict(offer), **changes})


async def is_titled(portal: Platform, offer_id: UUID, word: str, title: str | None) -> None:
    """Wait until the offer is found under this title by the word; or, by None, that it is not found."""

    async def is_it() -> bool:
        there = [one["title"] for one in await found(portal, text=word) if one["offer_id"] == str(offer_id)]
        return there == ([title] if title else [])

    await eventually(is_it, f"{offer_id} to be found as {title}")


async def test_an_offer_is_found_from_when_it_is_posted_until_it_is_closed_and_as_it_is_now(portal: Platform) -> None:
    word = f"mot{uuid4().hex[:10]}"
    siren = new_siren()
    offer = posted(title=f"Stage {word}").model_copy(update={"siren": siren})
    about: dict[str, Any] = {"offer_id": offer.offer_id, "siren": siren}
    again = offer.model_copy(update={"title": f"De nouveau {word}"})
    steps: list[tuple[Event, str | None]] = [
        (offer, f"Stage {word}"),
        (changed(offer, title=f"Autrement {word}"), f"Autrement {word}"),
        (InternshipSuspended(**about), None),
        (again, f"De nouveau {word}"),
        (InternshipMerged(**about, shown_as=uuid4()), None),
        (again, f"De nouveau {word}"),
        (InternshipExpired(**about, last_day=TODAY), None),
        (offer, f"Stage {word}"),
        (InternshipClosed(**about, reason="cancelled"), None),
    ]
    for event, title in steps:
        await publish(portal, event)
        await is_titled(portal, offer.offer_id, word, title)


async def test_an_offer_is_shown_with_its_companys_rate_of_answers(portal: Platform) -> None:
    word, siren = f"mot{uuid4().hex[:10]}", new_siren()
    await publish(
        portal,
        posted(title=word).model_copy(update={"siren": siren}),
        AnswersMeasured(siren=siren, measured_on=TODAY, due=9, answered=8, median_hours=30),
    )

    async def is_shown() -> bool:
        wanted = {"due": 9, "answered": 8, "median_hours": 30}
        return [one["answers"] for one in await found(portal, text=word)] == [wanted]

    await eventually(is_shown, "the offer with its company's rate")


async def test_a_whole_life_in_one_batch_ends_as_it_should(portal: Platform) -> None:
    word = f"mot{uuid4().hex[:10]}"
    many = [posted(title=f"Stage {word} {number}") for number in range(30)]
    closed = [InternshipClosed(offer_id=one.offer_id, siren=one.siren, reason="cancelled") for one in many[::2]]
    await publish(portal, *many, *closed)

    async def is_so() -> bool:
        there = {one["offer_id"] for one in await found(portal, text=word, limit="50")}
        return there == {str(one.offer_id) for one in many[1::2]}

    await eventually(is_so, "the offers that were not closed")


async def asked(query: str, database: Database | None = None) -> httpx.Response:
    """What the search answers, in an outage where no database is given."""
    transport = httpx.ASGITransport(Starlette(routes=offers.routes(database or Away())))
    async with httpx.AsyncClient(transport=transport, base_url="http://portal") as browser:
        return await browser.get(f"/api/offers?{query}")


async def test_wrong_parameters_are_told_as_a_problem_for_programs() -> None:
    answer = await asked("level=2&text=a%00b&page=2&near=99999&rome=%ff")
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    said = answer.json()
    assert said["status"] == 400
    assert {one["field"] for one in said["problems"]} == {"level", "text", "page", "near", "rome"}
    assert all(one["remedy_fr"] and one["remedy_en"] for one in said["problems"])


async def test_in_an_outage_the_search_says_so() -> None:
    answer = await asked("text=fibre")
    assert (answer.status_code, answer.headers["content-type"]) == (503, "application/problem+json")


@pytest.mark.parametrize("query", ["text=%ff%fe", "text=" + "a" * 140, "within_km=200", "text=%F0%9F%98%80", "level="])
async def test_odd_parameters_reach_postgresql_as_what_it_can_take(database: Database, query: str) -> None:
    answer = await asked(query, database)
    assert answer.status_code == 200
    assert answer.json() == {"offers": [], "about": 0, "more_than_about": False, "instead": None, "next": None}


async def test_searches_side_by_side_disturb_nobody(database: Database) -> None:
    answers = await asyncio.gather(*(asked("text=fibre&near=35238", database) for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
