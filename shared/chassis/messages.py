"""The life of a batch: read, drop what was seen, decide, save, outbox, in one transaction."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from shared.chassis import dead_letters, inbox, outbox
from shared.chassis.database import TRANSIENT, Database, Db
from shared.chassis.handlers import Handlers, Heard, Outcome
from shared.chassis.intake import Raw, Unusable, inbox_key, read
from shared.chassis.outbox import Caused
from shared.chassis.telemetry import batch_span, log
from shared.contracts.checking import problem
from shared.contracts.event import Event
from shared.contracts.feedback import Answer, SubmissionHeld, SubmissionRejected
from shared.contracts.received import Received
from shared.contracts.verdicts import about
from shared.contracts.wire import printable

_log = log(__name__)

Read = tuple[Raw, Heard | Unusable]
Done = tuple[Raw, Received, Outcome]


def read_all(batch: Sequence[Raw], handlers: Handlers) -> list[Read]:
    """The records that concern this service, each as its event or with what is wrong with it."""
    now = datetime.now(UTC)
    return [(raw, reading) for raw in batch if (reading := read(raw, handlers.routes, now))]


async def handle(database: Database, handlers: Handlers, readings: Sequence[Read]) -> None:
    """Give every record of a batch its effect, once, or its place among the dead letters.

    Whatever fails but is no outage is narrowed down to the record that it concerns. Raises only what waiting may mend.
    """
    try:
        await _handle(database, handlers, readings)
    except TRANSIENT:
        raise
    except Exception as error:
        if len(readings) == 1:
            await _set_aside(database, *readings[0], error)
        else:
            middle = len(readings) // 2
            await handle(database, handlers, readings[:middle])
            await handle(database, handlers, readings[middle:])


async def _handle(database: Database, handlers: Handlers, readings: Sequence[Read]) -> None:
    if not readings:
        return
    traces = (reading.traceparent for _, reading in readings)
    with batch_span("handle batch", traces, {"messaging.batch.message_count": len(readings)}):
        async with database.transaction() as db:
            fresh = await _claim(db, readings)
            done = await _decide(db, handlers, fresh)
            await outbox.put(db, [caused for one in done for caused in await _effects(db, *one)])


async def _set_aside(database: Database, raw: Raw, reading: Heard | Unusable, error: Exception) -> None:
    """Keep a record that could not even be refused."""
    _log.error("a record failed on its whole way", place=raw.place, exc_info=error)
    async with database.transaction() as db:
        if await inbox.claim(db, [(*inbox_key(reading.received), raw.digest)]):
            failed = Outcome(failure=printable(repr(error))[:2000], traceparent=reading.traceparent)
            await outbox.put(db, await _effects(db, raw, reading.received, failed))


async def _claim(db: Db, readings: Sequence[Read]) -> list[Read]:
    """Leave out the records that were seen; another content under a seen id is a mistake of its sender's.

    Of copies in one batch the first counts.
    """
    claims = [(*inbox_key(reading.received), raw.digest) for raw, reading in readings]
    fresh = await inbox.claim(db, claims)
    if len(fresh) == len(claims):
        return list(readings)
    seen = await inbox.digests(db, claims)
    conflicts = {
        claim: (claim[0], f"{claim[1]}/{claim[2].hex()}", claim[2]) for claim in claims if seen[claim[:2]] != claim[2]
    }
    told = await inbox.claim(db, list(conflicts.values()))
    kept: dict[inbox.Claim, Read] = {}
    for claim, (raw, reading) in zip(claims, readings, strict=True):
        if claim in fresh:
            kept.setdefault(claim, (raw, reading))
        elif conflicts.get(claim) in told:
            refused = Unusable(
                reading.received, [problem(raw.message.field("id"), "id_reused", claim[1])], reading.traceparent
            )
            kept.setdefault(claim, (raw, refused))
    return list(kept.values())


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
        await dead_letters.keep(db, raw, received, "handler_failed", outcome.failure)
        events = _answer(raw, received, SubmissionHeld)
    elif outcome.problems:
        detail = [problem.model_dump() for problem in outcome.problems]
        await dead_letters.keep(db, raw, received, outcome.problems[0].rule, detail)
        events = _answer(raw, received, SubmissionRejected, problems=tuple(outcome.problems))
    return [Caused(event, outcome.traceparent) for event in events]


def _answer(raw: Raw, received: Received, answer: type[Answer], **said: Any) -> list[Event]:
    """What a company is told; the portal has no feedback topic, its dead letters are ours to look at."""
    if not received.sender.isdigit():
        return []
    return [answer(**about(received, raw.reference), **said)]
