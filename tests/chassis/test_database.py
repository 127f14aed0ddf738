"""Migrations: safe together, refused when edited."""

import asyncio
from uuid import uuid4

import pytest

from shared.chassis import database as chassis_database
from shared.chassis.database import Database, MigrationChanged, migrate, migrations_of, open_database
from shared.cli.platform import Platform
from shared.stack.postgres import create_database


async def test_replicas_that_start_together_migrate_once(running: Platform) -> None:
    address = await create_database(running.stack.addresses.postgres_admin, f"test_{uuid4().hex[:12]}")

    async def start() -> None:
        async with open_database(address) as database, database.transaction() as db:
            await migrate(db, "internships")

    await asyncio.gather(*(start() for _ in range(4)))
    async with open_database(address) as database, database.transaction() as db:
        names = await db.fetchval("SELECT array_agg(name ORDER BY name) FROM migration")
    assert names == [name for name, _ in migrations_of("internships")]


async def test_an_edited_migration_is_refused(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chassis_database, "migrations_of", lambda _: iter([("chassis/schema.sql", "SELECT 1")]))
    async with database.transaction() as db:
        with pytest.raises(MigrationChanged, match=r"chassis/schema\.sql was applied with another content"):
            await migrate(db, "internships")
