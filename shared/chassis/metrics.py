"""Metrics of a service by name: OpenTelemetry's instruments, read in Prometheus' text format.

Names and attributes are those of OpenTelemetry's semantic conventions for messaging where one exists. No label's values
come from outside: types are the catalogue's, reasons the contracts' rules, topics patterns, errors class names.
Everything is counted by the batch, never by the event.
"""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from aiokafka.errors import KafkaError
from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.metrics import Observation
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from shared.chassis.database import TRANSIENT, Database
from shared.chassis.handlers import Heard, Outcome
from shared.chassis.intake import Raw, Unusable
from shared.contracts import topics
from shared.contracts.catalogue import EVENTS
from shared.contracts.received import Received
from shared.contracts.rules import REMEDIES

CONTENT_TYPE = CONTENT_TYPE_PLAIN_0_0_4
UNKNOWN = "unknown"
"""The type of every record whose type is not in the catalogue."""

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)
"""Bounds of `messaging.process.duration`, as the semantic conventions advise."""

RECORDS = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
MOST_EVENTS, MOST_OTHERS = 100_001, 10_001
"""Rows that are counted at a scrape, in the outbox and elsewhere, so that its time is bounded: dead letters are wide.

In the order of their ids, because PostgreSQL reads large tables from another place each time (synchronize_seqscans).
"""

LOOK_SECONDS = 2.0
"""How long PostgreSQL may take for that."""

REASONS = {*REMEDIES, "handler_failed"}
PROCESS = {"messaging.system": "kafka", "messaging.operation.name": "process"}
SEND = {"messaging.system": "kafka", "messaging.operation.name": "send"}

_registry = CollectorRegistry()
_meter = metrics.get_meter("passerelle")

counter = _meter.create_counter
"""Make a counter, for a service that has one of its own: its name, its unit and what it counts."""

_events = counter(
    "passerelle.events", "{event}", "Records by type and outcome: handled, rejected, held, duplicate or id_reused."
)
_batch_size = _meter.create_histogram(
    "passerelle.batch.size",
    "{record}",
    "Records of a batch that concern this service.",
    explicit_bucket_boundaries_advisory=RECORDS,
)
_duration = _meter.create_histogram(
    "messaging.process.duration",
    "s",
    "Seconds that an attempt to handle a batch took, its commit included.",
    explicit_bucket_boundaries_advisory=SECONDS,
)
_in_hand = _meter.create_up_down_counter(
    "passerelle.batch.in_hand", "{record}", "Records fetched and not yet handled; consumer lag does not count them."
)
_rebalances = counter("passerelle.rebalances", "{rebalance}", "Times that this replica was given partitions anew.")
_outages = counter("passerelle.outages", "{outage}", "Times that work began to wait for what was away.")
_retries = counter("passerelle.retries", "{attempt}", "Attempts that failed and are made again, by error.")
_sent = counter("messaging.client.sent.messages", "{message}", "Events that the relay sent, or failed to send.")
_relay_batches = counter("passerelle.relay.batches", "{batch}", "The relay's batches by outcome: sent or failed.")
_timers = counter("passerelle.timers", "{timer}", "Timers by outcome: fired or postponed.")

WAITING = """
    SELECT (SELECT count(*) FROM (SELECT FROM outbox ORDER BY id LIMIT $1) AS counted) AS depth,
           coalesce((SELECT extract(epoch FROM clock_timestamp() - created_at)::float8
                     FROM outbox ORDER BY id LIMIT 1), 0) AS age,
           (SELECT count(*) FROM (SELECT FROM timer WHERE due_at <= now() LIMIT $2) AS counted) AS due,
           coalesce((SELECT extract(epoch FROM now() - min(due_at))::float8
                     FROM timer WHERE due_at <= now()), 0) AS late,
           (SELECT coalesce(json_object_agg(reason, letters), '{}') FROM (
               SELECT reason, count(*) AS letters
               FROM (SELECT reason FROM dead_letter WHERE state IN ('kept', 'due') ORDER BY id LIMIT $2) AS counted
               GROUP BY reason
           ) AS by_reason) AS dead_letters,
           coalesce((SELECT extract(epoch FROM now() - created_at)::float8 FROM dead_letter
                     WHERE state IN ('kept', 'due') AND NOT rejected ORDER BY id LIMIT 1), 0) AS oldest
"""

Gauge = list[Observation]
_seen: dict[str, Gauge] = {}


GAUGES: list[str] = []
"""Names of what is read at each scrape."""


def _gauge(name: str, unit: str, description: str) -> None:
    GAUGES.append(name)
    _meter.create_observable_gauge(name, [lambda _: _seen.get(name, [])], unit, description)


_gauge("passerelle.ready", "", "Whether a part of the service can do its work: 1 or 0.")
_gauge("passerelle.outbox.depth", "{event}", "Events that wait to be published; 100001 stands for more.")
_gauge("passerelle.outbox.age", "s", "Age of the event that waits longest to be published; 0 where none waits.")
_gauge("passerelle.timers.due", "{timer}", "Timers that are due and not yet fired; 10001 stands for more.")
_gauge("passerelle.timers.late", "s", "How late the timer is that waits longest to be fired; 0 where none is due.")
_gauge(
    "passerelle.dead_letters",
    "{record}",
    "Dead letters that nobody has dealt with, by reason; a sum of 10001 stands for more.",
)
_gauge("passerelle.dead_letters.age", "s", "Age of the oldest dead letter whose sender waits for an answer; 0 without.")
_gauge("passerelle.consumer.lag", "{record}", "Records behind the topics' ends when they were last fetched from.")


def set_up(service: str) -> MeterProvider:
    """Begin to measure, once a process; what was counted before is lost."""
    reader = PrometheusMetricReader(scope_info_enabled=False, registry=_registry)
    resource = Resource.create({SERVICE_NAME: service})
    provider = MeterProvider([reader], resource=resource, shutdown_on_exit=False)
    metrics.set_meter_provider(provider)
    ProcessCollector(registry=_registry)
    return provider


def exposition() -> bytes:
    """Everything, in Prometheus' text format 0.0.4."""
    return generate_latest(_registry)


def outcomes(readings: Sequence[tuple[Raw, Heard | Unusable]], done: Sequence[tuple[Raw, Received, Outcome]]) -> None:
    """Count what became of a batch that was committed; what was read and not done was a duplicate."""
    counted = Counter((_known(received.event_type), _outcome(outcome)) for _, received, outcome in done)
    if len(done) < len(readings):
        fresh = Counter(_known(received.event_type) for _, received, _ in done)
        read = Counter(_known(reading.received.event_type) for _, reading in readings)
        counted.update({(kind, "duplicate"): count for kind, count in (read - fresh).items()})
    for (kind, outcome), count in counted.items():
        _events.add(count, {"type": kind, "outcome": outcome})


def _known(event_type: str) -> str:
    return event_type if event_type in EVENTS else UNKNOWN


def _outcome(outcome: Outcome) -> str:
    if outcome.failure:
        return "held"
    if outcome.problems:
        return "id_reused" if outcome.problems[0].rule == "id_reused" else "rejected"
    return "handled"


@contextmanager
def attempt(records: int) -> Iterator[None]:
    """Measure an attempt to handle a batch; the size counts once, when it succeeds."""
    start, attributes = time.perf_counter(), PROCESS
    try:
        yield
        _batch_size.record(records)
    except Exception as error:
        attributes = {**PROCESS, "error.type": type(error).__name__}
        raise
    finally:
        _duration.record(time.perf_counter() - start, attributes)


def in_hand(change: int) -> None:
    """Count records that were fetched, or (below zero) that were handled."""
    _in_hand.add(change)


def rebalanced() -> None:
    """Count that partitions were given out anew."""
    _rebalances.add(1)


def waits(error: BaseException, *, begins: bool) -> None:
    """Count an attempt that failed and is made again; where `begins`, the outage too."""
    attributes = {"error.type": type(error).__name__}
    _retries.add(1, attributes)
    if begins:
        _outages.add(1, attributes)


def relayed(sizes_and_results: Sequence[tuple[int, object]]) -> None:
    """Count the relay's batches, each by its rows and what Kafka answered."""
    batches, rows = Counter[str](), Counter[str]()
    for size, result in sizes_and_results:
        error = type(result).__name__ if isinstance(result, BaseException) else ""
        batches[error] += 1
        rows[error] += size
    for error, count in batches.items():
        _relay_batches.add(count, {"outcome": "failed" if error else "sent"})
        _sent.add(rows[error], {**SEND, "error.type": error} if error else SEND)


def timer(outcome: str) -> None:
    """Count a timer that was `fired` or `postponed`."""
    _timers.add(1, {"outcome": outcome})


async def look(parts: Mapping[str, bool], database: Database | None, consumer: Any) -> None:
    """Read what the gauges show; what an outage keeps from being read shows nothing meanwhile."""
    seen = {"passerelle.ready": [Observation(int(ready), {"part": part}) for part, ready in parts.items()]}
    with suppress(*TRANSIENT):
        seen |= await _waiting(database) if database else {}
    with suppress(KafkaError):
        seen["passerelle.consumer.lag"] = await _lag(consumer) if consumer else []
    _seen.clear()
    _seen.update(seen)


async def _waiting(database: Database) -> dict[str, Gauge]:
    async with asyncio.timeout(LOOK_SECONDS), database.transaction() as db:
        row = await db.fetchrow(WAITING, MOST_EVENTS, MOST_OTHERS)
    letters = Counter[str]()
    for reason, count in json.loads(row["dead_letters"]).items():
        letters[reason if reason in REASONS else UNKNOWN] += count
    return {
        "passerelle.outbox.depth": [Observation(row["depth"])],
        "passerelle.outbox.age": [Observation(row["age"])],
        "passerelle.timers.due": [Observation(row["due"])],
        "passerelle.timers.late": [Observation(row["late"])],
        "passerelle.dead_letters.age": [Observation(row["oldest"])],
        "passerelle.dead_letters": [Observation(count, {"reason": reason}) for reason, count in letters.items()],
    }


async def _lag(consumer: Any) -> Gauge:
    """By pattern of topics, so that one more company is no further label."""
    behind = Counter[str]()
    for partition in consumer.assignment():
        end = consumer.highwater(partition)  # None before the first fetch, whose position would be awaited
        if end is not None:
            behind[_pattern(partition.topic)] += max(0, end - await consumer.position(partition))
    return [Observation(count, {"messaging.destination.template": topic}) for topic, count in behind.items()]


def _pattern(topic: str) -> str:
    return topics.intake("{sender}", topic.rpartition(".")[2]) if topics.is_intake(topic) else topic
