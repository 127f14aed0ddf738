"""etcd, the control plane of Kubernetes and kubectl, built once from the Go module proxy."""

import hashlib
import os
import re
import shutil
import subprocess
from pathlib import Path

from shared.stack.processes import StackError
from tests.manifests.kept import kept

SOURCE = Path(__file__).with_name("toolbox")
FILES = ("go.mod", "go.sum", "main.go")
TOOLS = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", "kubectl")


def toolbox() -> Path:
    """The folder with the five programs; building them takes about ten minutes on two cores, and 4 GB of disk."""
    content = b"".join((SOURCE / name).read_bytes() for name in FILES)
    return kept(f"toolbox-{hashlib.sha256(content).hexdigest()[:16]}", _build)


def go(*arguments: str, folder: Path) -> str:
    """What the Go command prints; where it is missing or fails, a StackError says what to do."""
    if not shutil.which("go"):
        raise StackError("The Go command is missing: install Go 1.26 or newer (https://go.dev/dl) and run this again.")
    environment = {**os.environ, "CGO_ENABLED": "0"}
    done = subprocess.run(
        ["nice", "-n", "19", "go", *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise StackError(f"`go {arguments[0]}` failed (Go 1.26 or newer is needed):\n{done.stderr or done.stdout}")
    return done.stdout


def _build(folder: Path) -> None:
    go("build", "-trimpath", "-ldflags", f"-s -w {_version()}", "-o", str(folder / "toolbox"), ".", folder=SOURCE)
    for tool in TOOLS:
        (folder / tool).symlink_to("toolbox")


def _version() -> str:
    """The version that the programs say they have; unset, they would call themselves 0.0."""
    found = re.search(r"k8s\.io/kubernetes v(\d+)\.(\d+)\.(\d+)", (SOURCE / "go.mod").read_text("utf-8"))
    assert found, "go.mod names Kubernetes"
    major, minor, patch = found.groups()
    values = {"gitVersion": f"v{major}.{minor}.{patch}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in values.items())
