"""The local stack on the real thing: what it serves, what it keeps apart, and that nothing of it outlives us."""

import asyncio
import mailbox
import os
import signal
import smtplib
import subprocess
import sys
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.admin import AIOKafkaAdminClient

from shared.cli.platform import Platform
from shared.kafka.connection import Connection
from shared.stack.processes import Process, StackError, free_port, listens
from shared.stack.stack import EXTERNAL, Addresses, Stack, local_stack
from tests.conftest import eventually
from tests.topics import new_topic

ROOT = Path(__file__).parents[2]
HOLD = """
import pathlib, signal, sys
from shared.stack.stack import local_stack
with local_stack(pathlib.Path(sys.argv[1])) as stack:
    print(stack.addresses.kafka.bootstrap, flush=True)
    signal.pause()
"""
EVERYTHING = {
    "PASSERELLE_KAFKA": "kafka.example:9092",
    "PASSERELLE_POSTGRES": "postgresql://admin:secret@postgres.example:5432/postgres",
    "PASSERELLE_SMTP": "smtp.example:2525",
    "PASSERELLE_MAILBOX": "/var/mail/passerelle",
}


@pytest.fixture(scope="module")
def stack(running: Platform) -> Stack:
    return running.stack


@pytest.fixture
def external(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """An environment that names every part."""
    for name, value in EVERYTHING.items():
        monkeypatch.setenv(name, value)
    return monkeypatch


def stat(pid: int) -> list[str]:
    """State, parent, … and start time of a process; empty once it is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def identity(pid: int) -> tuple[int, str] | None:
    """A process that runs, told apart from a later one with the same id; None for one that only waits to be reaped."""
    found = stat(pid)
    return (pid, found[19]) if found and found[0] not in "ZX" else None


def descendants(root: int) -> set[tuple[int, str]]:
    """Every process below `root` that runs."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    below = {root}
    while more := {pid for pid in pids if (found := stat(pid)) and int(found[1]) in below} - below:
        below |= more
    return {one for pid in below - {root} if (one := identity(pid))}


def still_running(processes: set[tuple[int, str]]) -> set[tuple[int, str]]:
    return {one for one in processes if identity(one[0]) == one}


def wait_until_ended(started: set[tuple[int, str]]) -> None:
    asyncio.run(eventually(lambda: not still_running(started), lambda: f"the end of {still_running(started)}"))


def name() -> str:
    return f"test_{uuid4().hex[:12]}"


async def test_what_is_produced_is_consumed_in_order(stack: Stack) -> None:
    topic, sent = await new_topic(stack.addresses.kafka, partitions=1), [b"one", b"two", b"three"]
    producer = AIOKafkaProducer(**stack.addresses.kafka.arguments(), transactional_id=topic)
    async with producer, producer.transaction():
        for value in sent:
            await producer.send_and_wait(topic, value)
    consumer = AIOKafkaConsumer(
        topic,
        **stack.addresses.kafka.arguments(),
        group_id=topic,
        auto_offset_reset="earliest",
        isolation_level="read_committed",
    )
    async with consumer, asyncio.timeout(30):
        assert [(await consumer.getone()).value for _ in sent] == sent


async def test_a_topic_nobody_created_does_not_appear(stack: Stack) -> None:
    topic = name()
    async with AIOKafkaProducer(**stack.addresses.kafka.arguments()) as producer:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(2):
                await producer.send_and_wait(topic, b"lost")
    admin = AIOKafkaAdminClient(**stack.addresses.kafka.arguments())
    await admin.start()
    assert topic not in await admin.list_topics()
    await admin.close()


async def test_a_service_owns_its_database_and_cannot_enter_another(stack: Stack) -> None:
    first, second = name(), name()
    own = await asyncio.to_thread(stack.create_database, first)
    other = await asyncio.to_thread(stack.create_database, second)
    connection = await asyncpg.connect(own)
    await connection.execute("CREATE TABLE place (id int); INSERT INTO place VALUES (1)")
    assert await connection.fetchval("SELECT current_user || '@' || current_database()") == f"{first}@{first}"
    await connection.close()
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await asyncpg.connect(own.removesuffix(first) + second)
    assert own.split("@")[0] != other.split("@")[0].replace(second, first)


@pytest.mark.parametrize("password", ["", ":wrong"])
async def test_a_database_asks_for_its_password(stack: Stack, password: str) -> None:
    service = name()
    own = await asyncio.to_thread(stack.create_database, service)
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(f"postgresql://{service}{password}@{own.split('@')[1]}")


def test_an_accepted_message_is_in_the_maildir_with_its_envelope(stack: Stack) -> None:
    message = EmailMessage()
    message["Subject"] = subject = name()
    message["To"] = "shown@school.example"
    message.set_content("Bonjour, votre visite est confirmée.")
    with smtplib.SMTP(stack.addresses.smtp_host, stack.addresses.smtp_port, timeout=10) as server:
        server.send_message(message, "sender@passerelle.example", ["first@school.example", "hidden@school.example"])
    kept = [one for one in mailbox.Maildir(stack.addresses.mailbox) if one["Subject"] == subject]
    assert [one["X-Envelope-To"] for one in kept] == ["first@school.example, hidden@school.example"]
    assert kept[0]["X-Envelope-From"] == "sender@passerelle.example"
    assert kept[0]["To"] == "shown@school.example"


def test_a_process_started_through_the_stack_has_its_log(stack: Stack) -> None:
    code = "import os; print(os.environ['GREETING'])"
    process = stack.start("greeter", [sys.executable, "-c", code], {"GREETING": "bonjour"})
    asyncio.run(eventually(lambda: process.returncode is not None, "the end of the greeter"))
    assert process.returncode == 0
    assert (stack.home / "logs" / "greeter.log").read_text() == "bonjour\n"


@pytest.mark.parametrize("leave", [False, True], ids=["at the end", "by an exception"])
def test_nothing_runs_once_the_stack_is_left(leave: bool, tmp_path: Path) -> None:
    before = descendants(os.getpid())
    try:
        with local_stack(tmp_path / "home") as own:
            sleeper = own.start("sleeper", ["/bin/sleep", "600"], {})
            asyncio.run(eventually(lambda: len(descendants(os.getpid()) - before) >= 4, "four processes of the stack"))
            started, ports = descendants(os.getpid()) - before, ports_of(own.addresses)
            if leave:
                raise InterruptedError
    except InterruptedError:
        pass
    assert sleeper.returncode is not None
    wait_until_ended(started)
    assert [port for port in ports if listens(port)] == []


def ports_of(addresses: Addresses) -> list[int]:
    postgres = addresses.postgres_admin.rsplit(":", 1)[1].split("/", maxsplit=1)[0]
    return [int(addresses.kafka.bootstrap.rpartition(":")[2]), int(postgres), addresses.smtp_port]


def test_nothing_outlives_a_killed_parent(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", HOLD, str(tmp_path / "home")]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment, cwd=tmp_path) as parent:
        try:
            assert parent.stdout
            assert parent.stdout.readline().startswith("127.0.0.1:")
            started = descendants(parent.pid)
            assert len(started) >= 3
        finally:
            parent.send_signal(signal.SIGKILL)
    wait_until_ended(started)


def test_a_process_that_ends_at_once_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    process = Process("Broker", ["/bin/sh", "-c", "echo no room on disk; exit 3"], log=tmp_path / "broker.log")
    with pytest.raises(StackError, match=r"Broker ended \(exit 3\)[^\n]*\nno room on disk"):
        process.wait_until(lambda: False, 10)


def test_a_process_that_is_never_ready_is_told_after_its_time(tmp_path: Path) -> None:
    process = Process("Broker", ["/bin/sleep", "600"], log=tmp_path / "broker.log")
    try:
        with pytest.raises(StackError, match="Broker was not ready after 0 s"):
            process.wait_until(lambda: False, 0.2)
    finally:
        process.stop()


def test_a_free_port_is_one_that_nobody_listens_on() -> None:
    assert not listens(free_port())


def test_the_external_stack_is_taken_from_the_environment(external: pytest.MonkeyPatch, tmp_path: Path) -> None:
    external.setenv("PASSERELLE_KAFKA_USER", "root")
    external.setenv("PASSERELLE_KAFKA_PASSWORD", "hidden")
    external.setenv("PASSERELLE_KAFKA_SECURITY", "SASL_PLAINTEXT")
    with local_stack(tmp_path, kind="external") as own:
        assert own.addresses == Addresses(
            Connection(EVERYTHING["PASSERELLE_KAFKA"], "root", "hidden", "SASL_PLAINTEXT"),
            EVERYTHING["PASSERELLE_POSTGRES"],
            "smtp.example",
            2525,
            Path("/var/mail/passerelle"),
        )


@pytest.mark.parametrize("missing", EXTERNAL)
def test_a_variable_the_external_stack_lacks_is_named(
    missing: str, external: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    external.delenv(missing)
    sentence = rf"^The external stack needs {missing} in the environment\.$"
    with pytest.raises(StackError, match=sentence), local_stack(tmp_path, kind="external"):
        pass


def test_a_mail_server_without_a_port_is_told(external: pytest.MonkeyPatch, tmp_path: Path) -> None:
    external.setenv("PASSERELLE_SMTP", "smtp.example")
    with pytest.raises(StackError, match="PASSERELLE_SMTP must be host:port"), local_stack(tmp_path, kind="external"):
        pass


def test_an_unknown_kind_is_told_with_the_choices(tmp_path: Path) -> None:
    sentence = "no stack called 'cloud': choose one of embedded, containers, external"
    with pytest.raises(StackError, match=sentence), local_stack(tmp_path, kind="cloud"):
        pass
