"""Replay: the service that set a record aside handles it again, once an operator has said so; or it is given up."""

from collections.abc import Sequence
from functools import partial

from shared.chassis import clock, dead_letters, inbox, messages, outbox
from shared.chassis.database import TRANSIENT, Database, Db
from shared.chassis.dead_letters import Kept
from shared.chassis.handlers import LONGEST_FAILURE, Handlers, Heard, Outcome
from shared.chassis.intake import Raw, Unusable, inbox_key, read
from shared.chassis.jobs import Loop
from shared.chassis.outbox import Caused
from shared.chassis.telemetry import batch_span, log
from shared.contracts.checking import problem
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted, Verdict
from shared.contracts.received import Received
from shared.contracts.wire import printable

_log = log(__name__)

MOST = 32
"""Letters of one transaction, each of which may hold a megabyte."""

POLL_SECONDS = 30.0
"""How soon another replica goes on where one has ended."""


def loop(handlers: Handlers) -> Loop:
    """The job that replays what is due, beside the service's own."""
    return Loop("replay", partial(replay_due, handlers=handlers), dead_letters.CHANNEL, POLL_SECONDS)


async def replay_due(database: Database, handlers: Handlers, most: int = MOST) -> bool:
    """Handle the first letters that are due, in one transaction with what becomes of them; False when none are.

    Whatever fails but is no outage is narrowed down to the letter that it concerns.
    """
    letters: Sequence[Kept] = ()
    try:
        async with database.transaction() as db:
            if letters := await dead_letters.take_due(db, most):
                await _handle(db, handlers, letters)
    except TRANSIENT:
        raise
    except Exception as error:
        if len(letters) > 1:
            return await replay_due(database, handlers, len(letters) // 2)
        await _keep_again(database, letters, error)
    return bool(letters)


async def discard(db: Db, letter_ids: Sequence[int], by: str, note: str) -> int:
    """Give letters up, in the caller's transaction; a submission that was held is told so, as its verdict.

    Returns how many those are that were kept or due.
    """
    given_up = Outcome(problems=[problem("", "discarded", "")])
    letters = await dead_letters.discard(db, letter_ids, by, note)
    told = [messages.answers(one.raw, _received(one), given_up) for one in letters if not one.rejected]
    await outbox.put(db, [Caused(event, None) for events in told for event in events])
    return len(letters)


async def _handle(db: Db, handlers: Handlers, letters: Sequence[Kept]) -> None:
    readings = await _claim(db, [(letter.raw, _read(letter, handlers)) for letter in letters])
    traces = (reading.traceparent for _, reading in readings)
    with batch_span("replay batch", traces, {"messaging.batch.message_count": len(readings)}):
        done = await messages.decide(db, handlers, readings)
        await _save(db, [(letter, outcome) for letter, (_, _, outcome) in zip(letters, done, strict=True)])
        told = [
            Caused(event, one[2].traceparent)
            for letter, one in zip(letters, done, strict=True)
            for event in _told(letter, *one)
        ]
        await outbox.put(db, told)


def _read(letter: Kept, handlers: Handlers) -> Heard | Unusable:
    if reading := read(letter.raw, handlers.routes, clock.now()):
        return reading
    # It was heard when it came.
    message = letter.raw.message
    unheard = problem(message.field("type"), "unknown_type", message.type)
    return Unusable(_received(letter), [unheard], message.traceparent)


def _received(letter: Kept) -> Received:
    message = letter.raw.message
    return Received(letter.event_id, message.type, letter.sender, clock.now(), message.source)


async def _claim(db: Db, readings: Sequence[messages.Read]) -> list[messages.Read]:
    """That a letter's own record was seen is no hindrance; that its id is another's still is.

    The inbox may have forgotten it meanwhile: then it is seen from now on.
    """
    claims = [(*inbox_key(reading.received), raw.digest) for raw, reading in readings]
    await inbox.claim(db, claims)
    seen = await inbox.digests(db, claims)
    return [
        (raw, messages.reused(raw, reading) if seen.get(claim[:2], claim[2]) != claim[2] else reading)
        for claim, (raw, reading) in zip(claims, readings, strict=True)
    ]


async def _save(db: Db, replayed: Sequence[tuple[Kept, Outcome]]) -> None:
    failed = {letter.letter_id: outcome for letter, outcome in replayed if outcome.failure or outcome.problems}
    await dead_letters.keep_again(db, [(one, *messages.why(outcome)) for one, outcome in failed.items()])
    await dead_letters.mark_replayed(db, [one.letter_id for one, _ in replayed if one.letter_id not in failed])
    _log.info("dead letters handled again", letters=len(replayed), failed=len(failed))


def _told(letter: Kept, raw: Raw, received: Received, outcome: Outcome) -> Sequence[Event]:
    """What is published: a rejection stands until the submission takes effect, and what is held is told once."""
    if outcome.failure or (outcome.problems and letter.rejected):
        return []
    if outcome.problems:
        return messages.answers(raw, received, outcome)
    if not letter.rejected:
        return outcome.events
    return [
        event for event in outcome.events if not isinstance(event, Verdict) or isinstance(event, SubmissionAccepted)
    ]


async def _keep_again(database: Database, letters: Sequence[Kept], error: Exception) -> None:
    """A letter whose outcome could not be saved."""
    if not letters:
        raise error
    _log.error("replay failed", letter=letters[0].letter_id, exc_info=error)
    failure = printable(repr(error))[:LONGEST_FAILURE]
    async with database.transaction() as db:
        await dead_letters.keep_again(db, [(letters[0].letter_id, dead_letters.FAILED, failure)])
