"""The everyday checks, in the order in which they fail fastest."""

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

CHECKS = (
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("import rules", ["lint-imports"]),
    ("types", ["mypy"]),
)


TOGETHER = ("--numprocesses=auto", "--maxprocesses=4", "--dist=loadfile")
"""The everyday tests run side by side, each process with a stack of its own; a file's tests stay together."""

SUITES = ("bench", "containers", "demo", "faults", "foreign", "hostile", "image", "install", "manifests")
"""Long suites under `tests/`, run by name: `./passerelle test install`. They are not part of the everyday tests."""


def run(arguments: Sequence[str]) -> int:
    """Run every check, then the everyday tests; or what is named: a suite, or anything that pytest understands."""
    failed = [name for name, command in CHECKS if not arguments and not _passes(name, command)]
    everyday = [*TOGETHER, *(f"--ignore=tests/{suite}" for suite in SUITES)]
    named = [f"tests/{word}" if word in SUITES else word for word in arguments]
    tests = subprocess.run(
        [sys.executable, "-m", "pytest", *(named or everyday)], cwd=ROOT, env=_environment(), check=False
    )
    if failed:
        print(f"Failed: {', '.join(failed)}")
    return tests.returncode or len(failed)


def _passes(name: str, command: Sequence[str]) -> bool:
    done = subprocess.run(
        [BIN / command[0], *command[1:]], cwd=ROOT, env=_environment(), check=False, capture_output=True, text=True
    )
    print(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'}", flush=True)
    if done.returncode:
        print(done.stdout, done.stderr)
    return done.returncode == 0


def _environment() -> dict[str, str]:
    return {**os.environ, "PYTHONPATH": str(ROOT)}
