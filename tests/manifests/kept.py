"""What takes long to make is made once and kept beside the Maven repository."""

import fcntl
import tempfile
from collections.abc import Callable
from pathlib import Path

from shared.stack.maven import cache


def kept(name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name, which `make` fills the first time: it is there whole, or not at all."""
    folder = cache() / name
    cache().mkdir(parents=True, exist_ok=True)
    with (cache() / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.exists():
            with tempfile.TemporaryDirectory(dir=cache()) as scratch:
                made = Path(scratch) / name
                made.mkdir()
                make(made)
                made.rename(folder)
    return folder
