"""A connection as variables of the environment: read and written in one place for whoever enters Kafka."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from .connection import ClientError, Connection, Refused, Security

ADDRESS = "PASSERELLE_KAFKA"
ADDRESSES = r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$"
"""host:port of one broker or more, parted by commas."""

WANTED = ("host:port of Kafka, several parted by commas", "hôte:port de Kafka, plusieurs séparés par des virgules")

Said = tuple[str, str]
"""A sentence in English and in French."""

COMPANY, OURS = "PASSERELLE_", "PASSERELLE_KAFKA_"
"""What the other variables' names begin with: a company's, and our services' and operators'."""


def read(environment: Mapping[str, str], prefix: str) -> Connection:
    """The connection that PASSERELLE_KAFKA and `prefix`'s SECURITY, USER, PASSWORD and CA say.

    SECURITY is SASL_SSL unless it is set. Raises ClientError with a sentence for each variable that is missing or
    wrong; values are not echoed, they may be secret, but for the name of a CA's file.
    """
    given = {part: environment.get(f"{prefix}{part}", "") for part in ("USER", "PASSWORD", "SECURITY", "CA")}
    given["SECURITY"] = given["SECURITY"] or "SASL_SSL"
    if problems := [*_problems(environment.get(ADDRESS, ""), prefix, given)]:
        raise all_of(problems)
    security = cast("Security", given["SECURITY"])
    connection = Connection(environment[ADDRESS], given["USER"], given["PASSWORD"], security)
    return _vouched(connection, given["CA"], prefix) if given["CA"] else connection


def write(connection: Connection, prefix: str) -> dict[str, str]:
    """The variables that `read` reads. They hold the password."""
    return {
        ADDRESS: connection.bootstrap,
        f"{prefix}SECURITY": connection.security,
        f"{prefix}USER": connection.user,
        f"{prefix}PASSWORD": connection.password,
        **({f"{prefix}CA": str(connection.ca)} if connection.ca else {}),
    }


def all_of(problems: Iterable[Said]) -> ClientError:
    """One error that says every problem, a line each."""
    english, french = map("\n".join, zip(*problems, strict=True))
    return ClientError(english, french)


def told(name: str, value: str, wanted: Said) -> Said | None:
    """What is wrong with any variable that must be set: nothing there, or more than the value."""
    english, french = wanted
    if not value:
        return (
            f"{name} is not set: set it in the environment ({english}).",
            f"{name} n'est pas définie : donnez-la dans l'environnement ({french}).",
        )
    if value != value.strip().strip("\"'"):
        return (
            f"{name} is wrong: it begins or ends with a space or a quote (wanted: {english}).",
            f"{name} est fausse : elle commence ou finit par une espace ou un guillemet (attendu : {french}).",
        )
    return None


def _problems(address: str, prefix: str, given: Mapping[str, str]) -> Iterator[Said]:
    if problem := told(ADDRESS, address, WANTED):
        yield problem
    elif not re.match(ADDRESSES, address):
        yield f"{ADDRESS} is wrong (wanted: {WANTED[0]}).", f"{ADDRESS} est fausse (attendu : {WANTED[1]})."
    if given["SECURITY"] not in get_args(Security):
        yield (
            f"{prefix}SECURITY is wrong (wanted: SASL_SSL, or SASL_PLAINTEXT on one machine).",
            f"{prefix}SECURITY est fausse (attendu : SASL_SSL, ou SASL_PLAINTEXT sur une seule machine).",
        )
    if problem := told(f"{prefix}USER", given["USER"], ("who enters Kafka", "qui entre dans Kafka")):
        yield problem
    wanted = (f"the password of {prefix}USER", f"le mot de passe de {prefix}USER")
    if problem := told(f"{prefix}PASSWORD", given["PASSWORD"], wanted):
        yield problem


def _vouched(connection: Connection, ca: str, prefix: str) -> Connection:
    """The connection with a CA's file, once that is known to be one."""
    if not connection.encrypted:
        raise ClientError(
            f"{prefix}CA is set, and {prefix}SECURITY=SASL_PLAINTEXT checks no certificate: unset the one, "
            "or set the other to SASL_SSL.",
            f"{prefix}CA est définie, et {prefix}SECURITY=SASL_PLAINTEXT ne vérifie aucun certificat : retirez la "
            "première, ou donnez SASL_SSL à la seconde.",
        )
    vouched = replace(connection, ca=Path(ca))
    try:
        vouched.context()
    except Refused as error:
        raise ClientError(f"{prefix}CA is wrong: {error}", f"{prefix}CA est fausse : {error.french}") from error
    return vouched
