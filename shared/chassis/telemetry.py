"""JSON logs with trace ids, and OpenTelemetry traces that cross Kafka, the outbox and the mail table."""

import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import structlog
from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.environment_variables import OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT
from opentelemetry.sdk.resources import SERVICE_NAME, Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, ConsoleSpanExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from structlog.typing import EventDict, WrappedLogger

from shared.chassis.settings import Settings

_propagator = TraceContextTextMapPropagator()
_tracer = trace.get_tracer("passerelle")


def log(name: str) -> structlog.stdlib.BoundLogger:
    """A logger for one part of the chassis or of a service."""
    return structlog.stdlib.get_logger(name)


def traceparent() -> str | None:
    """The current span as a W3C `traceparent` (Trace Context, section 3.2), to store or send."""
    carrier: dict[str, str] = {}
    _propagator.inject(carrier)
    return carrier.get("traceparent")


def _context(parent: str | None) -> Context:
    return _propagator.extract({"traceparent": parent} if parent else {}, context=Context())


@contextmanager
def span(name: str, *, parent: str | None = None, attributes: Mapping[str, str | int] | None = None) -> Iterator[None]:
    """Do the work inside a span; `parent` continues the trace that a record or a row carried."""
    with _tracer.start_as_current_span(name, context=_context(parent), attributes=dict(attributes or {})):
        yield


def set_up(service: str, settings: Settings, environment: Mapping[str, str]) -> TracerProvider:
    """Logs to standard output; spans to OTLP where an endpoint is set, and to the trace file where one is named."""
    _set_up_logs(service, settings.log_level)
    provider = TracerProvider(resource=Resource.create({SERVICE_NAME: service}), shutdown_on_exit=False)
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
    logging.basicConfig(handlers=[handler], level=logging.WARNING, force=True)
    for ours in ("shared", "services"):
        logging.getLogger(ours).setLevel(level)


def _add_trace(_: WrappedLogger, __: str, entry: EventDict) -> EventDict:
    context = trace.get_current_span().get_span_context()
    if context.is_valid:
        entry["trace_id"] = trace.format_trace_id(context.trace_id)
        entry["span_id"] = trace.format_span_id(context.span_id)
    return entry
