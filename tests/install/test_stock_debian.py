"""On stock Debian 12 with git and Python, no pip, as an ordinary user: the README's first command.

Needs root and debootstrap, which `.ci/run` installs. The tests run in the order written: the first installs.
"""

import asyncio
import os
import signal
import subprocess
from pathlib import Path

import pytest

from tests.conftest import eventually
from tests.processes import read_until

ROOT = Path(__file__).parents[2]
USER = "alice"
SECONDS = 300
MOUNT = "mount -t proc proc $0/proc && mount --rbind /dev $0/dev && mount -t tmpfs -o mode=1777 tmpfs $0/tmp"
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"


class Debian:
    """A Debian of its own, entered by chroot."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def start(self, *command: str, offline: bool = False) -> "subprocess.Popen[str]":
        """Start a command as the user, with nothing of our environment."""
        inside = " && ".join([MOUNT, "{ ip link set lo up || true; }", 'exec chroot --userspec="$1" "$0" "${@:2}"'])
        enter = ["unshare", "--mount", *(["--net"] if offline else []), "bash", "-c", inside, str(self.folder), USER]
        settings = {"HOME": f"/home/{USER}", "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8"}
        words = [
            "env",
            "-i",
            "--default-signal=INT",
            *(f"{name}={value}" for name, value in settings.items()),
            *command,
        ]
        return subprocess.Popen(
            [*enter, *words], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
        )

    def run(self, *command: str, offline: bool = False) -> tuple[int, str]:
        """Run a command to its end; returns its exit code and what it said."""
        process = self.start(*command, offline=offline)
        said, _ = process.communicate(timeout=SECONDS)
        return process.returncode, said

    def processes(self) -> list[str]:
        """What still runs inside."""
        found = []
        for link in Path("/proc").glob("[0-9]*/root"):
            try:
                if link.readlink() == self.folder:
                    found.append((link.parent / "cmdline").read_text().replace("\0", " "))
            except OSError:
                continue
        return found

    def clone(self, name: str) -> str:
        """A fresh clone in the user's home; returns the path of its command, as seen inside."""
        target = self.folder / "home" / USER / name
        subprocess.run(["git", "clone", "--quiet", ROOT, target], check=True)
        subprocess.run(["chroot", self.folder, "chown", "-R", USER, f"/home/{USER}/{name}"], check=True)
        return f"/home/{USER}/{name}/passerelle"


@pytest.fixture(scope="module")
def debian(tmp_path_factory: pytest.TempPathFactory) -> Debian:
    folder = tmp_path_factory.mktemp("debian")
    folder.chmod(0o755)
    for parent in folder.parents[:3]:
        parent.chmod(parent.stat().st_mode | 0o011)
    include = "--include=python3,git,ca-certificates,iproute2"
    subprocess.run(["debootstrap", "--variant=minbase", include, "bookworm", folder], check=True, capture_output=True)
    (folder / CERTIFICATES.lstrip("/")).write_bytes(Path(CERTIFICATES).read_bytes())
    for name in ("resolv.conf", "hosts"):
        (folder / "etc" / name).write_bytes(Path("/etc", name).read_bytes())
    subprocess.run(["chroot", folder, "useradd", "--create-home", USER], check=True)
    return Debian(folder)


@pytest.fixture(scope="module")
def command(debian: Debian) -> str:
    """The command of a clone that has installed everything by running the demo once."""
    path = debian.clone("first")
    code, said = debian.run(path, "demo")
    assert code == 0, said
    assert "e-mails delivered" in said
    assert debian.processes() == []
    return path


def test_there_is_no_pip_to_help(debian: Debian) -> None:
    assert debian.run("python3", "-m", "pip", "--version")[0] != 0


def test_the_demo_installs_what_it_needs_and_runs_offline_afterwards(debian: Debian, command: str) -> None:
    code, said = debian.run(command, "demo", offline=True)
    assert code == 0, said
    assert "Installing" not in said
    assert debian.processes() == []


def test_two_copies_run_side_by_side(debian: Debian, command: str) -> None:
    both = [debian.start(path, "demo") for path in (command, debian.clone("second"))]
    said = [process.communicate(timeout=SECONDS)[0] for process in both]
    assert [process.returncode for process in both] == [0, 0], said
    assert debian.processes() == []


@pytest.mark.parametrize("moment", ["Starting Kafka", "sends its feed", "Everything runs until Ctrl-C"])
@pytest.mark.parametrize(("stop", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGKILL, -9)])
def test_nothing_is_left_however_it_is_stopped(
    debian: Debian, command: str, moment: str, stop: signal.Signals, code: int
) -> None:
    process = debian.start(command, "demo", "--keep")
    assert process.stdout
    said = read_until(process.stdout, moment)
    os.kill(process.pid, stop)
    process.stdout.close()
    assert process.wait(60) == code, said
    asyncio.run(eventually(lambda: not debian.processes(), lambda: f"the end of {debian.processes()}"))
