"""How to reach Kafka and who we are there: one definition for companies, services and operators."""

import asyncio
import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from aiokafka.protocol.metadata import MetadataRequest
from pydantic import TypeAdapter, ValidationError

from ..contracts.fields import Siren

MECHANISM = "SCRAM-SHA-512"
ADDRESSES = r"^[^\s,:]+:\d{1,5}(,[^\s,:]+:\d{1,5})*$"
"""host:port of one broker or more, parted by commas."""

SASL_SSL, SASL_PLAINTEXT = "SASL_SSL", "SASL_PLAINTEXT"
"""How a connection is secured, in Kafka's words: with TLS, or in the clear."""

SYSTEM = "system"
"""In place of a CA's file: the certificates that this machine trusts."""

ANSWER_SECONDS = 10.0

_siren = TypeAdapter[str](Siren)


class ClientError(Exception):
    """What was asked cannot be done; the message says why and what to do."""


class Refused(ClientError):  # noqa: N818 - says what happened
    """Kafka answers and does not let us in: trying again changes nothing."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Kafka's addresses, and who enters; without a user nobody is asked.

    TLS is used where a `ca` is given (a PEM file) or `tls` is set (then the machine's own certificates count).
    """

    bootstrap: str
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    ca: Path | None = None
    tls: bool = False

    @property
    def encrypted(self) -> bool:
        """Whether TLS is used."""
        return self.tls or self.ca is not None

    def context(self) -> ssl.SSLContext | None:
        """What a broker's certificate is checked by; None without TLS."""
        if not self.encrypted:
            return None
        try:
            return ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            raise ClientError(
                f"The CA's file {self.ca} cannot be read ({error.strerror or error}): name a file of PEM certificates."
            ) from error

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of every client of aiokafka and of kafka-python."""
        protocol = ("SASL_" if self.user else "") + ("SSL" if self.encrypted else "PLAINTEXT")
        arguments: dict[str, Any] = {"bootstrap_servers": self.bootstrap, "security_protocol": protocol}
        if self.encrypted:
            arguments["ssl_context"] = self.context()
        if self.user:
            arguments["sasl_mechanism"] = MECHANISM
            arguments["sasl_plain_username"] = self.user
            arguments["sasl_plain_password"] = self.password or ""
        return arguments

    async def admit(self) -> None:
        """Enter once and leave; raise why not: Refused, or a ClientError where nobody answers.

        aiokafka calls all of this `Unable to bootstrap`, and keeps trying.
        """
        outage: ClientError | None = None
        for address in self.bootstrap.split(","):
            try:
                return await self._enter(address)
            except Refused:
                raise
            except ClientError as error:
                outage = error
        assert outage
        raise outage

    async def _enter(self, address: str) -> None:
        host, _, port = address.rpartition(":")
        arguments = self.arguments()
        del arguments["bootstrap_servers"]
        connection = AIOKafkaConnection(host, int(port), request_timeout_ms=int(ANSWER_SECONDS * 1000), **arguments)
        try:
            await connection.connect()
            await connection.send(MetadataRequest([]))
        except OSError as error:  # nothing was opened, or nothing is heard
            connection.close()
            raise await self._cause(address, error) from error
        except KafkaError as error:
            await _end(connection)
            raise await self._cause(address, error) from error
        except BaseException:
            connection.close()
            raise
        await _end(connection)

    async def _cause(self, address: str, error: Exception) -> ClientError:
        match error:
            case SaslAuthenticationFailed():
                return Refused(
                    f"Kafka at {address} does not accept the user {self.user} with this password: check both, "
                    "or ask the operator whether the password was changed or the user suspended."
                )
            case UnsupportedSaslMechanismError():
                return Refused(f"Kafka at {address} does not take {MECHANISM}: check the port, or ask the operator.")
            case ssl.SSLCertVerificationError():
                return Refused(
                    f"The certificate of Kafka at {address} does not pass ({error.verify_message}): "
                    f"name the CA's file that the operator gave you; {self.ca or 'this machine'} does not vouch for it."
                )
        return await self._cause_of_silence(address)

    async def _cause_of_silence(self, address: str) -> ClientError:
        """Why a connection was closed without a word: Kafka does so when it is spoken to in the wrong protocol."""
        host, _, port = address.rpartition(":")
        if not await _answers(host, int(port)):
            return ClientError(f"Kafka does not answer at {address}: check the address and the network.")
        speaks_tls = await _answers(host, int(port), _unchecked())
        if speaks_tls and not self.encrypted:
            return Refused(f"Kafka at {address} speaks TLS only: name the CA's file that the operator gave you.")
        if self.encrypted and not speaks_tls:
            return Refused(f"Kafka at {address} does not speak TLS: check the port, or leave out the CA's file.")
        if not self.user:
            return Refused(f"Kafka at {address} asks who enters: give the user and the password.")
        return ClientError(f"Kafka at {address} ended the connection: try again, or ask the operator.")


async def _end(connection: AIOKafkaConnection) -> None:
    """Wait until its socket is closed: the loop may end with us."""
    await asyncio.wait([connection.close()], timeout=ANSWER_SECONDS)


def _unchecked() -> ssl.SSLContext:
    """For finding out whether a port speaks TLS; nothing is sent through it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


async def _answers(host: str, port: int, context: ssl.SSLContext | None = None) -> bool:
    try:
        async with asyncio.timeout(ANSWER_SECONDS):
            _, writer = await asyncio.open_connection(host, port, ssl=context)
    except (OSError, TimeoutError):
        return False
    writer.close()
    with suppress(OSError):
        await writer.wait_closed()
    return True


def from_environment(environment: Mapping[str, str]) -> tuple[Connection, str]:
    """A company's connection and its SIREN, from the lines that the operator handed over.

    Raises ClientError with a sentence for each variable that is missing or wrong.
    """
    problems = [sentence for name in WANTED if (sentence := _problem(name, environment.get(name, "")))]
    ca = environment.get("PASSERELLE_CA", "")
    if ca and not Path(ca).is_file():
        problems.append(
            f"PASSERELLE_CA names {ca}, and there is no such file: name the one that the operator gave you."
        )
    if problems:
        raise ClientError("\n".join(problems))
    tls = environment["PASSERELLE_SECURITY"] == SASL_SSL
    connection = Connection(
        environment["PASSERELLE_KAFKA"],
        environment["PASSERELLE_USER"],
        environment["PASSERELLE_PASSWORD"],
        Path(ca) if tls and ca else None,
        tls,
    )
    return connection, environment["PASSERELLE_SIREN"]


def to_environment(connection: Connection, siren: str) -> dict[str, str]:
    """The lines that the operator hands over: what `from_environment` reads. They hold the password."""
    return {
        "PASSERELLE_KAFKA": connection.bootstrap,
        "PASSERELLE_SECURITY": SASL_SSL if connection.encrypted else SASL_PLAINTEXT,
        "PASSERELLE_USER": connection.user or "",
        "PASSERELLE_PASSWORD": connection.password or "",
        **({"PASSERELLE_CA": str(connection.ca)} if connection.ca else {}),
        "PASSERELLE_SIREN": siren,
    }


def connect_as(bootstrap: str, user: str | None, password: str | None, ca: str | None) -> Connection:
    """A connection from its words; the CA is a file, or `system`."""
    if ca == SYSTEM:
        return Connection(bootstrap, user, password, tls=True)
    return Connection(bootstrap, user, password, Path(ca) if ca else None)


WANTED = {
    "PASSERELLE_KAFKA": "host:port of Kafka, several parted by commas",
    "PASSERELLE_SECURITY": "SASL_SSL, or SASL_PLAINTEXT on one machine",
    "PASSERELLE_USER": "your user, as in 732829320-a",
    "PASSERELLE_PASSWORD": "the password that the operator handed over",
    "PASSERELLE_SIREN": "your company's nine digits",
}


def _problem(name: str, value: str) -> str | None:
    """What is wrong with one variable; its value is not echoed, it may be secret."""
    if not value:
        return f"{name} is not set: set it in the environment ({WANTED[name]})."
    if value != value.strip().strip("\"'"):
        return f"{name} is wrong: it begins or ends with a space or a quote (wanted: {WANTED[name]})."
    if name == "PASSERELLE_KAFKA" and not re.match(ADDRESSES, value):
        return f"{name} is wrong (wanted: {WANTED[name]})."
    if name == "PASSERELLE_SECURITY" and value not in {SASL_SSL, SASL_PLAINTEXT}:
        return f"{name} is wrong (wanted: {WANTED[name]})."
    if name == "PASSERELLE_SIREN" and not is_siren(value):
        return f"{name} is wrong: the check digit does not fit (wanted: {WANTED[name]})."
    return None


def is_siren(text: str) -> bool:
    """Whether a text is a SIREN: nine digits, the last of which checks the others."""
    try:
        _siren.validate_python(text)
    except ValidationError:
        return False
    return True
