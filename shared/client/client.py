"""A client for companies and for the portal, over Kafka."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Literal, NoReturn, Self

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, TopicPartition
from aiokafka.errors import (
    KafkaConnectionError,
    KafkaError,
    MessageSizeTooLargeError,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
)

from ..contracts.catalogue import EVENTS
from ..contracts.checking import check
from ..contracts.event import Event
from ..contracts.topics import LARGEST_BATCH, feedback, intake
from ..contracts.wire import Attributes, source_of, unwrap, value_of
from ..kafka.connection import ClientError, Connection, Refused
from ..kafka.ids import new_traceparent, uuid7

__all__ = ["Client", "ClientError"]

TOPIC_SECONDS = 10.0
"""How long a topic may take to be found."""

LOOK_MS = 10_000
"""How long feedback may be silent until we ask whether Kafka still lets us in: aiokafka would never say."""


class Client:
    """Publishes as `sender` (a siren, or `portal`) and reads that sender's feedback.

    Use it as an async context manager. `publish` returns once Kafka has the record on every in-sync replica
    (acks=all, idempotent). When it fails, publish again under the same `event_id`: an event counts once.
    """

    def __init__(self, connection: Connection, sender: str) -> None:
        self._connection = connection
        self._sender = sender
        self._producer: AIOKafkaProducer | None = None

    @property
    def bootstrap(self) -> str:
        """The addresses of the Kafka that is spoken to."""
        return self._connection.bootstrap

    async def __aenter__(self) -> Self:
        producer = AIOKafkaProducer(**self._connection.arguments(), enable_idempotence=True, acks="all")
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
        return await (await self.hand_over(event, event_id=event_id, at=at, traceparent=traceparent))

    async def hand_over(
        self, event: Event, *, event_id: str | None = None, at: datetime | None = None, traceparent: str | None = None
    ) -> "asyncio.Task[str]":
        """Give one event to the sender and wait only while its buffer is full; the task ends once Kafka has the event.

        So many events are under way at once, and those of one key keep the order in which they were handed over.
        """
        attributes = Attributes(
            id=event_id or str(uuid7()),
            source=source_of(self._sender),
            type=event.wire_name,
            subject=event.key,
            time=at or datetime.now(UTC),
            traceparent=traceparent or new_traceparent(),
        )
        return await self._begin(event.topic_for(self._sender), attributes, value_of(event))

    async def publish_raw(self, programme: str, value: bytes, wire_name: str, event_id: str, key: str) -> str:
        """Publish a row as the company's own system wrote it; the service judges it, not this client."""
        attributes = Attributes(event_id, source_of(self._sender), wire_name, key, datetime.now(UTC), new_traceparent())
        return await (await self._begin(intake(self._sender, programme), attributes, value))

    async def feedback(self, *, since: Mapping[int, int] | None = None) -> AsyncGenerator[Event, None]:
        """Every event on the sender's feedback topic from its beginning, then each new one, until cancelled.

        `since` begins at a position that `feedback_end` told earlier. Raises ClientError when the sender is shut out
        meanwhile.
        """
        topic = feedback(self._sender)
        await self._find(topic, "read")
        async with self._consumer(topic) as consumer:
            for partition, offset in (since or {}).items():
                consumer.seek(TopicPartition(topic, partition), offset)
            while True:
                for record in await self._next(consumer, topic):
                    if event := _event_in(record):
                        yield event

    async def feedback_end(self) -> dict[int, int]:
        """Where the feedback topic ends now, by partition."""
        topic = feedback(self._sender)
        await self._find(topic, "read")
        async with self._consumer(topic) as consumer:
            with self._explained(topic, "read"):
                ends = await consumer.end_offsets(list(consumer.assignment()))
        return {place.partition: offset for place, offset in ends.items()}

    async def _next(self, consumer: AIOKafkaConsumer, topic: str) -> list[Any]:
        with self._explained(topic, "read"):
            found = await consumer.getmany(timeout_ms=LOOK_MS)
        if not found:
            await self._still_let_in()
        return [record for records in found.values() for record in records]

    async def _still_let_in(self) -> None:
        try:
            await self._connection.admit()
        except Refused:
            raise
        except ClientError:  # away, and will be back
            return

    async def _begin(self, topic: str, attributes: Attributes, value: bytes) -> "asyncio.Task[str]":
        producer = await self._find(topic, "write")
        try:
            with self._explained(topic, "write"):
                delivery = await producer.send(
                    topic, value, key=attributes.subject.encode(), headers=attributes.headers()
                )
        except KafkaError as error:
            await self._unconfirmed(attributes.id, error)
        return asyncio.create_task(self._confirmed(topic, attributes.id, delivery))

    async def _confirmed(self, topic: str, event_id: str, delivery: Awaitable[object]) -> str:
        try:
            with self._explained(topic, "write"):
                await delivery
        except KafkaError as error:
            await self._unconfirmed(event_id, error)
        return event_id

    async def _unconfirmed(self, event_id: str, error: KafkaError) -> NoReturn:
        await self._connection.admit()
        raise ClientError(
            f"Kafka at {self._connection.bootstrap} did not confirm event {event_id} ({error!r}): "
            "publish it again under the same event_id.",
            f"Kafka ({self._connection.bootstrap}) n'a pas confirmé l'événement {event_id} ({error!r}) : publiez-le de "
            "nouveau sous le même identifiant.",
        ) from error

    async def _find(self, topic: str, what: Literal["read", "write"]) -> AIOKafkaProducer:
        """Make sure that the topic is there and open to us; aiokafka would wait for it in silence."""
        if self._producer is None:
            raise ClientError(
                "The client is not connected: write `async with Client(…) as client`.",
                "Le client n'est pas connecté : écrivez `async with Client(…) as client`.",
            )
        with self._explained(topic, what):
            try:
                async with asyncio.timeout(TOPIC_SECONDS):
                    await self._producer.partitions_for(topic)
            except TimeoutError as error:
                raise UnknownTopicOrPartitionError from error
        return self._producer

    @contextmanager
    def _explained(self, topic: str, what: Literal["read", "write"]) -> Iterator[None]:
        try:
            yield
        except UnknownTopicOrPartitionError as error:
            raise ClientError(
                f"There is no topic {topic}: ask the operator to add {self._sender}.",
                f"Le topic {topic} n'existe pas : demandez à l'exploitant d'ajouter {self._sender}.",
            ) from error
        except TopicAuthorizationFailedError as error:
            raise self._shut_out(topic, what) from error
        except MessageSizeTooLargeError as error:
            raise ClientError(
                f"The event is larger than Kafka takes ({LARGEST_BATCH} bytes with its headers): shorten its texts.",
                f"L'événement dépasse ce que Kafka prend ({LARGEST_BATCH} octets, en-têtes compris) : raccourcissez "
                "ses textes.",
            ) from error

    def _shut_out(self, topic: str, what: Literal["read", "write"]) -> ClientError:
        user, verb = self._connection.user, {"read": "lire", "write": "écrire dans"}[what]
        return ClientError(
            f"{user} may not {what} {topic}: check the SIREN and the user, or ask the operator whether {self._sender} "
            "is suspended.",
            f"{user} ne peut pas {verb} {topic} : vérifiez le SIREN et l'utilisateur, ou demandez à l'exploitant si "
            f"{self._sender} est suspendu.",
        )

    @asynccontextmanager
    async def _consumer(self, topic: str) -> AsyncIterator[AIOKafkaConsumer]:
        consumer = AIOKafkaConsumer(topic, **self._connection.arguments(), auto_offset_reset="earliest")
        await self._start(consumer)
        try:
            yield consumer
        finally:
            await consumer.stop()

    async def _start(self, started: AIOKafkaProducer | AIOKafkaConsumer) -> None:
        try:
            await started.start()
        except BaseException as error:  # a cancelled start too leaves something to close
            await started.stop()
            if not isinstance(error, KafkaConnectionError):
                raise
            await self._connection.admit()
            raise ClientError(
                f"Kafka at {self._connection.bootstrap} was away for a moment: run this again.",
                f"Kafka ({self._connection.bootstrap}) s'est absenté un instant : recommencez.",
            ) from error


def _event_in(record: Any) -> Event | None:
    """The event of a record; None for a type this client does not know yet."""
    message = unwrap(record.headers, record.value)
    kind = EVENTS.get(message.type)
    if kind is None:
        return None
    event = check(kind, message.data or b"")
    if isinstance(event, Event):
        return event.newest()
    raise ClientError(
        f"This client is too old to read {record.topic} ({event[0].field}): upgrade it.",
        f"Ce client est trop ancien pour lire {record.topic} ({event[0].field}) : mettez-le à jour.",
    )
