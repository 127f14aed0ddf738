"""A connection as variables of the environment: read and written in one place for whoever enters Kafka."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import cast, get_args

from .connection import ClientError, Connection, Refused, Security

ADDRESS = "PASSERELLE_KAFKA"
ADDRESSES = r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$"
"""host:port of one broker or more, parted by commas."""

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
        raise ClientError("\n".join(problems))
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


def told(name: str, value: str, wanted: str) -> str | None:
    """What is wrong with any variable that must be set: nothing there, or more than the value."""
    if not value:
        return f"{name} is not set: set it in the environment ({wanted})."
    if value != value.strip().strip("\"'"):
        return f"{name} is wrong: it begins or ends with a space or a quote (wanted: {wanted})."
    return None


def _problems(address: str, prefix: str, given: Mapping[str, str]) -> Iterator[str]:
    wanted = "host:port of Kafka, several parted by commas"
    if problem := told(ADDRESS, address, wanted):
        yield problem
    elif not re.match(ADDRESSES, address):
        yield f"{ADDRESS} is wrong (wanted: {wanted})."
    if given["SECURITY"] not in get_args(Security):
        yield f"{prefix}SECURITY is wrong (wanted: SASL_SSL, or SASL_PLAINTEXT on one machine)."
    for part, wanted in (("USER", "who enters Kafka"), ("PASSWORD", f"the password of {prefix}USER")):
        if problem := told(f"{prefix}{part}", given[part], wanted):
            yield problem


def _vouched(connection: Connection, ca: str, prefix: str) -> Connection:
    """The connection with a CA's file, once that is known to be one."""
    if not connection.encrypted:
        raise ClientError(
            f"{prefix}CA is set, and {prefix}SECURITY=SASL_PLAINTEXT checks no certificate: unset the one, "
            "or set the other to SASL_SSL."
        )
    vouched = replace(connection, ca=Path(ca))
    try:
        vouched.context()
    except Refused as error:
        raise ClientError(f"{prefix}CA is wrong: {error}") from error
    return vouched
