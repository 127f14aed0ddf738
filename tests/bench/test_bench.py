"""The benchmark compares like with like: every contender stores and publishes the same, and the command says so."""

import asyncio
import json
import subprocess
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from benchmarks import contest, feed, floors, growth, java
from benchmarks.command import FEWER
from shared.cli.platform import Platform
from shared.contracts.checking import check
from shared.contracts.feedback import SubmissionAccepted
from shared.contracts.internships import InternshipPosted
from shared.contracts.wire import unwrap
from tests.topics import everything_on

ROOT = Path(__file__).parents[2]
OFFERS = 5000


def contender(running: Platform, name: str, home: Path) -> contest.Contender:
    match name:
        case "passerelle":
            growth.add_companies(running, feed.sirens(2))
            return contest.ours(feed.sirens(2))
        case "java":
            return contest.peer(running, name, 2, java.command(home))
        case _:
            return contest.peer(running, name, 2, contest.python(name))


@pytest.mark.parametrize("name", ["passerelle", "handwritten", "tutorial", "java"])
async def test_each_contender_does_the_whole_work(running: Platform, tmp_path: Path, name: str) -> None:
    one = await asyncio.to_thread(contender, running, name, tmp_path)
    offers = OFFERS // FEWER if name == "tutorial" else OFFERS
    found = await asyncio.to_thread(contest.drain, running, one, offers)
    assert found.rate > 0
    assert found.cpu["service"] > 0
    database = one.environment.get("PASSERELLE_DATABASE", running.databases["internships"])
    connection = await asyncpg.connect(database)
    for table in ("offer", "offer_history", "inbox"):
        assert len(await connection.fetch(f"TABLE {table}")) == offers, table
    await connection.close()
    said = [record for topic in one.outputs for record in await everything_on(running.kafka, topic)]
    posted = [check(InternshipPosted, record.value) for record in said if kind_of(record) == InternshipPosted.wire_name]
    accepted = [check(SubmissionAccepted, r.value) for r in said if kind_of(r) == SubmissionAccepted.wire_name]
    assert len({one.offer_id for one in posted if isinstance(one, InternshipPosted)}) == offers
    assert len({one.submission_id for one in accepted if isinstance(one, SubmissionAccepted)}) == offers


def kind_of(record: Any) -> str:
    return unwrap(record.headers, record.value).type


def test_the_floors_are_measured(running: Platform) -> None:
    assert floors.postgres(running, 2000) > 0
    assert floors.broker(running, 2000) > 0


def test_the_command_prints_a_table_and_writes_the_figures(tmp_path: Path) -> None:
    figures, table = tmp_path / "figures.json", tmp_path / "table.md"
    options = [
        "--rounds=1",
        "--offers=5000",
        "--backlog=5000",
        "--stored=1000",
        f"--json={figures}",
        f"--markdown={table}",
    ]
    done = subprocess.run([str(ROOT / "passerelle"), "bench", *options], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    written = json.loads(figures.read_text("utf-8"))
    assert set(written["throughput"]) >= {
        "events_per_s", "ratio_to_tutorial", "ratio_to_handwritten", "ratio_to_java",
    }  # fmt: skip
    assert written["one_replica"].keys() == written["throughput"].keys()
    assert written["companies"].keys() == {"1", "10", "250"}
    assert written["replicas"].keys() == {"1", "2", "3"}
    assert written["latency"]["p99_ms"] >= written["latency"]["p50_ms"] > 0
    assert written["machine"] in table.read_text("utf-8")
