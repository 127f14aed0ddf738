"""A company reaches its own and nothing else, whatever it tries, until the moment it is shut out."""

import asyncio
import contextlib
from dataclasses import replace
from typing import Any

import pytest
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from kafka.admin import KafkaAdminClient
from kafka.errors import AuthorizationError
from kafka.protocol.consumer import FetchRequest

from shared.cli.ops import companies
from shared.cli.ops.access import CompanyAccess
from shared.cli.ops.cluster import Cluster, OpsError
from shared.cli.platform import LAYOUT, Platform
from shared.client.client import Client
from shared.contracts.catalogue import DOMAIN_TOPICS
from shared.kafka.connection import ClientError, Connection, Refused
from tests.cli.operating import operate
from tests.conftest import new_siren
from tests.events import withdrawn

SECONDS = 30.0


@pytest.fixture(scope="module")
def two(running: Platform) -> tuple[CompanyAccess, CompanyAccess]:
    """A company and its neighbour."""
    sirens = new_siren(), new_siren()
    running.add_companies(sirens)
    first, second = (CompanyAccess(siren, LAYOUT) for siren in sirens)
    return first, second


def settings(connection: Connection, **more: Any) -> dict[str, Any]:
    """librdkafka's words for a connection: a client that is not ours asks what ours would not."""
    return {
        "bootstrap.servers": connection.bootstrap,
        "security.protocol": "SASL_PLAINTEXT",
        "sasl.mechanism": "SCRAM-SHA-512",
        "sasl.username": connection.user,
        "sasl.password": connection.password,
        "log_level": 0,
        **more,
    }


def write(connection: Connection, topic: str) -> int | None:
    """Kafka's answer to a record; None when it took it."""
    told: list[int | None] = []
    producer = Producer(settings(connection, **{"allow.auto.create.topics": False}))
    producer.produce(topic, b"{}", on_delivery=lambda error, _: told.append(error.code() if error else None))
    producer.flush(SECONDS)
    (answer,) = told
    return answer


def read(connection: Connection, topic: str) -> int | None:
    """Kafka's answer to whoever fetches a topic's first record; asked for outright, as no client of good manners would.

    A client would ask for the topic's metadata first, and give up there.
    """
    partition = FetchRequest.FetchTopic.FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1)
    wanted = FetchRequest.FetchTopic(topic=topic, partitions=[partition])
    admin = KafkaAdminClient(**connection.arguments())
    try:
        manager = admin._manager
        answer = manager.run(manager.send, FetchRequest(max_wait_ms=0, topics=[wanted], max_version=12))
        return answer.responses[0].partitions[0].error_code or None
    finally:
        admin.close()


def join(connection: Connection, topic: str, group: str) -> int | None:
    """Kafka's answer to whoever joins a group."""
    options = {"group.id": group, "enable.partition.eof": True, "auto.offset.reset": "earliest"}
    consumer = Consumer(settings(connection, **options))
    try:
        consumer.subscribe([topic])
        return answer_to(consumer)
    finally:
        consumer.close()


def answer_to(consumer: Consumer) -> int | None:
    message = consumer.poll(SECONDS)
    assert message is not None, "Kafka did not answer"
    error = message.error()
    return None if error is None or error.code() == KafkaError._PARTITION_EOF else error.code()


NO_TOPIC, NO_GROUP = KafkaError.TOPIC_AUTHORIZATION_FAILED, KafkaError.GROUP_AUTHORIZATION_FAILED


def test_a_company_writes_and_reads_its_own(running: Platform, two: tuple[CompanyAccess, CompanyAccess]) -> None:
    mine, _ = two
    me = running.users[mine.siren]
    assert [write(me, topic) for topic in mine.intakes.values()] == [None] * len(mine.intakes)
    assert read(me, mine.feedback) is None
    assert join(me, mine.feedback, mine.group_prefix + "reader") is None


def test_it_sees_no_topic_but_its_own(running: Platform, two: tuple[CompanyAccess, CompanyAccess]) -> None:
    mine, _ = two
    seen = Producer(settings(running.users[mine.siren])).list_topics(timeout=SECONDS).topics
    assert set(seen) == {topic.name for topic in mine.topics()}


def test_it_can_neither_write_nor_read_anything_else(
    running: Platform, two: tuple[CompanyAccess, CompanyAccess]
) -> None:
    mine, other = two
    me = running.users[mine.siren]
    foreign = [*DOMAIN_TOPICS, *(topic.name for topic in other.topics())]
    for topic in foreign:
        assert write(me, topic) == NO_TOPIC, topic
        assert read(me, topic) == NO_TOPIC, topic


def test_it_cannot_write_its_own_feedback_nor_read_its_own_intake(
    running: Platform, two: tuple[CompanyAccess, CompanyAccess]
) -> None:
    mine, _ = two
    me = running.users[mine.siren]
    assert write(me, mine.feedback) == NO_TOPIC
    for topic in mine.intakes.values():
        assert read(me, topic) == NO_TOPIC


@pytest.mark.parametrize("group", ["company.{other}.reader", "company.{mine}", "company.{mine}0.x", "internships", "x"])
def test_it_joins_no_group_but_its_own(running: Platform, two: tuple[CompanyAccess, CompanyAccess], group: str) -> None:
    mine, other = two
    named = group.format(mine=mine.siren, other=other.siren)
    assert join(running.users[mine.siren], mine.feedback, named) == NO_GROUP


def test_it_opens_no_transaction(running: Platform, two: tuple[CompanyAccess, CompanyAccess]) -> None:
    mine, _ = two
    producer = Producer(settings(running.users[mine.siren], **{"transactional.id": f"company.{mine.siren}.x"}))
    with pytest.raises(KafkaException) as refused:
        producer.init_transactions(SECONDS)
    assert refused.value.args[0].code() == KafkaError.TRANSACTIONAL_ID_AUTHORIZATION_FAILED


def test_it_changes_neither_topics_nor_users_nor_rules(
    running: Platform, two: tuple[CompanyAccess, CompanyAccess]
) -> None:
    mine, _ = two
    admin = KafkaAdminClient(**running.users[mine.siren].arguments())
    asked = Cluster(admin)
    try:
        for ask in (
            lambda: asked.create(mine.topics()[:1]),
            lambda: admin.delete_topics([mine.feedback]),
            lambda: asked.allow(mine.rules("b")),
            lambda: asked.set_quotas(f"{mine.siren}-a", mine.quotas),
            asked.rules,
        ):
            with pytest.raises(AuthorizationError):
                ask()
    finally:
        admin.close()


async def newcomer(running: Platform) -> tuple[str, Connection]:
    siren = new_siren()
    await asyncio.to_thread(running.add_companies, [siren])
    return siren, running.users[siren]


def given(outcome: companies.Outcome, old: Connection) -> Connection:
    assert outcome.credential
    return replace(old, user=outcome.credential.user, password=outcome.credential.password)


async def test_a_suspended_companys_open_connection_is_refused_at_once(running: Platform) -> None:
    siren, mine = await newcomer(running)
    async with Client(mine, siren) as client:
        await client.publish(withdrawn(siren=siren))
        await operate(running, siren, companies.suspend)
        with pytest.raises(ClientError, match=rf"{siren}-a may not write intake\.{siren}\.internships"):
            await client.publish(withdrawn(siren=siren))
    with pytest.raises(Refused, match="or the user suspended"):
        await mine.admit()


async def test_a_company_that_comes_back_has_a_new_password_and_all_its_topics(running: Platform) -> None:
    siren, mine = await newcomer(running)
    async with contextlib.AsyncExitStack() as open_since_then:
        before = await open_since_then.enter_async_context(Client(mine, siren))
        await before.publish(withdrawn(siren=siren))
        await operate(running, siren, companies.suspend)
        again = given(await operate(running, siren, companies.add), mine)
        assert again.password != mine.password
        async with Client(again, siren) as client:
            await client.publish(withdrawn(siren=siren))
        with pytest.raises(ClientError, match="may not write"):
            await before.publish(withdrawn(siren=siren))
    with pytest.raises(Refused):
        await mine.admit()


async def test_a_rotation_cuts_nobody_off_until_it_is_finished(running: Platform) -> None:
    siren, old = await newcomer(running)
    async with Client(old, siren) as client:
        new = given(await operate(running, siren, companies.rotate), old)
        assert {old.user, new.user} == {f"{siren}-a", f"{siren}-b"}
        await client.publish(withdrawn(siren=siren))
        async with Client(old, siren) as another, Client(new, siren) as ours:
            await another.publish(withdrawn(siren=siren))
            await ours.publish(withdrawn(siren=siren))
            await operate(running, siren, companies.finish)
            await ours.publish(withdrawn(siren=siren))
            with pytest.raises(ClientError, match="may not write"):
                await another.publish(withdrawn(siren=siren))
        with pytest.raises(ClientError, match="may not write"):
            await client.publish(withdrawn(siren=siren))
    with pytest.raises(Refused):
        await old.admit()


async def test_rotations_follow_one_another_and_each_ends_the_older_user(running: Platform) -> None:
    siren, now = await newcomer(running)
    for _ in range(3):
        new = given(await operate(running, siren, companies.rotate), now)
        await operate(running, siren, companies.finish)
        with pytest.raises(Refused):
            await now.admit()
        await new.admit()
        now = new


async def test_a_rotation_in_the_middle_is_not_begun_again_and_none_is_not_finished(running: Platform) -> None:
    siren, mine = await newcomer(running)
    with pytest.raises(OpsError, match=r"one user, \d+-a, so there is nothing to finish"):
        await operate(running, siren, companies.finish)
    new = given(await operate(running, siren, companies.rotate), mine)
    with pytest.raises(OpsError, match=rf"{new.user} is its new user and {mine.user} still counts"):
        await operate(running, siren, companies.rotate)
    await operate(running, siren, companies.suspend)
    for refused in (mine, new):
        with pytest.raises(Refused):
            await refused.admit()
    with pytest.raises(OpsError, match="has no user; it was suspended"):
        await operate(running, siren, companies.rotate)
