"""Passerelle on one machine: the local stack, topics, databases and the services as processes."""

import json
import os
import secrets
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess, Layout, rules_of, shared_topics
from shared.cli.ops.cluster import Cluster, cluster
from shared.client.client import Client
from shared.contracts.catalogue import CONTEXTS
from shared.kafka.connection import Connection
from shared.kafka.variables import OURS, write
from shared.stack.processes import Process, free_port
from shared.stack.stack import Stack, local_stack

PARTITIONS = 3
LAYOUT = Layout(PARTITIONS, replicas=1, in_sync=1)
"""How topics are kept where there is one broker."""

START_SECONDS = 60.0


@dataclass
class Platform:
    """A running Passerelle: where its parts are, and how to stop and start a service."""

    stack: Stack
    home: Path
    databases: dict[str, str]
    users: dict[str, Connection]
    """How each service and each company enters Kafka."""
    processes: dict[str, Process] = field(default_factory=dict)
    ports: dict[str, int] = field(default_factory=dict)
    link_key: str = field(default_factory=partial(secrets.token_urlsafe, 32))
    """What signs the links in e-mails."""

    @property
    def kafka(self) -> Connection:
        """Kafka, as its super user enters it."""
        return self.stack.addresses.kafka

    def add_companies(self, sirens: Iterable[str]) -> None:
        """Add companies as the operator does; each enters with the credential that it was given."""
        with cluster(self.kafka) as admin:
            for siren in sirens:
                given = companies.add(admin, CompanyAccess(siren, LAYOUT)).credential
                if given:
                    self.users[siren] = replace(self.kafka, user=given.user, password=given.password)

    def client(self, sender: str) -> Client:
        """A client that publishes and reads as a company or a service."""
        return Client(self.users[sender], sender)

    @property
    def mailbox(self) -> Path:
        """The Maildir that holds every e-mail sent."""
        return self.stack.addresses.mailbox

    def trace_file(self, service: str) -> Path:
        """Where a service writes its spans."""
        return self.home / "traces" / f"{service}.jsonl"

    def start(self, service: str, *, name: str = "", settings: Mapping[str, str] | None = None) -> Process:
        """Start one service as a process of its own; a replica has a `name` to itself, and may have other settings."""
        name = name or service
        self.ports[name] = free_port()
        (self.home / "traces").mkdir(exist_ok=True)
        environment = {
            **os.environ,
            **write(self.users[service], OURS),
            "PASSERELLE_DATABASE": self.databases[service],
            "PASSERELLE_HTTP_PORT": str(self.ports[name]),
            "PASSERELLE_TRACE_FILE": str(self.trace_file(name)),
            "PASSERELLE_SMTP_HOST": self.stack.addresses.smtp_host,
            "PASSERELLE_SMTP_PORT": str(self.stack.addresses.smtp_port),
            **self._links(),
            **(settings or {}),
        }
        argv = [sys.executable, "-m", f"services.{service}.app"]
        self.processes[name] = self.stack.start(name, argv, environment)
        return self.processes[name]

    @property
    def portal(self) -> str:
        """The website's address."""
        return f"http://127.0.0.1:{self.ports['portal']}"

    def _links(self) -> dict[str, str]:
        """What the portal and whoever starts after it know of each other."""
        if "portal" not in self.ports:
            return {}
        return {"PASSERELLE_PORTAL": self.portal, "PASSERELLE_LINK_KEY": self.link_key}

    def wait_ready(self, names: Iterable[str] = CONTEXTS) -> None:
        """Wait until each service says it is ready, or say which is not, with the end of its log."""
        for name in names:
            self.processes[name].wait_until(partial(self._is_ready, name), START_SECONDS)

    def check(self) -> None:
        """Raise a StackError when a part or a service has ended by itself."""
        for process in (*self.stack.parts, *self.processes.values()):
            process.check()

    def _is_ready(self, name: str) -> bool:
        try:
            url = f"http://127.0.0.1:{self.ports[name]}/health/ready"
            with urllib.request.urlopen(url, timeout=2) as answer:
                return bool(json.load(answer)["status"] == "ok")
        except (urllib.error.URLError, OSError):
            return False


def prepare(admin: Cluster, kafka: Connection) -> dict[str, Connection]:
    """Make the topics with fixed names, and a user with its rules for each of our own; returns who enters how."""
    there = admin.topics()
    admin.create(topic for topic in shared_topics(LAYOUT) if topic.name not in there)
    admin.allow(rule for service in CONTEXTS for rule in rules_of(service))
    users = {service: replace(kafka, user=service, password=companies.new_password()) for service in CONTEXTS}
    for service, connection in users.items():
        admin.set_password(service, connection.password)
    return users


@contextmanager
def platform(home: Path, *, kind: str = "embedded") -> Iterator[Platform]:
    """The stack with a database and a user for each service, and the topics they share; no service is started yet."""
    with local_stack(home, kind=kind) as stack:
        databases = {service: stack.create_database(service) for service in CONTEXTS}
        with cluster(stack.addresses.kafka) as admin:
            users = prepare(admin, stack.addresses.kafka)
        yield Platform(stack, home, databases, users)
