"""Dead letters of a service as a process, handled again because its operator says so."""

import asyncio
import json
import os
import subprocess
import sys
from typing import Any

import asyncpg

from shared.cli.platform import Platform
from shared.contracts.feedback import SubmissionAccepted, SubmissionHeld
from tests.chassis.process import publish
from tests.conftest import eventually
from tests.topics import everything_on


async def test_an_operator_replays_what_a_service_failed_on_and_the_company_gets_its_verdict(
    alone: Platform, siren: str
) -> None:
    """The service fails, fails again at replay, is mended, and goes through; all on its own Kafka topics."""
    connection = await asyncpg.connect(alone.databases["internships"])
    await connection.execute("ALTER TABLE offer_history RENAME COLUMN changed_by TO gone")
    await publish(alone, siren, 1, 3)
    # Of this company alone: whatever others left unread on the Kafka of all tests fails here too.
    kept = "SELECT count(*) = 3 FROM dead_letter WHERE state = 'kept' AND attempts = $1 AND sender = $2"
    await eventually(lambda: connection.fetchval(kept, 1, siren), "three letters")
    await dlq(alone, "replay", "--sender", siren)
    await eventually(lambda: connection.fetchval(kept, 2, siren), "three letters that failed again")
    await connection.execute("ALTER TABLE offer_history RENAME COLUMN gone TO changed_by")
    await dlq(alone, "replay", "--sender", siren)
    told = await answers(alone, siren)
    assert sorted(one.submission_id for one in told if isinstance(one, SubmissionHeld)) == ["1", "2", "3"]
    posted = [one for one in await everything_on(alone.kafka, "internships.offers") if siren.encode() in one.value]
    assert len(posted) == 3
    listed = json.loads(await dlq(alone, "list", "--state", "any", "--sender", siren, "--json"))
    assert listed["counts"] == [{"reason": "handler_failed", "state": "replayed", "letters": 3}]
    await connection.close()


async def dlq(alone: Platform, *words: str) -> str:
    """Run the command as an operator of internships does."""
    environment = {**os.environ, "PASSERELLE_DATABASE": alone.databases["internships"]}
    command = [sys.executable, "-m", "shared.cli", "ops", "dlq", *words]
    done = await asyncio.to_thread(subprocess.run, command, env=environment, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return str(done.stdout)


async def answers(alone: Platform, siren: str) -> list[Any]:
    """What a company is told, up to three acceptances."""
    told: list[Any] = []

    async def are_accepted() -> bool:
        async for event in client.feedback():
            told.append(event)
            if sum(isinstance(one, SubmissionAccepted) for one in told) == 3:
                return True
        raise AssertionError("feedback ended")

    async with alone.client(siren) as client:
        await eventually(are_accepted, lambda: f"three acceptances; told are {told}")
    return told
