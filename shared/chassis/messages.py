"""The life of a batch: read, drop what was seen, decide, save, outbox, in one transaction."""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

from shared.chassis import clock, dead_letters, inbox, metrics, outbox
from shared.chassis.database import TRANSIENT, Database, Db
from shared.chassis.handlers import LONGEST_FAILURE, Handlers, Heard, Outcome, failed, span_of
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
    now = clock.now()
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
            done = await decide(db, handlers, await _claim(db, readings))
            await _save(db, done)
    metrics.outcomes(readings, done)


async def _set_aside(database: Database, raw: Raw, reading: Heard | Unusable, error: Exception) -> None:
    """Keep a record that could not even be refused, or whose decision could not be saved."""
    if isinstance(reading, Heard):
        with span_of(reading):
            outcome = failed(reading, error)
    else:
        _log.error("a refusal failed", place=raw.place, exc_info=error)
        outcome = Outcome(failure=printable(repr(error))[:LONGEST_FAILURE], traceparent=reading.traceparent)
    async with database.transaction() as db:
        fresh = await inbox.claim(db, [(*inbox_key(reading.received), raw.digest)])
        done = [(raw, reading.received, outcome)] if fresh else []
        await _save(db, done)
    metrics.outcomes([(raw, reading)], done)


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
            kept.setdefault(claim, (raw, reused(raw, reading)))
    return list(kept.values())


def reused(raw: Raw, reading: Heard | Unusable) -> Unusable:
    """A record whose id was given to another content before."""
    found = problem(raw.message.field("id"), "id_reused", inbox_key(reading.received)[1])
    return Unusable(reading.received, [found], reading.traceparent)


async def decide(db: Db, handlers: Handlers, fresh: Sequence[Read]) -> list[Done]:
    """One outcome for each record, in the records' order.

    Only neighbours share a run of a route: no event is handled before one that came earlier.
    """
    heard = [reading for _, reading in fresh if isinstance(reading, Heard)]
    outcomes: list[Outcome] = []
    for route, run in groupby(heard, key=lambda one: handlers.routes[type(one.event)]):
        outcomes += await route.run(db, [*run])
    given = iter(outcomes)
    return [
        (raw, reading.received, next(given) if isinstance(reading, Heard) else _refused(reading))
        for raw, reading in fresh
    ]


def _refused(reading: Unusable) -> Outcome:
    return Outcome(problems=reading.problems, traceparent=reading.traceparent)


async def _save(db: Db, done: Sequence[Done]) -> None:
    """Keep the records that failed, and put into the outbox what is to be published."""
    wrong = [one for one in done if one[2].problems or one[2].failure]
    await dead_letters.keep(db, [dead_letters.Letter(raw, received, *why(outcome)) for raw, received, outcome in wrong])
    await outbox.put(
        db, [Caused(event, one[2].traceparent) for one in done for event in one[2].events or answers(*one)]
    )


def why(outcome: Outcome) -> tuple[str, object]:
    """Why a record is kept, and what else is to be said about that."""
    if outcome.failure:
        return dead_letters.FAILED, outcome.failure
    return outcome.problems[0].rule, [problem.model_dump() for problem in outcome.problems]


def answers(raw: Raw, received: Received, outcome: Outcome) -> list[Event]:
    """What a record's sender is told of its failure."""
    if outcome.failure:
        return _answer(raw, received, SubmissionHeld)
    if outcome.problems:
        return _answer(raw, received, SubmissionRejected, problems=tuple(outcome.problems))
    return []


def _answer(raw: Raw, received: Received, answer: type[Answer], **said: Any) -> list[Event]:
    """What a company is told; the portal has no feedback topic, its dead letters are ours to look at."""
    if not received.sender.isdigit():
        return []
    return [answer(**about(received, raw.reference), **said)]
