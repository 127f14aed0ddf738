"""Each overlay on an API server of its own, with nodes on which nothing runs."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.cli.checks import ROOT
from shared.contracts.catalogue import CONTEXTS
from tests.manifests.cluster import Cluster, RefusedError
from tests.manifests.kubelet import NODES
from tests.manifests.overlays import OVERLAYS, built, overlay

OURS = ("--namespace", "passerelle")
PATIENCE = "--timeout=120s"
MIGRATIONS = ("job", "--selector=app.kubernetes.io/component=migration")


@pytest.fixture(params=OVERLAYS)
def applied(request: pytest.FixtureRequest) -> tuple[str, Cluster]:
    """An overlay's name, and the cluster that it was applied to."""
    cluster: Cluster = request.getfixturevalue(request.param)
    return request.param, cluster


@pytest.fixture
def doubled(production: Cluster) -> Iterator[Cluster]:
    """Two replicas of each service, as KEDA asks for, and a budget that knows both."""
    _settled(production, 2)
    yield production
    production.kubelet.goes_on.set()
    production.kubectl("uncordon", *NODES)


def _settled(cluster: Cluster, replicas: int) -> None:
    cluster.kubectl(*OURS, "scale", "deployment", "--all", f"--replicas={replicas}")
    cluster.kubectl(*OURS, "rollout", "status", "deployment", PATIENCE)
    cluster.wait_until(lambda: _budgets(cluster) == dict.fromkeys(CONTEXTS, replicas), "the budgets to know the pods")


def _items(cluster: Cluster, *what: str) -> list[Any]:
    found: list[Any] = json.loads(cluster.kubectl(*OURS, "get", *what, "-o", "json"))["items"]
    return found


def _budgets(cluster: Cluster) -> dict[str, int]:
    return {one["metadata"]["name"]: one["status"].get("currentHealthy", 0) for one in _items(cluster, "pdb")}


def _pods(cluster: Cluster, *selectors: str) -> list[Any]:
    labels = ",".join(["app.kubernetes.io/component=service", *selectors])
    return _items(cluster, "pod", f"--selector={labels}")


def test_every_service_is_rolled_out_and_every_migration_done(applied: tuple[str, Cluster]) -> None:
    _, cluster = applied
    cluster.kubectl(*OURS, "rollout", "status", "deployment", PATIENCE)
    cluster.kubectl(*OURS, "wait", "--for=condition=Complete", *MIGRATIONS, PATIENCE)
    assert {one["metadata"]["name"] for one in _items(cluster, "deployment")} == set(CONTEXTS)
    assert {one["metadata"]["name"] for one in _items(cluster, *MIGRATIONS)} == {f"{one}-migration" for one in CONTEXTS}


def test_applying_it_again_would_change_nothing(applied: tuple[str, Cluster]) -> None:
    name, cluster = applied
    # `kubectl diff` fails where there is a difference.
    assert not cluster.kubectl("diff", "--server-side", "-f", "-", given=overlay(name))


def test_applying_it_again_leaves_the_replicas_that_keda_asked_for(doubled: Cluster) -> None:
    doubled.apply(overlay("production"))
    assert [one["spec"]["replicas"] for one in _items(doubled, "deployment")] == [2] * len(CONTEXTS)


def test_the_second_replica_is_not_evicted_while_the_first_is_away(doubled: Cluster) -> None:
    pairs = [_pods(doubled, f"app.kubernetes.io/name={service}") for service in CONTEXTS]
    doubled.kubelet.goes_on.clear()
    assert [_evict(doubled, first) for first, _ in pairs] == [201] * len(CONTEXTS)
    assert [_evict(doubled, second) for _, second in pairs] == [429] * len(CONTEXTS)


def _evict(cluster: Cluster, pod: Any) -> int:
    metadata = {key: pod["metadata"][key] for key in ("name", "namespace")}
    path = f"/api/v1/namespaces/{metadata['namespace']}/pods/{metadata['name']}/eviction"
    eviction = {"apiVersion": "policy/v1", "kind": "Eviction", "metadata": metadata}
    return cluster.api.ask("POST", path, eviction).status


@pytest.mark.parametrize("node", NODES)
def test_a_node_can_be_drained_and_everything_runs_on_the_other(doubled: Cluster, node: str) -> None:
    doubled.kubectl("drain", node, PATIENCE)
    doubled.kubectl(*OURS, "rollout", "status", "deployment", PATIENCE)
    assert {one["spec"]["nodeName"] for one in _pods(doubled)} == set(NODES) - {node}


def test_the_replicas_of_a_service_are_on_different_nodes(doubled: Cluster) -> None:
    _settled(doubled, 0)
    _settled(doubled, 2)
    for service in CONTEXTS:
        assert {one["spec"]["nodeName"] for one in _pods(doubled, f"app.kubernetes.io/name={service}")} == set(NODES)


def test_a_release_is_applied_once_the_migrations_of_the_one_before_are_away(production: Cluster) -> None:
    digest = f"sha256:{'1' * 64}"
    release = overlay("production").replace(f"sha256:{'0' * 64}", digest)
    with pytest.raises(RefusedError, match=r"Job.*immutable"):
        production.apply(release)
    production.kubectl(*OURS, "delete", *MIGRATIONS, PATIENCE)
    production.apply(release)
    production.kubectl(*OURS, "wait", "--for=condition=Complete", *MIGRATIONS, PATIENCE)
    production.kubectl(*OURS, "rollout", "status", "deployment", PATIENCE)
    images = {one["spec"]["containers"][0]["image"] for one in _pods(production)}
    assert images == {f"registry.example/passerelle@{digest}"}


@pytest.mark.parametrize("folder", sorted(file.parent for file in (ROOT / "deploy").rglob("kustomization.yaml")))
def test_every_folder_can_be_built_by_itself(folder: Path) -> None:
    if "kind: Component" not in (folder / "kustomization.yaml").read_text("utf-8"):
        assert built(folder)
