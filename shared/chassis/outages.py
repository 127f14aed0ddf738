"""Outages: what is away comes back, so wait for it, and say so once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaConnectionError

from shared.chassis import metrics
from shared.chassis.database import TRANSIENT, NotMigrated
from shared.chassis.telemetry import log

T = TypeVar("T")

_log = log(__name__)

OUTAGES = (*TRANSIENT, KafkaConnectionError, NotMigrated)
LONGEST_PAUSE_SECONDS = 5.0


async def outlast(
    what: str, work: Callable[[], Awaitable[T]], mended_by_waiting: tuple[type[Exception], ...] = OUTAGES
) -> T:
    """Do the work, again and again while Kafka or PostgreSQL is away; that `what` waits, and goes on, is logged once.

    What `mended_by_waiting` names beside outages is logged with its traceback. Between two attempts it pauses for 0.1 s
    at first and for 5 s at most.
    """
    pause, said = 0.1, False
    while True:
        try:
            done = await work()
        except mended_by_waiting as error:
            metrics.waits(error, begins=not said)
            if not said:
                say = _log.warning if isinstance(error, OUTAGES) else _log.exception
                say(f"{what} waits", error=repr(error))
            said = True
        else:
            if said:
                _log.warning(f"{what} goes on")
            return done
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
