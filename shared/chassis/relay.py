"""The relay: outbox to Kafka, in order, one active at a time for each service."""

import asyncio
import time
from contextlib import suppress
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import (
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from shared.chassis.database import TRANSIENT, Bell, Row
from shared.chassis.telemetry import log
from shared.contracts.wire import Attributes, source_of
from shared.kafka.connection import Connection

_log = log(__name__)

RELAY_LOCK = 7_278_002
"""Advisory lock of the one relay that publishes; the other replicas' relays wait for it."""

POLL_SECONDS = 0.5
ROWS = 1000
"""Rows read at a time; a row is at most 900 kB, most are under one."""

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
    SELECT id, event_id, topic, key, type, payload, traceparent, created_at
    FROM outbox WHERE published_at IS NULL AND topic <> ALL($2) ORDER BY id LIMIT $1
"""


class Relay:
    """Publishes what waits in the outbox.

    No cursor: rows commit out of id order, so it always reads what is unpublished. No transaction is open while
    Kafka is awaited. After any failure the producer is thrown away: an idempotent producer that failed once
    refuses every later send. A topic that is missing or closed to us keeps its own rows waiting, and nobody else's.
    """

    def __init__(self, service: str, dsn: str, kafka: Connection, bell: Bell) -> None:
        self._source = source_of(service)
        self._dsn = dsn
        self._kafka = kafka
        self._bell = bell
        self._closed: dict[str, float] = {}
        self.ready = False

    async def run(self) -> None:
        """Publish until the bell stops; an outage is said once and waited out."""
        while not self._bell.stopped:
            try:
                await self._lead()
            except (*TRANSIENT, KafkaError) as error:
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
        producer = AIOKafkaProducer(**self._kafka.arguments(), enable_idempotence=True, linger_ms=1)
        try:
            await producer.start()
            self.ready = True
            while True:
                last = self._bell.stopped
                waiting = await connection.fetch(WAITING, ROWS, self._closed_topics())
                await self._find_topics(producer, waiting)
                outcomes = await self._send(producer, waiting)
                sent = [row["id"] for row, error in outcomes if error is None]
                await connection.execute("UPDATE outbox SET published_at = now() WHERE id = ANY($1)", sent)
                if failures := [error for _, error in outcomes if error]:
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
        """Look for the rows' topics, all at once; those that cannot be found are left alone for a while."""

        async def find(topic: str) -> None:
            try:
                async with asyncio.timeout(TOPIC_SECONDS):
                    await producer.partitions_for(topic)
            except (TimeoutError, UnknownTopicOrPartitionError, TopicAuthorizationFailedError) as error:
                self._close(topic, error)

        await asyncio.gather(*map(find, {row["topic"] for row in rows}))

    async def _send(self, producer: AIOKafkaProducer, rows: list[Row]) -> list[tuple[Row, BaseException | None]]:
        """Send the rows of open topics in order; each with its error. A topic that refuses one waits with the rest."""
        sent: list[tuple[Row, asyncio.Future[Any]]] = []
        for row in rows:
            if row["topic"] in self._closed:
                continue
            headers = self._attributes(row).headers()
            try:
                future = await producer.send(row["topic"], row["payload"], key=row["key"].encode(), headers=headers)
            except MessageSizeTooLargeError as error:
                self._close(row["topic"], error)
            else:
                sent.append((row, future))
        results = await asyncio.gather(*(future for _, future in sent), return_exceptions=True)
        outcomes = [
            (row, result if isinstance(result, BaseException) else None)
            for (row, _), result in zip(sent, results, strict=True)
        ]
        for row, failure in outcomes:
            if isinstance(failure, REFUSED):
                self._close(row["topic"], failure)
        return outcomes

    def _attributes(self, row: Row) -> Attributes:
        return Attributes(
            id=str(row["event_id"]),
            source=self._source,
            type=row["type"],
            subject=row["key"],
            time=row["created_at"],
            traceparent=row["traceparent"],
        )
