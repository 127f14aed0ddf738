"""Advisory locks in PostgreSQL: a number for each, or one would wait for what it has nothing to do with."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_every_lock_has_a_number_of_its_own() -> None:
    found = [
        number
        for folder in ("services", "shared")
        for file in (ROOT / folder).rglob("*.py")
        for number in re.findall(r"^\w*LOCK\w* = ([\d_]+)$", file.read_text("utf-8"), re.MULTILINE)
    ]
    assert len(found) > 4
    assert len(found) == len(set(found))
