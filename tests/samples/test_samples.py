"""The samples are what their generator writes, their codes are well formed, and `expected.json` is true."""

import json
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pydantic import TypeAdapter

from samples import generate
from samples.feed import Row, read_feed
from services.internships.domain.life import Offer
from services.internships.domain.offers import consider, offer_id
from shared.chassis.handlers import Heard
from shared.chassis.intake import Raw, read
from shared.contracts.feedback import Verdict
from shared.contracts.fields import Departement, Siren, Uai
from shared.contracts.internships import InternshipOffered, InternshipWithdrawn
from shared.contracts.received import Rejected

FEEDS = sorted((generate.FOLDER / "internships").glob("*.jsonl"))
SCHOOLS = json.loads((generate.FOLDER / "schools.json").read_text("utf-8"))["schools"]
NOW = datetime(2026, 11, 24, tzinfo=UTC)


def outcomes(siren: str, rows: list[Row], now: datetime) -> Iterator[str]:
    """What the contracts and the decision make of each row, in order."""
    offers: dict[UUID, Offer | None] = {}
    for number, row in enumerate(rows):
        headers = [("ce_id", row.event_id.encode()), ("ce_type", row.wire_name.encode())]
        raw = Raw(f"intake.{siren}.internships", 0, number, row.key.encode(), row.value, headers)
        heard = read(raw, {InternshipOffered: None, InternshipWithdrawn: None}, now)
        assert heard
        if not isinstance(heard, Heard):
            yield from (f"{problem.field}:{problem.rule}" for problem in heard.problems)
            continue
        assert isinstance(heard.event, InternshipOffered | InternshipWithdrawn)
        key = offer_id(heard.event)
        try:
            offers[key], said = consider(offers.get(key), heard.event, heard.received)
        except Rejected as rejected:
            yield from (f"{problem.field}:{problem.rule}" for problem in rejected.problems)
        else:
            yield from (type(event).__name__ for event in said if isinstance(event, Verdict))


@pytest.mark.parametrize(
    "now", [NOW, NOW + timedelta(days=75), NOW + timedelta(days=1000)], ids=lambda now: str(now)[:10]
)
@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.stem)
def test_the_feed_ends_as_expected_says_whenever_it_is_read(path: Path, now: datetime) -> None:
    expected = json.loads((generate.FOLDER / "expected.json").read_text("utf-8"))[path.stem]
    rows = list(read_feed(path, now.date()))
    told = Counter(outcomes(path.stem, rows, now))
    verdicts = {name: told.pop(f"Submission{name.title()}", 0) for name in ("accepted", "unchanged", "stale")}
    assert {**verdicts, "rejected": dict(told)} == expected
    assert sum(verdicts.values()) + sum(told.values()) == len(rows)


def test_the_files_are_what_the_generator_writes() -> None:
    written = generate.files()
    assert {f"internships/{path.name}" for path in FEEDS} | {"expected.json"} == set(written)
    for path, text in written.items():
        assert (generate.FOLDER / path).read_text("utf-8") == text, f"{path}: run `python -m samples.generate`"


def test_companies_have_well_formed_codes() -> None:
    for siren in generate.SIRENS.values():
        assert TypeAdapter(Siren).validate_python(siren) == siren


@pytest.mark.parametrize("school", SCHOOLS, ids=lambda school: school["uai"])
def test_a_school_has_a_well_formed_code_of_its_own_departement(school: dict[str, str]) -> None:
    assert TypeAdapter(Uai).validate_python(school["uai"]) == school["uai"]
    assert TypeAdapter(Departement).validate_python(school["departement"]) == school["departement"]
    assert school["uai"].startswith(f"0{school['departement']}")
    assert school["name"].startswith("Lycée ")
    assert school["city"]


def test_schools_are_a_dozen_or_more_and_none_comes_twice() -> None:
    assert len({school["uai"] for school in SCHOOLS}) == len(SCHOOLS) >= 12


def test_a_row_keeps_its_id_and_no_two_share_one() -> None:
    ids = [row.event_id for path in FEEDS for row in read_feed(path, NOW.date())]
    assert ids == [row.event_id for path in FEEDS for row in read_feed(path, NOW.date())]
    assert len(set(ids)) == len(ids) >= 300


def test_offers_say_enough_to_be_read_and_pay_the_legal_minimum() -> None:
    for path in FEEDS:
        for row in read_feed(path, NOW.date()):
            if row.key.startswith("STG-2027-0") and row.wire_name == InternshipOffered.wire_name:
                offer = InternshipOffered.model_validate_json(row.value)
                assert offer.title.endswith("(F/H)")
                assert offer.description.endswith(".")
                assert offer.hourly_pay is None or offer.hourly_pay >= generate.LEAST_PAY
