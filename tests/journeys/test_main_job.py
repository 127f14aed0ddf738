"""The whole journey through four real processes on real Kafka, PostgreSQL and SMTP."""

import asyncio
import email
import email.policy
import json
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager, contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from aiokafka import AIOKafkaProducer

from samples.feed import Row
from shared.chassis.database import Db
from shared.cli import cast, journey, report
from shared.cli.platform import Platform, platform
from shared.contracts.catalogue import CONTEXTS
from shared.contracts.wire import readable
from shared.kafka.ids import uuid7
from tests.conftest import eventually
from tests.databases import somebody_waits_for
from tests.topics import everything_on


@contextmanager
def served(home: Path, services: Sequence[str]) -> Iterator[Platform]:
    """A platform of the test's own, with the feeds' companies, on which some services run."""
    with platform(home) as started:
        started.add_companies(journey.feeds())
        for service in services:
            started.start(service)
        started.wait_ready(services)
        yield started


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Platform]:
    """All four services run."""
    with served(tmp_path, CONTEXTS) as started:
        yield started


@pytest.fixture
def internships(tmp_path: Path) -> Iterator[Platform]:
    """Internships runs alone."""
    with served(tmp_path, ["internships"]) as started:
        yield started


async def rows(platform: Platform, service: str, query: str) -> list[Any]:
    connection = await asyncpg.connect(platform.databases[service])
    try:
        return list(await connection.fetch(query))
    finally:
        await connection.close()


async def assert_feeds_ended_as_expected(platform: Platform, heard: journey.Heard) -> None:
    """Every valid offer is stored and posted once; every rejection is told once; dead letters hold the rejected."""
    await _no_rows(platform, "internships", "SELECT FROM outbox LIMIT 1")
    posted = await events_on(platform, "internships.offers", "InternshipPosted")
    stored = await rows(platform, "internships", "SELECT offer_id FROM offer")
    counts = Counter(record.key.decode() for record in posted)
    assert set(counts.values()) == {1}
    assert set(counts) == {str(row["offer_id"]) for row in stored}
    for siren, wanted in journey.expected().items():
        mine = [one for one in heard.verdicts[siren] if one.submission_type.split(".")[2] == "internships"]
        told = Counter(type(one).__name__ for one in mine)
        assert told["SubmissionAccepted"] == wanted["accepted"], siren
        assert told["SubmissionStale"] == wanted["stale"], siren
        assert told["SubmissionUnchanged"] == wanted["unchanged"], siren
        problems = Counter(f"{p.field}:{p.rule}" for one in heard.rejections(siren) for p in one.problems)
        assert problems == wanted["rejected"], siren
        answers = Counter(record.key for record in await events_on(platform, f"feedback.{siren}", "Submission"))
        assert set(answers.values()) == {1}, "a submission was answered twice"
    kept = await rows(platform, "internships", "SELECT sender FROM dead_letter")
    assert Counter(row["sender"] for row in kept) == Counter(
        {siren: len(heard.rejections(siren)) for siren in heard.verdicts if heard.rejections(siren)}
    )


async def events_on(platform: Platform, topic: str, name: str) -> list[Any]:
    """The events of a topic whose name begins so; one that is sent again, by a relay that was killed, counts once."""
    found = {}
    for record in await everything_on(platform.kafka, topic):
        headers = readable(record.headers)
        if headers["ce_type"].split(".")[-2].startswith(name):
            found[headers["ce_id"]] = record
    return list(found.values())


def messages(mailbox: Path) -> list[EmailMessage]:
    return [
        email.message_from_bytes(file.read_bytes(), _class=EmailMessage, policy=email.policy.default)
        for file in journey.mails(mailbox)
    ]


def _assert_mails(sent: list[EmailMessage]) -> None:
    """Each person is told each fact once, in a text and an HTML part."""
    for message in sent:
        assert message.get_body(("plain",))
        assert message.get_body(("html",))
    assert len({message["Message-ID"] for message in sent}) == len(sent)
    subjects = Counter(str(message["Subject"]) for message in sent)
    assert sum(count for subject, count in subjects.items() if "visite est prévue" in subject) == len(cast.TEACHERS)
    assert sum(count for subject, count in subjects.items() if "Merci" in subject) == len(cast.TEACHERS)
    assert subjects["Voici votre mentore ou mentor"] == len(cast.MENTEES)
    assert subjects["Voici l’étudiante ou l’étudiant que vous accompagnez"] == len(cast.MENTEES)
    told = [str(message["To"]) for message in sent if "près de chez vous" in str(message["Subject"])]
    assert len(set(told)) == len(cast.STUDENTS)


async def test_from_a_companys_feed_to_the_emails(fresh: Platform) -> None:
    heard = journey.Heard()
    await journey.walk(fresh, heard, print)
    await assert_feeds_ended_as_expected(fresh, heard)

    visits = [json.loads(record.value) for record in await events_on(fresh, "outreach.visits", "VisitCompleted")]
    assert [(visit["pupils"], visit["girls"]) for visit in visits] == [(31, 14)] * len(cast.TEACHERS)
    assert len(await events_on(fresh, "mentoring.mentorships", "MentorAssigned")) == len(cast.MENTEES)

    _assert_mails(messages(fresh.mailbox))
    await _caught_up(fresh)
    await _assert_stores_and_topics(fresh)
    await eventually(lambda: report.trace_to_an_email(report.spans(fresh)), "a trace that ends in an e-mail")
    first = report.trace_to_an_email(report.spans(fresh))[0]
    assert first["attributes"]["ce.source"] in {f"urn:siren:{siren}" for siren in journey.feeds()}

    await _everything_again_changes_nothing(fresh)


async def _assert_stores_and_topics(fresh: Platform) -> None:
    """What each store holds, and that every outbox is empty and each event on its topic once."""
    stores, counts = await report.rows_by_store(fresh.databases), await report.events_by_topic(fresh.kafka)
    visits, pairs, sent = len(cast.TEACHERS), len(cast.MENTEES), len(journey.mails(fresh.mailbox))
    people = visits + len(cast.STUDENTS) + len(cast.MENTORS) + pairs
    held = {
        "outreach": {"offer": len(cast.VISITORS), "request": visits, "visit": visits, "dead_letter": 0},
        "mentoring": {"mentor": len(cast.MENTORS), "mentee": pairs, "mentorship": pairs, "dead_letter": 0},
        "notifications": {"participant": people, "alert": len(cast.STUDENTS), "mail": sent, "dead_letter": 0},
    }
    for service, tables in held.items():
        assert {table: stores[service][table] for table in tables} == tables, service
    assert counts["outreach.visits", "VisitScheduled"] == counts["outreach.visits", "VisitCompleted"] == visits
    assert counts["mentoring.mentorships", "MentorAssigned"] == pairs
    assert counts["participants", "ParticipantRegistered"] == people
    assert counts["notifications.outcomes", "EmailDelivered"] == sent
    assert {tables["outbox"] for tables in stores.values()} == {0}
    ours = {topic for topic, _ in counts if not topic.startswith(("intake.", "participants"))}
    ids = Counter(readable(record.headers)["ce_id"] for record in await everything_on(fresh.kafka, *ours))
    assert set(ids.values()) == {1}


async def _everything_again_changes_nothing(fresh: Platform) -> None:
    """Every record of every topic, once more as it is and once more under a new id: no mail, no other event."""
    before, sent = await report.events_by_topic(fresh.kafka), len(journey.mails(fresh.mailbox))
    records = await everything_on(fresh.kafka, *{topic for topic, _ in before})
    async with AIOKafkaProducer(**fresh.kafka.arguments(), enable_idempotence=True) as producer:
        for record in records:
            for headers in (record.headers, renamed(record.headers)):
                if not record.topic.startswith("feedback."):
                    await producer.send(record.topic, record.value, key=record.key, headers=list(headers))
    await _caught_up(fresh)
    after = await report.events_by_topic(fresh.kafka)
    for name in ("InternshipPosted", "InternshipClosed", "VisitScheduled", "VisitCompleted", "MentorAssigned"):
        topic = next(topic for topic, event in before if event == name)
        assert after[topic, name] == 3 * before[topic, name], "nothing but what was published again"
    assert len(journey.mails(fresh.mailbox)) == sent


def renamed(headers: Sequence[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    return [(name, str(uuid7()).encode() if name == "ce_id" else value) for name, value in headers]


async def _caught_up(fresh: Platform) -> None:
    """Wait until every service has committed the end of every topic, and nothing waits to be done or sent."""
    await eventually(lambda: report.caught_up(fresh.kafka, CONTEXTS), "the services to read all topics to their ends")
    waiting = "SELECT FROM outbox UNION ALL SELECT FROM timer WHERE due_at < now() + interval '1 minute' LIMIT 1"
    for service in CONTEXTS:
        await _no_rows(fresh, service, waiting)
    await _no_rows(fresh, "notifications", "SELECT FROM mail WHERE state IN ('pending', 'sending') LIMIT 1")
    await _no_rows(fresh, "notifications", waiting)


async def _no_rows(fresh: Platform, service: str, query: str) -> None:
    async def are_there_none() -> bool:
        return not await rows(fresh, service, query)

    await eventually(are_there_none, f"{service} to have no rows of: {query}")


async def test_killed_in_the_middle_of_the_feed_nothing_is_lost_and_nothing_doubled(internships: Platform) -> None:
    heard = journey.Heard()
    feeds = journey.feeds()
    listeners = [asyncio.create_task(journey.listen(internships, siren, heard)) for siren in feeds]
    total = sum(map(len, feeds.values()))
    await publish(internships, {siren: feed[: len(feed) // 2] for siren, feed in feeds.items()})
    await eventually(heard.count, "the first verdict")
    async with no_offer_can_be_written(internships) as holder:
        await publish(internships, {siren: feed[len(feed) // 2 :] for siren, feed in feeds.items()})
        await somebody_waits_for(holder)
        os.kill(internships.processes["internships"].pid, signal.SIGKILL)
        assert heard.count() < total
    internships.start("internships")
    internships.wait_ready(["internships"])
    await eventually(lambda: heard.count() >= total, f"{total} verdicts")
    for listener in listeners:
        listener.cancel()
    await assert_feeds_ended_as_expected(internships, distinct(heard))


async def publish(fresh: Platform, feeds: Mapping[str, Sequence[Row]]) -> None:
    await asyncio.gather(*(journey.publish_feed(fresh, siren, rows) for siren, rows in feeds.items()))


@asynccontextmanager
async def no_offer_can_be_written(fresh: Platform) -> AsyncIterator[Db]:
    """Whoever handles an offer meanwhile stays in the middle of its transaction."""
    holder = await asyncpg.connect(fresh.databases["internships"])
    async with holder.transaction():
        await holder.execute("LOCK TABLE offer IN SHARE ROW EXCLUSIVE MODE")
        yield holder
    await holder.close()


def distinct(heard: journey.Heard) -> journey.Heard:
    """A relay that was killed may publish a verdict again; that only one was given, their ids say."""
    return journey.Heard(
        {siren: list({v.submission_id: v for v in told}.values()) for siren, told in heard.verdicts.items()}
    )
