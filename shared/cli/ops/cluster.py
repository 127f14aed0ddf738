"""What operators ask of Kafka: topics, users, rules and quotas, by kafka-python's admin client."""

import asyncio
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from kafka.admin import (
    ACL,
    ACLFilter,
    ACLOperation,
    ACLPermissionType,
    ACLResourcePatternType,
    ConfigResource,
    ConfigResourceType,
    KafkaAdminClient,
    ResourcePattern,
    ResourcePatternFilter,
    ResourceType,
    UserScramCredentialDeletion,
    UserScramCredentialUpsertion,
)
from kafka.errors import AuthorizationError, KafkaError, SecurityDisabledError, for_code
from kafka.protocol.admin import AlterClientQuotasRequest, DescribeClientQuotasRequest

from shared.cli.ops.access import Quotas, Rule, Topic
from shared.kafka.connection import MECHANISM, Connection

SETTLE_SECONDS = 30.0
"""How long a change may take to reach the broker that we ask."""

EXACTLY = 0
"""The match type of a quota's filter (DescribeClientQuotasRequest.json)."""

FIRST_ITERATIONS = 4096
"""Rounds of SCRAM (RFC 7677, section 4, and the least that Kafka takes)."""


class OpsError(Exception):
    """What an operator asked cannot be done; the message says why and what to do."""


@contextmanager
def cluster(connection: Connection) -> Iterator["Cluster"]:
    """Kafka as `connection` may change it; whatever it refuses is told as an OpsError or a ClientError."""
    asyncio.run(connection.admit())
    try:
        client = KafkaAdminClient(**connection.arguments())
        try:
            opened = Cluster(client)
            # Whoever may not ask is told here: Kafka leaves a forbidden question about passwords unanswered.
            opened.rules()
            yield opened
        finally:
            client.close()
    except SecurityDisabledError as error:
        raise OpsError(
            f"Kafka at {connection.bootstrap} keeps no rules, so anybody could write as any company: give it an "
            "authorizer and SCRAM-SHA-512 (docs/decisions/0006)."
        ) from error
    except AuthorizationError as error:
        raise OpsError(
            f"{connection.user} may not change users and topics of Kafka at {connection.bootstrap} "
            f"({type(error).__name__}): enter as its super user."
        ) from error
    except KafkaError as error:
        raise OpsError(f"Kafka at {connection.bootstrap} did not do it: {error}") from error


class Cluster:
    """Kafka, asked by somebody who may change it. Every change has reached the broker when its method returns."""

    def __init__(self, client: Any) -> None:
        self._client = client

    def brokers(self) -> int:
        """How many brokers there are."""
        return len(self._client.describe_cluster()["brokers"])

    def topics(self) -> dict[str, int]:
        """Every topic with its number of partitions."""
        return {one["name"]: len(one["partitions"]) for one in self._client.describe_topics()}

    def create(self, topics: Iterable[Topic]) -> None:
        """Create topics."""
        wanted = {
            topic.name: {
                "num_partitions": topic.partitions,
                "replication_factor": topic.replicas,
                "configs": dict(topic.configuration),
            }
            for topic in topics
        }
        if wanted:
            self._client.create_topics(wanted, wait_for_metadata=True)

    def configuration(self, topic: str) -> dict[str, str]:
        """What was set on a topic itself."""
        found = self._client.describe_configs([ConfigResource(ConfigResourceType.TOPIC, topic)])
        return {name: one["value"] for name, one in found["topic"][topic].items()}

    def rules(self) -> frozenset[Rule]:
        """Every rule that allows a user something."""
        found, _ = self._client.describe_acls(_filter(None))
        return frozenset(_rule(acl) for acl in found if acl.permission_type == ACLPermissionType.ALLOW)

    def allow(self, rules: Iterable[Rule]) -> None:
        """Add rules."""
        wanted = frozenset(rules)
        if not wanted:
            return
        for failed in self._client.create_acls([_acl(rule) for rule in wanted])["failed"]:
            raise failed("a rule was not taken")
        _settle(lambda: wanted <= self.rules())

    def forbid(self, users: Iterable[str]) -> None:
        """Take every rule from users; it counts for open connections too."""
        gone = set(users)
        for _, _, error in self._client.delete_acls([_filter(f"User:{user}") for user in gone]):
            if error.errno:
                raise error("a rule was not removed")
        _settle(lambda: not any(rule.user in gone for rule in self.rules()))

    def credentials(self) -> dict[str, int]:
        """Every user that has a password, with its rounds of SCRAM."""
        found = self._client.describe_user_scram_credentials()
        return {user: one["credential_infos"][0]["iterations"] for user, one in found.items()}

    def set_password(self, user: str, password: str, iterations: int = FIRST_ITERATIONS) -> None:
        """Give a user a password; the old one ends for whoever enters anew."""
        self._alter([UserScramCredentialUpsertion(user, MECHANISM, password, iterations)])
        _settle(lambda: self.credentials().get(user) == iterations)

    def remove_passwords(self, users: Iterable[str]) -> None:
        """Let users enter no more."""
        gone = set(users) & set(self.credentials())
        if gone:
            self._alter([UserScramCredentialDeletion(user, MECHANISM) for user in gone])
            _settle(lambda: not gone & set(self.credentials()))

    def _alter(self, changes: list[Any]) -> None:
        for user, error in self._client.alter_user_scram_credentials(changes).items():
            if error:
                raise OpsError(f"Kafka did not change the password of {user}: {error}")

    def quotas(self, user: str) -> dict[str, float]:
        """A user's quotas, by Kafka's names."""
        part = DescribeClientQuotasRequest.ComponentData(entity_type="user", match_type=EXACTLY, match=user)
        answer = self._send(DescribeClientQuotasRequest(components=[part], strict=True))
        _check(answer)
        return {one.key: one.value for entry in answer.entries or () for one in entry.values}

    def set_quotas(self, user: str, quotas: Quotas) -> None:
        """Give a user quotas."""
        self._alter_quotas(user, quotas.by_name())

    def remove_quotas(self, user: str) -> None:
        """Take a user's quotas away."""
        self._alter_quotas(user, dict.fromkeys(self.quotas(user)))

    def _alter_quotas(self, user: str, values: Mapping[str, float | None]) -> None:
        entry = AlterClientQuotasRequest.EntryData
        changes = [entry.OpData(key=name, value=value or 0.0, remove=value is None) for name, value in values.items()]
        if not changes:
            return
        whose = [entry.EntityData(entity_type="user", entity_name=user)]
        answer = self._send(AlterClientQuotasRequest(entries=[entry(entity=whose, ops=changes)], validate_only=False))
        for one in answer.entries:
            _check(one)
        wanted = {name: value for name, value in values.items() if value is not None}
        _settle(lambda: self.quotas(user) == wanted)

    def _send(self, request: Any) -> Any:
        # The library knows these requests, and has no method for them yet.
        manager = self._client._manager
        return manager.run(manager.send, request)


def _check(answer: Any) -> None:
    if answer.error_code:
        raise for_code(answer.error_code)(answer.error_message)


def _settle(done: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while not done():
        if time.monotonic() > deadline:
            raise OpsError(f"Kafka took a change and does not show it after {SETTLE_SECONDS:.0f} s: run this again.")
        time.sleep(0.01)


def _filter(principal: str | None) -> ACLFilter:
    anything = ResourcePatternFilter(ResourceType.ANY, None, ACLResourcePatternType.ANY)
    return ACLFilter(principal, None, ACLOperation.ANY, ACLPermissionType.ANY, anything)


def _acl(rule: Rule) -> ACL:
    pattern = ACLResourcePatternType.PREFIXED if rule.prefixed else ACLResourcePatternType.LITERAL
    resource = ResourcePattern(ResourceType[rule.kind], rule.name, pattern)
    return ACL(f"User:{rule.user}", "*", ACLOperation[rule.operation], ACLPermissionType.ALLOW, resource)


def _rule(acl: Any) -> Rule:
    resource = acl.resource_pattern
    prefixed = resource.pattern_type == ACLResourcePatternType.PREFIXED
    user = acl.principal.removeprefix("User:")
    return Rule(user, acl.operation.name, resource.resource_type.name, resource.resource_name, prefixed)
