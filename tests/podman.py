"""podman with a store of its own, and base images of debootstrap's: nothing comes from a registry of images.

Needs root, podman, runc and debootstrap, which `.ci/run` installs.
"""

import os
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

Settings = dict[str, str]

CONTAINERS = """
[containers]
default_ulimits = ["nofile=20000:20000", "nproc=20000:20000"]
[engine]
cgroup_manager = "cgroupfs"
runtime = "runc"
events_logger = "file"
"""
STORAGE = """
[storage]
driver = "overlay"
graphroot = "{home}/graph"
runroot = "{home}/run"
"""


@contextmanager
def own_podman() -> Iterator[tuple[Path, Settings]]:
    """A folder, and an environment in which podman keeps everything in it; all is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="passerelle-podman-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        (home / "containers.conf").write_text(CONTAINERS)
        (home / "storage.conf").write_text(STORAGE.format(home=home))
        settings = {
            **os.environ,
            "CONTAINERS_CONF": str(home / "containers.conf"),
            "CONTAINERS_STORAGE_CONF": str(home / "storage.conf"),
        }
        try:
            yield home, settings
        finally:
            subprocess.run(["podman", "system", "reset", "--force"], env=settings, check=True, capture_output=True)


def make_base(tag: str, home: Path, settings: Settings, packages: Iterable[str] = ()) -> None:
    """A minimal Debian with these packages, as an image of that tag."""
    command = ["debootstrap", "--variant=minbase", *(f"--include={name}" for name in [",".join(packages)] if name)]
    subprocess.run([*command, "bookworm", str(home / "base")], check=True, capture_output=True)
    subprocess.run(["tar", "-C", home / "base", "-cf", home / "base.tar", "."], check=True)
    subprocess.run(["podman", "import", home / "base.tar", tag], env=settings, check=True, capture_output=True)
