"""The wheel that companies install, built from these sources."""

import subprocess
import sys
from pathlib import Path

from shared.cli.ops.cluster import OpsError

SOURCES = Path(__file__).parents[2] / "client"


def build_wheel(folder: Path) -> Path:
    """Build `passerelle_client` into `folder`; returns the file. Raises OpsError with the builder's last words."""
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder.absolute())]
    done = subprocess.run(command, cwd=SOURCES, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().rsplit("\n", 1)[-1]
        raise OpsError(f"The wheel could not be built in {folder}: {reason}")
    # Older ones may lie there too.
    return max(folder.glob("passerelle_client-*.whl"), key=lambda wheel: wheel.stat().st_mtime)
