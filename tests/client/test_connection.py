"""Reaching Kafka: whatever keeps us out is one sentence that says what to do, and nobody tries for ever."""

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess
from shared.cli.ops.cluster import cluster
from shared.cli.platform import Platform
from shared.client.client import Client
from shared.client.environment import from_environment, to_environment
from shared.contracts.event import Event
from shared.contracts.internships import InternshipWithdrawn
from shared.kafka.connection import ClientError, Connection, Refused
from shared.stack.processes import free_port
from tests.conftest import new_siren
from tests.tls import keytool

GOOD = {
    "PASSERELLE_KAFKA": "kafka-1.example:9093,kafka-2.example:9093",
    "PASSERELLE_SECURITY": "SASL_PLAINTEXT",
    "PASSERELLE_USER": "732829320-a",
    "PASSERELLE_PASSWORD": "hidden",
    "PASSERELLE_SIREN": "732829320",
}


@pytest.fixture(scope="module")
def company(running: Platform) -> str:
    siren = new_siren()
    running.add_companies([siren])
    return siren


def withdrawn(siren: str, reason: str = "cancelled") -> Event:
    return InternshipWithdrawn.model_validate({"siren": siren, "reference": "A-1", "version": 1, "reason": reason})


async def refusal(connection: Connection) -> str:
    with pytest.raises(ClientError) as refused:
        async with Client(connection, "732829320"):
            pass
    assert refused.value.french != str(refused.value)
    return str(refused.value)


async def test_a_wrong_password_and_an_unknown_user_are_told_as_such(running: Platform, company: str) -> None:
    mine = running.users[company]
    for wrong in (replace(mine, password=companies.new_password()), replace(mine, user="nobody")):
        said = await refusal(wrong)
        assert said.startswith(f"Kafka at {mine.bootstrap} does not accept the user {wrong.user} with this password:")
        assert str(wrong.password) not in said


async def test_tls_where_none_is_spoken_is_told(running: Platform, company: str) -> None:
    assert "does not speak TLS" in await refusal(replace(running.users[company], security="SASL_SSL"))


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
async def test_silence_is_told_with_the_address(host: str) -> None:
    address = f"{host}:{free_port()}"
    assert await refusal(Connection(address, "me", "hidden")) == (
        f"Kafka does not answer at {address}: check the address and the network."
    )


async def test_one_of_several_addresses_is_enough(running: Platform, company: str) -> None:
    mine = running.users[company]
    several = replace(mine, bootstrap=f"127.0.0.1:{free_port()},{mine.bootstrap}")
    async with Client(several, company) as client:
        await client.publish(withdrawn(company))


async def test_another_companys_topics_are_refused_with_a_remedy(running: Platform, company: str) -> None:
    other = new_siren()
    await asyncio.to_thread(running.add_companies, [other])
    async with Client(running.users[company], other) as client:
        with pytest.raises(ClientError, match=rf"^{company}-a may not write intake\.{other}\.internships: check the"):
            await client.publish(withdrawn(other))
        with pytest.raises(ClientError, match=rf"^{company}-a may not read feedback\.{other}: check the SIREN"):
            await anext(client.feedback())


async def test_a_topic_that_is_not_there_is_told(running: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.client.client.TOPIC_SECONDS", 1.0)
    unknown = new_siren()
    async with Client(running.kafka, unknown) as client:
        with pytest.raises(ClientError, match=rf"There is no topic intake\.{unknown}\.internships: ask the operator"):
            await client.publish(withdrawn(unknown))


async def test_an_event_larger_than_kafka_takes_is_told(running: Platform, company: str) -> None:
    async with Client(running.users[company], company) as client:
        with pytest.raises(ClientError, match="larger than Kafka takes"):
            await client.publish_raw("internships", b"x" * 1_100_000, "fr.example.Long.v1", "1", "A-1")
        await client.publish(withdrawn(company))


async def test_a_listener_that_is_shut_out_is_told_and_ends(running: Platform) -> None:
    siren = new_siren()
    await asyncio.to_thread(running.add_companies, [siren])
    async with Client(running.users[siren], siren) as client, asyncio.timeout(20):
        listening = asyncio.ensure_future(anext(client.feedback()))
        await asyncio.to_thread(suspend, running, siren)
        with pytest.raises(ClientError, match=rf"{siren}-a may not read feedback\.{siren}|does not accept the user"):
            await listening


def suspend(running: Platform, siren: str) -> None:
    with cluster(running.kafka) as admin:
        companies.suspend(admin, CompanyAccess(siren))


async def test_a_listener_whose_password_ended_is_told_when_nothing_else_comes(
    running: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.client.client.LOOK_MS", 200)
    siren = new_siren()
    await asyncio.to_thread(running.add_companies, [siren])
    async with Client(running.users[siren], siren) as client, asyncio.timeout(20):
        listening = asyncio.ensure_future(anext(client.feedback()))
        await asyncio.to_thread(end_password, running, siren)
        with pytest.raises(Refused, match="does not accept the user"):
            await listening


def end_password(running: Platform, siren: str) -> None:
    with cluster(running.kafka) as admin:
        admin.remove_passwords([f"{siren}-a"])


async def test_over_tls_everything_works_the_same(encrypted: Platform) -> None:
    assert encrypted.kafka.arguments()["security_protocol"] == "SASL_SSL"
    siren = new_siren()
    await asyncio.to_thread(encrypted.add_companies, [siren])
    async with encrypted.client(siren) as client:
        await client.publish(withdrawn(siren))


async def test_tls_that_is_needed_and_off_is_told(encrypted: Platform) -> None:
    said = await refusal(replace(encrypted.kafka, security="SASL_PLAINTEXT"))
    assert "speaks TLS only: set SASL_SSL as the security" in said


async def test_a_certificate_that_nobody_vouches_for_is_told(encrypted: Platform, tmp_path: Path) -> None:
    other = await asyncio.to_thread(keytool, tmp_path / "other")
    for wrong in (replace(encrypted.kafka, ca=other.ca), replace(encrypted.kafka, ca=None)):
        said = await refusal(wrong)
        assert "does not pass (self-signed certificate): name the file of the CA that signed it" in said
        assert str(wrong.ca or "this machine") in said


async def test_a_ca_file_that_is_none_is_told_and_no_outage(encrypted: Platform, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    for wrong in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        with pytest.raises(Refused, match=f"The CA's file {wrong} cannot be read"):
            await replace(encrypted.kafka, ca=wrong).admit()


def test_a_password_is_in_no_representation() -> None:
    connection, _ = from_environment(GOOD)
    assert "hidden" not in repr(connection)


def test_the_operators_lines_are_read_from_the_environment(tmp_path: Path) -> None:
    plain = Connection(GOOD["PASSERELLE_KAFKA"], "732829320-a", "hidden", "SASL_PLAINTEXT")
    assert from_environment(GOOD) == (plain, "732829320")
    assert to_environment(plain, "732829320") == GOOD
    encrypted = replace(plain, security="SASL_SSL", ca=keytool(tmp_path / "keys").ca)
    assert from_environment(to_environment(encrypted, "732829320")) == (encrypted, "732829320")


def test_a_connection_is_encrypted_unless_the_clear_was_chosen() -> None:
    silent = {name: value for name, value in GOOD.items() if name != "PASSERELLE_SECURITY"}
    assert from_environment(silent)[0].security == "SASL_SSL"
    with pytest.raises(ClientError, match="PASSERELLE_CA is set, and PASSERELLE_SECURITY=SASL_PLAINTEXT checks no"):
        from_environment({**GOOD, "PASSERELLE_CA": "ca.pem"})


def test_a_ca_that_is_none_is_told_with_its_variable(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    for wrong in (tmp_path, tmp_path / "ca.pem", tmp_path / "missing.pem"):
        given = {**GOOD, "PASSERELLE_SECURITY": "SASL_SSL", "PASSERELLE_CA": str(wrong)}
        with pytest.raises(ClientError, match=f"PASSERELLE_CA is wrong: The CA's file {wrong} cannot be read"):
            from_environment(given)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PASSERELLE_KAFKA", "", "PASSERELLE_KAFKA is not set: set it in the environment (host:port of Kafka"),
        ("PASSERELLE_KAFKA", "kafka.example", "PASSERELLE_KAFKA is wrong (wanted: host:port"),
        ("PASSERELLE_SECURITY", "none", "PASSERELLE_SECURITY is wrong (wanted: SASL_SSL"),
        ("PASSERELLE_USER", "", "PASSERELLE_USER is not set"),
        ("PASSERELLE_PASSWORD", "", "PASSERELLE_PASSWORD is not set"),
        ("PASSERELLE_PASSWORD", "'secret'", "PASSERELLE_PASSWORD is wrong: it begins or ends with a space or a quote"),
        ("PASSERELLE_SIREN", "", "PASSERELLE_SIREN is not set"),
        ("PASSERELLE_SIREN", "732829321", "PASSERELLE_SIREN is wrong: its last digit does not fit the others"),
        ("PASSERELLE_SIREN", "12", "PASSERELLE_SIREN is wrong: it has nine digits and nothing else."),
        ("PASSERELLE_SIREN", "portal", "PASSERELLE_SIREN is wrong: it has nine digits"),
    ],
)
def test_a_wrong_variable_is_named_and_nothing_secret_echoed(name: str, value: str, says: str) -> None:
    with pytest.raises(ClientError) as wrong:
        from_environment({**GOOD, name: value})
    assert str(wrong.value).startswith(says)
    assert wrong.value.french.startswith((f"{name} n'est pas définie : ", f"{name} est fausse"))
    assert "secret" not in str(wrong.value) + wrong.value.french


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(ClientError) as wrong:
        from_environment({})
    missing = [line.split()[0] for line in str(wrong.value).splitlines()]
    assert missing == [name for name in GOOD if name != "PASSERELLE_SECURITY"]
