"""Settings from the environment; what is missing or wrong is said in one sentence a variable."""

import os
import sys
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import BeforeValidator, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.kafka.connection import ClientError, Connection
from shared.kafka.variables import OURS, read

PREFIX = "PASSERELLE_"
POSTGRES = r"^postgres(ql)?://"
"""How a database's address begins."""
UNREACHABLE = "kafka"
"""The rule that a wrong connection breaks; its message holds a sentence for each of its variables."""


def _entering(environment: Mapping[str, str]) -> Connection:
    try:
        return read(environment, OURS)
    except ClientError as error:
        raise PydanticCustomError(UNREACHABLE, "{told}", {"told": str(error)}) from error


class Settings(BaseSettings):
    """What every service needs to know of its surroundings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    connection: Annotated[Connection, BeforeValidator(_entering)]
    database: Annotated[str, Field(pattern=POSTGRES, description="postgresql://user:password@host/name")]
    migrate: Annotated[
        bool, Field(description="whether to bring the database up to date at the start; no, where a job does it before")
    ] = True
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535, description="health endpoints' port; 0 takes a free one")] = 0
    log_level: Annotated[str, Field(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    trace_file: Annotated[Path | None, Field(description="spans as JSON lines, beside OTLP")] = None
    trace_ratio: Annotated[float, Field(ge=0, le=1, description="share of traces that are recorded")] = 1.0
    batch_size: Annotated[int, Field(ge=1, le=1000, description="most records in one transaction")] = 1000
    inbox_days: Annotated[
        int,
        Field(ge=15, le=3650, description="days for which a repeated event is known, and a settled dead letter kept"),
    ] = 90
    member: Annotated[
        str | None,
        Field(pattern=r"^[A-Za-z0-9._-]{1,200}$", description="this replica's own name, the same after a restart"),
    ] = None
    clock_ahead: Annotated[
        timedelta,
        Field(
            ge=timedelta(), description="how far ahead of the machine's clock to be, in a rehearsal (P8D: eight days)"
        ),
    ] = timedelta()
    graceful_timeout: Annotated[float, Field(gt=0, le=300, description="seconds to finish what is in hand")] = 15.0


S = TypeVar("S", bound=Settings)


def load(kind: type[S]) -> S:
    """Read `kind` from the environment, or end the process with what to correct (exit code 2)."""
    try:
        return kind(connection=os.environ)
    except ValidationError as error:
        print("\n".join(explain(kind, error)), file=sys.stderr)  # noqa: T201 - no logger yet
        raise SystemExit(2) from None


def explain(kind: type[BaseSettings], error: ValidationError) -> list[str]:
    """A sentence for each wrong variable; values are not echoed, they may be secret."""
    return [_sentence(kind, str(problem["loc"][0]), problem["type"], problem["msg"]) for problem in error.errors()]


def _sentence(kind: type[BaseSettings], field: str, rule: str, message: str) -> str:
    about = kind.model_fields[field].description if field in kind.model_fields else None
    wanted = f" (wanted: {about})" if about else ""
    if rule == UNREACHABLE:
        return message
    if rule == "missing":
        return f"{PREFIX}{field.upper()} is not set: set it in the environment{wanted}."
    return f"{PREFIX}{field.upper()} is wrong: {message}{wanted}."
