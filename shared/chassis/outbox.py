"""The outbox: events wait here, in the transaction that caused them, until the relay has published them."""

from collections.abc import Sequence
from typing import NamedTuple

from shared.chassis.database import Db
from shared.chassis.telemetry import traceparent
from shared.contracts.event import Event
from shared.contracts.wire import value_of


class Caused(NamedTuple):
    """An event and the trace it belongs to."""

    event: Event
    traceparent: str | None


async def publish(db: Db, events: Sequence[Event]) -> None:
    """Add events to the outbox under the current trace; the transaction is the caller's."""
    trace = traceparent()
    await put(db, [Caused(event, trace) for event in events])


async def put(db: Db, caused: Sequence[Caused]) -> None:
    """Add events in order. Ids are drawn here, after the states' rows were locked: that keeps each key's order."""
    if caused:
        await db.copy_records_to_table("outbox", records=[_row(*one) for one in caused], columns=COLUMNS)
        await db.execute("SELECT pg_notify('outbox', '')")


COLUMNS = ("topic", "key", "type", "payload", "traceparent")


def _row(event: Event, trace: str | None) -> tuple[str, str, str, bytes, str | None]:
    return event.topic_for(""), event.key, event.wire_name, value_of(event), trace
