"""A batch handled on the test's own connection, and what became of it."""

import json
from contextlib import asynccontextmanager
from typing import Any

from shared.chassis import messages
from shared.chassis.database import Database, Db
from shared.chassis.handlers import Handlers
from tests.chassis import sample


class OneConnection(Database):
    """The test's own connection as a database: transactions become savepoints that the test rolls back."""

    def __init__(self, db: Db) -> None:
        self._db = db

    @asynccontextmanager
    async def transaction(self) -> Any:
        async with self._db.transaction():
            yield self._db


async def handle(db: Db, *batch: Any, handlers: Handlers | None = None) -> None:
    handlers = handlers or sample.handlers()
    await messages.handle(OneConnection(db), handlers, messages.read_all(batch, handlers))


async def outbox(db: Db) -> list[str]:
    return [row["type"].split(".")[-2] for row in await db.fetch("SELECT type FROM outbox ORDER BY id")]


async def rejected(db: Db) -> list[dict[str, Any]]:
    rows = await db.fetch("SELECT payload FROM outbox WHERE type LIKE '%Rejected%' ORDER BY id")
    return [json.loads(row["payload"]) for row in rows]
