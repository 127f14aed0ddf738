"""The internships service as a process: what it is sent, and what its health and its log say."""

import asyncio
import json
import urllib.error
import urllib.request
from typing import Any

from shared.cli.platform import Platform
from shared.stack.processes import Process
from tests.chassis import sample
from tests.conftest import eventually


async def publish(alone: Platform, siren: str, first: int, count: int) -> None:
    async with alone.client(siren) as client:
        for number in range(first, first + count):
            raw = sample.offer(number, siren=siren)
            assert raw.value
            await client.publish_raw("internships", raw.value, sample.HEARD, str(number), f"A-{number}")


async def start(own: Platform) -> None:
    """Start it and wait until it is ready."""
    own.start("internships")
    await asyncio.to_thread(own.wait_ready, ["internships"])


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


def log_of(process: Process) -> list[dict[str, Any]]:
    """What a service has logged; every line is JSON."""
    return [json.loads(line) for line in process.log.read_text("utf-8").splitlines()]


async def ends_with_1(process: Process) -> dict[str, Any]:
    """Wait until a service gives up; the last it said."""
    await eventually(lambda: process.returncode is not None, f"the end of {process.name}")
    assert process.returncode == 1
    return log_of(process)[-1]
