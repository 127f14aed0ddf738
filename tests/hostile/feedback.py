"""What a company is told, and what a service takes for it."""

import re
from pathlib import Path

import asyncpg
from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import GroupCoordinatorNotAvailableError

from shared.cli.platform import Platform
from shared.contracts.feedback import SubmissionRejected, Verdict
from tests.conftest import eventually
from tests.feedback import told

WRONG = re.compile(r'"level": "(error|critical)"|Traceback')


async def broken_rules(alone: Platform, siren: str, end: int) -> dict[str, list[str]]:
    """The rules broken by each of a company's submissions, once its partition 0 has been handled up to `end`.

    Read from Kafka as the company does; how many there are to read, the service's outbox says.
    """
    await consumed(alone, siren, end)
    connection = await asyncpg.connect(alone.databases["internships"])
    count = await connection.fetchval("SELECT count(*) FROM outbox WHERE topic = $1", f"feedback.{siren}")
    await connection.close()
    heard: dict[str, list[str]] = {}
    for verdict in await told(alone.client(siren), lambda heard: len(heard) == count):
        heard.setdefault(verdict.submission_id, []).extend(rules(verdict))
    return heard


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
