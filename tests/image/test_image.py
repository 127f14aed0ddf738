"""The image of all services: built from its Dockerfile on a Debian base, and run as Kubernetes would run it."""

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from shared.cli.platform import Platform
from shared.contracts.catalogue import CONTEXTS
from shared.kafka.variables import OURS, write
from shared.stack.processes import free_port
from tests.conftest import eventually, new_siren
from tests.databases import empty_database
from tests.podman import Settings, make_base, own_podman

ROOT = Path(__file__).parents[2]
BASE = "localhost/passerelle-python:bookworm"
IMAGE = "localhost/passerelle:test"
MOST_MB = 200
"""What the image may have over its base."""
CONFINED = ["--read-only", "--user=10001:10001", "--cap-drop=ALL", "--security-opt=no-new-privileges"]
"""As the pod's security context has it."""
READY = """
import sys, urllib.request
print(urllib.request.urlopen(f"http://127.0.0.1:{sys.argv[1]}/health/ready", timeout=2).read().decode())
"""


@dataclass
class Engine:
    """podman, with the image built."""

    settings: Settings

    def podman(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = ["podman", *arguments]
        return subprocess.run(command, env=self.settings, capture_output=True, text=True, check=False)

    def run(self, *arguments: str, options: tuple[str, ...] = (), **variables: str) -> subprocess.CompletedProcess[str]:
        """Run the image on this machine's network, confined, until it ends."""
        given = [part for name, value in variables.items() for part in ("--env", f"{name}={value}")]
        return self.podman("run", "--network=host", *CONFINED, "--memory=384m", *options, *given, IMAGE, *arguments)

    def size(self, image: str) -> int:
        return int(json.loads(self.podman("image", "inspect", image).stdout)[0]["Size"])


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with own_podman() as (home, settings):
        make_base(BASE, home, settings, ["python3", "python3-venv", "ca-certificates"])
        # The index that this machine's pip has, and whom it trusts.
        here = [path for path in ("/etc/pip.conf", "/etc/ssl/certs") if Path(path).exists()]
        mounts = [f"--volume={path}:{path}:ro" for path in here]
        command = ["podman", "build", "--network=host", *mounts, f"--build-arg=BASE={BASE}", f"--tag={IMAGE}"]
        command += ["--file=deploy/Dockerfile", "."]
        built = subprocess.run(command, cwd=ROOT, env=settings, capture_output=True, text=True, check=False)
        assert built.returncode == 0, built.stdout[-3000:] + built.stderr[-3000:]
        yield Engine(settings)


def test_it_is_small_and_holds_nothing_to_build_or_test_with(engine: Engine) -> None:
    assert engine.size(IMAGE) - engine.size(BASE) < MOST_MB * 1_000_000
    unwanted = ["-name", "pip", "-o", "-name", "tests", "-o", "-path", "*/shared/cli/*"]
    found = engine.podman("run", "--rm", "--entrypoint=find", IMAGE, "/opt/passerelle", *unwanted)
    assert (found.returncode, found.stdout) == (0, ""), found.stderr


@pytest.mark.parametrize("service", CONTEXTS)
async def test_it_migrates_each_service_and_says_what_is_wrong_with_its_settings(
    engine: Engine, running: Platform, service: str
) -> None:
    address = await empty_database(running)
    done = engine.run("shared.chassis.migrate", service, PASSERELLE_DATABASE=address)
    assert done.returncode == 0, done.stderr
    wrong = engine.run(f"services.{service}.app")
    assert wrong.returncode == 2
    assert "PASSERELLE_KAFKA is not set" in wrong.stderr


@pytest.mark.parametrize("service", CONTEXTS)
async def test_it_runs_each_service_confined_and_ends_in_order_when_asked_to(
    engine: Engine, running: Platform, service: str
) -> None:
    port, name = free_port(), f"{service}-{new_siren()}"
    settings = {
        **write(running.users[service], OURS),
        "PASSERELLE_DATABASE": await empty_database(running),
        "PASSERELLE_HTTP_PORT": str(port),
        "PASSERELLE_MEMBER": name,
        "PASSERELLE_LINK_KEY": "a secret of at least thirty-two characters",
    }
    started = engine.run(f"services.{service}.app", options=("--detach", f"--name={name}"), **settings)
    assert started.returncode == 0, started.stderr
    asking = partial(engine.podman, "exec", name, "python", "-c", READY, str(port))
    await eventually(lambda: asking().returncode == 0, lambda: engine.podman("logs", name).stderr[-2000:])
    written = engine.podman("exec", name, "touch", "/opt/passerelle/src/x")
    assert "Read-only file system" in written.stderr
    assert engine.podman("stop", "--time=45", name).returncode == 0
    ended = json.loads(engine.podman("inspect", name).stdout)[0]["State"]
    assert (ended["ExitCode"], ended["OOMKilled"]) == (0, False)
