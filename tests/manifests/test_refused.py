"""A broken copy of each manifest is refused by the API server, for the reason that it was broken for."""

import re
from typing import Any

import pytest

from tests.manifests.api import Resource
from tests.manifests.cluster import Cluster, RefusedError
from tests.manifests.overlays import resource, resources, text_of

NOTHING = object()
"""In place of a value: the field is left out."""

POD = "spec template spec"
CONTAINER = f"{POD} containers 0"
SERVICE = ("Deployment", "outreach")
NAME = "app.kubernetes.io/name"

BROKEN: list[tuple[str, tuple[str, str], str, Any, str]] = [
    ("a misspelt field", SERVICE, "spec strategy rollingUpdate maxUnavailabel", 1, "not declared"),
    ("a misspelt restriction", SERVICE, f"{CONTAINER} securityContext readOnlyRootFs", True, "not declared"),
    ("a privileged container", SERVICE, f"{CONTAINER} securityContext privileged", True, "privileged"),
    ("root", SERVICE, f"{POD} securityContext runAsUser", 0, "runAsUser=0"),
    ("perhaps root", SERVICE, f"{POD} securityContext runAsNonRoot", False, "runAsNonRoot != true"),
    ("root later", SERVICE, f"{CONTAINER} securityContext allowPrivilegeEscalation", True, "allowPrivilegeEscalation"),
    ("all capabilities", SERVICE, f"{CONTAINER} securityContext capabilities", {}, "unrestricted capabilities"),
    ("every system call", SERVICE, f"{POD} securityContext seccompProfile", {"type": "Unconfined"}, "seccompProfile"),
    ("the node's network", SERVICE, f"{POD} hostNetwork", True, "host namespaces|hostNetwork"),
    ("the node's files", SERVICE, f"{POD} volumes 0", {"name": "kafka-ca", "hostPath": {"path": "/"}}, "hostPath"),
    ("an API that is gone", SERVICE, "apiVersion", "apps/v1beta1", "no matches for kind"),
    ("no skew", SERVICE, f"{POD} topologySpreadConstraints 0 maxSkew", 0, "must be greater than zero"),
    ("less than it asks for", SERVICE, f"{CONTAINER} resources limits memory", "1Mi", "less than or equal to memory"),
    (
        "a quantity with a space",
        SERVICE,
        f"{CONTAINER} resources limits memory",
        "384 Mi",
        "quantit|regular expression",
    ),
    ("a wait beyond the end", SERVICE, f"{CONTAINER} lifecycle preStop sleep seconds", 90, "terminationGracePeriod"),
    ("a rollout that can't move", SERVICE, "spec strategy rollingUpdate maxSurge", 0, "may not be 0"),
    ("pods of another name", SERVICE, f"spec template metadata labels {NAME}", "portal", "does not match"),
    ("a mount of nothing", SERVICE, f"{CONTAINER} volumeMounts 0 name", "kafka", "Not found"),
    ("a value from two places", SERVICE, f"{CONTAINER} env 0 value", "postgresql://", "may not be specified when"),
    ("both bounds", ("PodDisruptionBudget", "outreach"), "spec minAvailable", 1, "cannot be both set"),
    ("a policy unknown", ("PodDisruptionBudget", "outreach"), "spec unhealthyPodEvictionPolicy", "Never", "supported"),
    ("a protocol unknown", ("NetworkPolicy", "dns"), "spec egress 0 ports 0 protocol", "ICMP", "supported"),
    ("a port too far", ("NetworkPolicy", "outreach"), "spec egress 0 ports 0 port", 70000, "65535"),
    ("half a network", ("NetworkPolicy", "notifications-mail"), "spec egress 0 to 0 ipBlock cidr", "0.0.0/0", "CIDR"),
    ("a third direction", ("NetworkPolicy", "outreach"), "spec policyTypes 0", "Both", "supported"),
    ("no port", ("Service", "portal"), "spec ports 0 port", 0, "65535"),
    ("a name in capitals", ("Service", "portal"), "metadata name", "Portal", "DNS|lower case"),
    ("a job without end", ("Job", "outreach-migration"), f"{POD} restartPolicy", "Always", "supported|Required"),
    ("a job made over", ("Job", "outreach-migration"), f"{CONTAINER} image", "other", "immutable"),
    ("no text", ("ConfigMap", "passerelle-settings"), "data PASSERELLE_MIGRATE", False, "string"),
    (
        "no such level",
        ("Namespace", "passerelle"),
        "metadata labels pod-security.kubernetes.io/enforce",
        "some",
        "one of",
    ),
    ("more at least than at most", ("ScaledObject", "outreach"), "spec maxReplicaCount", 1, "minReplicaCount|maxRepl"),
    ("nothing to scale by", ("ScaledObject", "outreach"), "spec triggers", NOTHING, "Required value"),
    ("a lag that is no text", ("ScaledObject", "outreach"), "spec triggers 0 metadata lagThreshold", 9, "string"),
    ("seconds with a unit", ("ScaledObject", "outreach"), "spec pollingInterval", "15s", "expected numeric"),
    ("no key", ("TriggerAuthentication", "outreach-kafka"), "spec secretTargetRef 0 key", NOTHING, "Required value"),
    (
        "an interval in words",
        ("PodMonitor", "outreach"),
        "spec podMetricsEndpoints 0 interval",
        "a minute",
        "should match",
    ),
    ("no endpoint", ("PodMonitor", "outreach"), "spec podMetricEndpoints", [], "not declared"),
    ("a topic without partitions", ("KafkaTopic", "outreach.visits"), "spec partitions", -1, "greater than or equal"),
    ("partitions in words", ("KafkaTopic", "outreach.visits"), "spec partitions", "three", "expected numeric"),
    ("Strimzi of before", ("KafkaTopic", "outreach.visits"), "apiVersion", "kafka.strimzi.io/v1beta2", "no matches"),
    ("a right unknown", ("KafkaUser", "outreach"), "spec authorization acls 0 operations 0", "Reed", "supported"),
    ("a right alone", ("KafkaUser", "outreach"), "spec authorization acls 0 operation", "Read", "not declared"),
    ("an entrance unknown", ("KafkaUser", "outreach"), "spec authentication type", "scram", "supported"),
    ("a listener unknown", ("Kafka", "passerelle"), "spec kafka listeners 0 type", "inner", "supported"),
    ("a port of Kafka's own", ("Kafka", "passerelle"), "spec kafka listeners 0 port", 80, "greater than or equal"),
    ("a role unknown", ("KafkaNodePool", "brokers"), "spec roles 0", "brokr", "supported"),
    ("no instance", ("Cluster", "outreach-postgres"), "spec instances", 0, "greater than or equal"),
    ("misspelt instances", ("Cluster", "outreach-postgres"), "spec instnaces", 3, "not declared"),
    ("a method unknown", ("Cluster", "outreach-postgres"), "spec postgresql synchronous method", "some", "supported"),
    ("a backup unknown", ("ScheduledBackup", "outreach-postgres"), "spec method", "copy", "supported"),
    ("a month in words", ("ObjectStore", "backups"), "spec retentionPolicy", "a month", "should match"),
]


def _broken(whole: Resource, path: str, value: object) -> Resource:
    *way, last = [int(word) if word.isdigit() else word for word in path.split()]
    place: Any = whole
    for step in way:
        place = place[step]
    if value is NOTHING:
        del place[last]
    else:
        place[last] = value
    return whole


def _named(kind: str, name: str) -> Resource:
    # Kustomize puts a hash of its content behind a ConfigMap's name.
    if kind == "ConfigMap":
        return next(one for one in resources("production", kind) if one["metadata"]["name"].startswith(name))
    return resource("production", kind, name)


@pytest.mark.parametrize(("which", "path", "value", "reason"), [pytest.param(*case, id=what) for what, *case in BROKEN])
def test_a_broken_copy_is_refused_for_what_is_wrong_with_it(
    production: Cluster, which: tuple[str, str], path: str, value: object, reason: str
) -> None:
    whole = _named(*which)
    with pytest.raises(RefusedError) as refused:
        production.apply(text_of(_broken(whole, path, value)), "--dry-run=server")
    assert re.search(reason, str(refused.value))


@pytest.mark.parametrize("change", [{"privileged": True, "allowPrivilegeEscalation": True}, {"runAsUser": 0}])
def test_a_pod_that_asks_for_more_than_is_allowed_is_forbidden(production: Cluster, change: Resource) -> None:
    template = resource("production", *SERVICE)["spec"]["template"]
    template["spec"]["containers"][0]["securityContext"] |= change
    pod = {"apiVersion": "v1", "kind": "Pod", **template}
    pod["metadata"] |= {"name": "more", "namespace": "passerelle"}
    with pytest.raises(RefusedError, match=r"is forbidden: violates PodSecurity"):
        production.apply(text_of(pod), "--dry-run=server")


def test_a_selector_is_never_changed(production: Cluster) -> None:
    changed = resource("production", *SERVICE)
    for labels in (changed["spec"]["selector"]["matchLabels"], changed["spec"]["template"]["metadata"]["labels"]):
        labels["tier"] = "back"
    with pytest.raises(RefusedError, match="field is immutable"):
        production.apply(text_of(changed), "--dry-run=server")
