"""Who may do what on Kafka, and which topics there are: one definition for brokers and for manifests. No I/O."""

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from shared.contracts.catalogue import DOMAIN_TOPICS, EVENTS
from shared.contracts.topics import (
    FROM_COMPANIES,
    LARGEST_BATCH,
    PARTICIPANTS,
    PORTAL,
    feedback,
    intake,
    is_intake,
    owner,
)

Operation = Literal["READ", "WRITE", "DESCRIBE"]
Kind = Literal["TOPIC", "GROUP"]
Slot = Literal["a", "b"]

SLOTS: tuple[Slot, Slot] = ("a", "b")
"""A company's two users: while the password changes hands both may enter, and nobody is cut off."""

DAY_MS = 24 * 3600 * 1000
SHORTEST_INTAKE_DAYS = 14
"""A service may be away for that long, and nothing that was acknowledged is lost."""


class Rule(NamedTuple):
    """A user may do this to a topic or a group of this name; or of any name that begins so."""

    user: str
    operation: Operation
    kind: Kind
    name: str
    prefixed: bool = False


@dataclass(frozen=True, slots=True)
class Layout:
    """How a company's topics are kept. `replicas` copies, of which `in_sync` must confirm; days of retention."""

    partitions: int = 3
    replicas: int = 3
    in_sync: int = 2
    intake_days: int = SHORTEST_INTAKE_DAYS
    feedback_days: int = 30


@dataclass(frozen=True, slots=True)
class Quotas:
    """How much one user may ask of each broker: bytes a second, and percent of one thread's time."""

    producer_byte_rate: int = 1_048_576
    consumer_byte_rate: int = 4_194_304
    request_percentage: int = 50

    def by_name(self) -> dict[str, float]:
        """Under Kafka's own names."""
        return {name: float(value) for name, value in asdict(self).items()}


@dataclass(frozen=True, slots=True)
class Topic:
    """A topic as it is to be created."""

    name: str
    partitions: int
    replicas: int
    configuration: Mapping[str, str] = field(default_factory=dict)


def _intake(name: str, layout: Layout) -> Topic:
    configuration = {
        "cleanup.policy": "delete",
        "retention.ms": str(layout.intake_days * DAY_MS),
        # The sender's clock must not decide how long its records are kept.
        "message.timestamp.type": "LogAppendTime",
        "max.message.bytes": str(LARGEST_BATCH),
        "compression.type": "producer",
        "min.insync.replicas": str(layout.in_sync),
    }
    return Topic(name, layout.partitions, layout.replicas, configuration)


def programmes() -> tuple[str, ...]:
    """The services that judge what companies submit: one for each topic `intake.{sender}.<service>`."""
    submitted = [event.topic for event in EVENTS.values() if event.topic.startswith(FROM_COMPANIES)]
    return tuple(sorted({topic.removeprefix(FROM_COMPANIES) for topic in submitted}))


def shared_topics(layout: Layout) -> tuple[Topic, ...]:
    """The topics with fixed names."""
    return tuple(_shared(name, layout) for name in DOMAIN_TOPICS)


def _shared(name: str, layout: Layout) -> Topic:
    if is_intake(name):
        return _intake(name, layout)
    # `participants` keeps each person's last state, so that a service can read it again from the beginning.
    policy = {"cleanup.policy": "compact"} if name == PARTICIPANTS else {}
    configuration = {**policy, "min.insync.replicas": str(layout.in_sync)}
    return Topic(name, layout.partitions, layout.replicas, configuration)


@cache
def hears(service: str) -> frozenset[str]:
    """The topics that a service's handlers hear, as the contracts name them."""
    handlers = importlib.import_module(f"services.{service}.handlers").handlers
    return frozenset(event.topic for event in handlers.routes)


def _is_heard(topic: str, heard: Iterable[str]) -> bool:
    """Whether a service reads a topic with a fixed name; `{sender}` is the portal too, whose every record is judged."""
    return any(topic == one.replace("{sender}", PORTAL) for one in heard)


def rules_of(service: str) -> frozenset[Rule]:
    """What a service may do whatever companies there are."""
    rules = {Rule(service, "WRITE", "TOPIC", topic) for topic in DOMAIN_TOPICS if owner(topic) == service}
    rules |= {Rule(service, "READ", "TOPIC", topic) for topic in DOMAIN_TOPICS if _is_heard(topic, hears(service))}
    return frozenset({*rules, Rule(service, "READ", "GROUP", service)})


@dataclass(frozen=True, slots=True)
class CompanyAccess:
    """All that Kafka has of one company."""

    siren: str
    layout: Layout = field(default_factory=Layout)
    quotas: Quotas = field(default_factory=Quotas)

    def user(self, slot: Slot) -> str:
        """The name under which the company enters."""
        return f"{self.siren}-{slot}"

    @property
    def intakes(self) -> dict[str, str]:
        """The topic it submits to, by programme."""
        return {programme: intake(self.siren, programme) for programme in programmes()}

    @property
    def feedback(self) -> str:
        """The topic on which it is answered."""
        return feedback(self.siren)

    @property
    def group_prefix(self) -> str:
        """How its consumer groups' names begin; the dot keeps out whoever is called the same and then more."""
        return f"company.{self.siren}."

    def topics(self) -> tuple[Topic, ...]:
        """Its topics."""
        configuration = {
            "cleanup.policy": "delete",
            "retention.ms": str(self.layout.feedback_days * DAY_MS),
            "min.insync.replicas": str(self.layout.in_sync),
        }
        answers = Topic(self.feedback, self.layout.partitions, self.layout.replicas, configuration)
        return (*(_intake(name, self.layout) for name in self.intakes.values()), answers)

    def rules(self, slot: Slot) -> frozenset[Rule]:
        """What it may do; no transactions, for an open one would hold up whoever reads committed records alone."""
        user = self.user(slot)
        rules = {Rule(user, "READ", "GROUP", self.group_prefix, prefixed=True)}
        for topic in self.intakes.values():
            rules |= {Rule(user, "WRITE", "TOPIC", topic), Rule(user, "DESCRIBE", "TOPIC", topic)}
        rules |= {Rule(user, "READ", "TOPIC", self.feedback), Rule(user, "DESCRIBE", "TOPIC", self.feedback)}
        return frozenset(rules)

    def rules_for_services(self) -> frozenset[Rule]:
        """What the services may do on its topics: each programme judges its own intake and answers."""
        return frozenset(
            rule
            for programme, topic in self.intakes.items()
            for rule in (Rule(programme, "READ", "TOPIC", topic), Rule(programme, "WRITE", "TOPIC", self.feedback))
        )
