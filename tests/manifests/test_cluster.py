"""A control plane ends with whoever started it."""

from pathlib import Path

import pytest

from tests.manifests.cluster import Cluster, control_plane


def _processes(home: Path) -> list[str]:
    """The command lines that name a folder."""
    lines = []
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            lines.append(file.read_bytes().replace(b"\0", b" ").decode("utf-8", "replace"))
        except OSError:  # it has ended just now
            continue
    return [line for line in lines if str(home) in line]


def _start_and_fail(home: Path, failure: type[BaseException]) -> None:
    with control_plane(home):
        assert len(_processes(home)) == 4
        raise failure


@pytest.mark.parametrize("end", [RuntimeError, KeyboardInterrupt])
def test_nothing_of_it_outlives_a_failure_or_a_ctrl_c(tmp_path: Path, end: type[BaseException]) -> None:
    with pytest.raises(end):
        _start_and_fail(tmp_path, end)
    assert not _processes(tmp_path)


def test_two_side_by_side_know_nothing_of_each_other(tmp_path: Path) -> None:
    def namespaces(cluster: Cluster) -> str:
        return cluster.kubectl("get", "namespace", "-o", "name")

    homes = [tmp_path / name for name in ("one", "other")]
    for home in homes:
        home.mkdir()
    with control_plane(homes[0]) as one, control_plane(homes[1]) as other:
        one.kubectl("create", "namespace", "mine")
        assert "namespace/mine" in namespaces(one)
        assert "namespace/mine" not in namespaces(other)
