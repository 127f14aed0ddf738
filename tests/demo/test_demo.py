"""The demo as a person runs it, on parts that somebody else started; each failure is a sentence and keeps its logs."""

import os
import re
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from shared.cli.platform import Platform
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from shared.stack import postgres
from shared.stack.processes import free_port
from shared.stack.stack import Stack, local_stack
from tests.processes import read_until

ROOT = Path(__file__).parents[2]
SECONDS = 120

Walked = tuple[Stack, subprocess.CompletedProcess[str]]


@pytest.fixture
def elsewhere(tmp_path: Path) -> dict[str, str]:
    """An environment that names parts of which none is there."""
    return {
        **write(Connection(f"127.0.0.1:{free_port()}", "admin", "secret"), OURS),
        "PASSERELLE_POSTGRES": f"postgresql://postgres:secret@127.0.0.1:{free_port()}/postgres",
        "PASSERELLE_SMTP": f"127.0.0.1:{free_port()}",
        "PASSERELLE_MAILBOX": str(tmp_path / "mailbox"),
    }


def addresses(stack: Stack) -> dict[str, str]:
    there = stack.addresses
    return {
        **write(there.kafka, OURS),
        "PASSERELLE_POSTGRES": there.postgres_admin,
        "PASSERELLE_SMTP": f"{there.smtp_host}:{there.smtp_port}",
        "PASSERELLE_MAILBOX": str(there.mailbox),
    }


def demo(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run the demo on the external stack that the environment names."""
    command = [sys.executable, "-m", "shared.cli", "demo", "--stack", "external"]
    settings = {**os.environ, **environment, "PYTHONPATH": str(ROOT), "COLUMNS": "200"}
    return subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, check=False, timeout=SECONDS)


@pytest.fixture(scope="module")
def walked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Walked]:
    """Parts that others started, and the demo that has run on them."""
    with local_stack(tmp_path_factory.mktemp("walked")) as stack:
        yield stack, demo(addresses(stack))


@pytest.fixture
def empty_postgres(tmp_path: Path) -> Iterator[str]:
    """A PostgreSQL that nobody has used, as its administrator enters it."""
    server = postgres.start(tmp_path / "postgres.log")
    yield server.admin
    server.stop()


def test_the_demo_runs_on_parts_that_others_started(walked: Walked) -> None:
    _, done = walked
    assert done.returncode == 0, done.stderr
    assert "Told to correct" in done.stdout


def test_the_demo_shows_an_offers_whole_life(walked: Walked) -> None:
    _, done = walked
    assert "each by one click in an e-mail" in done.stdout
    shown = [line for line in done.stdout.splitlines() if line.startswith("│ +")]
    days = {day: " ".join(line for line in shown if line.startswith(f"│ +{day} ")) for day in (0, 6, 11, 16, 31, 46)}
    assert "ApplicationConfirmed" in days[0]
    assert "MentorProposed" in days[0]
    assert "InternshipExpiring" in days[6]
    assert "coordinators told" in days[11]
    assert "InternshipMerged" in days[6]
    assert "InternshipExpired" in days[11]
    assert re.search(r"InternshipPosted +│ VIE-3", days[11])
    assert "expired" in days[16]
    assert "PlacementStarted" in days[16]
    assert "PulseAsked" in days[31]
    assert "completed, apprenticeship" in days[46]


def test_a_postgresql_that_was_used_before_is_told(walked: Walked) -> None:
    stack, _ = walked
    again = demo(addresses(stack))
    assert again.returncode == 1
    assert "was used before" in again.stderr
    assert "Traceback" not in again.stderr


def told(environment: dict[str, str]) -> str:
    """The sentence with which the demo ends where it cannot begin."""
    done = demo(environment)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "secret" not in done.stderr
    return done.stderr


def test_who_enters_kafka_must_be_said(elsewhere: dict[str, str]) -> None:
    assert told({**elsewhere, "PASSERELLE_KAFKA_USER": ""}).startswith("PASSERELLE_KAFKA_USER is not set")


def test_postgresql_that_is_not_there_is_told_in_a_sentence(elsewhere: dict[str, str]) -> None:
    assert told(elsewhere).startswith("PostgreSQL at 127.0.0.1:")


def test_kafka_that_is_not_there_is_told_in_a_sentence(elsewhere: dict[str, str], empty_postgres: str) -> None:
    there = {**elsewhere, "PASSERELLE_POSTGRES": empty_postgres}
    assert told(there).startswith("Kafka does not answer at 127.0.0.1:")


def test_kafka_that_does_not_let_us_in_is_told_in_a_sentence(
    running: Platform, elsewhere: dict[str, str], empty_postgres: str
) -> None:
    wrong = replace(running.kafka, password="secret" * 5)
    there = {**elsewhere, "PASSERELLE_POSTGRES": empty_postgres, **write(wrong, OURS)}
    assert "does not accept the user admin with this password" in told(there)


def test_a_service_that_does_not_start_is_told_with_its_log_and_the_logs_are_kept(
    walked: Walked, empty_postgres: str
) -> None:
    stack, _ = walked
    there = {**addresses(stack), "PASSERELLE_POSTGRES": empty_postgres}
    done = demo({**there, "PASSERELLE_BATCH_SIZE": "many"})
    assert done.returncode == 1
    assert "portal ended (exit 2). Its log ends:\nPASSERELLE_BATCH_SIZE is wrong" in done.stderr
    kept = re.search(r"The logs of all parts are in (\S+)\.$", done.stderr.strip())
    assert kept
    assert "PASSERELLE_BATCH_SIZE" in Path(kept[1], "portal.log").read_text("utf-8")
    shutil.rmtree(kept[1])


def test_a_part_that_dies_on_the_way_is_told_at_once(tmp_path: Path) -> None:
    with local_stack(tmp_path) as stack:
        command = [sys.executable, "-m", "shared.cli", "demo", "--stack", "external"]
        settings = {**os.environ, **addresses(stack), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        with subprocess.Popen(
            command, env=settings, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        ) as running:
            assert running.stdout
            assert running.stderr
            read_until(running.stdout, "services are ready")
            (outreach,) = (child for child in children(running.pid) if b"services.outreach.app" in words(child))
            os.kill(outreach, signal.SIGKILL)
            said = running.stderr.read()
            running.stdout.read()
    assert running.returncode == 1
    assert said.startswith("outreach ended (exit -9). Its log ends:")
    shutil.rmtree(said.strip().splitlines()[-1].split()[-1].rstrip("."))


def children(pid: int) -> list[int]:
    return [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def words(pid: int) -> list[bytes]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
