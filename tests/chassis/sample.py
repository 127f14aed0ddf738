"""A service small enough to see through, to try the chassis on: offers of a company, folded by version."""

import json
from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

from shared.chassis.database import Db
from shared.chassis.handlers import Handlers
from shared.chassis.intake import Raw
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted, SubmissionStale
from shared.contracts.internships import InternshipOffered, InternshipPosted
from shared.contracts.received import Received
from tests.events import OFFER, SIREN, offered

HEARD = InternshipOffered.wire_name

TABLE = "CREATE TEMPORARY TABLE sample (reference text PRIMARY KEY, version bigint NOT NULL, seen int NOT NULL)"


def offer(number: int = 1, *, event_id: str | None = None, offset: int | None = None, **changes: Any) -> Raw:
    """A record as a company's client would publish it."""
    value = json.dumps({**OFFER, "reference": f"A-{number}", **changes}).encode()
    return record(value, event_id=event_id or str(uuid4()), offset=number if offset is None else offset)


def record(value: bytes | None, *, event_id: str, offset: int = 0, wire_name: str = HEARD) -> Raw:
    """A record with any value."""
    headers = [("ce_id", event_id.encode()), ("ce_type", wire_name.encode())]
    return Raw(f"intake.{SIREN}.internships", 0, offset, b"key", value, headers)


async def load(db: Db, keys: Sequence[str]) -> dict[str, tuple[str, int, int]]:
    rows = await db.fetch("SELECT * FROM sample WHERE reference = ANY($1) FOR UPDATE", list(keys))
    return {row["reference"]: (row["reference"], row["version"], row["seen"]) for row in rows}


async def save(db: Db, states: Sequence[tuple[str, int, int]]) -> None:
    await db.executemany(
        "INSERT INTO sample VALUES ($1, $2, $3) ON CONFLICT (reference) DO UPDATE SET version = $2, seen = $3", states
    )


def decide(
    state: tuple[str, int, int] | None, event: InternshipOffered, received: Received
) -> tuple[tuple[str, int, int], list[Event]]:
    if event.title == "bug":
        raise ZeroDivisionError("planted")
    told: dict[str, Any] = {
        "company": received.sender,
        "submission_id": received.event_id,
        "submission_type": received.event_type,
    }
    if state and event.version <= state[1]:
        return state, [SubmissionStale(**told, version=event.version, newest_version=state[1])]
    offer_id: UUID = uuid5(UUID(int=0), event.reference)
    terms = event.model_dump()
    posted = InternshipPosted(**terms, offer_id=offer_id)
    after = (event.reference, event.version, state[2] + 1 if state else 1)
    return after, [posted, SubmissionAccepted(**told, accepted_as=offer_id)]


def handlers() -> Handlers:
    """The sample's table of contents."""
    table = Handlers()
    table.fold(on=(InternshipOffered,), key=lambda event: event.reference, load=load, decide=decide, save=save)
    return table


def broken() -> Handlers:
    """What hears offers, before its repair: it fails on each."""
    table = Handlers()

    @table.on(InternshipOffered)
    async def fail(event: InternshipOffered, received: Received, db: Db) -> list[Event]:
        raise ZeroDivisionError("planted")

    return table


def posted() -> InternshipPosted:
    """An event like any other."""
    return InternshipPosted(**offered().model_dump(), offer_id=UUID(int=1))
