"""The lines that the operator hands over to a company: how it enters Kafka, and its SIREN."""

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from ..contracts.fields import Siren
from ..kafka.connection import ClientError, Connection
from ..kafka.variables import COMPANY, Said, all_of, read, told, write

SIREN = f"{COMPANY}SIREN"

_siren = TypeAdapter[str](Siren)


def from_environment(environment: Mapping[str, str]) -> tuple[Connection, str]:
    """A company's connection and its SIREN.

    Raises ClientError with a sentence for each variable that is missing or wrong.
    """
    siren = environment.get(SIREN, "")
    wrong = [problem] if (problem := _problem(siren)) else []
    try:
        connection = read(environment, COMPANY)
    except ClientError as error:
        raise all_of([(str(error), error.french), *wrong]) from error
    if wrong:
        raise all_of(wrong)
    return connection, siren


def to_environment(connection: Connection, siren: str) -> dict[str, str]:
    """What the operator hands over, and `from_environment` reads. It holds the password."""
    return {**write(connection, COMPANY), SIREN: siren}


def is_siren(text: str) -> bool:
    """Whether a text is a SIREN: nine digits, the last of which checks the others."""
    try:
        _siren.validate_python(text)
    except ValidationError:
        return False
    return True


def _problem(siren: str) -> Said | None:
    if problem := told(SIREN, siren, ("your company's nine digits", "les neuf chiffres de votre entreprise")):
        return problem
    if not (siren.isascii() and siren.isdigit() and len(siren) == 9):
        return (
            f"{SIREN} is wrong: it has nine digits and nothing else.",
            f"{SIREN} est fausse : neuf chiffres et rien d'autre.",
        )
    if not is_siren(siren):
        return (
            f"{SIREN} is wrong: its last digit does not fit the others, so one of them is mistyped.",
            f"{SIREN} est fausse : son dernier chiffre ne va pas avec les autres, l'un d'eux est mal saisi.",
        )
    return None
