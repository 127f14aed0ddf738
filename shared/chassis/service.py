"""A service: its handlers and jobs on FastStream, with everything around them started and stopped in order."""

import asyncio
import gc
import os
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import uvloop
from aiokafka.errors import KafkaConnectionError, KafkaError
from faststream import FastStream

from shared.chassis import clock, health, jobs, metrics, replay, settings, telemetry
from shared.chassis.consuming import Consuming, framework_log
from shared.chassis.database import Bell, Database, check_migrated, migrate_service, open_database
from shared.chassis.handlers import Handlers
from shared.chassis.jobs import Jobs
from shared.chassis.outages import outlast
from shared.chassis.pruning import run_pruning
from shared.chassis.records import read_anything
from shared.chassis.relay import Relay
from shared.chassis.settings import Settings
from shared.kafka.connection import ClientError, Connection, Refused

_log = telemetry.log(__name__)

LOOK_SECONDS = 5.0
"""How often to ask whether Kafka answers."""


def _collect_seldom() -> None:
    """A batch makes tens of thousands of objects and no cycles; looking for some took a quarter of the time."""
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


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


class Service:
    """One service, run by `run()`; `handlers` say what it hears, `jobs` what time triggers.

    `pages` makes the ASGI application that answers over HTTP, where the service has one, once its database is open.
    """

    def __init__(
        self, name: str, handlers: Handlers, jobs: Jobs, *, pages: Callable[[Database], health.Pages] | None = None
    ) -> None:
        self.name = name
        self.handlers = handlers
        self.jobs = jobs
        self._make_pages = pages
        self._pages: health.Pages = health.not_yet if pages else health.no_pages
        self._kafka_ready = False
        self._failed = False
        self._consuming: Consuming | None = None
        self._relay: Relay | None = None

    def run(self) -> None:
        """Run until SIGTERM or SIGINT; exit 2 when a setting is wrong, 1 when a part of the service fails."""
        configuration = settings.load(Settings)
        provider = telemetry.set_up(self.name, configuration, os.environ)
        metrics.set_up(self.name)
        clock.move_ahead(configuration.clock_ahead)
        read_anything()
        _collect_seldom()
        try:
            uvloop.run(self._run(configuration))
        except Exception as error:
            _log.exception("the service failed", error=repr(error))
            raise SystemExit(1) from None
        finally:
            provider.shutdown()

    async def _run(self, configuration: Settings) -> None:
        check = health.serve(configuration.http_host, configuration.http_port, self._parts, self._look, self._answer)
        answering = asyncio.create_task(check)
        try:
            await outlast("the start", lambda: _ask_postgres(configuration.database))
            await outlast("the start", lambda: _ask_kafka(configuration.connection))
            await self._migrate(configuration)
            await self._application(configuration).run()
        finally:
            answering.cancel()
            await asyncio.gather(answering, return_exceptions=True)
        if self._failed:
            raise SystemExit(1)

    async def _migrate(self, configuration: Settings) -> None:
        if configuration.migrate:
            await migrate_service(configuration.database, self.name)
        else:
            await outlast("the start", lambda: check_migrated(configuration.database, self.name))

    async def _answer(self, scope: health.Scope, receive: health.Receive, send: health.Send) -> None:
        await self._pages(scope, receive, send)

    def _parts(self) -> dict[str, bool]:
        return {
            "consumer": self._consuming is not None and self._consuming.ready,
            "kafka": self._kafka_ready,
            "relay": self._relay is not None and self._relay.ready,
        }

    async def _look(self) -> None:
        heard = self._consuming
        database, consumer = (heard.database, heard.consumer) if heard else (None, None)
        await metrics.look(self._parts(), database, consumer)

    def _application(self, configuration: Settings) -> FastStream:
        consuming = Consuming(self.name, self.handlers, configuration)
        application = FastStream(
            consuming.broker,
            logger=framework_log,
            lifespan=lambda: self._around(configuration, application, consuming),
            on_shutdown=[consuming.stop],
        )
        return application

    @asynccontextmanager
    async def _around(
        self, configuration: Settings, application: FastStream, consuming: Consuming
    ) -> AsyncIterator[None]:
        """Database, relay, timers and loops: up before the first record, down after the last."""
        loops = [*self.jobs.loops, replay.loop(self.handlers)]
        bell = Bell(configuration.database, ["outbox", "timer", *(loop.channel for loop in loops)])
        self._relay = Relay(self.name, configuration.database, configuration.connection, bell)
        async with open_database(configuration.database) as database:
            consuming.database, consuming.ready = database, True
            if self._make_pages:
                self._pages = self._make_pages(database)
            self._consuming = consuming
            helpers = [
                asyncio.create_task(self._watched(work, application))
                for work in (
                    bell.listen(),
                    self._watch_kafka(configuration.connection, consuming),
                    run_pruning(database, configuration.inbox_days),
                )
            ]
            workers = [
                asyncio.create_task(self._watched(work, application))
                for work in (
                    self._relay.run(),
                    jobs.run_timers(database, self.jobs, bell),
                    *(jobs.run_loop(loop, database, bell) for loop in loops),
                )
            ]
            _log.info("started", topics=consuming.topics)
            try:
                yield
            finally:
                bell.stop()
                _, unfinished = await asyncio.wait(workers, timeout=configuration.graceful_timeout)
                for task in (*unfinished, *helpers):
                    task.cancel()
                await asyncio.gather(*workers, *helpers, return_exceptions=True)
                _log.info("stopped", unfinished=len(unfinished))

    async def _watch_kafka(self, connection: Connection, consuming: Consuming) -> None:
        """Know whether Kafka answers, also when there is nothing to do; notice when nobody reads it any more."""
        while True:
            try:
                async with asyncio.timeout(LOOK_SECONDS):
                    await _ask_kafka(connection)
                self._kafka_ready = True
            except (OSError, TimeoutError, KafkaError):
                self._kafka_ready = False
            await asyncio.sleep(LOOK_SECONDS)
            if consuming.has_ended():
                raise RuntimeError("the consumer has ended")

    async def _watched(self, work: Coroutine[Any, Any, None], application: FastStream) -> None:
        """A part that fails takes the service with it: better started afresh than half alive and called ready."""
        try:
            await work
        except Exception:
            _log.exception("a part of the service failed, so it stops")
            self._failed = True
            application.exit()
