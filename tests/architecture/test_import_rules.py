"""Each rule is shown to bite: a breach is planted in a copy of the tree, and the tool must report it."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent

BREACHES = [
    ("point one way", "services/mentoring/domain.py", "from services.mentoring import store"),
    ("point one way", "services/mentoring/store.py", "from services.mentoring import handlers"),
    ("point one way", "services/mentoring/utils.py", '"""A file without a role."""'),
    ("meet only on Kafka", "services/mentoring/store.py", "from services.outreach import domain as other"),
    ("Shared never looks at services", "shared/chassis/relay.py", "from services.outreach import domain"),
    ("Shared never looks at services", "shared/contracts/event.py", "from shared.chassis import settings"),
    ("Shared never looks at services", "shared/kafka/connection.py", "from shared.client import client"),
    ("Shared never looks at services", "shared/chassis/relay.py", "from shared.client import client"),
    ("Shared never looks at services", "shared/stack/kafka.py", "from shared.cli import platform"),
    ("do no I/O", "services/outreach/domain.py", "import asyncio"),
    ("do no I/O", "shared/contracts/event.py", "import os"),
    ("do no I/O", "shared/offers/wording/tokens.py", "import os"),
    ("Shared never looks at services", "shared/offers/wording/tokens.py", "from shared.client import client"),
    ("knows the drivers", "services/outreach/store.py", "import asyncpg"),
    ("call to the outside", "services/notifications/handlers.py", "from services.notifications import clients"),
    ("stands alone", "shared/client/client.py", "from shared.chassis import settings"),
]

CLOCKS = ["from datetime import datetime\n\nNOW = datetime.now()", "from uuid import uuid4\n\nID = uuid4()"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in ("services", "shared"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def run(tree: Path, *command: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "PYTHONPATH": str(tree), "COLUMNS": "200"}
    return subprocess.run(
        [BIN / command[0], *command[1:]], cwd=tree, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(("rule", "file", "line"), BREACHES)
def test_a_planted_import_breaks_its_rule(tree: Path, rule: str, file: str, line: str) -> None:
    planted = tree / file
    planted.write_text(f"{planted.read_text() if planted.exists() else ''}\n{line}\n")
    result = run(tree, "lint-imports", "--no-cache")
    broken = [line for line in result.stdout.splitlines() if rule in line and "BROKEN" in line]
    assert result.returncode == 1
    assert broken, result.stdout


@pytest.mark.parametrize("code", CLOCKS)
def test_a_decision_that_reads_a_clock_or_draws_an_id_is_reported(tree: Path, code: str) -> None:
    planted = tree / "services/outreach/domain.py"
    planted.write_text(f"{code}\n{planted.read_text()}")
    assert "TID251" in run(tree, "ruff", "check", "services/outreach/domain.py").stdout


def test_a_wrong_type_is_reported(tree: Path) -> None:
    planted = tree / "shared/contracts/wrong.py"
    planted.write_text('"""Planted."""\n\nNUMBER: int = "one"\n')
    assert "Incompatible types" in run(tree, "mypy", "shared/contracts/wrong.py").stdout
