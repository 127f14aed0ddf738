"""Search on a real PostgreSQL: the words of French offers, places, pages that stay right while offers come and go."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.portal.domain import search
from services.portal.store import finding
from services.portal.store.offers import save_answers
from shared.chassis.database import Db
from shared.contracts.internships import InternshipPosted
from shared.contracts.placements import AnswersMeasured
from shared.offers.communes import communes, distance_km
from shared.offers.suiting import commune_of, last_day
from tests.conftest import ServiceDb
from tests.events import SIREN
from tests.portal.offers import TODAY, close, find, ids, pages, posted, save, titles

EVERYWHERE = sorted(communes()[0].values())


@pytest.fixture
async def db(service_db: ServiceDb) -> Db:
    return await service_db("portal")


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("technicienne fibre", "Technicien(ne) fibre"),
        ("TECHNICIENS", "Technicien(ne) fibre"),
        ("reseau", "Architecte réseaux"),
        ("réseaux", "Architecte réseaux"),
        ("tecnicien", "Technicien(ne) fibre"),
        ("tecnicien fibre", "Technicien(ne) fibre"),
        ("cybersecurité", "Cybersécurité : analyste SOC"),
        ("cybersecurite analyse", "Cybersécurité : analyste SOC"),
        ("cybersecuritté", "Cybersécurité : analyste SOC"),
        ("l'analyste", "Cybersécurité : analyste SOC"),
        ("développeuse", "Développeur·se d’outils"),
    ],
)
async def test_words_are_found_as_people_write_them(db: Db, text: str, title: str) -> None:
    said: dict[str, Any] = {"description": "Huit semaines avec nous.", "company_name": "Lunaire"}
    others = ("Technicien(ne) fibre", "Architecte réseaux", "Cybersécurité : analyste SOC", "Développeur·se d’outils")
    await save(db, *(posted(title=one, **said) for one in others))
    assert titles(await find(db, ("text", text))) == [title]


async def test_words_in_the_title_come_first_then_those_of_company_town_and_description(db: Db) -> None:
    plain = posted(title="Stage", description="Un stage.", company_name="Lunaire")
    in_title = posted(title="Soudure de fibre", description="Un stage.")
    newer = [
        posted(title="Stage", description="Vous apprenez la soudure."),
        posted(title="Stage", company_name="Soudure Ouest"),
        posted(title="Stage", place={"city": "Soudure-les-Bains", "departement": "35"}),
    ]
    for one in (plain, in_title, *newer):
        await save(db, one)
    found = await find(db, ("text", "soudure"))
    assert ids(found) == [one.offer_id for one in (in_title, *reversed(newer))]
    assert found.about == 4


async def test_what_is_spelled_right_is_not_replaced_and_what_was_searched_instead_is_told(db: Db) -> None:
    await save(db, *(posted(title=f"Technicien {number}") for number in range(3)))
    assert (await find(db, ("text", "technicien"))).instead == ()
    found = await find(db, ("text", "tecnicien"), ("limit", "2"))
    assert found.instead == (("tecnicien", "technicien"),)
    assert found.next
    rest = await find(db, ("text", "tecnicien"), ("limit", "2"), ("after", found.next.written()))
    assert len({*ids(found), *ids(rest)}) == 3
    assert titles(await find(db, ("text", "zzzzzz"))) == []


@pytest.mark.parametrize("text", ["de la", "F/H", "'", ":*", "& | !", "<->", "\\", "fibre' | 'x", "日本語", "🙂", "éé"])
async def test_whatever_is_searched_for_is_only_words(db: Db, text: str) -> None:
    await save(db, posted())
    await find(db, ("text", text))


async def test_an_offer_is_found_until_its_last_day_is_over(db: Db) -> None:
    await save(db, posted(valid_through="2027-02-01"), posted(ends_on="2027-04-20"))
    assert len((await find(db, on=date(2027, 2, 1))).offers) == 2
    assert len((await find(db, on=date(2027, 2, 2))).offers) == 1
    assert len((await find(db, on=date(2027, 4, 20))).offers) == 1
    assert (await find(db, on=date(2027, 4, 21))).offers == []


async def test_an_offer_that_changed_is_found_as_it_is_now_and_in_its_place(db: Db) -> None:
    first, second = posted(title="Première", company_name="Lunaire"), posted(title="Seconde")
    await save(db, first)
    await save(db, second)
    changed = first.model_copy(update={"title": "Changée", "level": 7, "description": "Autre chose."})
    await save(db, changed)
    assert titles(await find(db)) == ["Seconde", "Changée"]
    assert titles(await find(db, ("level", "3"))) == ["Seconde"]
    assert titles(await find(db, ("text", "première"))) == []
    assert titles(await find(db, ("text", "changée"))) == ["Changée"]


async def test_a_place_is_found_by_its_code_or_by_its_name_and_what_is_on_no_map_is_not_near(db: Db) -> None:
    by_code = posted(place={"city": "chez nous", "departement": "35", "commune": "35238"})
    by_name = posted(place={"city": "st malo", "departement": "35"})
    nowhere = posted(place={"city": "Zone de Kerlann", "departement": "35"})
    await save(db, by_code, by_name, nowhere)
    found = await find(db, ("near", "35238"), ("within_km", "80"))
    assert [(UUID(one["offer_id"]), one["distance_km"]) for one in found.offers] == [
        (by_code.offer_id, 0.0),
        (by_name.offer_id, 67.2),
    ]
    assert len((await find(db, ("departement", "35"))).offers) == 3
    assert "distance_km" not in (await find(db)).offers[0]


async def test_an_offer_is_near_where_the_map_has_it_whatever_departement_it_says(db: Db) -> None:
    await save(db, posted(place={"city": "Rennes", "departement": "75", "commune": "35238"}))
    assert len((await find(db, ("near", "35238"), ("within_km", "1"))).offers) == 1


async def test_distances_of_postgresql_are_those_of_python(db: Db) -> None:
    chance = random.Random(1)
    pairs = [chance.sample(EVERYWHERE, 2) for _ in range(2000)]
    rows = await db.fetch(
        """
        SELECT distance_km(point(a, b), point(c, d)) AS km
        FROM unnest($1::float8[], $2::float8[], $3::float8[], $4::float8[]) WITH ORDINALITY AS p (a, b, c, d, n)
        ORDER BY n
        """,
        *([one.longitude for one, _ in pairs], [one.latitude for one, _ in pairs]),
        *([other.longitude for _, other in pairs], [other.latitude for _, other in pairs]),
    )
    for row, (one, other) in zip(rows, pairs, strict=True):
        assert row["km"] == pytest.approx(distance_km(one, other), abs=0.001)


async def test_an_offer_shows_its_companys_newest_rate_of_answers_and_nobodys_id(db: Db) -> None:
    await save(db, posted(contact_id=str(UUID(int=7))))
    assert (await find(db)).offers[0]["answers"] is None
    for day, answered in ((5, 3), (4, 1)):
        measured = AnswersMeasured(siren=SIREN, measured_on=date(2027, 1, day), due=4, answered=answered)
        await save_answers(db, measured)
    (offer,) = (await find(db)).offers
    assert offer["answers"] == {"due": 4, "answered": 3, "median_hours": None}
    assert "contact_id" not in offer


def random_offer(chance: random.Random, places: list[Any]) -> InternshipPosted:
    starts_on = TODAY + timedelta(days=chance.randrange(-30, 90))
    place = chance.choice(places)
    code = {"commune": place.code} if chance.random() < 0.7 else {}
    return posted(
        title=chance.choice(["Technicienne fibre", "Analyste", "Stage de soudure", "Ingénieure réseaux"]),
        description=chance.choice(["Avec la fibre et un binôme.", "Des réseaux.", "Huit semaines."]),
        place={"city": place.name, "departement": place.departement, **code},
        starts_on=starts_on,
        ends_on=max(TODAY, starts_on + timedelta(days=chance.randrange(120))),
        level=chance.randint(3, 8),
        trade=chance.choice(["fibre", "radio", "works"]),
        rome=chance.choice(["M1810", "M1804", "F1201", None]),
        **({"valid_through": starts_on} if chance.random() < 0.3 else {}),
    )


def random_search(chance: random.Random, places: list[Any]) -> list[tuple[str, str]]:
    some: list[Callable[[], list[tuple[str, str]]]] = [
        lambda: [("near", chance.choice(places).code), ("within_km", str(chance.choice([1, 10, 50, 200])))],
        lambda: [("departement", one.departement) for one in chance.sample(places, 2)],
        lambda: [("level", str(chance.randint(3, 8)))],
        lambda: [("starts_from", (TODAY + timedelta(days=chance.randrange(-30, 90))).isoformat())],
        lambda: [("ends_by", (TODAY + timedelta(days=chance.randrange(90, 200))).isoformat())],
        lambda: [("trade", one) for one in chance.sample(["fibre", "radio", "works"], chance.randint(1, 2))],
        lambda: [("rome", chance.choice(["M", "M18", "M1810", "F"]))],
    ]
    return [pair for part in chance.sample(some, chance.randint(0, 4)) for pair in part()]


def fits(asked: search.Asked, offer: InternshipPosted) -> bool:
    """The filters in plain words."""
    home, there = communes()[0].get(asked.near or ""), commune_of(offer.place)
    return all(
        [
            last_day(offer) >= TODAY,
            home is None or (there is not None and distance_km(home, there) <= asked.within_km),
            not asked.departement or offer.place.departement in asked.departement,
            asked.level is None or offer.level <= asked.level + 1,
            asked.starts_from is None or offer.starts_on >= asked.starts_from,
            asked.ends_by is None or offer.ends_on <= asked.ends_by,
            not asked.trade or offer.trade in asked.trade,
            asked.rome is None or (offer.rome or "").startswith(asked.rome),
        ]
    )


def order(asked: search.Asked, offer: InternshipPosted, number: int) -> tuple[float, int]:
    home, there = communes()[0].get(asked.near or ""), commune_of(offer.place)
    return (distance_km(home, there) if home and there else 0.0, -number)


@pytest.mark.parametrize("enough", [0, 10, 1000], ids=["always walked", "both", "always gathered"])
async def test_searches_find_what_a_plain_filter_finds_in_the_same_order(
    db: Db, monkeypatch: pytest.MonkeyPatch, enough: int
) -> None:
    monkeypatch.setattr(finding, "ENOUGH", enough)
    chance = random.Random(enough)
    middle = communes()[0]["35238"]
    places = [*chance.sample([one for one in EVERYWHERE if distance_km(one, middle) < 60], 12), *EVERYWHERE[::9000]]
    offers = [random_offer(chance, places) for _ in range(250)]
    await save(db, *offers)
    numbers = {row["offer_id"]: row["number"] for row in await db.fetch("SELECT offer_id, number FROM offer")}
    for _ in range(80):
        parameters = random_search(chance, places)
        asked = search.read(parameters)
        assert isinstance(asked, search.Asked), asked
        wanted = [one for one in offers if fits(asked, one)]
        wanted.sort(key=lambda one: order(asked, one, numbers[one.offer_id]))
        found = await pages(db, *parameters, ("limit", str(chance.choice((9, 20, 50)))))
        assert [one for page in found for one in ids(page)] == [one.offer_id for one in wanted], parameters
        assert enough < 1000 or found[0].about == len(wanted)


@pytest.mark.parametrize("enough", [0, 10, 1000], ids=["always walked", "both", "always gathered"])
async def test_words_with_filters_find_the_same_however_many_offers_fit(
    db: Db, monkeypatch: pytest.MonkeyPatch, enough: int
) -> None:
    monkeypatch.setattr(finding, "ENOUGH", enough)
    chance = random.Random(1)
    places = EVERYWHERE[:8]
    offers = [random_offer(chance, places) for _ in range(120)]
    await save(db, *offers)
    for _ in range(30):
        parameters = random_search(chance, places)
        asked = search.read(parameters)
        assert isinstance(asked, search.Asked)
        some = [one for one in offers if fits(asked, one)]
        titled = {one.offer_id for one in some if "fibre" in one.title}
        told = {one.offer_id for one in some if "fibre" in one.description} - titled
        found = [one for page in await pages(db, ("text", "fibre"), ("limit", "7"), *parameters) for one in ids(page)]
        assert ({*found[: len(titled)]}, {*found[len(titled) :]}) == (titled, told), parameters
        assert len(found) == len(titled) + len(told)


@pytest.mark.parametrize("enough", [0, 1000], ids=["walked", "gathered"])
@pytest.mark.parametrize("parameters", [[], [("text", "fibre")], [("near", "35238"), ("within_km", "90")]])
async def test_pages_neither_repeat_nor_miss_an_offer_while_others_come_and_go(
    db: Db, monkeypatch: pytest.MonkeyPatch, enough: int, parameters: list[tuple[str, str]]
) -> None:
    monkeypatch.setattr(finding, "ENOUGH", enough)
    places = [{"city": city, "departement": "35"} for city in ("Rennes", "Saint-Malo", "Vitré")]
    offers = [
        posted(title=("Fibre", "Stage")[number % 2], description="De la fibre.", place=places[number % 3])
        for number in range(12)
    ]
    for one in offers:
        await save(db, one)
    seen, after = list[UUID](), list[tuple[str, str]]()
    gone = set[UUID]()
    for step in range(20):
        page = await find(db, *parameters, ("limit", "2"), *after)
        seen += ids(page)
        if page.next is None:
            break
        after = [("after", page.next.written())]
        await save(db, posted(title="Fibre", description="Nouvelle."))
        left = [one.offer_id for one in offers if one.offer_id not in {*seen, *gone}]
        if step % 2 and left:
            gone.add(left[0])
        await close(db, *gone, *ids(page)[:1])
    stayed = {one.offer_id for one in offers} - gone
    assert len(seen) == len({*seen})
    assert stayed <= {*seen}
    assert not gone & {*seen}


async def test_the_count_is_bounded(db: Db) -> None:
    await save(db, *(posted(title="Fibre") for _ in range(search.COUNTED + 5)))
    assert (await find(db)).about == search.COUNTED
    assert (await find(db, ("text", "fibre"))).about == search.COUNTED
