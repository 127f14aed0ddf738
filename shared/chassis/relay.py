"""The relay: outbox to Kafka, in order, one active at a time for each service."""

import asyncio
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from zlib import crc32

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)
from aiokafka.producer.message_accumulator import BatchBuilder

from shared.chassis import metrics
from shared.chassis.database import TRANSIENT, Bell, Row
from shared.chassis.telemetry import log
from shared.contracts.wire import Attributes, Headers, source_of
from shared.kafka.connection import Connection

_log = log(__name__)

RELAY_LOCK = 7_278_002
"""Advisory lock of the one relay that publishes; the other replicas' relays wait for it."""

POLL_SECONDS = 0.5
ROWS = 1000
"""Rows read at a time; a row is at most 900 kB, most are under one."""

BATCH_BYTES = 256 << 10
"""Bytes of a batch; one larger row goes alone."""

TOPIC_SECONDS = 2.0
"""How long a topic may take to be found."""

CLOSED_SECONDS = 5.0
"""How long a topic that was not found is left alone."""

REFUSED = (MessageSizeTooLargeError, TopicAuthorizationFailedError)
"""What Kafka will answer again however often it is asked; it concerns one topic."""

COMMAND_SECONDS = 30
SESSION = {"idle_session_timeout": "15s", "tcp_keepalives_idle": "5", "tcp_keepalives_interval": "5"}
"""A leader that is frozen or cut off loses its session, and with it the lock: another takes over."""

WAITING = """
    SELECT id, event_id::text, topic, key, type, payload, traceparent, created_at
    FROM outbox WHERE topic <> ALL($2) ORDER BY id LIMIT $1
"""
PUBLISHED = "DELETE FROM outbox WHERE id = ANY($1)"


@dataclass(slots=True)
class _Batch:
    """Rows that go to one partition together."""

    topic: str
    partition: int
    builder: BatchBuilder
    rows: list[int] = field(default_factory=list)

    def add(self, row: Row, key: bytes, headers: Headers) -> bool:
        """Whether there was room; a row that is too large for any batch has one to itself."""
        added = self.builder.append(key=key, value=row["payload"], timestamp=None, headers=headers)
        if added:
            self.rows.append(row["id"])
        return bool(added)


class Relay:
    """Publishes what waits in the outbox.

    No cursor: rows commit out of id order, so it always reads what is there, and removes what is published. No
    transaction is open while Kafka is awaited. After any failure the producer is thrown away: an idempotent producer
    that failed once refuses every later send. A topic that is missing or closed to us keeps its own rows waiting, and
    nobody else's.
    """

    def __init__(self, service: str, dsn: str, kafka: Connection, bell: Bell) -> None:
        self._source = source_of(service)
        self._dsn = dsn
        self._kafka = kafka
        self._bell = bell
        self._closed: dict[str, float] = {}
        self._partitions: dict[str, list[int]] = {}
        self.ready = False

    async def run(self) -> None:
        """Publish until the bell stops; an outage is said once and waited out."""
        while not self._bell.stopped:
            try:
                await self._lead()
            except (*TRANSIENT, KafkaError) as error:
                metrics.waits(error, begins=self.ready)
                if self.ready:
                    _log.warning("relay waits", error=repr(error))
                self.ready = False
                await self._bell.wait("outbox", 1)

    async def _lead(self) -> None:
        connection = await asyncpg.connect(self._dsn, command_timeout=COMMAND_SECONDS, server_settings=SESSION)
        try:
            while not await connection.fetchval("SELECT pg_try_advisory_lock($1)", RELAY_LOCK):
                if self._bell.stopped:
                    return
                self.ready = True
                await self._bell.wait("outbox", 1)
            await self._publish(connection)
        finally:
            connection.terminate()

    async def _publish(self, connection: "asyncpg.Connection[Any]") -> None:
        producer = AIOKafkaProducer(**self._kafka.arguments(), enable_idempotence=True, max_batch_size=BATCH_BYTES)
        try:
            await producer.start()
            self._partitions.clear()
            self.ready = True
            while True:
                last = self._bell.stopped
                waiting = await connection.fetch(WAITING, ROWS, self._closed_topics())
                await self._find_topics(producer, waiting)
                sent, failures = await self._send(producer, self._batches(producer, waiting))
                await connection.execute(PUBLISHED, sent)
                if failures:
                    raise failures[0]
                if last:
                    return
                if len(waiting) < ROWS:
                    await self._bell.wait("outbox", POLL_SECONDS)
        finally:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(5):
                    await producer.stop()

    def _closed_topics(self) -> list[str]:
        now = time.monotonic()
        self._closed = {topic: until for topic, until in self._closed.items() if until > now}
        return list(self._closed)

    def _close(self, topic: str, error: BaseException) -> None:
        self._closed[topic] = time.monotonic() + CLOSED_SECONDS
        _log.error("topic cannot be written to, its events wait", topic=topic, error=repr(error))

    async def _find_topics(self, producer: AIOKafkaProducer, rows: list[Row]) -> None:
        """Look for the rows' topics, all at once; one that is not found is left alone for a while."""

        async def find(topic: str) -> list[int]:
            try:
                async with asyncio.timeout(TOPIC_SECONDS):
                    return sorted(await producer.partitions_for(topic))
            except (TimeoutError, UnknownTopicOrPartitionError, TopicAuthorizationFailedError) as error:
                self._close(topic, error)
                return []

        new = [topic for topic in {row["topic"] for row in rows} if not self._partitions.get(topic)]
        self._partitions |= zip(new, await asyncio.gather(*map(find, new)), strict=True)

    def _batches(self, producer: AIOKafkaProducer, rows: list[Row]) -> Iterator[_Batch]:
        """The rows of topics that are there, a partition's in order.

        Whole batches, and one filled after the other: aiokafka takes ten times as long over records one by one, and
        builders that grow in turns are copied as they grow.
        """
        places: dict[tuple[str, int], list[tuple[Row, bytes]]] = {}
        for row in rows:
            key = row["key"].encode()
            if partitions := self._partitions[row["topic"]]:
                place = row["topic"], partitions[crc32(key) % len(partitions)]  # as librdkafka puts keys
                places.setdefault(place, []).append((row, key))
        for place, several in places.items():
            yield from self._filled(producer, place, several)

    def _filled(
        self, producer: AIOKafkaProducer, place: tuple[str, int], rows: list[tuple[Row, bytes]]
    ) -> Iterator[_Batch]:
        batch = _Batch(*place, producer.create_batch())
        for row, key in rows:
            headers = self._attributes(row).headers()
            if not batch.add(row, key, headers):
                yield batch
                batch = _Batch(*place, producer.create_batch())
                batch.add(row, key, headers)
        yield batch

    async def _send(
        self, producer: AIOKafkaProducer, batches: Iterable[_Batch]
    ) -> tuple[list[int], list[BaseException]]:
        """Send the batches; returns the ids of the rows that were sent, and what went wrong with the others."""
        sending = []
        for batch in batches:
            sending.append((batch, await producer.send_batch(batch.builder, batch.topic, partition=batch.partition)))
            await asyncio.sleep(0)  # the handlers go on between two batches
        results = await asyncio.gather(*(future for _, future in sending), return_exceptions=True)
        metrics.relayed([(len(batch.rows), result) for (batch, _), result in zip(sending, results, strict=True)])
        sent, failures = list[int](), list[BaseException]()
        for (batch, _), result in zip(sending, results, strict=True):
            if isinstance(result, BaseException):
                failures.append(result)
            else:
                sent += batch.rows
            if isinstance(result, REFUSED):
                self._close(batch.topic, result)
        return sent, failures

    def _attributes(self, row: Row) -> Attributes:
        return Attributes(
            id=row["event_id"],
            source=self._source,
            type=row["type"],
            subject=row["key"],
            time=row["created_at"],
            traceparent=row["traceparent"],
        )
