"""CONTRIBUTING's recipes, followed word by word in a copy of the tree, end in a service that passes and runs."""

import asyncio
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest
from aiokafka import AIOKafkaConsumer

from shared.cli.ops.access import Rule, Topic
from shared.cli.ops.cluster import cluster
from shared.cli.platform import Platform
from shared.contracts.catalogue import EVENTS
from shared.contracts.outreach import VisitCompleted
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from shared.stack.postgres import create_database
from shared.stack.processes import Process, free_port

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
RULES = """
import json
from shared.cli.ops.access import rules_of
print(json.dumps(sorted(rules_of("coverage"))))
"""
PAGE = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
FENCE = re.compile(r"`([\w/.]+)`:\n\n```\w+\n(.*?)```", re.DOTALL)
COMMAND = re.compile(r"`\./passerelle (contracts \w+)`")


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the tree with the recipes' files in it."""
    copy = tmp_path_factory.mktemp("tree")
    for name in ("benchmarks", "services", "shared", "samples", "tests/contracts"):
        shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(ROOT / name, copy)
    for path, content in FENCE.findall(PAGE):
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        (copy / path).write_text(content, "utf-8")
    change(copy / "shared/contracts/catalogue.py", "CONTEXTS = (", 'CONTEXTS = ("coverage", ')
    change(copy / "shared/contracts/catalogue.py", "MODULES = (", "MODULES = (coverage, ")
    catalogue = copy / "shared/contracts/catalogue.py"
    change(catalogue, "    applications,\n    duplicates,", "    applications,\n    coverage,\n    duplicates,")
    change(copy / "README.md", counted(0), counted(1))
    for command in COMMAND.findall(recipe("Add an event")):
        result = run(copy, "python", "-m", "shared.cli", *command.split())
        assert result.returncode == 0, result.stdout + result.stderr
    return copy


def change(file: Path, old: str, new: str) -> None:
    """A step that the page has in words."""
    text = file.read_text("utf-8")
    assert text.count(old) == 1, f"{file}: {old}"
    file.write_text(text.replace(old, new), "utf-8")


def counted(more: int) -> str:
    """How README counts the events, with so many more that are served."""
    served = sum(event.status == "served" for event in EVENTS.values())
    return f"{len(EVENTS) + more} events, of which {served + more} are served"


def recipe(title: str) -> str:
    """A section of the page."""
    return PAGE.partition(f"## {title}\n")[2].partition("\n## ")[0]


def test_the_page_has_the_events_example_and_both_commands() -> None:
    assert "shared/contracts/examples/fr.passerelle.coverage.SchoolReached.v1.json" in dict(FENCE.findall(PAGE))
    assert COMMAND.findall(recipe("Add an event")) == ["contracts export", "contracts release"]


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(
        [BIN / command[0], *command[1:]], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    "command",
    [
        ("ruff", "check", "services/coverage", "shared/contracts/coverage.py"),
        ("ruff", "format", "--check", "services/coverage", "shared/contracts/coverage.py"),
        ("lint-imports", "--no-cache"),
        ("mypy", "services/coverage"),
        ("python", "-m", "shared.cli", "contracts", "check"),
        (
            "pytest",
            "-q",
            "-p",
            "no:cacheprovider",
            "tests/contracts/test_catalogue.py",
            "tests/contracts/test_examples.py",
        ),
        ("pytest", "-q", "-p", "no:cacheprovider", "tests/contracts/test_compatibility.py", "-k", "released"),
        ("pytest", "-q", "-p", "no:cacheprovider", "tests/contracts/test_documents.py"),
    ],
    ids=lambda command: command[-1],
)
def test_the_recipes_result_passes_every_check(tree: Path, command: tuple[str, ...]) -> None:
    result = run(tree, *command)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_service_without_a_decision_file_is_refused(tree: Path, tmp_path: Path) -> None:
    shutil.copytree(tree, tmp_path / "half")
    (tmp_path / "half/services/coverage/domain.py").unlink()
    result = run(tmp_path / "half", "lint-imports", "--no-cache")
    assert result.returncode == 1
    assert "services.coverage" in result.stdout


def admit(kafka: Connection, tree: Path) -> Connection:
    """A user for the recipe's service, with its topic and the rules that follow from its handlers and contracts."""
    listed = run(tree, "python", "-c", RULES)
    assert listed.returncode == 0, listed.stderr
    user = replace(kafka, user="coverage", password="c" * 40)
    with cluster(kafka) as admin:
        admin.create([Topic("coverage.schools", 1, 1)])
        admin.allow(Rule(*rule) for rule in json.loads(listed.stdout))
        admin.set_password("coverage", user.password or "")
    return user


@pytest.fixture
async def coverage(running: Platform, tree: Path, tmp_path: Path) -> AsyncIterator[Process]:
    """The recipe's service as a process, with its database and topics."""
    user = await asyncio.to_thread(admit, running.kafka, tree)
    environment = {
        **os.environ,
        "PYTHONPATH": str(tree),
        **write(user, OURS),
        "PASSERELLE_DATABASE": await create_database(running.stack.addresses.postgres_admin, "coverage"),
        "PASSERELLE_HTTP_PORT": str(free_port()),
    }
    # -P: the folder that the tests run in must not hide the copy.
    argv = [sys.executable, "-P", "-m", "services.coverage.app"]
    process = Process("coverage", argv, log=tmp_path / "log", environment=environment)
    yield process
    assert process.stop() == 0, process.tail()


def completed(visit: int) -> VisitCompleted:
    return VisitCompleted(
        visit_id=UUID(int=visit),
        school="0350024L",
        school_name="Lycée Émile-Zola",
        teacher_id=UUID(int=9),
        siren="732829320",
        company_name="Fibrelune",
        held_on=date(2027, 1, 11 + visit),
        reported_at=datetime(2027, 2, 1, tzinfo=UTC),
        pupils=31,
        girls=14,
    )


async def test_the_recipes_service_runs_and_states_its_event_once(running: Platform, coverage: Process) -> None:
    async with running.client("outreach") as client:
        for visit in (1, 2):
            await client.publish(completed(visit))
    async with AIOKafkaConsumer(
        "coverage.schools", **running.kafka.arguments(), auto_offset_reset="earliest"
    ) as consumer:
        async with asyncio.timeout(30):
            record = await consumer.getone()
    assert record.key == b"0350024L"
    assert b'"first_visit_on":"2027-01-12"' in record.value
    assert coverage.returncode is None
