"""A service as a process: it ends cleanly, waits out an outage, and reads what nobody should send."""

import asyncio
import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess
from shared.cli.ops.cluster import cluster
from shared.cli.platform import Platform
from shared.client.client import Client
from shared.client.environment import from_environment, to_environment
from shared.contracts.feedback import SubmissionAccepted, SubmissionRejected, Verdict
from shared.kafka.variables import OURS, write
from shared.stack.processes import Process
from shared.stack.stack import Stack
from tests.chassis import sample
from tests.conftest import eventually, new_siren


@pytest.fixture
def siren() -> str:
    """A company of the test's own."""
    return new_siren()


@pytest.fixture
def alone(running: Platform, siren: str, tmp_path: Path) -> Iterator[Platform]:
    """Internships runs alone, with a database and a log of the test's own, on the Kafka of all tests."""
    with ExitStack() as ending:
        stack = Stack(tmp_path, running.stack.addresses, ending)
        database = stack.create_database(f"test_{uuid4().hex[:12]}")
        own = Platform(stack, tmp_path, {"internships": database}, dict(running.users))
        own.add_companies([siren])
        own.start("internships")
        own.wait_ready(["internships"])
        yield own


async def verdicts(alone: Platform, siren: str, count: int) -> list[Any]:
    """Wait for the answers to that many submissions; an event may be published again under its id."""
    heard: dict[str, Any] = {}
    async with alone.client(siren) as client:
        async for event in client.feedback():
            assert isinstance(event, Verdict)
            heard[event.submission_id] = event
            if len(heard) == count:
                return list(heard.values())
    raise AssertionError("feedback ended")


async def publish(alone: Platform, siren: str, first: int, count: int) -> None:
    async with alone.client(siren) as client:
        for number in range(first, first + count):
            raw = sample.offer(number, siren=siren)
            assert raw.value
            await client.publish_raw("internships", raw.value, sample.HEARD, str(number), f"A-{number}")


def database_of(alone: Platform) -> str:
    return alone.databases["internships"].rsplit("/", 1)[1]


def health(alone: Platform, path: str) -> int:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{alone.ports['internships']}{path}", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except urllib.error.URLError:  # not yet
        return 0


async def ready_is(alone: Platform, status: int) -> None:
    async def is_it() -> bool:
        return await asyncio.to_thread(health, alone, "/health/ready") == status

    await eventually(is_it, f"/health/ready to answer {status}")


async def says(process: Process, text: str) -> None:
    """Wait until it is in a service's log."""
    await eventually(lambda: text in process.log.read_text("utf-8"), f"{text!r} in {process.log}")


async def ends_with_1(process: Process) -> dict[str, Any]:
    """Wait until a service gives up; the last it said."""
    await eventually(lambda: process.returncode is not None, f"the end of {process.name}")
    assert process.returncode == 1
    return last_line(process)


def last_line(process: Process) -> dict[str, Any]:
    line: dict[str, Any] = json.loads(process.log.read_text("utf-8").splitlines()[-1])
    return line


async def test_sigterm_finishes_what_is_in_hand_and_exits_0(alone: Platform, siren: str) -> None:
    await publish(alone, siren, 1, 50)
    process = alone.processes["internships"]
    assert await asyncio.to_thread(process.stop, signal.SIGTERM) == 0
    lines = process.log.read_text("utf-8").splitlines()
    assert all(json.loads(line) for line in lines)
    assert last_line(process)["event"] == "stopped"
    alone.start("internships")
    await asyncio.to_thread(alone.wait_ready, ["internships"])
    told = await verdicts(alone, siren, 50)
    assert {verdict.submission_id for verdict in told} == {str(number) for number in range(1, 51)}


async def test_it_waits_out_an_outage_of_postgresql_and_says_so_once(alone: Platform, siren: str) -> None:
    admin = await asyncpg.connect(alone.stack.addresses.postgres_admin)
    await admin.execute(f"ALTER DATABASE {database_of(alone)} CONNECTION LIMIT 0")
    await admin.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1", database_of(alone))
    await publish(alone, siren, 1, 20)
    process = alone.processes["internships"]
    await says(process, f"the batch from intake.{siren}.internships")
    await ready_is(alone, 503)
    assert await asyncio.to_thread(health, alone, "/health/live") == 200
    await admin.execute(f"ALTER DATABASE {database_of(alone)} CONNECTION LIMIT -1")
    await admin.close()
    assert len(await verdicts(alone, siren, 20)) == 20
    await ready_is(alone, 200)
    said = [json.loads(line)["event"] for line in process.log.read_text("utf-8").splitlines()]
    waited = [event for event in said if event.startswith("the batch from ")]
    assert [event.rpartition(" ")[2] for event in waited] == ["waits", "on"]


async def test_started_before_postgresql_it_waits_and_then_works(alone: Platform, siren: str) -> None:
    await asyncio.to_thread(alone.processes["internships"].stop)
    admin = await asyncpg.connect(alone.stack.addresses.postgres_admin)
    await admin.execute(f"ALTER DATABASE {database_of(alone)} CONNECTION LIMIT 0")
    alone.start("internships")
    process = alone.processes["internships"]
    await says(process, "the start waits")
    await ready_is(alone, 503)
    assert await asyncio.to_thread(health, alone, "/health/live") == 200
    await admin.execute(f"ALTER DATABASE {database_of(alone)} CONNECTION LIMIT -1")
    await admin.close()
    await ready_is(alone, 200)
    assert process.log.read_text("utf-8").count("the start waits") == 1


async def test_what_waiting_cannot_mend_ends_the_service_with_the_reason_in_its_log(
    alone: Platform, siren: str
) -> None:
    await asyncio.to_thread(alone.processes["internships"].stop)
    right = alone.databases["internships"]
    alone.databases["internships"] = right.replace(right.split(":")[2].split("@")[0], "wrong")
    alone.start("internships")
    process = alone.processes["internships"]
    last = await ends_with_1(process)
    assert last["event"] == "the service failed"
    assert "password authentication failed" in last["error"]


async def test_a_bug_is_logged_with_its_trace_and_a_part_that_fails_for_good_stops_the_service(
    alone: Platform, siren: str
) -> None:
    connection = await asyncpg.connect(alone.databases["internships"])
    await connection.execute("ALTER TABLE offer_history RENAME COLUMN changed_by TO gone")
    await publish(alone, siren, 1, 1)
    process = alone.processes["internships"]
    await says(process, "handler failed")
    said = [json.loads(line) for line in process.log.read_text("utf-8").splitlines() if "handler failed" in line]
    assert len(said[0]["trace_id"]) == 32
    assert "UndefinedColumnError" in said[0]["exception"]
    await connection.execute("ALTER TABLE outbox RENAME COLUMN created_at TO gone_at")
    await connection.close()
    await ends_with_1(process)
    said = [json.loads(line) for line in process.log.read_text("utf-8").splitlines()]
    failed = [line for line in said if line["event"] == "a part of the service failed, so it stops"]
    assert "relay.py" in failed[0]["exception"]


async def test_hostile_records_are_answered_and_the_partition_goes_on(alone: Platform, siren: str) -> None:
    producer = AIOKafkaProducer(**alone.users[siren].arguments(), compression_type="gzip")
    await producer.start()
    topic = f"intake.{siren}.internships"
    hostile: list[tuple[bytes | None, list[tuple[str, Any]]]] = [
        (None, []),
        (b"\xff\xfe", [("ce_id", b"\xff"), ("ce_type", None)]),
        (b"{}", [("ce_id", b"x\x00y"), ("ce_type", sample.HEARD.encode()), ("reply_to", b"internships.offers")]),
        (b'"' + b"a" * 900_000 + b'"', [("ce_id", b"big"), ("ce_type", sample.HEARD.encode())]),
        (b"{}", [("ce_id", b"other"), ("ce_type", b"fr.passerelle.outreach.VisitScheduled.v1")]),
        (b"{}", [("a\x00b", b"\x00"), ("ce_id", b"nul"), ("ce_type", sample.HEARD.encode())]),
        (b"{}", [("ce_id", b"i" * 350_000), ("ce_type", sample.HEARD.encode())]),
    ]
    for value, headers in hostile:
        await producer.send_and_wait(topic, value, key=b"A-1", headers=headers, partition=0)
    good = sample.offer(1, siren=siren)
    await producer.send_and_wait(topic, good.value, key=b"A-1", headers=list(good.headers), partition=0)
    await producer.stop()
    told = await verdicts(alone, siren, len(hostile) + 1)
    assert sum(isinstance(verdict, SubmissionRejected) for verdict in told) == len(hostile)
    connection = await asyncpg.connect(alone.databases["internships"])
    kept = await connection.fetch("SELECT value FROM dead_letter WHERE sender = $1 ORDER BY record_offset", siren)
    assert [row["value"] for row in kept] == [value for value, _ in hostile]
    await connection.close()


NO_TEXT = """
import asyncio, os, sys
os.environ["AIOKAFKA_NO_EXTENSIONS"] = "1"  # the compiled writer takes nothing but text
from aiokafka import AIOKafkaProducer
from shared.client.environment import from_environment, to_environment
class NoText(str):
    def encode(self, *_): return b"\\xff\\xfe"
async def main():
    async with AIOKafkaProducer(**from_environment(os.environ)[0].arguments()) as producer:
        await producer.send_and_wait(sys.argv[1], b"{}", partition=0, headers=[(NoText("x"), b"1")])
asyncio.run(main())
"""


async def test_a_header_whose_name_is_no_text_stops_nobody(alone: Platform, siren: str) -> None:
    """Any client can write one, and Kafka takes it."""
    await publish(alone, siren, 1, 1)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NO_TEXT, f"intake.{siren}.internships", env=lines(alone, siren)
    )
    assert await writer.wait() == 0
    await publish(alone, siren, 2, 5)
    told = await verdicts(alone, siren, 7)
    assert sum(isinstance(verdict, SubmissionRejected) for verdict in told) == 1
    connection = await asyncpg.connect(alone.databases["internships"])
    assert "fffe" in await connection.fetchval("SELECT headers::text FROM dead_letter WHERE sender = $1", siren)
    await connection.close()


def lines(alone: Platform, siren: str) -> dict[str, str]:
    """The environment of a company's program."""
    return {**os.environ, **to_environment(alone.users[siren], siren)}


def broker_of(running: Platform) -> int:
    """The process of this platform's own Kafka: known by its files, in a container by its super user's password."""
    files, secret = bytes(running.home / "kafka" / "server.properties"), running.kafka.password.encode()
    brokers = [entry.parent for entry in Path("/proc").glob("[0-9]*/cmdline") if b"kafka.Kafka" in content(entry)]
    (found,) = (one for one in brokers if files in content(one / "cmdline") or secret in content(one / "environ"))
    return int(found.name)


def content(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError:  # it has ended
        return b""


async def test_it_is_not_ready_while_kafka_is_away(running: Platform, alone: Platform) -> None:
    await ready_is(alone, 200)
    broker = broker_of(running)
    os.kill(broker, signal.SIGSTOP)
    try:
        await ready_is(alone, 503)
    finally:
        os.kill(broker, signal.SIGCONT)
    await ready_is(alone, 200)


async def test_a_company_that_joins_later_is_heard_without_a_restart(alone: Platform) -> None:
    """Added by the very command, it publishes before the service can have seen its topics."""
    newcomer = new_siren()
    printed = await asyncio.to_thread(add_by_command, alone, newcomer)
    given = dict(line.split("=", 1) for line in printed.splitlines() if line.startswith("PASSERELLE_"))
    alone.users[newcomer], _ = from_environment(given)
    await publish(alone, newcomer, 1, 20)
    async with asyncio.timeout(10):
        assert len(await verdicts(alone, newcomer, 20)) == 20


def add_by_command(alone: Platform, siren: str) -> str:
    command = [sys.executable, "-m", "shared.cli", "ops", "company", "add", siren, "--name", "Fibrelune"]
    done = subprocess.run(
        command, env={**os.environ, **write(alone.kafka, OURS)}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_what_a_company_sent_before_it_was_suspended_is_judged_all_the_same(alone: Platform, siren: str) -> None:
    await asyncio.to_thread(alone.processes["internships"].stop)
    await publish(alone, siren, 1, 5)
    await asyncio.to_thread(suspend, alone, siren)
    alone.start("internships")
    await asyncio.to_thread(alone.wait_ready, ["internships"])
    async with Client(alone.kafka, siren) as operator:
        told = [await anext(feedback) for feedback in [operator.feedback()] for _ in range(5)]
    assert all(isinstance(verdict, SubmissionAccepted) for verdict in told)


def suspend(alone: Platform, siren: str) -> None:
    with cluster(alone.kafka) as admin:
        companies.suspend(admin, CompanyAccess(siren))


async def test_a_service_that_kafka_does_not_let_in_ends_with_the_reason_in_its_log(alone: Platform) -> None:
    await asyncio.to_thread(alone.processes["internships"].stop)
    alone.users["internships"] = replace(alone.users["internships"], password=companies.new_password())
    alone.start("internships")
    process = alone.processes["internships"]
    last = await ends_with_1(process)
    assert last["event"] == "the service failed"
    assert "does not accept the user internships with this password" in last["error"]
    assert str(alone.users["internships"].password) not in process.log.read_text("utf-8")
