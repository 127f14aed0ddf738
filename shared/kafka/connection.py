"""How to reach Kafka and who we are there: one definition for companies, services and operators."""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError, SaslAuthenticationFailed, UnsupportedSaslMechanismError
from aiokafka.protocol.metadata import MetadataRequest

MECHANISM = "SCRAM-SHA-512"

Security = Literal["SASL_SSL", "SASL_PLAINTEXT"]
"""How a connection is secured, in Kafka's words: with TLS, or in the clear; whoever enters has a name in both."""

ANSWER_SECONDS = 10.0


class ClientError(Exception):
    """What was asked cannot be done; the message says why and what to do, in English, and `french` in French."""

    def __init__(self, english: str, french: str) -> None:
        super().__init__(english)
        self.french = french


class Refused(ClientError):  # noqa: N818 - says what happened
    """We are not let in, and trying again changes nothing."""


@dataclass(frozen=True, slots=True)
class Connection:
    """Kafka's addresses, who enters, and how it is secured.

    `ca` is a file of PEM certificates that a broker's is checked by; without one this machine's own count.
    """

    bootstrap: str
    user: str
    password: str = field(repr=False)
    security: Security = "SASL_SSL"
    ca: Path | None = None

    @property
    def encrypted(self) -> bool:
        """Whether TLS is used."""
        return self.security == "SASL_SSL"

    def context(self) -> ssl.SSLContext | None:
        """What a broker's certificate is checked by; None without TLS."""
        if not self.encrypted:
            return None
        try:
            return ssl.create_default_context(cafile=self.ca)
        except OSError as error:
            why = error.strerror or error
            raise Refused(
                f"The CA's file {self.ca} cannot be read ({why}): name a file of PEM certificates.",
                f"Le fichier de l'autorité {self.ca} ne se lit pas ({why}) : nommez un fichier de certificats PEM.",
            ) from error

    def arguments(self) -> dict[str, Any]:
        """The keyword arguments of every client of aiokafka and of kafka-python."""
        return {
            "bootstrap_servers": self.bootstrap,
            "security_protocol": self.security,
            "ssl_context": self.context(),
            "sasl_mechanism": MECHANISM,
            "sasl_plain_username": self.user,
            "sasl_plain_password": self.password,
        }

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
                    "and ask whoever runs Kafka whether the password was changed or the user suspended.",
                    f"Kafka ({address}) n'accepte pas l'utilisateur {self.user} avec ce mot de passe : vérifiez les "
                    "deux, et demandez à l'exploitant si le mot de passe a changé ou si l'utilisateur est suspendu.",
                )
            case UnsupportedSaslMechanismError():
                return Refused(
                    f"Kafka at {address} does not take {MECHANISM}: check the port.",
                    f"Kafka ({address}) n'accepte pas {MECHANISM} : vérifiez le port.",
                )
            case ssl.SSLCertVerificationError():
                return Refused(
                    f"The certificate of Kafka at {address} does not pass ({error.verify_message}): "
                    f"name the file of the CA that signed it; {self.ca or 'this machine'} does not vouch for it.",
                    f"Le certificat de Kafka ({address}) n'est pas admis ({error.verify_message}) : nommez le fichier "
                    f"de l'autorité qui l'a signé ; {self.ca or 'cette machine'} ne s'en porte pas garant.",
                )
        return await self._cause_of_silence(address)

    async def _cause_of_silence(self, address: str) -> ClientError:
        """Why a connection was closed without a word: Kafka does so when it is spoken to in the wrong protocol."""
        host, _, port = address.rpartition(":")
        if not await _answers(host, int(port)):
            return ClientError(
                f"Kafka does not answer at {address}: check the address and the network.",
                f"Kafka ne répond pas ({address}) : vérifiez l'adresse et le réseau.",
            )
        speaks_tls = await _answers(host, int(port), _unchecked())
        if speaks_tls and not self.encrypted:
            return Refused(
                f"Kafka at {address} speaks TLS only: set SASL_SSL as the security.",
                f"Kafka ({address}) ne parle que TLS : choisissez la sécurité SASL_SSL.",
            )
        if self.encrypted and not speaks_tls:
            return Refused(
                f"Kafka at {address} does not speak TLS: check the port, or set SASL_PLAINTEXT as the security.",
                f"Kafka ({address}) ne parle pas TLS : vérifiez le port, ou choisissez la sécurité SASL_PLAINTEXT.",
            )
        return ClientError(
            f"Kafka at {address} ended the connection: try again, and ask whoever runs it.",
            f"Kafka ({address}) a coupé la connexion : réessayez, et demandez à l'exploitant.",
        )


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
