"""From Kafka to PostgreSQL, batch after batch: one is read while the one before is handled; offsets follow commits."""

import asyncio
import logging
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaError
from faststream import AckPolicy
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512

from shared.chassis import messages, metrics
from shared.chassis.database import Database
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.chassis.messages import Read
from shared.chassis.outages import outlast
from shared.chassis.settings import Settings
from shared.contracts.event import Event

framework_log = logging.getLogger("passerelle.faststream")
"""Not FastStream's own, which writes colours and not JSON."""

TOPIC_REFRESH_MS = 5_000
"""How soon a new company's intake topic is found."""

AT_ONCE = 50
"""Records that are read until others get their turn: about a millisecond's work."""

REVOKED_SECONDS = 5.0
"""How long a rebalance waits for what is in hand: half the time after which Kafka gives a member up."""


async def _read_nothing(records: tuple[Any, ...]) -> KafkaMessage:
    """Hand the records on unread: FastStream's own parser skips what it cannot read, header by header."""
    return KafkaMessage(raw_message=records, body=b"", consumer=None, message_id="", correlation_id="")  # type: ignore[arg-type]


async def _hand_on(message: KafkaMessage) -> Any:
    return message.raw_message


def pattern(events: Iterable[type[Event]]) -> str:
    """The topics to read: every owner's intake for this service, and the other services' own."""
    topics = {event.topic for event in events}
    return "^(" + "|".join(sorted(topic.replace(".", r"\.").replace("{sender}", "[^.]+") for topic in topics)) + ")$"


class Consuming:
    """What a service hears, by one batch subscriber on all its topics."""

    def __init__(self, name: str, handlers: Handlers, settings: Settings) -> None:
        self.ready = False
        self.database: Database | None = None
        self.topics = pattern(handlers.routes)
        self.broker = _broker(name, settings)
        self._handlers = handlers
        self._graceful_timeout = settings.graceful_timeout
        self._in_hand: asyncio.Future[None] = _done()
        self._committing: asyncio.Future[None] = _done()
        self._stopping = False
        self._rebalances = 0
        self._subscriber = _subscriber(self.broker, name, self.topics, settings, self)
        self._subscriber(self._take)

    @property
    def consumer(self) -> Any:
        """Aiokafka's, once it is started."""
        return self._subscriber.consumer

    def has_ended(self) -> bool:
        """Whether nobody reads Kafka any more."""
        tasks = self._subscriber.tasks
        return bool(tasks) and all(task.done() for task in tasks)

    async def stop(self) -> None:
        """Finish what is in hand, its offsets included, while Kafka may still be told; take nothing more."""
        self._stopping = True
        with suppress(TimeoutError):
            async with asyncio.timeout(self._graceful_timeout):
                await self._in_hand
                await self._committing

    async def on_partitions_revoked(self, _: object) -> None:
        """Finish what is in hand, its offsets included, before any partition is another's."""
        self._rebalances += 1
        await asyncio.wait([self._in_hand], timeout=REVOKED_SECONDS)
        await asyncio.wait([self._committing], timeout=REVOKED_SECONDS)

    async def on_partitions_assigned(self, _: object) -> None:
        """From here on everything is read from the offsets that were committed."""
        self._rebalances += 1
        metrics.rebalanced()

    async def _take(self, records: Any) -> None:
        """Read a batch, and hand it over once the one before has been handled, however long that takes.

        What was read and not handed over when a rebalance came is dropped: whoever has its partition reads it again.
        """
        rebalances, batch, readings = self._rebalances, [Raw.of(one) for one in records], list[Read]()
        metrics.in_hand(len(batch))
        for start in range(0, len(batch), AT_ONCE):
            readings += messages.read_all(batch[start : start + AT_ONCE], self._handlers)
            await asyncio.sleep(0)  # what PostgreSQL answers meanwhile need not wait
        await self._in_hand
        if self._stopping or rebalances != self._rebalances:
            metrics.in_hand(-len(batch))
        else:
            self._in_hand = asyncio.create_task(self._handle(batch, readings))

    async def _handle(self, batch: Sequence[Raw], readings: Sequence[Read]) -> None:
        """Handle a batch however long that takes, then commit exactly its offsets while the next is handled."""
        # Not even its place among the dead letters may be writable: to go on would be to lose the batch.
        await outlast(f"the batch from {batch[0].place}", lambda: self._attempt(readings), (Exception,))
        metrics.in_hand(-len(batch))
        ends = {(raw.topic, raw.partition): raw.offset for raw in batch}
        offsets = {TopicPartition(*place): end + 1 for place, end in ends.items()}
        await self._committing
        self._committing = asyncio.create_task(self._commit(offsets))

    async def _commit(self, offsets: dict[TopicPartition, int]) -> None:
        # A partition that moved meanwhile is another's to commit; the inbox drops what it reads again.
        with suppress(CommitFailedError, IllegalStateError, KafkaError):
            await self._subscriber.consumer.commit(offsets)

    async def _attempt(self, readings: Sequence[Read]) -> None:
        assert self.database
        try:
            with metrics.attempt(len(readings)):
                await messages.handle(self.database, self._handlers, readings)
        except Exception:
            self.ready = False
            raise
        self.ready = True


def _done() -> "asyncio.Future[None]":
    future = asyncio.get_running_loop().create_future()
    future.set_result(None)
    return future


def _broker(name: str, settings: Settings) -> KafkaBroker:
    connection = settings.connection
    return KafkaBroker(
        connection.bootstrap,
        security=SASLScram512(connection.user, connection.password, ssl_context=connection.context()),
        client_id=f"passerelle-{name}",
        apply_types=False,
        allow_auto_create_topics=False,
        metadata_max_age_ms=TOPIC_REFRESH_MS,
        graceful_timeout=settings.graceful_timeout,
        logger=framework_log,
    )


def _subscriber(broker: KafkaBroker, group: str, topics: str, settings: Settings, listener: Consuming) -> Any:
    return broker.subscriber(
        pattern=topics,
        group_id=group,
        group_instance_id=settings.member,
        listener=listener,
        batch=True,
        max_records=settings.batch_size,
        batch_timeout_ms=10,
        ack_policy=AckPolicy.MANUAL,
        auto_offset_reset="earliest",
        # An outage is waited out inside a batch; leaving the group meanwhile would help nobody.
        max_poll_interval_ms=24 * 3600 * 1000,
        parser=_read_nothing,
        decoder=_hand_on,
        no_reply=True,
        # What a company took back in a transaction of its own never happened.
        isolation_level="read_committed",
    )
