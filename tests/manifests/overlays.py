"""What Kustomize makes of `deploy/overlays`, as it is applied."""

import copy
import subprocess
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from shared.cli.checks import ROOT
from shared.stack.processes import StackError
from tests.manifests.api import Resource
from tests.manifests.toolbox import toolbox

OVERLAYS = ("production", "laptop")
NAMESPACE = "passerelle"


def built(folder: Path) -> str:
    """What `kubectl kustomize` prints for a folder."""
    build = [str(toolbox() / "kubectl"), "kustomize", str(folder)]
    done = subprocess.run(build, capture_output=True, text=True, check=False)
    if done.returncode:
        raise StackError(f"{folder} can't be built:\n{done.stderr}")
    return done.stdout


@cache
def overlay(name: str) -> str:
    """An overlay, as text."""
    return built(ROOT / "deploy/overlays" / name)


@cache
def _parsed(name: str) -> tuple[Resource, ...]:
    return tuple(yaml.safe_load_all(overlay(name)))


def resources(name: str, kind: str = "") -> list[Resource]:
    """An overlay's resources, of one kind or all; they are the caller's own to change."""
    return copy.deepcopy([one for one in _parsed(name) if kind in {"", one["kind"]}])


def resource(name: str, kind: str, called: str) -> Resource:
    """One resource of an overlay."""
    (found,) = [one for one in resources(name, kind) if one["metadata"]["name"] == called]
    return found


def text_of(*changed: Resource) -> str:
    """Resources as kubectl takes them."""
    text: str = yaml.safe_dump_all(changed)
    return text


def container(pods: Resource) -> Any:
    """The one container of a Deployment's or a Job's pods."""
    (only,) = pods["spec"]["template"]["spec"]["containers"]
    return only
