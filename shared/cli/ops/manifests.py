"""The same access as Kubernetes resources of Strimzi (kafka.strimzi.io/v1): KafkaTopic and KafkaUser. No I/O."""

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import Any

import yaml

from shared.cli.ops.access import (
    SLOTS,
    CompanyAccess,
    Layout,
    Quotas,
    Rule,
    Slot,
    Topic,
    programmes,
    rules_of,
    shared_topics,
)
from shared.contracts.catalogue import CONTEXTS

API = "kafka.strimzi.io/v1"
NAME = "passerelle.example/company-name"
"""The annotation that says what the company is called: Kafka itself knows it by its SIREN alone."""

Resource = dict[str, Any]


def text_of(resources: Iterable[Resource]) -> str:
    """The resources as one stream that `kubectl apply -f -` takes."""
    text: str = yaml.safe_dump_all(resources, explicit_start=True, sort_keys=False, allow_unicode=True, width=1000)
    return text


def company(access: CompanyAccess, slot: Slot, cluster: str, name: str = "") -> list[Resource]:
    """A company's topics and one user; Strimzi makes the password and keeps it in the Secret of the user's name."""
    return [*(topic(one, cluster) for one in access.topics()), user_of(access, slot, cluster, name)]


def user_of(access: CompanyAccess, slot: Slot, cluster: str, name: str = "") -> Resource:
    """One of a company's two users."""
    return user(access.user(slot), access.rules(slot), cluster, access.quotas, {NAME: name} if name else {})


def everything(companies: Iterable[CompanyAccess], layout: Layout, cluster: str) -> list[Resource]:
    """All that Kafka holds: the topics that are shared, every service's user, each company's topics and two users."""
    present = list(companies)
    theirs = [one for access in present for one in access.topics()]
    users = [user_of(access, slot, cluster) for access in present for slot in SLOTS]
    topics = [topic(one, cluster) for one in (*shared_topics(layout), *theirs)]
    return [*topics, *services(present, cluster, CONTEXTS), *users]


def services(companies: Iterable[CompanyAccess], cluster: str, names: Iterable[str] | None = None) -> list[Resource]:
    """The users of services, of those that judge submissions unless others are named.

    They are whole: with the topics of every company that there is.
    """
    for_companies = {rule for access in companies for rule in access.rules_for_services()}
    return [
        user(service, rules_of(service) | {rule for rule in for_companies if rule.user == service}, cluster)
        for service in names or programmes()
    ]


def topic(wanted: Topic, cluster: str) -> Resource:
    """A KafkaTopic."""
    spec = {"partitions": wanted.partitions, "replicas": wanted.replicas, "config": dict(wanted.configuration)}
    return _resource("KafkaTopic", wanted.name, cluster, spec)


def user(
    name: str,
    rules: Iterable[Rule],
    cluster: str,
    quotas: Quotas | None = None,
    annotations: Mapping[str, str] | None = None,
) -> Resource:
    """A KafkaUser."""
    spec: Resource = {
        "authentication": {"type": "scram-sha-512"},
        "authorization": {"type": "simple", "acls": _acls(rules)},
    }
    if quotas:
        spec["quotas"] = {
            "producerByteRate": quotas.producer_byte_rate,
            "consumerByteRate": quotas.consumer_byte_rate,
            "requestPercentage": quotas.request_percentage,
        }
    return _resource("KafkaUser", name, cluster, spec, annotations or {})


def _acls(rules: Iterable[Rule]) -> list[Resource]:
    def resource(rule: Rule) -> tuple[str, str, bool]:
        return rule.kind, rule.name, rule.prefixed

    return [
        {
            "resource": {"type": kind.lower(), "name": name, "patternType": "prefix" if prefixed else "literal"},
            "operations": sorted(rule.operation.capitalize() for rule in same),
            "host": "*",
        }
        for (kind, name, prefixed), same in groupby(sorted(rules, key=resource), key=resource)
    ]


def _resource(
    kind: str, name: str, cluster: str, spec: Resource, annotations: Mapping[str, str] | None = None
) -> Resource:
    metadata: Resource = {"name": name, "labels": {"strimzi.io/cluster": cluster}}
    if annotations:
        metadata["annotations"] = dict(annotations)
    return {"apiVersion": API, "kind": kind, "metadata": metadata, "spec": spec}
