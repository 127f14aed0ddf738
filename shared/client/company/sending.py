"""Publishing what was judged good, and waiting for what becomes of it."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import aclosing
from itertools import islice

from ...contracts.event import Event
from ...contracts.feedback import Answer, SubmissionHeld, Verdict
from ..client import Client
from .checking import Judged
from .journal import Journal, Sent

BATCH = 500
"""Rows written to the journal at once, and confirmed at once."""

UNDER_WAY = 8
"""Batches that may be under way: 4,000 events keep three partitions busy and stay below 10 MB."""

Hear = Callable[[Sent, Answer], None]


async def publish(client: Client, journal: Journal, rows: Iterator[Judged], moved: Callable[[int], None]) -> None:
    """Publish every row that has an event, in their order; each is in the journal before it leaves."""
    if not journal.going_on:
        journal.begin(await client.feedback_end())
    under_way: deque[list[asyncio.Task[str]]] = deque()
    try:
        while batch := list(islice(rows, BATCH)):
            entries = journal.enter(batch)
            left = [one for one in entries if not one.confirmed]
            under_way.append([])
            for one in left:
                under_way[-1].append(await client.hand_over(one.event, event_id=one.event_id))
            if len(under_way) == UNDER_WAY:
                journal.confirm(await asyncio.gather(*under_way.popleft()))
            moved(len(entries))
        while under_way:
            journal.confirm(await asyncio.gather(*under_way.popleft()))
    finally:
        await asyncio.gather(*(task for tasks in under_way for task in tasks), return_exceptions=True)


async def wait(client: Client, journal: Journal, timeout: float, hear: Hear) -> None:
    """Hear the answer to every submission of this send; give up when none came for `timeout` seconds.

    One that is held has its verdict to come.
    """
    counts = journal.counts()
    waiting = counts.get("", 0) + counts.get(SubmissionHeld.__name__, 0)
    fresh: dict[str, str] = {}
    try:
        async with aclosing(client.feedback(since=journal.position)) as feedback:
            while waiting:
                answer, sent = await asyncio.wait_for(_next_answer(journal, feedback, fresh), timeout)
                waiting -= isinstance(answer, Verdict)
                fresh[answer.submission_id] = type(answer).__name__
                hear(sent, answer)
                if len(fresh) >= BATCH:
                    journal.answer(fresh)
                    fresh.clear()
    except TimeoutError:
        return
    finally:
        journal.answer(fresh)


async def _next_answer(
    journal: Journal, feedback: AsyncIterator[Event], fresh: Mapping[str, str]
) -> tuple[Answer, Sent]:
    """The next answer that says something new of this send: feedback tells at least once."""
    async for event in feedback:
        if not isinstance(event, Answer) or not (sent := journal.sent(event.submission_id)):
            continue
        known = fresh.get(event.submission_id) or sent.answer
        if known is None or (known == SubmissionHeld.__name__ and isinstance(event, Verdict)):
            return event, sent
    raise AssertionError("feedback goes on until it is cancelled")
