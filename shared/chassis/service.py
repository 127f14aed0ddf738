"""A service: its handlers and jobs on FastStream, with everything around them started and stopped in order."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress
from typing import Any

from aiokafka import TopicPartition
from aiokafka.errors import CommitFailedError, IllegalStateError, KafkaConnectionError, KafkaError
from faststream import AckPolicy, FastStream
from faststream._internal.endpoint.subscriber.mixins import TasksMixin
from faststream.kafka import KafkaBroker, KafkaMessage
from faststream.security import SASLScram512

from shared.chassis import health, jobs, messages, settings, telemetry
from shared.chassis.database import Bell, Database, migrate_service, open_database
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.chassis.jobs import Jobs
from shared.chassis.outages import outlast
from shared.chassis.records import read_anything
from shared.chassis.relay import Relay
from shared.chassis.settings import Settings
from shared.kafka.connection import ClientError, Connection, Refused

_log = telemetry.log(__name__)

_framework_log = logging.getLogger("passerelle.faststream")
"""Not FastStream's own, which writes colours and not JSON."""

TOPIC_REFRESH_MS = 5_000
"""How soon a new company's intake topic is found."""

LOOK_SECONDS = 5.0
"""How often to ask whether Kafka answers."""


async def _read_nothing(records: tuple[Any, ...]) -> KafkaMessage:
    """Hand the records on unread: FastStream's own parser skips what it cannot read, header by header."""
    return KafkaMessage(raw_message=records, body=b"", consumer=None, message_id="", correlation_id="")  # type: ignore[arg-type]


async def _hand_on(message: KafkaMessage) -> Any:
    return message.raw_message


async def _ask_postgres(dsn: str) -> None:
    async with open_database(dsn):
        pass


async def _ask_kafka(connection: Connection) -> None:
    """Raise KafkaConnectionError while Kafka is away, and Refused when it answers and does not let us in."""
    try:
        await connection.admit()
    except Refused:
        raise
    except ClientError as error:
        raise KafkaConnectionError(str(error)) from error


def _security(connection: Connection) -> SASLScram512:
    return SASLScram512(connection.user, connection.password, ssl_context=connection.context())


class Service:
    """One service, run by `run()`; `handlers` say what it hears, `jobs` what time triggers."""

    def __init__(self, name: str, handlers: Handlers, jobs: Jobs) -> None:
        self.name = name
        self.handlers = handlers
        self.jobs = jobs
        self._consumer_ready = False
        self._kafka_ready = False
        self._failed = False
        self._database: Database | None = None
        self._relay: Relay | None = None

    def pattern(self) -> str:
        """The topics to read: every owner's intake for this service, and the other services' own."""
        topics = {event.topic for event in self.handlers.routes}
        return (
            "^(" + "|".join(sorted(topic.replace(".", r"\.").replace("{sender}", "[^.]+") for topic in topics)) + ")$"
        )

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; exit 2 when a setting is wrong, 1 when a part of the service fails."""
        configuration = settings.load(Settings)
        provider = telemetry.set_up(self.name, configuration, os.environ)
        read_anything()
        try:
            asyncio.run(self._run(configuration))
        except Exception as error:
            _log.exception("the service failed", error=repr(error))
            raise SystemExit(1) from None
        finally:
            provider.shutdown()

    async def _run(self, configuration: Settings) -> None:
        check = health.serve(configuration.http_host, configuration.http_port, self._parts)
        answering = asyncio.create_task(check)
        try:
            await outlast("the start", lambda: _ask_postgres(configuration.database))
            await outlast("the start", lambda: _ask_kafka(configuration.connection))
            await migrate_service(configuration.database, self.name)
            await self._application(configuration).run()
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
        if self._failed:
            raise SystemExit(1)

    def _parts(self) -> dict[str, bool]:
        return {
            "consumer": self._consumer_ready,
            "kafka": self._kafka_ready,
            "relay": self._relay is not None and self._relay.ready,
        }

    def _application(self, configuration: Settings) -> FastStream:
        broker = KafkaBroker(
            configuration.connection.bootstrap,
            security=_security(configuration.connection),
            client_id=f"passerelle-{self.name}",
            apply_types=False,
            allow_auto_create_topics=False,
            metadata_max_age_ms=TOPIC_REFRESH_MS,
            graceful_timeout=configuration.graceful_timeout,
            logger=_framework_log,
        )
        subscriber = broker.subscriber(
            pattern=self.pattern(),
            group_id=self.name,
            batch=True,
            max_records=configuration.batch_size,
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

        @subscriber
        async def take(records: Any) -> None:
            await self._take(subscriber.consumer, records)

        application = FastStream(
            broker, logger=_framework_log, lifespan=lambda: self._around(configuration, application, subscriber)
        )
        return application

    @asynccontextmanager
    async def _around(
        self, configuration: Settings, application: FastStream, subscriber: TasksMixin
    ) -> AsyncIterator[None]:
        """Database, relay, timers and loops: up before the first record, down after the last."""
        bell = Bell(configuration.database, ["outbox", "timer", *(loop.channel for loop in self.jobs.loops)])
        self._relay = Relay(self.name, configuration.database, configuration.connection, bell)
        async with open_database(configuration.database) as database:
            self._database, self._consumer_ready = database, True
            helpers = [
                asyncio.create_task(self._watched(work, application))
                for work in (bell.listen(), self._watch_kafka(configuration.connection, subscriber))
            ]
            workers = [
                asyncio.create_task(self._watched(work, application))
                for work in (
                    self._relay.run(),
                    jobs.run_timers(database, self.jobs, bell),
                    *(jobs.run_loop(loop, database, bell) for loop in self.jobs.loops),
                )
            ]
            _log.info("started", topics=self.pattern())
            try:
                yield
            finally:
                bell.stop()
                _, unfinished = await asyncio.wait(workers, timeout=configuration.graceful_timeout)
                for task in (*unfinished, *helpers):
                    task.cancel()
                await asyncio.gather(*workers, *helpers, return_exceptions=True)
                _log.info("stopped", unfinished=len(unfinished))

    async def _watch_kafka(self, connection: Connection, subscriber: TasksMixin) -> None:
        """Know whether Kafka answers, also when there is nothing to do; notice when nobody reads it any more."""
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await _ask_kafka(connection)
                self._kafka_ready = True
            except (OSError, TimeoutError, KafkaError):
                self._kafka_ready = False
            await asyncio.sleep(LOOK_SECONDS)
            if subscriber.tasks and all(task.done() for task in subscriber.tasks):
                raise RuntimeError("the consumer has ended")

    async def _watched(self, work: Coroutine[Any, Any, None], application: FastStream) -> None:
        """A part that fails takes the service with it: better started afresh than half alive and called ready."""
        try:
            await work
        except Exception:
            _log.exception("a part of the service failed, so it stops")
            self._failed = True
            application.exit()

    async def _take(self, consumer: Any, records: Any) -> None:
        """Handle a batch however long that takes, then commit exactly its offsets."""
        batch = [Raw.of(one) for one in records]
        # Not even its place among the dead letters may be writable: to go on would be to lose the batch.
        await outlast(f"the batch from {batch[0].place}", lambda: self._handle(batch), (Exception,))
        offsets = {TopicPartition(raw.topic, raw.partition): raw.offset + 1 for raw in batch}
        # A partition that moved meanwhile is another's to commit; the inbox drops what it reads again.
        with suppress(CommitFailedError, IllegalStateError, KafkaError):
            await consumer.commit(offsets)

    async def _handle(self, batch: list[Raw]) -> None:
        assert self._database
        try:
            await messages.handle(self._database, self.handlers, batch)
        except Exception:
            self._consumer_ready = False
            raise
        self._consumer_ready = True
