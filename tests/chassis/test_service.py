"""A service as a process: it ends cleanly, or with its reason, and hears the companies that come and go."""

import asyncio
import os
import signal
import subprocess
import sys
from dataclasses import replace

import asyncpg

from shared.cli.ops import companies
from shared.cli.platform import Platform
from shared.client.client import Client
from shared.client.environment import from_environment
from shared.contracts.feedback import SubmissionAccepted
from shared.kafka.variables import OURS, write
from tests.chassis.process import ends_with_1, log_of, publish, says, start
from tests.cli.operating import operate
from tests.conftest import new_siren
from tests.feedback import verdicts


async def test_sigterm_finishes_what_is_in_hand_and_exits_0(alone: Platform, siren: str) -> None:
    await publish(alone, siren, 1, 50)
    process = alone.processes["internships"]
    assert await asyncio.to_thread(process.stop, signal.SIGTERM) == 0
    assert log_of(process)[-1]["event"] == "stopped"
    await start(alone)
    told = await verdicts(alone.client(siren), 50)
    assert {verdict.submission_id for verdict in told} == {str(number) for number in range(1, 51)}


async def failure(own: Platform) -> str:
    """Why a service that ends at its start says it does."""
    own.start("internships")
    last = await ends_with_1(own.processes["internships"])
    assert last["event"] == "the service failed"
    return str(last["error"])


async def test_what_waiting_cannot_mend_ends_the_service_with_the_reason_in_its_log(own: Platform) -> None:
    right = own.databases["internships"]
    own.databases["internships"] = right.replace(right.split(":")[2].split("@")[0], "wrong")
    assert "password authentication failed" in await failure(own)


async def test_a_service_that_kafka_does_not_let_in_ends_with_the_reason_in_its_log(own: Platform) -> None:
    own.users["internships"] = replace(own.users["internships"], password=companies.new_password())
    assert "does not accept the user internships with this password" in await failure(own)
    said = own.processes["internships"].log.read_text("utf-8")
    assert str(own.users["internships"].password) not in said


async def test_a_bug_is_logged_with_its_trace_and_a_part_that_fails_for_good_stops_the_service(
    alone: Platform, siren: str
) -> None:
    connection = await asyncpg.connect(alone.databases["internships"])
    await connection.execute("ALTER TABLE offer_history RENAME COLUMN changed_by TO gone")
    await publish(alone, siren, 1, 1)
    process = alone.processes["internships"]
    await says(process, "handler failed")
    bug = next(line for line in log_of(process) if "handler failed" in line["event"])
    assert len(bug["trace_id"]) == 32
    assert "UndefinedColumnError" in bug["exception"]
    await connection.execute("ALTER TABLE outbox RENAME COLUMN created_at TO gone_at")
    await connection.close()
    await ends_with_1(process)
    failed = [line for line in log_of(process) if line["event"] == "a part of the service failed, so it stops"]
    assert "relay.py" in failed[0]["exception"]


async def test_a_company_that_joins_later_is_heard_without_a_restart(alone: Platform) -> None:
    """Added by the very command, it publishes before the service can have seen its topics."""
    newcomer = new_siren()
    printed = await asyncio.to_thread(add_by_command, alone, newcomer)
    given = dict(line.split("=", 1) for line in printed.splitlines() if line.startswith("PASSERELLE_"))
    alone.users[newcomer], _ = from_environment(given)
    await publish(alone, newcomer, 1, 20)
    async with asyncio.timeout(10):
        assert len(await verdicts(alone.client(newcomer), 20)) == 20


def add_by_command(alone: Platform, siren: str) -> str:
    command = [sys.executable, "-m", "shared.cli", "ops", "company", "add", siren, "--name", "Fibrelune"]
    done = subprocess.run(
        command, env={**os.environ, **write(alone.kafka, OURS)}, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


async def test_what_a_company_sent_before_it_was_suspended_is_judged_all_the_same(own: Platform, siren: str) -> None:
    await publish(own, siren, 1, 5)
    await operate(own, siren, companies.suspend)
    await start(own)
    told = await verdicts(Client(own.kafka, siren), 5)
    assert all(isinstance(verdict, SubmissionAccepted) for verdict in told)
