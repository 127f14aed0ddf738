"""`passerelle ops company … --manifest`: the same as Kubernetes resources, and nothing is changed on a broker."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from typer.testing import CliRunner

from shared.cli.__main__ import application
from shared.cli.checks import ROOT
from shared.cli.ops import companies
from shared.cli.ops.access import SLOTS, CompanyAccess, Layout, Rule, programmes, rules_of
from shared.cli.ops.cluster import Cluster, OpsError
from shared.cli.platform import Platform
from shared.contracts.catalogue import CONTEXTS, DOMAIN_TOPICS
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


def everything(*words: str | Path) -> str:
    done = CliRunner().invoke(application, ["ops", "manifest", *map(str, words)], catch_exceptions=False)
    return done.stdout


def test_the_manifest_that_is_deployed_is_the_one_that_is_printed() -> None:
    deployed = (ROOT / "deploy/kafka/access.yaml").read_text("utf-8")
    assert deployed.partition("\n")[2] == everything()


def test_everything_is_the_shared_topics_and_every_services_user() -> None:
    names = set(from_manifest(everything()))
    assert names == {f"KafkaTopic/{topic}" for topic in DOMAIN_TOPICS} | {f"KafkaUser/{one}" for one in CONTEXTS}


def test_each_company_of_a_file_has_its_topics_two_users_and_the_services_that_judge_it(
    siren: str, tmp_path: Path
) -> None:
    file = tmp_path / "companies.txt"
    file.write_text(f"# those that have signed\n\n{siren}  # a bakery\n", "utf-8")
    printed, access = from_manifest(everything("--companies", file)), CompanyAccess(siren)
    assert {topic.name for topic in access.topics()} <= {name.partition("/")[2] for name in printed}
    for slot in SLOTS:
        assert rules_in(printed[f"KafkaUser/{access.user(slot)}"]) == access.rules(slot)
    for service in programmes():
        judged = {rule for rule in access.rules_for_services() if rule.user == service}
        assert rules_in(printed[f"KafkaUser/{service}"]) == rules_of(service) | judged


@pytest.mark.parametrize("content", ["123456789", "not a number"])
def test_a_file_with_a_line_that_is_no_siren_is_refused(content: str, tmp_path: Path) -> None:
    file = tmp_path / "companies.txt"
    file.write_text(content, "utf-8")
    with pytest.raises(OpsError, match=f"'{content}' is no SIREN"):
        everything("--companies", file)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OpsError, match="missing"):
        everything("--companies", tmp_path / "missing")
