"""Bring a service's database up to date and end: `python -m shared.chassis.migrate outreach`, before a rollout."""

import asyncio
import sys
from typing import Annotated

import asyncpg
from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.chassis.database import MigrationChanged, migrate_service
from shared.chassis.outages import outlast
from shared.chassis.settings import POSTGRES, PREFIX, explain
from shared.contracts.catalogue import CONTEXTS

PATIENCE_SECONDS = 120.0
"""How long to wait for a PostgreSQL that does not answer; whoever runs this tries again."""


class MigrationSettings(BaseSettings):
    """The database is all that a migration needs."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    database: Annotated[str, Field(pattern=POSTGRES, description="postgresql://user:password@host/name")]


async def bring_up_to_date(dsn: str, service: str) -> None:
    """Apply what is missing. Raises TimeoutError where PostgreSQL does not answer, and what it says where it does."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        await outlast("the migration", lambda: migrate_service(dsn, service))


def main() -> None:
    """Exit 0 when the database is up to date, 2 when the service's name or a setting is wrong, 1 otherwise."""
    service = sys.argv[1] if len(sys.argv) == 2 else ""
    if service not in CONTEXTS:
        _end(2, f"Name one service: {', '.join(CONTEXTS)}.")
    try:
        asyncio.run(bring_up_to_date(MigrationSettings().database, service))
    except ValidationError as error:
        _end(2, "\n".join(explain(MigrationSettings, error)))
    except (TimeoutError, MigrationChanged, asyncpg.PostgresError) as error:
        _end(1, f"{service}'s database is not up to date: {error!r}")


def _end(code: int, said: str) -> None:
    print(said, file=sys.stderr)  # noqa: T201 - a command
    raise SystemExit(code)


if __name__ == "__main__":
    main()
