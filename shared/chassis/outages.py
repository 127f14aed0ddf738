"""Outages: what is away comes back, so wait for it, and say so once."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from aiokafka.errors import KafkaConnectionError

from shared.chassis.database import TRANSIENT
from shared.chassis.telemetry import log

T = TypeVar("T")

_log = log(__name__)

LONGEST_PAUSE_SECONDS = 5.0


async def outlast(what: str, work: Callable[[], Awaitable[T]]) -> T:
    """Do the work, again and again while Kafka or PostgreSQL is away; `what` waits is logged once."""
    pause, said = 0.1, False
    while True:
        try:
            return await work()
        except (*TRANSIENT, KafkaConnectionError) as error:
            if not said:
                _log.warning(f"{what} waits", error=repr(error))
            said = True
        await asyncio.sleep(pause)
        pause = min(pause * 2, LONGEST_PAUSE_SECONDS)
