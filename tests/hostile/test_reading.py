"""The corpus, read record by record: each gets the answer it must get, and nothing raises."""

import json
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from shared.chassis.handlers import Heard
from shared.chassis.intake import Raw, Unusable, read
from shared.contracts.catalogue import EVENTS
from shared.contracts.feedback import SubmissionRejected
from tests.events import SIREN
from tests.hostile import corpus
from tests.hostile.corpus import ACCEPTED, Item

NOW = datetime(2026, 11, 25, tzinfo=UTC)
ALL = dict.fromkeys(EVENTS.values())
ITEMS = corpus.corpus(SIREN, "552100554")


@pytest.mark.parametrize("item", ITEMS, ids=lambda item: item.name)
def test_each_item_gets_its_answer(item: Item) -> None:
    raw = Raw(f"intake.{SIREN}.internships", 0, 5, item.key, item.value, tuple(item.all_headers()))
    reading = read(raw, ALL, NOW)
    assert reading == read(raw, ALL, NOW)
    if item.answer == ACCEPTED:
        assert isinstance(reading, Heard), getattr(reading, "problems", None)
        return
    assert isinstance(reading, Unusable)
    assert item.answer in {problem.rule for problem in reading.problems}
    assert reading.received.event_id == (item.event_id.decode() if item.own_id else raw.stand_in_id)
    told = SubmissionRejected(
        company=SIREN,
        submission_id=reading.received.event_id,
        submission_type=reading.received.event_type,
        reference=raw.reference,
        problems=tuple(reading.problems),
    )
    assert len(told.model_dump_json()) < 40_000
    assert all(text.isprintable() for problem in told.problems for text in (problem.field, problem.found))


def test_every_item_has_a_name_of_its_own() -> None:
    assert len({item.name for item in ITEMS}) == len(ITEMS)
    assert json.dumps(sorted(item.name for item in ITEMS))


HUNGRY = """
import resource
from shared.contracts.checking import check
from shared.contracts.outreach import VisitOffered

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10

check(VisitOffered, b"{}")
before = peak()
assert len(check(VisitOffered, b'{"levels":[' + b"0," * 500_000 + b"0]}")) == 50
print(peak() - before)
"""


def test_half_a_million_mistakes_in_one_list_take_no_gigabyte() -> None:
    """Each would be an error object of pydantic's; only the first of a list are judged."""
    run = subprocess.run([sys.executable, "-c", HUNGRY], capture_output=True, text=True, check=True)
    assert int(run.stdout) < 100
