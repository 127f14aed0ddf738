"""Ids of what is published, which sort by the time they were made, and of traces."""

import secrets
import time
from datetime import timedelta
from random import getrandbits
from uuid import UUID


def uuid7() -> UUID:
    """A UUIDv7 (RFC 9562, section 5.7): 48 bits of milliseconds, 74 bits of chance."""
    value = (time.time_ns() // 1_000_000) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    return UUID(int=value & ~(0x3 << 62) | 0x2 << 62)


def uuid7_before(age: timedelta) -> UUID:
    """Sorts after every UUIDv7 made longer ago than `age`, and before the younger ones."""
    return UUID(int=int((time.time() - age.total_seconds()) * 1000) << 80)


def new_traceparent() -> str:
    """A new trace, sampled (W3C Trace Context, section 3.2)."""
    return f"00-{getrandbits(128):032x}-{getrandbits(64):016x}-01"
