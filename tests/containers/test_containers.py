"""The stack in containers, on podman's own API socket, with images made on the spot."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.stack.processes import Process
from tests.podman import Settings, make_base, own_podman

ROOT = Path(__file__).parents[2]
BASE = "localhost/passerelle-base:bookworm"
SECONDS = 600
LIST_PORTS = """
import pathlib, subprocess, sys
from shared.stack.stack import local_stack
with local_stack(pathlib.Path(sys.argv[1]), kind="containers"):
    subprocess.run(["podman", "ps", "--format", "json"], check=True)
"""


@pytest.fixture(scope="module")
def engine() -> Iterator[Settings]:
    """podman's service and a base image; what a user's shell would set."""
    with own_podman() as (home, own):
        settings = {
            **own,
            "DOCKER_HOST": f"unix://{home}/podman.sock",
            "TESTCONTAINERS_RYUK_DISABLED": "true",
            "TESTCONTAINERS_CONNECTION_MODE": "docker_host",
            "PASSERELLE_BASE_IMAGE": BASE,
            "PYTHONPATH": str(ROOT),
        }
        make_base(BASE, home, settings)
        argv = ["podman", "system", "service", "--time=0", settings["DOCKER_HOST"]]
        service = Process("podman", argv, log=home / "podman.log", environment=settings)
        try:
            service.wait_until((home / "podman.sock").exists, 30)
            yield settings
        finally:
            service.stop()


def demo(settings: Settings) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "shared.cli", "demo", "--stack", "containers"],
        env=settings,
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


def running(settings: Settings) -> list[str]:
    command = ["podman", "ps", "--all", "--format", "json"]
    listed = subprocess.run(command, env=settings, check=True, capture_output=True, text=True).stdout
    return [container["Image"] for container in json.loads(listed)]


def images(settings: Settings) -> set[str]:
    command = ["podman", "images", "--format", "{{.Repository}}:{{.Tag}} {{.Id}}"]
    return set(subprocess.run(command, env=settings, check=True, capture_output=True, text=True).stdout.splitlines())


def test_the_demo_walks_the_journey_in_containers_and_leaves_none(engine: Settings) -> None:
    done = demo(engine)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "e-mails delivered" in done.stdout
    assert running(engine) == []


def test_a_second_run_builds_nothing(engine: Settings) -> None:
    before = images(engine)
    assert any("passerelle-kafka" in image for image in before)
    assert demo(engine).returncode == 0
    assert images(engine) == before


def test_the_chassis_passes_on_containers(engine: Settings) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "tests/chassis", "tests/journeys"]
    settings = {**engine, "PASSERELLE_TEST_STACK": "containers"}
    done = subprocess.run(command, env=settings, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=False)
    assert done.returncode == 0, done.stdout[-5000:]
    assert running(engine) == []


def test_its_ports_are_open_to_this_machine_alone(engine: Settings, tmp_path: Path) -> None:
    command = [sys.executable, "-c", LIST_PORTS, str(tmp_path / "home")]
    done = subprocess.run(command, env=engine, cwd=ROOT, capture_output=True, text=True, timeout=SECONDS, check=True)
    ports = [port for container in json.loads(done.stdout) for port in container["Ports"]]
    assert [port["host_ip"] for port in ports] == ["127.0.0.1", "127.0.0.1"]


def test_without_an_engine_one_sentence_says_what_to_do(engine: Settings, tmp_path: Path) -> None:
    done = demo({**engine, "DOCKER_HOST": f"unix://{tmp_path}/nobody.sock"})
    assert done.returncode == 1
    assert "No container engine answers: start Docker" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_base_that_cannot_be_had_is_told(engine: Settings) -> None:
    done = demo({**engine, "PASSERELLE_BASE_IMAGE": "localhost/no-such-base:1"})
    assert done.returncode == 1
    assert "could not be built on localhost/no-such-base:1" in done.stderr
    assert "PASSERELLE_BASE_IMAGE" in done.stderr
    assert running(engine) == []
