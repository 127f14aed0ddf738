"""A broker as its operator asks it."""

from collections.abc import Iterator

import pytest

from shared.cli.ops.cluster import Cluster, cluster
from shared.cli.platform import Platform


@pytest.fixture
def kafka(running: Platform) -> Iterator[Cluster]:
    with cluster(running.kafka) as admin:
        yield admin
