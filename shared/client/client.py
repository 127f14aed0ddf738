"""A client for companies and for the portal, over Kafka."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, UnknownTopicOrPartitionError
from pydantic import ValidationError

from ..contracts.catalogue import EVENTS
from ..contracts.event import Event
from ..contracts.wire import Attributes, readable, source_of, value_of
from .ids import traceparent, uuid7


class ClientError(Exception):
    """What was asked cannot be done; the message says why and what to do."""


class Client:
    """Publishes as `sender` (a siren, or `portal`) and reads that sender's feedback.

    Use it as an async context manager. `publish` returns once Kafka has the record on disk on every in-sync
    replica (acks=all, idempotent), so what it returned for is never lost.
    """

    def __init__(self, bootstrap: str, sender: str) -> None:
        self._bootstrap = bootstrap
        self._sender = sender
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        self._producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, enable_idempotence=True)
        try:
            await self._producer.start()
        except KafkaConnectionError as error:
            await self._producer.stop()
            raise ClientError(
                f"Kafka does not answer at {self._bootstrap}: check the address and the network."
            ) from error
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._producer:
            await self._producer.stop()

    async def publish(self, event: Event, *, event_id: str | None = None) -> str:
        """Publish one event; returns its id, under which the verdict comes back."""
        topic = event.topic_for(self._sender)
        return await self._send(topic, event.wire_name, event.key, value_of(event), event_id or str(uuid7()))

    async def publish_raw(self, programme: str, value: bytes, wire_name: str, event_id: str, key: str) -> str:
        """Publish a row as the company's own system wrote it; the service judges it, not this client."""
        return await self._send(f"intake.{self._sender}.{programme}", wire_name, key, value, event_id)

    async def _send(self, topic: str, wire_name: str, key: str, value: bytes, event_id: str) -> str:
        assert self._producer, "use the client as an async context manager"
        now = datetime.now(UTC)
        attributes = Attributes(event_id, source_of(self._sender), wire_name, key, now, traceparent())
        try:
            await self._producer.send_and_wait(topic, value, key=key.encode(), headers=attributes.headers())
        except UnknownTopicOrPartitionError as error:
            raise ClientError(
                f"There is no topic {topic}: ask the operator to add the company {self._sender}."
            ) from error
        return event_id

    async def feedback(self) -> AsyncIterator[Event]:
        """Every event on the sender's feedback topic from its beginning, then each new one, until cancelled."""
        consumer = AIOKafkaConsumer(
            f"feedback.{self._sender}", bootstrap_servers=self._bootstrap, auto_offset_reset="earliest"
        )
        await consumer.start()
        try:
            async for record in consumer:
                kind = EVENTS.get(readable(record.headers).get("ce_type", ""))
                if kind:
                    try:
                        yield kind.model_validate_json(record.value)
                    except ValidationError as error:
                        raise ClientError(f"This client is too old to read {kind.wire_name}: upgrade it.") from error
        finally:
            await consumer.stop()
