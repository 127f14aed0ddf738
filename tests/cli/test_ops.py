"""`passerelle ops company` on a real broker: what each command changes there, what it prints, and what it refuses."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from shared.cli.__main__ import application
from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess, rules_of
from shared.cli.ops.cluster import Cluster, OpsError
from shared.cli.platform import LAYOUT, Platform
from shared.client.environment import from_environment
from shared.contracts.catalogue import CONTEXTS
from shared.kafka.connection import ClientError
from shared.kafka.variables import OURS, write
from shared.stack.processes import free_port
from tests.cli.operating import passerelle

ROOT = Path(__file__).parents[2]


def lines_of(printed: str) -> dict[str, str]:
    """The environment that was printed."""
    return dict(line.split("=", 1) for line in printed.splitlines() if line.startswith("PASSERELLE_"))


def test_a_company_is_added_and_what_was_printed_lets_it_in(running: Platform, kafka: Cluster, siren: str) -> None:
    printed = passerelle(running, "add", siren, "--name", "Léonie & Cie")
    assert printed.startswith(f"Léonie & Cie {siren}: ")
    connection, named = from_environment(lines_of(printed))
    assert (connection.user, named) == (f"{siren}-a", siren)
    assert printed.count(str(connection.password)) == 1
    assert len(str(connection.password)) >= 32
    assert str(connection.password).isalnum()
    access = CompanyAccess(siren, LAYOUT)
    for topic in access.topics():
        assert topic.name in printed
        assert kafka.configuration(topic.name) == topic.configuration
        assert kafka.topics()[topic.name] == topic.partitions
    assert {rule for rule in kafka.rules() if rule.user == connection.user} == access.rules("a")


def test_adding_again_changes_nothing_and_says_so(running: Platform, kafka: Cluster, siren: str) -> None:
    first = passerelle(running, "add", siren)
    before = (kafka.rules(), kafka.topics(), kafka.credentials())
    again = passerelle(running, "add", siren)
    assert again == f"Company {siren}: all is there already, nothing was changed; a new password comes with rotate.\n"
    assert (kafka.rules(), kafka.topics(), kafka.credentials()) == before
    assert lines_of(first)["PASSERELLE_PASSWORD"] not in again


def test_a_number_that_differs_from_what_is_there_is_told_and_not_changed(running: Platform, siren: str) -> None:
    passerelle(running, "add", siren)
    printed = passerelle(running, "add", siren, "--partitions", "6", "--producer-byte-rate", "4096")
    assert f"Left as it is: feedback.{siren}: partitions is 3, not 6." in printed
    assert f"Left as it is: {siren}-a: producer_byte_rate is 1048576.0, not 4096.0." in printed


@pytest.mark.parametrize("steps", range(4))
def test_an_addition_that_was_cut_short_is_completed(running: Platform, kafka: Cluster, siren: str, steps: int) -> None:
    access = CompanyAccess(siren, LAYOUT)
    cut: list[Callable[[], None]] = [
        lambda: kafka.allow(list(access.rules_for_services())[:2]),
        lambda: kafka.create(access.topics()[:2]),
        lambda: kafka.allow(list(access.rules("a"))[:3]),
        lambda: kafka.set_quotas(f"{siren}-a", access.quotas),
    ]
    for step in cut[: steps + 1]:
        step()
    connection, _ = from_environment(lines_of(passerelle(running, "add", siren)))
    assert connection.user == f"{siren}-a"
    rules = kafka.rules()
    assert access.rules("a") | access.rules_for_services() <= rules
    assert {topic.name for topic in access.topics()} <= set(kafka.topics())
    assert kafka.quotas(f"{siren}-a") == access.quotas.by_name()


def test_the_running_platform_has_just_the_rules_that_are_declared(running: Platform, kafka: Cluster) -> None:
    declared = {rule for service in CONTEXTS for rule in rules_of(service)}
    for company, users in companies.companies(kafka).items():
        access = CompanyAccess(company)
        declared |= access.rules_for_services()
        declared |= {rule for user in users for rule in access.rules("a" if user.endswith("a") else "b")}
    known = {*CONTEXTS, *(rule.user for rule in declared)}
    assert {rule for rule in kafka.rules() if rule.user in known} == declared


def test_companies_are_listed_with_their_state(running: Platform, siren: str) -> None:
    def state() -> str:
        (line,) = (line for line in passerelle(running, "list", COLUMNS="120").splitlines() if siren in line)
        return line

    passerelle(running, "add", siren)
    assert f"{siren}-a" in state()
    assert "active" in state()
    passerelle(running, "rotate", siren)
    assert f"{siren}-a, {siren}-b" in state()
    assert "rotating" in state()
    passerelle(running, "suspend", siren)
    assert "suspended" in state()


def test_suspending_twice_says_so(running: Platform, siren: str) -> None:
    passerelle(running, "add", siren)
    passerelle(running, "suspend", siren)
    assert "is suspended already, nothing was changed" in passerelle(running, "suspend", siren)


@pytest.mark.parametrize("wrong", ["732829321", "12", "portal", "7328293200", "73282932O", "", "*"])
@pytest.mark.parametrize("command", ["add", "rotate", "suspend"])
def test_what_is_no_siren_is_told(running: Platform, command: str, wrong: str) -> None:
    with pytest.raises(OpsError, match=r"is no SIREN: give the company's nine digits"):
        passerelle(running, command, wrong)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["rotate", "732829320"], "There is no company 732829320: `passerelle ops company add"),
        (["rotate", "732829320", "--finish"], "There is no company 732829320"),
        (["suspend", "732829320"], "There is no company 732829320"),
        (["add", "732829320", "--replicas", "3"], r"--replicas 3 is more than there are brokers \(1\): lower it"),
        (["add", "732829320", "--replicas", "1", "--in-sync", "2"], r"--in-sync 2 is more than there are copies \(1\)"),
        (["add", "732829320", "--manifest", "--in-sync", "4"], r"--in-sync 4 is more than there are copies \(3\)"),
        (["add", "732829320", "--manifest", "--beside", "1"], "'1' is no SIREN"),
        (["add", "732829320", "--address", "kafka"], "--address kafka is no host:port"),
    ],
)
def test_what_cannot_be_done_is_a_sentence(running: Platform, words: list[str], says: str) -> None:
    with pytest.raises(OpsError, match=says):
        passerelle(running, *words)


@pytest.mark.parametrize(
    "words",
    [
        ["--partitions", "0"],
        ["--partitions", "many"],
        ["--replicas", "0"],
        ["--in-sync", "0"],
        ["--intake-days", "13"],
        ["--feedback-days", "0"],
        ["--producer-byte-rate", "0"],
        ["--consumer-byte-rate", "-1"],
        ["--request-percentage", "0"],
        ["--slot", "c"],
    ],
)
def test_a_number_out_of_bounds_is_told_with_its_option(words: list[str]) -> None:
    done = CliRunner().invoke(application, ["ops", "company", "add", "732829320", *words], env={"COLUMNS": "200"})
    assert done.exit_code == 2
    assert f"Invalid value for '{words[0]}'" in done.stderr


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"PASSERELLE_KAFKA": None}, r"PASSERELLE_KAFKA is not set: .*host:port"),
        ({"PASSERELLE_KAFKA": "kafka"}, r"PASSERELLE_KAFKA is wrong \(wanted: host:port"),
        ({"PASSERELLE_KAFKA_PASSWORD": None}, "PASSERELLE_KAFKA_PASSWORD is not set"),
        ({"PASSERELLE_KAFKA_USER": None}, "PASSERELLE_KAFKA_USER is not set"),
        ({"PASSERELLE_KAFKA_SECURITY": None}, "does not speak TLS: check the port, or set SASL_PLAINTEXT"),
        ({"PASSERELLE_KAFKA_PASSWORD": "wrong"}, "does not accept the user admin"),
        ({"PASSERELLE_KAFKA_CA": "ca.pem"}, "PASSERELLE_KAFKA_CA is set, and PASSERELLE_KAFKA_SECURITY=SASL_PLAINTEXT"),
        (
            {"PASSERELLE_KAFKA_SECURITY": "SASL_SSL", "PASSERELLE_KAFKA_CA": "/no/such.pem"},
            "PASSERELLE_KAFKA_CA is wrong: The CA's file /no/such.pem cannot be read",
        ),
    ],
)
def test_what_keeps_the_operator_out_is_a_sentence(
    running: Platform, siren: str, changes: dict[str, str | None], says: str
) -> None:
    with pytest.raises((OpsError, ClientError), match=says):
        passerelle(running, "add", siren, **changes)


def test_kafka_that_is_not_there_is_told(running: Platform, siren: str) -> None:
    with pytest.raises(ClientError, match="Kafka does not answer at"):
        passerelle(running, "add", siren, PASSERELLE_KAFKA=f"127.0.0.1:{free_port()}")


def test_whoever_is_no_super_user_is_told_so(running: Platform, siren: str) -> None:
    mine = running.users["portal"]
    with pytest.raises(OpsError, match=r"portal may not change users and topics .* enter as its super user"):
        passerelle(running, "add", siren, **write(mine, OURS))


def test_the_whole_command_prints_one_sentence_and_no_traceback(running: Platform) -> None:
    command = [sys.executable, "-m", "shared.cli", "ops", "company", "rotate", "732829320"]
    environment = {**os.environ, **write(running.kafka, OURS), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "There is no company 732829320: `passerelle ops company add 732829320` adds it.\n"
