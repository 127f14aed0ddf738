"""JSON logs with trace ids, and OpenTelemetry traces that cross Kafka, the outbox and the mail table."""

import logging
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.sdk.trace.sampling import TraceIdRatioBased
from opentelemetry.trace import Link, SpanContext
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.typing import EventDict, WrappedLogger

from shared.chassis.settings import Settings
from shared.kafka.ids import new_traceparent

MOST_LINKS = 128
"""Of a batch's span: OpenTelemetry's own bound."""

QUIET_SECONDS = 60.0
"""How long a sentence of the Kafka client's is not said again."""

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("passerelle")
_carried: ContextVar[str | None] = ContextVar("traceparent", default=None)
_recorded_below = 1 << 64
"""Of the lower half of a trace's id; a service's settings say which share that is."""


def log(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one part of the chassis or of a service."""
    return structlog.stdlib.get_logger(name)


def traceparent() -> str | None:
    """The current trace as a W3C `traceparent` (Trace Context, section 3.2), to store or send."""
    return _carried.get()


@contextmanager
def span(name: str, *, parent: str | None = None, attributes: Mapping[str, str | int] | None = None) -> Iterator[None]:
    """Do the work inside a span; `parent` continues the trace that a record or a row carried; without it one begins.

    A trace is recorded whole or not at all, by its id alone: all services decide alike, and nobody outside for them.
    """
    parent = parent or new_traceparent()
    if not is_recorded(parent):
        with carrying(parent):
            yield
        return
    with (
        _tracer.start_as_current_span(name, context=_context(parent), attributes=dict(attributes or {})) as started,
        carrying(_written(started.get_span_context())),
    ):
        yield


class carrying:  # noqa: N801 - a context manager; a generator's would cost each event three times as much
    """Do the work in a trace without noting it."""

    def __init__(self, traceparent: str) -> None:
        self._traceparent = traceparent

    def __enter__(self) -> None:
        self._before = _carried.set(self._traceparent)

    def __exit__(self, *_: object) -> None:
        _carried.reset(self._before)


@contextmanager
def batch_span(name: str, traces: Iterable[str | None], attributes: Mapping[str, str | int]) -> Iterator[None]:
    """Do a batch's work inside a span that links to the recorded ones among its records' traces, if there are any."""
    linked = [one for one in traces if one and is_recorded(one)]
    if not linked:
        yield
        return
    links = [Link(trace.get_current_span(_context(one)).get_span_context()) for one in linked[:MOST_LINKS]]
    with _tracer.start_as_current_span(name, context=Context(), attributes=dict(attributes), links=links):
        yield


def is_recorded(parent: str) -> bool:
    """As OpenTelemetry's TraceIdRatioBased decides: by the lower half of the trace's id."""
    return int(parent[19:35], 16) < _recorded_below


def _context(parent: str) -> Context:
    return _propagator.extract({"traceparent": parent}, context=Context())


def _written(context: SpanContext) -> str:
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def set_up(service: str, settings: Settings, environment: Mapping[str, str]) -> TracerProvider:
    """Logs to standard output; spans to OTLP where an endpoint is set, and to the trace file where one is named."""
    global _recorded_below  # noqa: PLW0603 - as OpenTelemetry's provider, set once a process
    _recorded_below = round(settings.trace_ratio * (1 << 64))
    _set_up_logs(service, settings.log_level)
    provider = TracerProvider(
        sampler=TraceIdRatioBased(settings.trace_ratio),
        resource=Resource.create({SERVICE_NAME: service}),
        shutdown_on_exit=False,
    )
    if {OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT} & environment.keys():
        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    if settings.trace_file:
        file = settings.trace_file.open("a", encoding="utf-8", buffering=1)
        exporter = ConsoleSpanExporter(service_name=service, out=file, formatter=_one_line)
        provider.add_span_processor(BatchSpanProcessor(exporter, schedule_delay_millis=200))
    trace.set_tracer_provider(provider)
    return provider


def _one_line(finished: ReadableSpan) -> str:
    return f"{finished.to_json(indent=None)}\n"


class Seldom(logging.Filter):
    """Lets each sentence of the Kafka client's through once a minute: in an outage it says one at every attempt."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, float] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        if not record.name.startswith("aiokafka"):
            return True
        sentence = str(record.msg)
        fresh = record.created - self._said.get(sentence, 0.0) >= QUIET_SECONDS
        if fresh:
            self._said[sentence] = record.created
        return fresh


def _set_up_logs(service: str, level: str) -> None:
    steps: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        _add_trace,
    ]
    structlog.configure(
        processors=[*steps, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(service=service)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=steps,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    handler.addFilter(Seldom())
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for ours in ("shared", "services"):
        logging.getLogger(ours).setLevel(level)


def _add_trace(_: WrappedLogger, __: str, entry: EventDict) -> EventDict:
    if carried := _carried.get():
        _, entry["trace_id"], entry["span_id"], _ = carried.split("-")
    return entry
