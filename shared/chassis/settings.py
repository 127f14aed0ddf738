"""Settings from the environment; what is missing or wrong is said in one sentence a variable."""

import sys
from pathlib import Path
from typing import Annotated, TypeVar

from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from shared.client.connection import ADDRESSES, SYSTEM, Connection, connect_as

PREFIX = "PASSERELLE_"


class Settings(BaseSettings):
    """What every service needs to know of its surroundings."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    kafka: Annotated[str, Field(pattern=ADDRESSES, description="host:port of the brokers")]
    kafka_user: Annotated[str | None, Field(min_length=1, description="this service's user on Kafka")] = None
    kafka_password: Annotated[
        SecretStr | None, Field(validate_default=True, description="the password of PASSERELLE_KAFKA_USER")
    ] = None
    kafka_ca: Annotated[str | None, Field(min_length=1, description="a file of PEM certificates, or `system`")] = None
    database: Annotated[str, Field(pattern=r"^postgres(ql)?://", description="postgresql://user:password@host/name")]
    http_host: str = "127.0.0.1"
    http_port: Annotated[int, Field(ge=0, le=65535, description="health endpoints' port; 0 takes a free one")] = 0
    log_level: Annotated[str, Field(pattern=r"^(DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    trace_file: Annotated[Path | None, Field(description="spans as JSON lines, beside OTLP")] = None
    batch_size: Annotated[int, Field(ge=1, le=1000, description="most records in one transaction")] = 1000
    graceful_timeout: Annotated[float, Field(gt=0, le=300, description="seconds to finish what is in hand")] = 15.0

    @field_validator("kafka_password")
    @classmethod
    def _goes_with_the_user(cls, password: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        if "kafka_user" in info.data and bool(password) != bool(info.data["kafka_user"]):
            raise ValueError("it goes together with PASSERELLE_KAFKA_USER")
        return password

    @field_validator("kafka_ca")
    @classmethod
    def _is_there(cls, ca: str | None) -> str | None:
        if ca not in {None, SYSTEM} and not Path(str(ca)).is_file():
            raise ValueError("there is no such file")
        return ca

    @property
    def connection(self) -> Connection:
        """How this service reaches Kafka."""
        password = self.kafka_password.get_secret_value() if self.kafka_password else None
        return connect_as(self.kafka, self.kafka_user, password, self.kafka_ca)


S = TypeVar("S", bound=Settings)


def load(kind: type[S]) -> S:
    """Read `kind` from the environment, or end the process with what to correct (exit code 2)."""
    try:
        return kind()
    except ValidationError as error:
        print("\n".join(explain(kind, error)), file=sys.stderr)  # noqa: T201 - no logger yet
        raise SystemExit(2) from None


def explain(kind: type[Settings], error: ValidationError) -> list[str]:
    """One sentence for each wrong variable; values are not echoed, they may be secret."""
    return [_sentence(kind, str(problem["loc"][0]), problem["type"], problem["msg"]) for problem in error.errors()]


def _sentence(kind: type[Settings], field: str, rule: str, message: str) -> str:
    about = kind.model_fields[field].description if field in kind.model_fields else None
    wanted = f" (wanted: {about})" if about else ""
    if rule == "missing":
        return f"{PREFIX}{field.upper()} is not set: set it in the environment{wanted}."
    return f"{PREFIX}{field.upper()} is wrong: {message}{wanted}."
