"""Migrations as a job before a rollout: applied by a command, waited for by the services."""

import os
import subprocess
import sys

import pytest

from shared.cli.platform import Platform
from shared.contracts.catalogue import CONTEXTS
from tests.chassis.process import log_of
from tests.conftest import eventually
from tests.databases import empty_database


def migrate(*arguments: str, database: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "shared.chassis.migrate", *arguments]
    environment = {**os.environ, "PASSERELLE_DATABASE": database}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


async def test_a_service_that_may_not_migrate_waits_until_the_job_has(own: Platform) -> None:
    process = own.start("internships", settings={"PASSERELLE_MIGRATE": "false"})
    told = "run `python -m shared.chassis.migrate internships`"
    await eventually(lambda: told in process.log.read_text("utf-8"), "the service to say what it waits for")
    assert "started" not in {line["event"] for line in log_of(process)}
    assert migrate("internships", database=own.databases["internships"]).returncode == 0
    own.wait_ready(["internships"])
    assert process.stop() == 0


@pytest.mark.parametrize("service", CONTEXTS)
async def test_the_job_applies_what_is_missing_and_may_be_run_again(running: Platform, service: str) -> None:
    address = await empty_database(running)
    for _ in range(2):
        done = migrate(service, database=address)
        assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize(
    ("arguments", "database", "said"),
    [
        ((), "postgresql://x", "Name one service"),
        (("accounting",), "postgresql://x", "Name one service"),
        (("outreach",), "mysql://secret@db", "PASSERELLE_DATABASE"),
    ],
)
def test_what_is_wrong_is_said_and_no_secret_is(arguments: tuple[str, ...], database: str, said: str) -> None:
    done = migrate(*arguments, database=database)
    assert done.returncode == 2
    assert said in done.stderr
    assert "secret" not in done.stderr
