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
    if not caused:
        return
    columns = [
        (one.event.topic_for(""), one.event.key, one.event.wire_name, value_of(one.event), one.traceparent)
        for one in caused
    ]
    await db.execute(
        """
        WITH put AS (
            INSERT INTO outbox (topic, key, type, payload, traceparent)
            SELECT topic, key, type, payload, traceparent
            FROM unnest($1::text[], $2::text[], $3::text[], $4::bytea[], $5::text[])
                 WITH ORDINALITY AS new (topic, key, type, payload, traceparent, position)
            ORDER BY position
        )
        SELECT pg_notify('outbox', '')
        """,
        *(list(column) for column in zip(*columns, strict=True)),
    )
