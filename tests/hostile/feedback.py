"""What a company is told, and what a service takes for it."""

import re
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from shared.cli.platform import Platform
from shared.contracts.catalogue import EVENTS
from shared.contracts.checking import check
from shared.contracts.feedback import SubmissionRejected, Verdict
from shared.contracts.wire import unwrap
from tests.conftest import eventually
from tests.topics import everything_on

WRONG = re.compile(r'"level": "(error|critical)"|Traceback')


async def broken_rules(alone: Platform, siren: str, end: int) -> dict[str, list[str]]:
    """The rules broken by each of a company's submissions, once its partition 0 has been handled up to `end`.

    Read from Kafka with the company's own credential, once nothing waits in the service's outbox.
    """
    await consumed(alone, siren, end)
    connection = await asyncpg.connect(alone.databases["internships"])
    is_empty = "SELECT NOT EXISTS (SELECT FROM outbox WHERE topic = $1)"
    await eventually(lambda: connection.fetchval(is_empty, f"feedback.{siren}"), "the outbox to be empty")
    await connection.close()
    heard: dict[str, list[str]] = {}
    for record in await everything_on(alone.users[siren], f"feedback.{siren}"):
        verdict = verdict_in(record)
        heard.setdefault(verdict.submission_id, []).extend(rules(verdict))
    return heard


def verdict_in(record: Any) -> Verdict:
    message = unwrap(record.headers, record.value)
    verdict = check(EVENTS[message.type], message.data or b"")
    assert isinstance(verdict, Verdict)
    return verdict


def rules(verdict: Verdict) -> list[str]:
    return [problem.rule for problem in verdict.problems] if isinstance(verdict, SubmissionRejected) else []


def peak_mib(alone: Platform) -> int:
    """The most memory that the service ever had."""
    status = Path(f"/proc/{alone.processes['internships'].pid}/status").read_text("utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) >> 10


def errors(alone: Platform) -> list[str]:
    """What the service logged as an error; Kafka that has just started has no coordinator yet, and aiokafka says so."""
    lines = alone.processes["internships"].log.read_text("utf-8").splitlines()
    return [line for line in lines if WRONG.search(line) and "GroupCoordinatorNotAvailable" not in line]


async def consumed(alone: Platform, siren: str, offset: int) -> None:
    """Wait until the service has committed partition 0 up to an offset."""
    partition = TopicPartition(f"intake.{siren}.internships", 0)
    admin = AIOKafkaAdminClient(**alone.kafka.arguments())
    await admin.start()
    try:
        await eventually(lambda: _is_committed(admin, partition, offset), f"{partition} to be read up to {offset}")
    finally:
        await admin.close()


async def _is_committed(admin: AIOKafkaAdminClient, partition: TopicPartition, offset: int) -> bool:
    try:
        offsets = await admin.list_consumer_group_offsets("internships", partitions=[partition])
    except GroupCoordinatorNotAvailableError:  # Kafka has just started
        return False
    return partition in offsets and bool(offsets[partition].offset == offset)
