"""Tools that are not ours: each is installed from its own registry by its own lock, and a missing one is an error."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import confluent_kafka
import pytest

from shared.cli.platform import Platform

HERE = Path(__file__).parent
ACME, OTHER = "732829320", "998712301"
READER = "812025609"
"""Another company than the guide's own, which other tests use; the guide's reader puts hers everywhere."""


def tool(name: str) -> str:
    """The path of a program, or what to install."""
    found = shutil.which(name)
    assert found, f"{name} is not installed: .ci/run installs what this suite needs."
    return found


def run(*command: str | Path, cwd: Path, **options: object) -> str:
    """What a program printed; its complaints where it fails."""
    done = subprocess.run(list(map(str, command)), cwd=cwd, capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command}: {done.stdout}\n{done.stderr}"
    return str(done.stdout)


def judging(platform: Platform) -> Iterator[Platform]:
    """A platform with the guide's companies and the service that judges offers, which ends with the fixture."""
    platform.add_companies([ACME, OTHER, READER])
    platform.start("internships")
    platform.wait_ready(["internships"])
    yield platform
    platform.processes["internships"].stop()


@pytest.fixture(scope="module")
def served(running: Platform) -> Iterator[Platform]:
    """In the clear, as on one machine."""
    yield from judging(running)


@pytest.fixture(scope="module")
def served_over_tls(encrypted: Platform) -> Iterator[Platform]:
    """With a CA of the operator's own."""
    yield from judging(encrypted)


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our scripts for Node and the packages of their lock."""
    folder = tmp_path_factory.mktemp("node")
    shutil.copytree(HERE / "node", folder, dirs_exist_ok=True)
    run(tool("npm"), "ci", "--silent", "--no-audit", "--no-fund", cwd=folder)
    return folder


def run_node(folder: Path, script: str, *arguments: str | Path, given: str = "") -> str:
    """What one of our scripts prints."""
    return run(tool("node"), script, *arguments, cwd=folder, input=given)


def newer_librdkafka() -> Path:
    """The one that confluent-kafka brings: Debian 12's kcat has 2.0, which Kafka 4 refuses, as the guide says."""
    (library,) = (Path(confluent_kafka.__file__).parents[1] / "confluent_kafka.libs").glob("librdkafka*.so*")
    return library
