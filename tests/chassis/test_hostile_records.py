"""Records that nobody should send, read by a service as a process: each is answered, and the partition goes on."""

import asyncio
import os
import sys
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer

from shared.cli.platform import Platform
from shared.client.environment import to_environment
from shared.contracts.feedback import SubmissionRejected
from tests.chassis import sample
from tests.chassis.process import publish
from tests.feedback import verdicts

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
    told = await verdicts(alone.client(siren), len(hostile) + 1)
    assert sum(isinstance(verdict, SubmissionRejected) for verdict in told) == len(hostile)
    connection = await asyncpg.connect(alone.databases["internships"])
    kept = await connection.fetch("SELECT value FROM dead_letter WHERE sender = $1 ORDER BY record_offset", siren)
    assert [row["value"] for row in kept] == [value for value, _ in hostile]
    await connection.close()


async def test_a_header_whose_name_is_no_text_stops_nobody(alone: Platform, siren: str) -> None:
    """Any client can write one, and Kafka takes it."""
    await publish(alone, siren, 1, 1)
    writer = await asyncio.create_subprocess_exec(
        sys.executable, "-c", NO_TEXT, f"intake.{siren}.internships", env=environment(alone, siren)
    )
    assert await writer.wait() == 0
    await publish(alone, siren, 2, 5)
    told = await verdicts(alone.client(siren), 7)
    assert sum(isinstance(verdict, SubmissionRejected) for verdict in told) == 1
    connection = await asyncpg.connect(alone.databases["internships"])
    assert "fffe" in await connection.fetchval("SELECT headers::text FROM dead_letter WHERE sender = $1", siren)
    await connection.close()


def environment(alone: Platform, siren: str) -> dict[str, str]:
    """The environment of a company's program."""
    return {**os.environ, **to_environment(alone.users[siren], siren)}
