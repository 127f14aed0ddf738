"""The real chassis and service on a real PostgreSQL that fails when told to, and what is found there afterwards."""

import json
import re
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from services.internships.handlers import handlers
from shared.chassis import messages
from shared.chassis.database import TRANSIENT, Database, Db
from tests.model.model import Offer
from tests.model.records import Record

FATE = Path(__file__).with_name("fate.sql").read_text("utf-8")

EMPTY = "DELETE FROM inbox; DELETE FROM offer; DELETE FROM offer_history; DELETE FROM outbox; DELETE FROM dead_letter"

STAND_IN = re.compile(r"/[0-9a-f]{32}$")
"""What the chassis adds to an id that was used twice, and to a place."""


class Unheard(Database):
    """A database whose n-th commit succeeds while its answer is lost."""

    def __init__(self, database: Database, nth: int) -> None:
        self._database = database
        self._left = nth

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Db]:
        async with self._database.transaction() as db:
            yield db
        self._left -= 1
        if self._left == 0:
            raise ConnectionResetError("the answer to a commit is lost")


async def handle(database: Database, batch: Sequence[Record]) -> None:
    """Handle a batch again until no outage is in the way, as a service does."""
    raws = [record.raw() for record in batch]
    for _ in range(9):
        try:
            return await messages.handle(database, handlers, messages.read_all(raws, handlers))
        except TRANSIENT:
            continue
    raise AssertionError("nine outages where two at most were planned")


class Found:
    """What is in the database, in the model's words."""

    def __init__(self, tables: dict[str, list[Any]]) -> None:
        self._references = {row["offer_id"]: (row["siren"], row["reference"]) for row in tables["offer"]}
        self.newest = {
            self._references[row["offer_id"]]: (row["version"], row["state"] == "posted", row["changed_by"])
            for row in tables["offer_history"]
        }
        self.offers = {
            (row["siren"], row["reference"]): Offer(
                row["version"],
                row["state"] == "posted",
                json.loads(row["terms"] or "{}").get("title"),
                self.newest[row["siren"], row["reference"]][2],
            )
            for row in tables["offer"]
        }
        self.inbox = Counter((*_owner(row["source"]), STAND_IN.sub("", row["event_id"])) for row in tables["inbox"])
        self.letters = Counter((row["record_offset"], row["reason"]) for row in tables["dead_letter"])
        self.kept = {row["record_offset"]: row["value"] for row in tables["dead_letter"]}
        self.outbox: dict[Any, list[Any]] = {}
        for row in tables["outbox"]:
            key, said = self._said(row["type"].split(".")[-2], row["topic"], json.loads(row["payload"]))
            self.outbox.setdefault(key, []).append(said)
        self.tables = {
            "offer": self.offers, "inbox": self.inbox, "dead_letter": self.letters, "outbox": self.outbox,
        }  # fmt: skip

    def _said(self, kind: str, topic: str, event: dict[str, Any]) -> tuple[Any, Any]:
        if kind.startswith("Internship"):
            (key,) = (key for offer_id, key in self._references.items() if str(offer_id) == event["offer_id"])
            return key, (kind, event.get("version"), event.get("title"))
        rules = [problem["rule"] for problem in event.get("problems", [])]
        detail = event.get("newest_version") or (rules[0] if rules else None)
        identity = STAND_IN.sub("", event["submission_id"])
        company = topic.removeprefix("feedback.")
        return (company, event.get("submission_source") or "", identity), (kind, event.get("reference"), detail)


def _owner(source: str) -> tuple[str, str]:
    owner, _, told = source.partition(" ")
    return owner.removeprefix("urn:siren:"), told


async def look(database: Database) -> Found:
    """What is there now; rows in the order of their ids."""
    async with database.transaction() as db:
        return Found({
            "offer": await db.fetch("SELECT * FROM offer"),
            "inbox": await db.fetch("SELECT * FROM inbox"),
            "offer_history": await db.fetch("SELECT * FROM offer_history ORDER BY id"),
            "outbox": await db.fetch("SELECT * FROM outbox ORDER BY id"),
            "dead_letter": await db.fetch("SELECT * FROM dead_letter ORDER BY id"),
        })  # fmt: skip


async def begin(database: Database) -> None:
    """Empty the tables."""
    async with database.transaction() as db:
        await db.execute(EMPTY)


async def set_fate(database: Database, strike: int) -> None:
    """Let PostgreSQL end the session that writes the `strike`-th row from now on; 0 is none."""
    async with database.transaction() as db:
        await db.execute("UPDATE fate SET strike = $1", strike)
        await db.execute("SELECT setval('written', 1, false)")
