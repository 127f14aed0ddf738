"""Passerelle on one machine: the local stack, topics, databases and the four services as processes."""

import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaConnectionError

from shared.contracts.catalogue import CONTEXTS, DOMAIN_TOPICS
from shared.stack.processes import Process, StackError, free_port
from shared.stack.stack import Stack, local_stack

PARTITIONS = 3
START_SECONDS = 60.0


@dataclass
class Platform:
    """A running Passerelle: where its parts are, and how to stop and start a service."""

    stack: Stack
    home: Path
    databases: dict[str, str]
    processes: dict[str, Process] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)

    @property
    def kafka(self) -> str:
        """Kafka's address."""
        return self.stack.addresses.kafka

    @property
    def mailbox(self) -> Path:
        """The Maildir that holds every e-mail sent."""
        return self.stack.addresses.mailbox

    def trace_file(self, service: str) -> Path:
        """Where a service writes its spans."""
        return self.home / "traces" / f"{service}.jsonl"

    def start(self, service: str) -> None:
        """Start one service as a process of its own."""
        self.ports[service] = free_port()
        (self.home / "traces").mkdir(exist_ok=True)
        environment = {
            **os.environ,
            "PASSERELLE_KAFKA": self.kafka,
            "PASSERELLE_DATABASE": self.databases[service],
            "PASSERELLE_HTTP_PORT": str(self.ports[service]),
            "PASSERELLE_TRACE_FILE": str(self.trace_file(service)),
            "PASSERELLE_SMTP_HOST": self.stack.addresses.smtp_host,
            "PASSERELLE_SMTP_PORT": str(self.stack.addresses.smtp_port),
        }
        argv = [sys.executable, "-m", f"services.{service}.app"]
        self.processes[service] = self.stack.start(service, argv, environment)

    def wait_ready(self, services: Iterable[str] = CONTEXTS) -> None:
        """Wait until each service says it is ready, or say which is not, with the end of its log."""
        for service in services:
            self.processes[service].wait_until(partial(self._is_ready, service), START_SECONDS)

    def check(self) -> None:
        """Raise a StackError when a part or a service has ended by itself."""
        for process in (*self.stack.parts, *self.processes.values()):
            process.check()

    def _is_ready(self, service: str) -> bool:
        try:
            url = f"http://127.0.0.1:{self.ports[service]}/health/ready"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(json.load(answer)["status"] == "ok")
        except (urllib.error.URLError, OSError):
            return False


async def create_topics(kafka: str, companies: Iterable[str]) -> None:
    """Create the topics with fixed names, and intake and feedback for each company."""
    names = list(DOMAIN_TOPICS)
    for siren in companies:
        names += [f"intake.{siren}.{context}" for context in ("outreach", "internships", "mentoring")]
        names.append(f"feedback.{siren}")
    admin = AIOKafkaAdminClient(bootstrap_servers=kafka)
    try:
        await admin.start()
    except KafkaConnectionError as error:
        raise StackError(f"Kafka does not answer at {kafka}: check the address and the network.") from error
    try:
        await admin.create_topics([_topic(name) for name in names])
    finally:
        await admin.close()


def _topic(name: str) -> NewTopic:
    # `participants` keeps each person's last state, so that a service can read it again from the beginning.
    configuration = {"cleanup.policy": "compact"} if name == "participants" else {}
    return NewTopic(name, num_partitions=PARTITIONS, replication_factor=1, topic_configs=configuration)


@contextmanager
def platform(home: Path, *, kind: str = "embedded") -> Iterator[Platform]:
    """The stack with a database for each service; no service is started yet."""
    with local_stack(home, kind=kind) as stack:
        yield Platform(stack, home, {service: stack.create_database(service) for service in CONTEXTS})
