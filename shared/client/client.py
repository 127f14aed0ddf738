"""A client for companies and for the portal, over Kafka."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError, UnknownTopicOrPartitionError

from ..contracts.catalogue import EVENTS
from ..contracts.checking import check
from ..contracts.event import Event
from ..contracts.wire import Attributes, source_of, unwrap, value_of
from .ids import new_traceparent, uuid7


class ClientError(Exception):
    """What was asked cannot be done; the message says why and what to do."""


class Client:
    """Publishes as `sender` (a siren, or `portal`) and reads that sender's feedback.

    Use it as an async context manager. `publish` returns once Kafka has the record on every in-sync replica
    (acks=all, idempotent). When it fails, publish again under the same `event_id`: an event counts once.
    """

    def __init__(self, bootstrap: str, sender: str) -> None:
        self._bootstrap = bootstrap
        self._sender = sender
        self._producer: AIOKafkaProducer | None = None

    async def __aenter__(self) -> Self:
        producer = AIOKafkaProducer(bootstrap_servers=self._bootstrap, enable_idempotence=True, acks="all")
        await self._start(producer)
        self._producer = producer
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._producer:
            await self._producer.stop()

    async def publish(
        self, event: Event, *, event_id: str | None = None, at: datetime | None = None, traceparent: str | None = None
    ) -> str:
        """Publish one event; returns its id, under which the verdict comes back."""
        attributes = Attributes(
            id=event_id or str(uuid7()),
            source=source_of(self._sender),
            type=event.wire_name,
            subject=event.key,
            time=at or datetime.now(UTC),
            traceparent=traceparent or new_traceparent(),
        )
        return await self._send(event.topic_for(self._sender), attributes, value_of(event))

    async def publish_raw(self, programme: str, value: bytes, wire_name: str, event_id: str, key: str) -> str:
        """Publish a row as the company's own system wrote it; the service judges it, not this client."""
        attributes = Attributes(event_id, source_of(self._sender), wire_name, key, datetime.now(UTC), new_traceparent())
        return await self._send(f"intake.{self._sender}.{programme}", attributes, value)

    async def feedback(self) -> AsyncIterator[Event]:
        """Every event on the sender's feedback topic from its beginning, then each new one, until cancelled."""
        async with self._consumer(f"feedback.{self._sender}") as consumer:
            async for record in consumer:
                if event := _event_in(record):
                    yield event

    async def _send(self, topic: str, attributes: Attributes, value: bytes) -> str:
        if self._producer is None:
            raise ClientError("The client is not connected: write `async with Client(…) as client`.")
        with self._explained(topic, attributes.id):
            await self._producer.send_and_wait(
                topic, value, key=attributes.subject.encode(), headers=attributes.headers()
            )
        return attributes.id

    @contextmanager
    def _explained(self, topic: str, event_id: str) -> Iterator[None]:
        try:
            yield
        except UnknownTopicOrPartitionError as error:
            message = f"There is no topic {topic}: ask the operator to add {self._sender}."
            raise ClientError(message) from error
        except KafkaError as error:
            raise ClientError(
                f"Kafka at {self._bootstrap} did not confirm event {event_id} ({error}): "
                "publish it again under the same event_id."
            ) from error

    @asynccontextmanager
    async def _consumer(self, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(topic, bootstrap_servers=self._bootstrap, auto_offset_reset="earliest")
        await self._start(consumer)
        try:
            yield consumer
        finally:
            await consumer.stop()

    async def _start(self, connection: AIOKafkaProducer | AIOKafkaConsumer) -> None:
        try:
            await connection.start()
        except BaseException as error:  # a cancelled start too leaves something to close
            await connection.stop()
            if not isinstance(error, KafkaConnectionError):
                raise
            raise ClientError(
                f"Kafka does not answer at {self._bootstrap}: check the address and the network."
            ) from error


def _event_in(record: Any) -> Event | None:
    """The event of a record; None for a type this client does not know yet."""
    message = unwrap(record.headers, record.value)
    kind = EVENTS.get(message.type)
    if kind is None:
        return None
    event = check(kind, message.data or b"")
    if isinstance(event, Event):
        return event
    raise ClientError(f"This client is too old to read {record.topic} ({event[0].field}): upgrade it.")
