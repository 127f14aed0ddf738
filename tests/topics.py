"""Topics of a test's own, and what lies on a topic."""

from typing import Any
from uuid import uuid4

from aiokafka import AIOKafkaConsumer
from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from shared.cli.platform import PARTITIONS
from shared.kafka.connection import Connection
from tests.conftest import eventually


async def new_topic(kafka: Connection, name: str = "", partitions: int = PARTITIONS) -> str:
    """A topic of the test's own; returns its name."""
    name = name or f"test.{uuid4().hex[:12]}"
    admin = AIOKafkaAdminClient(**kafka.arguments())
    await admin.start()
    await admin.create_topics([NewTopic(name, partitions, replication_factor=1)])
    await admin.close()
    return name


async def everything_on(kafka: Connection, *topics: str, at_least: int = 0, **settings: Any) -> list[Any]:
    """Every record that lies on some topics once they are `at_least` so many; those of a partition in their order.

    `settings` are the consumer's.
    """
    found: list[Any] = []
    async with AIOKafkaConsumer(*topics, **kafka.arguments(), auto_offset_reset="earliest", **settings) as consumer:

        async def is_read() -> bool:
            for records in (await consumer.getmany(timeout_ms=200)).values():
                found.extend(records)
            return len(found) >= at_least and await _at_the_end(consumer)

        await eventually(
            is_read, lambda: f"{at_least} records on {topics}, of which {len(found)} are read", pause_seconds=0
        )
    return found


async def _at_the_end(consumer: AIOKafkaConsumer) -> bool:
    ends = await consumer.end_offsets(list(consumer.assignment()))
    return bool(ends) and all([await consumer.position(one) >= end for one, end in ends.items()])
