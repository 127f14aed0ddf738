"""How long a search of 100,000 open offers takes in PostgreSQL: `python -m benchmarks.search [offers] [searches]`."""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, timedelta
from itertools import accumulate, islice
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID

from benchmarks.feed import sirens
from benchmarks.report import described
from samples.wording import JOBS
from services.portal.domain import search
from services.portal.domain.listing import Listing
from services.portal.store import finding, offers
from shared.chassis.database import Database, migrate_service, open_database
from shared.contracts.internships import InternshipPosted, Place
from shared.offers.communes import Commune, communes
from shared.stack import postgres
from tests.offers.wording.measure import labelled

TODAY = date(2027, 1, 4)
AGAIN = 3
CITIES = (
    "75115 75120 75118 75119 75113 69123 31555 06088 44109 34172 67482 33063 59350 35238 75111 75112 75116 75117 83137 "
    "42218 76351 38185 21231 49007 69266 93066 63113 13201 13208 13213 72181 29019 37261 80021 74010 57463 66136 45234 "
    "95018 76540 92012 93048 54395 92050 94081 30189 20004 35288 22278 56260 29232 85191 79191 86194 87085"
).split()
"""Where most people live, by INSEE code, about in order; the others follow in an order of chance."""

Parameters = list[tuple[str, str]]
Kind = Callable[[random.Random], Parameters]


def population(chance: random.Random) -> tuple[list[Commune], list[float]]:
    """Communes, and what they weigh together so far: the nth has a share of 1/n, as towns about do (Zipf)."""
    known = communes()[0]
    others = sorted(known.keys() - set(CITIES))
    chance.shuffle(others)
    places = [known[code] for code in (*CITIES, *others) if code in known]
    return places, list(accumulate(1 / (number + 3) for number in range(len(places))))


def postings(count: int, chance: random.Random) -> Iterator[InternshipPosted]:
    """Offers of 3,000 companies, worded as the samples and the labelled ones, some 1,000 characters long."""
    places, weights = population(chance)
    told = list(labelled())
    companies = sirens(3000)
    for number, place in enumerate(chance.choices(places, cum_weights=weights, k=count)):
        job, company = chance.choice(JOBS), int(3000 * chance.random() ** 2)
        starts_on = TODAY + timedelta(days=chance.randrange(-20, 250))
        said: dict[str, Any] = {
            "offer_id": UUID(int=chance.getrandbits(128)),
            "siren": companies[company],
            "reference": f"A-{number}",
            "version": 1,
            "title": job.title if chance.random() < 0.6 else chance.choice(told).title[:140],
            "description": "\n".join(one.description for one in chance.sample(told, chance.randint(3, 10)))[:8000],
            "company_name": f"{chance.choice(NAMES)} {chance.choice(NAMES)} {company}",
            "place": Place(city=place.name, departement=place.departement, commune=place.code),
            "starts_on": starts_on,
            "ends_on": max(starts_on + timedelta(weeks=chance.randint(2, 26)), TODAY),
            "level": chance.choice(job.levels),
            "trade": job.trade,
            "rome": job.rome if chance.random() < 0.8 else None,
        }
        yield InternshipPosted(**said)


NAMES = (
    "Fibre Réseaux Ondes Lumière Câbles Télécoms Data Horizon Atlantique Alpes Nord Breizh Connect Numérique".split()
)
COMMON = "technicien technicienne fibre réseau réseaux stage travaux données ingénieur développeur assistante".split()
PROSE = "équipe binôme permis semaines site anglais tuteur autonomie véhicule python formation collègues".split()
RARE = "réflectomètre géomatique django onduleurs pylônes haubans sonde blockchain soudeuse kubernetes drone".split()
TYPOS = "tecnicien technicein developeur réseuax cybersecurte fribre ingenieru climatistion elctrotechnicien".split()


def kinds(places: Sequence[Commune], weights: Sequence[float]) -> dict[str, Kind]:
    """A search of each kind, by chance."""

    def near(chance: random.Random, km: int) -> Parameters:
        return [("near", chance.choices(places, cum_weights=weights)[0].code), ("within_km", str(km))]

    def departement(chance: random.Random) -> Parameters:
        return [("departement", chance.choice(places).departement)]

    def period(chance: random.Random) -> Parameters:
        begins = TODAY + timedelta(days=chance.randrange(200))
        ends = begins + timedelta(days=chance.randrange(20, 120))
        return [("starts_from", begins.isoformat()), ("ends_by", ends.isoformat())]

    def trade(chance: random.Random) -> Parameters:
        return [("trade", chance.choice(JOBS).trade)]

    def level(chance: random.Random) -> Parameters:
        return [("level", str(chance.randint(3, 7)))]

    def text(words: Sequence[str], least: int = 1, most: int = 1) -> Kind:
        return lambda chance: [("text", " ".join(chance.sample(words, chance.randint(least, most))))]

    return {
        "nothing but newest": lambda _: [],
        "one département": departement,
        "three départements, two trades": lambda c: sum([departement(c) for _ in range(3)], trade(c) + trade(c)),
        "level 3": lambda _: [("level", "3")],
        "period": period,
        "ROME code": lambda c: [("rome", c.choice(JOBS).rome)],
        "ROME letter": lambda c: [("rome", c.choice("FIM"))],
        "within 30 km": lambda c: near(c, 30),
        "within 200 km": lambda c: near(c, 200),
        "Paris, 10 km": lambda _: [("near", "75056"), ("within_km", "10")],
        "Paris, 10 km, trade, level, period": lambda c: [
            *(("near", "75056"), ("within_km", "10")), *trade(c), *level(c), *period(c)
        ],
        "within 30 km, trade, level, period": lambda c: near(c, 30) + trade(c) + level(c) + period(c),
        "trade, level 3, period": lambda c: [*trade(c), ("level", "3"), *period(c)],
        "a very common word": text(COMMON),
        "a common word of descriptions": text(PROSE),
        "a rare word": text(RARE),
        "two or three words": text([*COMMON, *PROSE], 2, 3),
        "a common word within 30 km": lambda c: text(COMMON)(c) + near(c, 30),
        "a common word within 200 km": lambda c: text([*COMMON, *PROSE])(c) + near(c, 200),
        "a common word, Paris, 10 km, level 3": lambda c: [
            *text([*COMMON, *PROSE])(c), ("near", "75056"), ("within_km", "10"), ("level", "3")
        ],
        "words, département, level": lambda c: text([*COMMON, *PROSE, *RARE], 1, 2)(c) + departement(c) + level(c),
        "words, trade, level, period": lambda c: text([*COMMON, *PROSE], 1, 2)(c) + trade(c) + level(c) + period(c),
        "a word misspelled": text(TYPOS),
        "two words, one misspelled, 30 km": lambda c: [
            ("text", f"{c.choice(TYPOS)} {c.choice(COMMON)}"), *near(c, 30)
        ],
    }  # fmt: skip


async def load(database: Database, count: int) -> float:
    """Save the offers as the handlers do, a thousand at a time; returns how many a second."""
    took = 0.0
    posted = postings(count, random.Random(1))
    while batch := list(islice(posted, 1000)):
        listings = [Listing(one.offer_id, one) for one in batch]
        began = time.perf_counter()
        async with database.transaction() as db:
            await offers.save_listings(db, listings)
        took += time.perf_counter() - began
    async with database.session() as db:
        await db.execute("VACUUM ANALYZE")  # as autovacuum does
    return count / took


async def timed(database: Database, parameters: Parameters) -> tuple[float, search.Found]:
    """Milliseconds of one search, from BEGIN to COMMIT as the client sees it."""
    asked = search.read(parameters)
    assert isinstance(asked, search.Asked), asked
    began = time.perf_counter()
    async with database.transaction() as db:
        found = await finding.find_offers(db, asked, TODAY)
    return 1000 * (time.perf_counter() - began), found


async def measure(database: Database, kind: Kind, searches: int) -> list[tuple[float, ...]]:
    """Each search AGAIN times, and for every third the page after it."""
    chance, took = random.Random(2), list[tuple[float, ...]]()
    while len(took) < searches:
        parameters = kind(chance)
        runs = [await timed(database, parameters) for _ in range(AGAIN)]
        took.append(tuple(ms for ms, _ in runs))
        if (following := runs[0][1].next) and len(took) % 3 == 0:
            more = [*parameters, ("after", following.written())]
            took.append(tuple([(await timed(database, more))[0] for _ in range(AGAIN)]))
    return took


def centile(values: Iterable[float], share: float) -> float:
    """The value that this share of all lies at or below."""
    ordered = sorted(values)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


async def floor(database: Database) -> float:
    """Milliseconds of `SELECT 1`, the median."""
    took = []
    for _ in range(500):
        began = time.perf_counter()
        async with database.session() as db:
            await db.fetchval("SELECT 1")
        took.append(1000 * (time.perf_counter() - began))
    return median(took)


async def run(address: str, count: int, searches: int) -> None:
    """Load, search, print."""
    await migrate_service(address, "portal")
    places, weights = population(random.Random(1))
    async with open_database(address) as database:
        rate = await load(database, count)
        least = await floor(database)
        say(f"Measured on {described()}: {count:,} open offers, saved at {rate:,.0f} a second.")
        say(f"`SELECT 1` takes {least:.2f} ms. {searches} searches a kind, {AGAIN} times each; milliseconds. The last")
        say("column takes each search's median, which what else runs on the machine disturbs less.")
        say("\n| | p50 | p99 | most | p99 in `SELECT 1` | p99 of medians |\n|---|---|---|---|---|---|")
        all_of_them: list[tuple[float, ...]] = []
        for name, kind in kinds(places, weights).items():
            took = await measure(database, kind, searches)
            all_of_them += took
            say(row(name, took, least))
        say(row("**all of them, each kind as often**", all_of_them, least))


def row(name: str, took: Sequence[tuple[float, ...]], least: float) -> str:
    """A line of the table."""
    every, medians = [ms for runs in took for ms in runs], [median(runs) for runs in took]
    p50, p99, most = centile(every, 0.5), centile(every, 0.99), max(every)
    return f"| {name} | {p50:.1f} | {p99:.1f} | {most:.1f} | {p99 / least:.0f} | {centile(medians, 0.99):.1f} |"


def say(line: str) -> None:
    """Print as it goes."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def main() -> None:
    """On a PostgreSQL of its own."""
    count, searches = (int(word) for word in (*sys.argv[1:], *("100000", "200")[len(sys.argv) - 1 :]))
    with tempfile.TemporaryDirectory(prefix="passerelle-search-") as home:
        server = postgres.start(Path(home) / "postgres.log")
        try:
            asyncio.run(run(server.create_database("portal"), count, searches))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
