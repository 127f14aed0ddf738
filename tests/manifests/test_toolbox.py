"""The toolbox says what it lacks."""

from pathlib import Path

import pytest

from shared.stack.processes import StackError
from tests.manifests.toolbox import toolbox


def test_without_go_it_says_what_to_install_and_leaves_nothing_half_made(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("M2_REPO", str(tmp_path / "maven"))
    with pytest.raises(StackError, match=r"install Go 1\.26 or newer"):
        toolbox()
    assert [file.suffix for file in tmp_path.iterdir()] == [".lock"]
