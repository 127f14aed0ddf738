"""A control plane with an overlay applied to it; one of each for a run."""

from collections.abc import Iterator

import pytest

from tests.manifests.cluster import Cluster, control_plane
from tests.manifests.crds import crds
from tests.manifests.overlays import overlay
from tests.manifests.toolbox import toolbox


def _applied(name: str, factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    with control_plane(factory.mktemp(name)) as cluster:
        cluster.add_kinds()
        cluster.apply(overlay(name))
        yield cluster


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The overlay for production, applied to an empty cluster that knows its kinds."""
    yield from _applied("production", tmp_path_factory)


@pytest.fixture(scope="session")
def laptop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """The overlay for a laptop, in the same way."""
    yield from _applied("laptop", tmp_path_factory)


def pytest_sessionstart() -> None:
    """Make what takes long before any test: the first time it is more than a test may take (faulthandler_timeout)."""
    toolbox()
    crds()
