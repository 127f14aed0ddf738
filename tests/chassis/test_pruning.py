"""The chassis's own tables on a real PostgreSQL: they stay small, and forget nothing that still counts."""

import asyncpg
import pytest

from shared.chassis import pruning
from shared.chassis.database import Database
from tests.conftest import eventually


async def test_the_inbox_forgets_what_is_older_than_its_days_and_nothing_else(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "AT_ONCE", 4)
    seen = "INSERT INTO inbox SELECT $1, n::text, '', now() - make_interval(days => $2) FROM generate_series(1, $3) n"
    async with database.transaction() as db:
        await db.execute(seen, "old", 91, 6)
        await db.execute(seen, "new", 89, 3)
    assert [await pruning.forget(database, pruning.SEEN, 90) for _ in range(3)] == [4, 2, 0]
    async with database.transaction() as db:
        assert {row["source"] for row in await db.fetch("SELECT source FROM inbox")} == {"new"}


async def test_dead_letters_are_erased_once_they_were_dealt_with_so_long_ago(database: Database) -> None:
    letter = """
        INSERT INTO dead_letter (topic, partition, record_offset, headers, sender, event_id, reason, detail, rejected,
                                 state, changed_at)
        VALUES ('t', 0, 0, '[]', 's', $1, 'handler_failed', '""', false, $1, now() - make_interval(days => $2))
    """
    states = ("kept", "due", "replayed", "discarded")
    async with database.transaction() as db:
        await db.executemany(letter, [(state, days) for state in states for days in (89, 91)])
    assert await pruning.forget(database, pruning.SETTLED, 90) == 2
    async with database.transaction() as db:
        left = [row["state"] for row in await db.fetch("SELECT state FROM dead_letter ORDER BY id")]
    assert left == ["kept", "kept", "due", "due", "replayed", "discarded"]


async def test_the_room_of_published_rows_is_used_again(
    database: Database, dsn: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pruning, "DEAD_ROWS", 1000)
    connection = await asyncpg.connect(dsn)
    await connection.execute("ALTER TABLE outbox SET (autovacuum_enabled = false)")
    sizes = []
    for _ in range(3):
        await connection.execute(
            "INSERT INTO outbox (topic, key, type, payload) SELECT 't', 'k', 'e', decode(repeat('00', 900), 'hex') "
            "FROM generate_series(1, 3000)"
        )
        await connection.execute("DELETE FROM outbox")
        await _is_counted(connection)
        await pruning.vacuum_outbox(database)
        sizes.append(await connection.fetchval("SELECT pg_relation_size('outbox')"))
    await connection.close()
    assert max(sizes) < 3_000 * 900 / 2


async def _is_counted(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """PostgreSQL counts what was deleted a moment later."""
    await connection.execute("SELECT pg_stat_force_next_flush()")

    async def are_there_dead_rows() -> bool:
        return bool(await connection.fetchval(pruning.DEAD) >= pruning.DEAD_ROWS)

    await eventually(are_there_dead_rows, "dead rows to be counted")
