"""The stack as one thing: started whole, ended whole."""

import asyncio
import os
import signal
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, read
from shared.stack import kafka, postgres, smtp
from shared.stack.processes import Process, StackError

KINDS = ("embedded", "containers", "external")
EXTERNAL = ("PASSERELLE_KAFKA", "PASSERELLE_POSTGRES", "PASSERELLE_SMTP", "PASSERELLE_MAILBOX")
"""What an external stack must have, beside PASSERELLE_KAFKA_USER, _PASSWORD, _SECURITY and _CA for its super user."""


@dataclass(frozen=True)
class Addresses:
    """Where the parts are; Kafka and PostgreSQL as their super user enters them."""

    kafka: Connection
    postgres_admin: str
    smtp_host: str
    smtp_port: int
    mailbox: Path


class Stack:
    """A running stack; processes started through it end with it, last started first."""

    def __init__(self, home: Path, addresses: Addresses, ending: ExitStack, parts: Sequence[Process] = ()) -> None:
        self.home = home
        self.addresses = addresses
        self.parts = parts
        self._ending = ending

    def create_database(self, service: str) -> str:
        """A role and a database for a service; returns its address."""
        return asyncio.run(postgres.create_database(self.addresses.postgres_admin, service))

    def start(self, name: str, argv: Sequence[str | Path], environment: Mapping[str, str]) -> Process:
        """Start a process whose log is `logs/<name>.log`."""
        process = Process(name, argv, log=self.home / "logs" / f"{name}.log", environment=environment)
        self._ending.callback(process.stop)
        return process


@contextmanager
def local_stack(home: Path, *, kind: str = "embedded") -> Iterator[Stack]:
    """Start the parts as processes (`embedded`) or in `containers`, or take the addresses of an `external` one."""
    if kind not in KINDS:
        raise StackError(f"There is no stack called {kind!r}: choose one of {', '.join(KINDS)}.")
    with ExitStack() as ending:
        match kind:
            case "embedded":
                yield _embedded(home, ending)
            case "containers":
                yield _containers(home, ending)
            case _:
                yield Stack(home, _external(os.environ), ending)


def _embedded(home: Path, ending: ExitStack) -> Stack:
    database = postgres.start(home / "logs" / "postgres.log")
    ending.callback(database.stop)
    broker, admin = kafka.start(home / "kafka")
    # Its data goes with it, so there is nothing to shut down in order.
    ending.callback(broker.stop, signal.SIGKILL)
    server, host, port, mailbox = _mail(home, ending)
    there = Addresses(admin, database.admin, host, port, mailbox)
    return Stack(home, there, ending, [database.process, broker, server])


def _containers(home: Path, ending: ExitStack) -> Stack:
    # Imported here: whoever has no engine does without its client too.
    from shared.stack import containers

    kafka_admin, postgres_admin = containers.start_kafka(ending), containers.start_postgres(ending)
    server, host, port, mailbox = _mail(home, ending)
    return Stack(home, Addresses(kafka_admin, postgres_admin, host, port, mailbox), ending, [server])


def _mail(home: Path, ending: ExitStack) -> tuple[Process, str, int, Path]:
    server, port, mailbox = smtp.start(home)
    ending.callback(server.stop)
    return server, "127.0.0.1", port, mailbox


def _external(environment: Mapping[str, str]) -> Addresses:
    missing = [name for name in EXTERNAL if not environment.get(name)]
    if missing:
        raise StackError(f"The external stack needs {', '.join(missing)} in the environment.")
    host, _, port = environment["PASSERELLE_SMTP"].rpartition(":")
    if not host or not port.isdigit():
        raise StackError("PASSERELLE_SMTP must be host:port.")
    mailbox = Path(environment["PASSERELLE_MAILBOX"])
    return Addresses(read(environment, OURS), environment["PASSERELLE_POSTGRES"], host, int(port), mailbox)


__all__ = ["Addresses", "Stack", "StackError", "local_stack"]
