"""`passerelle ops company … --manifest`: the same as Kubernetes resources, and nothing is changed on a broker."""

from typing import Any

import yaml

from shared.cli.ops import companies
from shared.cli.ops.access import Layout, Rule, programmes
from shared.cli.ops.cluster import Cluster
from shared.cli.platform import Platform
from tests.cli.operating import passerelle


def from_manifest(printed: str) -> dict[str, dict[str, Any]]:
    return {f"{one['kind']}/{one['metadata']['name']}": one for one in yaml.safe_load_all(printed)}


def rules_in(user: dict[str, Any]) -> set[Rule]:
    name, acls = user["metadata"]["name"], user["spec"]["authorization"]["acls"]
    return {
        Rule(
            name,
            operation.upper(),
            acl["resource"]["type"].upper(),
            acl["resource"]["name"],
            acl["resource"]["patternType"] == "prefix",
        )
        for acl in acls
        for operation in acl["operations"]
    }


def test_what_the_manifest_says_is_what_the_broker_was_given(running: Platform, kafka: Cluster, siren: str) -> None:
    options = ["--partitions", "2", "--replicas", "1", "--intake-days", "20", "--request-percentage", "10"]
    passerelle(running, "add", siren, *options)
    printed = from_manifest(passerelle(running, "add", siren, *options, "--manifest", PASSERELLE_KAFKA=None))
    topics = {one["metadata"]["name"]: one["spec"] for one in printed.values() if one["kind"] == "KafkaTopic"}
    assert set(topics) == {name for name in kafka.topics() if siren in name}
    for name, spec in topics.items():
        assert (spec["partitions"], spec["config"]) == (kafka.topics()[name], kafka.configuration(name))
    mine = printed[f"KafkaUser/{siren}-a"]
    assert rules_in(mine) == {rule for rule in kafka.rules() if rule.user == f"{siren}-a"}
    quotas = mine["spec"]["quotas"]
    there = kafka.quotas(f"{siren}-a")
    assert quotas == {
        "producerByteRate": there["producer_byte_rate"],
        "consumerByteRate": there["consumer_byte_rate"],
        "requestPercentage": there["request_percentage"],
    }


def test_the_services_users_in_a_manifest_know_every_company_that_was_named(
    running: Platform, kafka: Cluster, siren: str
) -> None:
    everybody = sorted({*companies.companies(kafka), siren})
    passerelle(running, "add", siren)
    beside = [word for one in everybody for word in ("--beside", one)]
    printed = from_manifest(passerelle(running, "add", siren, "--manifest", *beside))
    for service in programmes():
        assert rules_in(printed[f"KafkaUser/{service}"]) == {rule for rule in kafka.rules() if rule.user == service}


def test_a_manifest_changes_nothing_on_the_broker(running: Platform, kafka: Cluster, siren: str) -> None:
    for words in (["add", siren], ["rotate", siren], ["rotate", siren, "--finish"], ["suspend", siren]):
        for resource in from_manifest(passerelle(running, *words, "--manifest")).values():
            assert resource["apiVersion"] == "kafka.strimzi.io/v1"
            assert resource["metadata"]["labels"] == {"strimzi.io/cluster": "passerelle"}
    assert siren not in companies.companies(kafka)


def test_a_manifests_users_are_the_ones_that_the_command_is_about(running: Platform, siren: str) -> None:
    def users(*words: str) -> list[str]:
        printed = from_manifest(passerelle(running, *words, "--manifest"))
        return [name for name in printed if name.startswith(f"KafkaUser/{siren}")]

    assert users("add", siren) == [f"KafkaUser/{siren}-a"]
    assert users("rotate", siren) == [f"KafkaUser/{siren}-b"]
    assert users("rotate", siren, "--finish") == [f"KafkaUser/{siren}-a"]
    assert users("rotate", siren, "--slot", "a") == [f"KafkaUser/{siren}-a"]
    assert users("suspend", siren) == [f"KafkaUser/{siren}-a", f"KafkaUser/{siren}-b"]


def test_more_copies_are_made_where_there_are_brokers_for_them(running: Platform, siren: str) -> None:
    printed = from_manifest(passerelle(running, "add", siren, "--manifest"))
    spec = printed[f"KafkaTopic/feedback.{siren}"]["spec"]
    assert (spec["replicas"], spec["config"]["min.insync.replicas"]) == (Layout().replicas, "2")
