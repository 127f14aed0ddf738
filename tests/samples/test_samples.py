"""The samples are what their generator writes, and the schools' codes are well formed."""

import json
import random

from pydantic import TypeAdapter

from samples import generate
from samples.feed import read_feed
from shared.contracts.fields import Siren, Uai


def test_the_feeds_are_what_the_generator_writes() -> None:
    for name, siren in generate.SIRENS.items():
        lines, _ = generate.feed(name, random.Random(name))
        written = (generate.FOLDER / "internships" / f"{siren}.jsonl").read_text("utf-8")
        assert written == "\n".join(lines) + "\n"


def test_companies_and_schools_have_well_formed_codes() -> None:
    for siren in generate.SIRENS.values():
        assert TypeAdapter(Siren).validate_python(siren) == siren
    for school in json.loads((generate.FOLDER / "schools.json").read_text("utf-8"))["schools"]:
        assert TypeAdapter(Uai).validate_python(school["uai"]) == school["uai"]


def test_a_line_keeps_its_id() -> None:
    file = next((generate.FOLDER / "internships").glob("*.jsonl"))
    ids = [row.event_id for row in read_feed(file)]
    assert ids == [row.event_id for row in read_feed(file)]
    assert len(set(ids)) == len(ids)
