"""Files from Maven Central by jgo, fetched once and checked against a lock; afterwards no network is needed."""

import fcntl
import hashlib
import os
import tempfile
from pathlib import Path

import jgo

from shared.stack.processes import StackError


def fetch(what: str, parts: tuple[str, ...], lock: Path) -> list[Path]:
    """The files of some artifacts and of all they need; `lock` has a line for each that may come, hash and name."""
    found = _resolve(what, parts)
    lines = [line.split() for line in lock.read_text("utf-8").splitlines()]
    wanted = {name: sha256 for sha256, name in lines}
    for file in found:
        if wanted.get(file.name) != _sha256(file):
            raise StackError(f"{file} is not the file that {what} was locked with: remove it and run this again.")
    return found


def cache() -> Path:
    """Where what was made of such files can be kept: beside them."""
    repository = os.environ.get("M2_REPO")
    return Path(repository).parent if repository else Path.home() / ".m2"


def _resolve(what: str, parts: tuple[str, ...]) -> list[Path]:
    # Two first runs side by side must not write the same files at once.
    with (Path(tempfile.gettempdir()) / f"passerelle-maven-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            return sorted({artifact.resolve() for part in parts for artifact in jgo.resolve(part)})
        except Exception as error:  # jgo passes on whatever its HTTP client raises
            raise StackError(
                f"{what} could not be fetched from Maven Central ({error}): check the network and run this again."
            ) from error


def _sha256(file: Path) -> str:
    with file.open("rb") as content:
        return hashlib.file_digest(content, "sha256").hexdigest()
