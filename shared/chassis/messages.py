"""The life of a batch: read, drop what was seen, decide, save, outbox, in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby

from shared.chassis import dead_letters, outbox
from shared.chassis.database import Database, Db
from shared.chassis.handlers import Handlers, Heard, Outcome
from shared.chassis.intake import Raw, Unusable, inbox_key, read, reference_in
from shared.chassis.outbox import Caused
from shared.chassis.telemetry import log
from shared.contracts.event import Event
from shared.contracts.feedback import Answer, SubmissionHeld, SubmissionRejected
from shared.contracts.received import Received

_log = log(__name__)

Read = tuple[Raw, Heard | Unusable]
Done = tuple[Raw, Received, Outcome]


async def handle(database: Database, handlers: Handlers, batch: Sequence[Raw]) -> None:
    """Give every record of the batch its effect, once, or its place among the dead letters."""
    now = datetime.now(UTC)
    readings = [(raw, reading) for raw in batch if (reading := read(raw, handlers.routes, now))]
    if not readings:
        return
    async with database.transaction() as db:
        fresh = await _claim(db, readings)
        done = await _decide(db, handlers, fresh)
        await outbox.put(db, [caused for one in done for caused in await _effects(db, *one)])


async def _claim(db: Db, readings: Sequence[Read]) -> list[Read]:
    """Mark the records as seen and leave out those that were; of copies in one batch the first counts."""
    firsts: dict[tuple[str, str], Read] = {}
    for raw, reading in readings:
        firsts.setdefault(inbox_key(reading.received), (raw, reading))
    # Sorted, so that two replicas that hold copies of the same events never wait for each other in a ring.
    ordered = sorted(firsts)
    rows = await db.fetch(
        """
        INSERT INTO inbox (source, event_id) SELECT * FROM unnest($1::text[], $2::text[])
        ON CONFLICT DO NOTHING RETURNING source, event_id
        """,
        [source for source, _ in ordered],
        [event_id for _, event_id in ordered],
    )
    fresh = {(row["source"], row["event_id"]) for row in rows}
    return [reading for key, reading in firsts.items() if key in fresh]


async def _decide(db: Db, handlers: Handlers, fresh: Sequence[Read]) -> list[Done]:
    """One outcome for each record, in the records' order.

    Only neighbours share a run of a route: no event is handled before one that came earlier.
    """
    outcomes = {
        position: Outcome(problems=reading.problems, traceparent=reading.traceparent)
        for position, (_, reading) in enumerate(fresh)
        if isinstance(reading, Unusable)
    }
    heard = [(position, reading) for position, (_, reading) in enumerate(fresh) if isinstance(reading, Heard)]
    for route, run in groupby(heard, key=lambda one: handlers.routes[type(one[1].event)]):
        positions, events = zip(*run, strict=True)
        outcomes.update(zip(positions, await route.run(db, events), strict=True))
    return [(raw, reading.received, outcomes[position]) for position, (raw, reading) in enumerate(fresh)]


async def _effects(db: Db, raw: Raw, received: Received, outcome: Outcome) -> list[Caused]:
    """The events to publish for one record; a record that failed is kept, and its sender told."""
    events: Sequence[Event] = outcome.events
    if outcome.failure:
        _log.error("handler failed", place=raw.place, event_id=received.event_id, failure=outcome.failure)
        await dead_letters.keep(db, raw, received, "handler_failed", outcome.failure)
        events = _answer(raw, received, SubmissionHeld)
    elif outcome.problems:
        detail = [problem.model_dump() for problem in outcome.problems]
        await dead_letters.keep(db, raw, received, outcome.problems[0].rule, detail)
        events = _answer(raw, received, SubmissionRejected, problems=tuple(outcome.problems))
    return [Caused(event, outcome.traceparent) for event in events]


def _answer(raw: Raw, received: Received, answer: type[Answer], **said: object) -> list[Event]:
    """What a company is told; the portal has no feedback topic, its dead letters are ours to look at."""
    if not received.sender.isdigit():
        return []
    about = {
        "company": received.sender,
        "submission_id": received.event_id[:300],
        "submission_type": received.event_type[:200],
        "reference": reference_in(raw.value),
    }
    return [answer.model_validate({**about, **said})]
