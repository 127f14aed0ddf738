"""The relay: outbox to Kafka, in order, one active at a time for each service."""

import asyncio
from contextlib import suppress
from typing import Any

import asyncpg
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from shared.chassis.database import TRANSIENT, Bell, Row
from shared.chassis.telemetry import log
from shared.contracts.wire import Attributes, source_of

_log = log(__name__)

RELAY_LOCK = 7_278_002
"""Advisory lock of the one relay that publishes; the other replicas' relays wait for it."""

POLL_SECONDS = 0.5
ROWS = 1000
"""Rows read at a time; a row is at most 900 kB, most are under one."""

WAITING = """
    SELECT id, event_id, topic, key, type, payload, traceparent, created_at
    FROM outbox WHERE published_at IS NULL ORDER BY id LIMIT $1
"""


class Relay:
    """Publishes what waits in the outbox.

    No cursor: rows commit out of id order, so it always reads what is unpublished. No transaction is open while
    Kafka is awaited. After any failure the producer is thrown away: an idempotent producer that failed once
    refuses every later send.
    """

    def __init__(self, service: str, dsn: str, kafka: str, bell: Bell) -> None:
        self._source = source_of(service)
        self._dsn = dsn
        self._kafka = kafka
        self._bell = bell
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
        connection = await asyncpg.connect(self._dsn)
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
        producer = AIOKafkaProducer(bootstrap_servers=self._kafka, enable_idempotence=True, linger_ms=1)
        try:
            await producer.start()
            self.ready = True
            while True:
                last = self._bell.stopped
                rows = await connection.fetch(WAITING, ROWS)
                await self._send(producer, rows)
                await connection.execute(
                    "UPDATE outbox SET published_at = now() WHERE id = ANY($1)", [row["id"] for row in rows]
                )
                if last:
                    return
                if len(rows) < ROWS:
                    await self._bell.wait("outbox", POLL_SECONDS)
        finally:
            with suppress(KafkaError, TimeoutError):
                async with asyncio.timeout(5):
                    await producer.stop()

    async def _send(self, producer: AIOKafkaProducer, rows: list[Row]) -> None:
        sent = [
            await producer.send(
                row["topic"], row["payload"], key=row["key"].encode(), headers=self._attributes(row).headers()
            )
            for row in rows
        ]
        await asyncio.gather(*sent)

    def _attributes(self, row: Row) -> Attributes:
        return Attributes(
            id=str(row["event_id"]),
            source=self._source,
            type=row["type"],
            subject=row["key"],
            time=row["created_at"],
            traceparent=row["traceparent"],
        )
