"""The programs that the integrator's guide shows, run as it shows them against real Kafka and the real services."""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import confluent_kafka
import pytest

from shared.cli.platform import Platform
from shared.client.environment import to_environment
from shared.kafka.connection import Connection
from shared.stack import kafka
from tests.foreign import guide
from tests.foreign.conftest import ACME, HERE, OTHER, newer_librdkafka, run, tool

CLIENTS = {"kcat": "kcat.sh", "node": "kafkajs.mjs", "python": "confluent.py", "java": "Offer.java", "go": "offer.go"}
LONGEST = 30
"""Lines that a program may have."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, node: Path) -> Path:
    """A folder with the guide's files and the libraries that each language fetches for itself."""
    made = tmp_path_factory.mktemp("clients")
    for step in guide.steps():
        if step.file:
            guide.follow(step, made, {})
    (made / "node_modules").symlink_to(node / "node_modules")
    shutil.copytree(HERE / "go", made, dirs_exist_ok=True)
    run(tool("go"), "mod", "download", cwd=made)
    (made / "lib").mkdir()
    (made / "lib" / "librdkafka.so.1").symlink_to(newer_librdkafka())
    (made / "libs").mkdir()
    for jar in kafka.jars():
        (made / "libs" / jar.name).symlink_to(jar)
    return made


def launch(client: str, folder: Path, entry: Connection, siren: str = ACME) -> subprocess.CompletedProcess[str]:
    """Run a client as the guide says, from its folder, with what the operator handed over."""
    handed = {
        # The guide's reader has her Python active; here it is the one that runs the tests, with the library locked.
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "LD_LIBRARY_PATH": str(folder / "lib"),
        **to_environment(entry, siren),
    }
    tool(client)
    commands = next(step.content for step in guide.steps() if not step.file and CLIENTS[client] in step.content)
    (command,) = [line for line in commands.splitlines() if CLIENTS[client] in line]
    return subprocess.run(
        shlex.split(command),
        cwd=folder,
        env={**os.environ, **handed},
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_in_another_language_publishes_an_offer_and_reads_its_verdict(
    client: str, folder: Path, served: Platform
) -> None:
    assert_accepted(launch(client, folder, served.users[ACME]))


@pytest.mark.parametrize("client", CLIENTS)
def test_over_tls_a_client_in_another_language_needs_but_the_ca_that_was_handed_over(
    client: str, folder: Path, served_over_tls: Platform
) -> None:
    entry = served_over_tls.users[ACME]
    assert entry.ca
    shutil.copy(entry.ca, folder)
    assert_accepted(launch(client, folder, replace(entry, ca=Path(entry.ca.name))))


def assert_accepted(done: subprocess.CompletedProcess[str]) -> None:
    assert done.returncode == 0, done.stderr
    assert re.search(r'"accepted_as":"[0-9a-f-]{36}"', done.stdout)
    assert '"reference":"STAGE-2030-014"' in done.stdout


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_in_another_language_is_refused_another_companys_topics(
    client: str, folder: Path, served: Platform
) -> None:
    done = launch(client, folder, served.users[ACME], siren=OTHER)
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert re.search(r"authoriz|not authorized|TOPIC_AUTHORIZATION_FAILED", said, re.IGNORECASE), said


def test_a_burst_is_taken_as_librdkafka_batches_it(served: Platform) -> None:
    entry = served.users[ACME]
    producer = confluent_kafka.Producer(
        {
            "bootstrap.servers": entry.bootstrap,
            "security.protocol": entry.security,
            "sasl.mechanism": "SCRAM-SHA-512",
            "sasl.username": entry.user,
            "sasl.password": entry.password,
        }
    )
    refused: list[object] = []
    for number in range(3000):
        value = json.dumps({"reference": str(number), "description": "x" * 900})
        producer.produce(
            f"intake.{ACME}.internships", value, on_delivery=lambda error, _: refused.extend([error] if error else [])
        )
    assert producer.flush(60) == 0
    assert refused == []


@pytest.mark.parametrize("client", CLIENTS)
def test_a_program_of_the_guide_is_short(client: str) -> None:
    (program,) = [step.content for step in guide.steps() if step.file == CLIENTS[client]]
    assert len(program.splitlines()) < LONGEST
