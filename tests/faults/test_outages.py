"""What is away comes back: the service says so once, is not ready meanwhile, and goes on."""

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from shared.cli.platform import Platform
from tests.chassis.process import health, log_of, publish, ready_is, says
from tests.databases import outage_of
from tests.feedback import verdicts

LOOKS_OFTEN = """
import runpy
from shared.chassis import service
service.LOOK_SECONDS = 1.0
runpy.run_module("services.internships.app", run_name="__main__")
"""


async def test_it_waits_out_an_outage_of_postgresql_and_says_so_once(alone: Platform, siren: str) -> None:
    process = alone.processes["internships"]
    async with outage_of(alone, alone.databases["internships"]) as outage:
        await outage.begin()
        await publish(alone, siren, 1, 20)
        await says(process, "the batch from intake.")  # whose comes first is Kafka's affair
        await ready_is(alone, 503)
        assert await asyncio.to_thread(health, alone, "/health/live") == 200
        await outage.end()
    assert len(await verdicts(alone.client(siren), 20)) == 20
    await ready_is(alone, 200)
    waited = [line["event"] for line in log_of(process) if line["event"].startswith("the batch from ")]
    assert [event.rpartition(" ")[2] for event in waited] == ["waits", "on"]


async def test_started_before_postgresql_it_waits_and_then_works(own: Platform) -> None:
    async with outage_of(own, own.databases["internships"]) as outage:
        await outage.begin()
        own.start("internships")
        process = own.processes["internships"]
        await says(process, "the start waits")
        await ready_is(own, 503)
        assert await asyncio.to_thread(health, own, "/health/live") == 200
        await outage.end()
    await ready_is(own, 200)
    assert process.log.read_text("utf-8").count("the start waits") == 1


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


async def test_it_is_not_ready_while_kafka_is_away(
    running: Platform, own: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Started so that it looks every second: as it is, it looks every five."""
    start = own.stack.start
    often = [sys.executable, "-c", LOOKS_OFTEN]
    monkeypatch.setattr(own.stack, "start", lambda name, _, environment: start(name, often, environment))
    own.start("internships")
    await ready_is(own, 200)
    broker = broker_of(running)
    os.kill(broker, signal.SIGSTOP)
    try:
        await ready_is(own, 503)
    finally:
        os.kill(broker, signal.SIGCONT)
    await ready_is(own, 200)
