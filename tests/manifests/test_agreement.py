"""What the manifests say is what the code says."""

import json
import os
import re
from collections.abc import Mapping
from typing import Any

import pytest
import yaml

from services.notifications.clients import MailSettings
from services.portal.api.site import PortalSettings
from shared.chassis import migrate
from shared.chassis.settings import PREFIX, Settings
from shared.cli.checks import ROOT
from shared.cli.ops.access import hears, rules_of
from shared.contracts.catalogue import CONTEXTS
from shared.contracts.topics import PORTAL
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from tests.manifests.api import Resource
from tests.manifests.crds import SCALERS, crds
from tests.manifests.overlays import OVERLAYS, container, resource, resources

SETTINGS: Mapping[str, type[Settings]] = {
    **dict.fromkeys(CONTEXTS, Settings),
    "portal": PortalSettings,
    "notifications": MailSettings,
}
FROM_OUTSIDE = {"smtp", "link-key", "backups"}
"""Secrets that no operator makes; the README says who does."""

each = pytest.mark.parametrize("service", CONTEXTS)
both = pytest.mark.parametrize("overlay", OVERLAYS)


def _given(overlay: str, service: str) -> dict[str, str | None]:
    """What a service's pod has in its environment; None for what comes from elsewhere."""
    only = container(resource(overlay, "Deployment", service))
    maps = {one["metadata"]["name"]: one["data"] for one in resources(overlay, "ConfigMap")}
    given = {key: value for one in only["envFrom"] for key, value in maps[one["configMapRef"]["name"]].items()}
    return {**given, **{one["name"]: one.get("value") for one in only["env"]}}


@both
@each
def test_what_a_pod_is_told_is_a_setting_of_its_service(overlay: str, service: str) -> None:
    kafka = write(Connection("kafka:9093", service, "secret", "SASL_SSL"), OURS).keys() | {f"{OURS}CA"}
    known = kafka | {f"{PREFIX}{field.upper()}" for field in SETTINGS[service].model_fields}
    assert {name for name in _given(overlay, service) if not name.startswith("OTEL_")} <= known


@both
@each
def test_a_service_starts_with_what_its_pod_is_told(
    monkeypatch: pytest.MonkeyPatch, overlay: str, service: str
) -> None:
    for name in [name for name in os.environ if name.startswith(PREFIX)]:
        monkeypatch.delenv(name)
    for name, value in _given(overlay, service).items():
        secret = "postgresql://a:b@c/d" if name.endswith("DATABASE") else "s" * 32
        # The CA is in a volume that Strimzi's Secret fills.
        if name != f"{OURS}CA":
            monkeypatch.setenv(name, value if value is not None else secret)
    settings = SETTINGS[service](connection=os.environ)
    assert settings.connection.user == service
    assert not settings.migrate


@both
@each
def test_its_ports_are_the_ones_that_others_ask(overlay: str, service: str) -> None:
    only = container(resource(overlay, "Deployment", service))
    ports = {one["name"]: one["containerPort"] for one in only["ports"]}
    assert str(ports["http"]) == _given(overlay, service)[f"{PREFIX}HTTP_PORT"]
    (port,) = resource(overlay, "Service", service)["spec"]["ports"]
    (endpoint,) = resource(overlay, "PodMonitor", service)["spec"]["podMetricsEndpoints"]
    probes = [only[probe]["httpGet"]["port"] for probe in ("livenessProbe", "readinessProbe", "startupProbe")]
    assert {port["targetPort"], endpoint["port"], *probes} == {"http"}


@both
@each
def test_kafka_listens_where_a_service_and_keda_look_for_it(overlay: str, service: str) -> None:
    listeners = {
        one["name"]: one["port"] for one in resource(overlay, "Kafka", "passerelle")["spec"]["kafka"]["listeners"]
    }
    address = f"passerelle-kafka-bootstrap:{listeners['tls']}"
    assert _given(overlay, service)["PASSERELLE_KAFKA"] == address
    trigger = _trigger(overlay, service)
    assert trigger["bootstrapServers"] == address.replace(":", ".passerelle.svc:")
    assert listeners["tls"] in _egress(overlay, service)


def _trigger(overlay: str, service: str) -> dict[str, str]:
    (only,) = resource(overlay, "ScaledObject", service)["spec"]["triggers"]
    assert only["type"] == "kafka"
    told: dict[str, str] = only["metadata"]
    return told


def _egress(overlay: str, service: str) -> set[int]:
    rules = resource(overlay, "NetworkPolicy", service)["spec"]["egress"]
    return {port["port"] for rule in rules for port in rule["ports"]}


@both
@each
def test_its_group_is_its_name_for_kafka_for_keda_and_for_itself(overlay: str, service: str) -> None:
    acls = resource(overlay, "KafkaUser", service)["spec"]["authorization"]["acls"]
    assert [one["resource"]["name"] for one in acls if one["resource"]["type"] == "group"] == [service]
    assert _trigger(overlay, service)["consumerGroup"] == service
    assert container(resource(overlay, "Deployment", service))["args"] == [f"services.{service}.app"]


@both
@each
def test_it_may_do_on_kafka_what_its_code_does_and_nothing_else(overlay: str, service: str) -> None:
    acls = resource(overlay, "KafkaUser", service)["spec"]["authorization"]["acls"]
    allowed = {
        (operation.upper(), one["resource"]["type"].upper(), one["resource"]["name"], one["resource"]["patternType"])
        for one in acls
        for operation in one["operations"]
    }
    wanted = {(one.operation, one.kind, one.name, "prefix" if one.prefixed else "literal") for one in rules_of(service)}
    assert allowed == wanted


@both
@each
def test_keda_knows_what_its_trigger_is_told(overlay: str, service: str) -> None:
    scalers = json.loads((crds() / "schemas" / SCALERS.split("/")[-1]).read_text("utf-8"))["scalers"]
    (kafka,) = [one["parameters"] for one in scalers if one["type"] == "kafka"]
    known = {one["name"]: one for one in kafka}
    told = _trigger(overlay, service)
    assert told.keys() <= {name for name, one in known.items() if one.get("metadataVariableReadable")}
    for name, value in told.items():
        assert value in known[name].get("allowedValue", [value])
    authentication = resource(overlay, "TriggerAuthentication", f"{service}-kafka")["spec"]
    secret = {one["parameter"] for part in ("env", "secretTargetRef") for one in authentication[part]}
    assert secret == {"username", "password", "ca"}
    assert secret <= {name for name, one in known.items() if one.get("triggerAuthenticationVariableReadable")}


@both
@each
def test_it_is_never_more_replicas_than_a_topic_has_partitions(overlay: str, service: str) -> None:
    topics = {one["metadata"]["name"]: one["spec"]["partitions"] for one in resources(overlay, "KafkaTopic")}
    heard = {name.replace("{sender}", PORTAL) for name in hears(service)} & topics.keys()
    assert resource(overlay, "ScaledObject", service)["spec"]["maxReplicaCount"] <= min(topics[name] for name in heard)


@both
@each
def test_a_job_migrates_its_database_and_it_does_not(overlay: str, service: str) -> None:
    assert _given(overlay, service)[f"{PREFIX}MIGRATE"] == "false"
    job = container(resource(overlay, "Job", f"{service}-migration"))
    assert job["args"] == [migrate.__name__, service]
    assert service in CONTEXTS
    pod = container(resource(overlay, "Deployment", service))
    assert job["image"] == pod["image"]
    assert _database(job) == _database(pod) == {"name": f"{service}-postgres-app", "key": "uri"}


def _database(of: Any) -> Any:
    (found,) = [one["valueFrom"]["secretKeyRef"] for one in of["env"] if one["name"] == f"{PREFIX}DATABASE"]
    return found


@both
@each
def test_its_database_is_its_own(overlay: str, service: str) -> None:
    made = resource(overlay, "Cluster", f"{service}-postgres")["spec"]["bootstrap"]["initdb"]
    assert (made["database"], made["owner"]) == (service, service)


@both
@each
def test_it_is_given_the_time_to_finish_what_it_began(overlay: str, service: str) -> None:
    pod = resource(overlay, "Deployment", service)["spec"]["template"]["spec"]
    before = pod["containers"][0]["lifecycle"]["preStop"]["sleep"]["seconds"]
    graceful = float(_given(overlay, service)[f"{PREFIX}GRACEFUL_TIMEOUT"] or 0)
    assert pod["terminationGracePeriodSeconds"] > before + graceful


@both
def test_every_topic_keeps_as_many_copies_as_there_are_brokers_for(overlay: str) -> None:
    brokers = resource(overlay, "KafkaNodePool", "brokers")["spec"]["replicas"]
    config = resource(overlay, "Kafka", "passerelle")["spec"]["kafka"]["config"]
    copies = {one["spec"]["replicas"] for one in resources(overlay, "KafkaTopic")}
    in_sync = {one["spec"]["config"]["min.insync.replicas"] for one in resources(overlay, "KafkaTopic")}
    assert copies == {config["default.replication.factor"]} == {brokers}
    assert in_sync == {str(config["min.insync.replicas"])} == {str(max(1, brokers - 1))}
    assert config["auto.create.topics.enable"] is False


@both
def test_every_flow_that_is_allowed_leads_to_somebody(overlay: str) -> None:
    there = [one["spec"]["template"]["metadata"]["labels"] for one in _workloads(overlay)]
    there += [{"cnpg.io/cluster": one["metadata"]["name"]} for one in resources(overlay, "Cluster")]
    there += [{"strimzi.io/cluster": "passerelle", "strimzi.io/broker-role": "true"}]
    # What issue 7's other lanes bring is not here yet.
    there += [{"app.kubernetes.io/name": "otel-collector"}]
    for policy in resources(overlay, "NetworkPolicy"):
        spec = policy["spec"]
        ends = [
            peer
            for side in ("from", "to")
            for way in ("ingress", "egress")
            for rule in spec.get(way, ())
            for peer in rule.get(side, ())
        ]
        inside = [spec["podSelector"], *(one["podSelector"] for one in ends if set(one) == {"podSelector"})]
        for selector in inside:
            assert any(selector.get("matchLabels", {}).items() <= labels.items() for labels in there), policy[
                "metadata"
            ]


def _workloads(overlay: str) -> list[Resource]:
    return [*resources(overlay, "Deployment"), *resources(overlay, "Job")]


@both
@pytest.mark.parametrize("kind", ["Service", "PodDisruptionBudget", "PodMonitor"])
@each
def test_what_is_about_a_service_selects_its_pods_alone(overlay: str, kind: str, service: str) -> None:
    selector = resource(overlay, kind, service)["spec"]["selector"]
    labels = selector.get("matchLabels", selector)
    found = [
        one["metadata"]["name"]
        for one in _workloads(overlay)
        if labels.items() <= one["spec"]["template"]["metadata"]["labels"].items()
    ]
    assert found == [service]


@both
def test_every_secret_is_made_by_an_operator_or_named_in_the_readme(overlay: str) -> None:
    made = {one["metadata"]["name"] for one in resources(overlay, "KafkaUser")} | {"passerelle-cluster-ca-cert"}
    made |= {f"{one['metadata']['name']}-app" for one in resources(overlay, "Cluster")}
    text = yaml.safe_dump_all(resources(overlay))
    asked = set(re.findall(r"secretName: (\S+)", text))
    asked |= {
        one["valueFrom"]["secretKeyRef"]["name"]
        for pods in _workloads(overlay)
        for one in container(pods)["env"]
        if "secretKeyRef" in one["valueFrom"]
    }
    assert asked - made <= FROM_OUTSIDE
    readme = (ROOT / "deploy/README.md").read_text("utf-8")
    assert all(f"`{name}`" in readme for name in FROM_OUTSIDE)
    assert not resources(overlay, "Secret")


def test_production_runs_images_by_their_digest() -> None:
    for pods in _workloads("production"):
        assert re.fullmatch(r"\S+@sha256:[0-9a-f]{64}", container(pods)["image"])


def test_production_keeps_data_that_the_manifests_no_longer_name() -> None:
    for kind in ("Kafka", "KafkaNodePool", "KafkaTopic", "Cluster"):
        for one in resources("production", kind):
            assert one["metadata"]["annotations"]["argocd.argoproj.io/sync-options"] == "Prune=false"
    for pool in resources("production", "KafkaNodePool"):
        assert not any(volume["deleteClaim"] for volume in pool["spec"]["storage"]["volumes"])


@both
@each
def test_a_pod_is_bounded_probed_and_without_rights(overlay: str, service: str) -> None:
    deployment = resource(overlay, "Deployment", service)["spec"]
    # KEDA says how many there are.
    assert "replicas" not in deployment
    for pods in (deployment, resource(overlay, "Job", f"{service}-migration")["spec"]):
        pod = pods["template"]["spec"]
        assert not pod["automountServiceAccountToken"]
        assert not pod["enableServiceLinks"]
        (only,) = pod["containers"]
        assert only["securityContext"]["readOnlyRootFilesystem"]
        bounds, wanted = only["resources"]["limits"], only["resources"]["requests"]
        assert bounds == {name: wanted[name] for name in ("memory", "ephemeral-storage")}
        assert wanted["cpu"]
    probes = [
        container({"spec": deployment})[f"{name}Probe"]["httpGet"]["path"]
        for name in ("liveness", "readiness", "startup")
    ]
    assert probes == ["/health/live", "/health/ready", "/health/live"]


@both
def test_everything_says_what_it_belongs_to(overlay: str) -> None:
    for one in resources(overlay):
        assert one["metadata"]["labels"]["app.kubernetes.io/part-of"] == "passerelle", one["metadata"]["name"]
    for one in _workloads(overlay):
        labels = one["spec"]["template"]["metadata"]["labels"]
        assert {f"app.kubernetes.io/{name}" for name in ("name", "component", "part-of", "managed-by")} <= labels.keys()
