"""What happened, for a person to read: events by topic, rows by store, e-mails, one trace."""

import email
import email.policy
import json
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import asyncpg
from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from rich.console import Console
from rich.table import Table
from rich.tree import Tree

from shared.cli.journey import Heard, mails
from shared.cli.platform import Platform
from shared.contracts.catalogue import CONTEXTS
from shared.contracts.wire import readable
from shared.kafka.connection import Connection

Span = dict[str, Any]


async def events_by_topic(kafka: Connection) -> Counter[tuple[str, str]]:
    """Count every record now on every topic, by topic and event."""
    counts: Counter[tuple[str, str]] = Counter()
    partitions = await _partitions(kafka)
    async with AIOKafkaConsumer(**kafka.arguments(), auto_offset_reset="earliest") as consumer:
        consumer.assign(partitions)
        ends = await consumer.end_offsets(partitions)
        while behind := [one for one, end in ends.items() if await consumer.position(one) < end]:
            for records in (await consumer.getmany(*behind, timeout_ms=1000)).values():
                counts.update((record.topic, _name(record)) for record in records)
    return counts


async def _partitions(kafka: Connection) -> list[TopicPartition]:
    admin = AIOKafkaAdminClient(**kafka.arguments())
    await admin.start()
    try:
        described = await admin.describe_topics(None)
    finally:
        await admin.close()
    return [
        TopicPartition(topic["topic"], partition["partition"])
        for topic in described
        if not topic["topic"].startswith("__")
        for partition in topic["partitions"]
    ]


def _name(record: Any) -> str:
    wire_name = readable(record.headers).get("ce_type", "(none)")
    return wire_name.split(".")[-2] if wire_name.count(".") > 1 else wire_name


async def rows_by_store(databases: dict[str, str]) -> dict[str, dict[str, int]]:
    """Count the rows of every table, store by store."""
    counted: dict[str, dict[str, int]] = {}
    for service, dsn in databases.items():
        connection = await asyncpg.connect(dsn)
        try:
            names = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
            counted[service] = {
                row["tablename"]: await connection.fetchval(f'SELECT count(*) FROM "{row["tablename"]}"')  # noqa: S608
                for row in names
            }
        finally:
            await connection.close()
    return counted


def spans(platform: Platform) -> list[Span]:
    """Every span that the services wrote."""
    files = [platform.trace_file(service) for service in CONTEXTS]
    lines = [line for file in files if file.exists() for line in file.read_text("utf-8").splitlines()]
    return [json.loads(line) for line in lines if line.endswith("}")]


def trace_to_an_email(found: list[Span]) -> list[Span]:
    """A trace from a company's publish to an e-mail, of an internship where there is one; empty while there is none."""
    traces: dict[str, list[Span]] = {}
    for span in sorted(found, key=lambda span: str(span["start_time"])):
        traces.setdefault(span["context"]["trace_id"], []).append(span)
    published = [trace for trace in traces.values() if _source(trace).startswith("urn:siren:") and _sends(trace)]
    return max(published, key=lambda trace: (_begins_with_an_internship(trace), len(trace)), default=[])


def _begins_with_an_internship(trace: list[Span]) -> bool:
    return bool(trace[0]["name"] == "handle InternshipOffered")


def _source(trace: list[Span]) -> str:
    """Who published the event that the trace begins with; a timer that nobody's event set has no source."""
    return str(trace[0]["attributes"].get("ce.source", ""))


def _sends(trace: list[Span]) -> bool:
    return any(span["name"] == "send e-mail" for span in trace)


def _tree(trace: list[Span]) -> Tree:
    tree = Tree(f"trace {trace[0]['context']['trace_id'].removeprefix('0x')}: published by {_source(trace)}")
    nodes: dict[str, Tree] = {}
    for span in trace:
        service = span["resource"]["attributes"]["service.name"]
        branch = nodes.get(span["parent_id"], tree)
        nodes[span["context"]["span_id"]] = branch.add(f"{service}: {span['name']}")
    return tree


def keep_mails(mailbox: Path, folder: Path) -> list[tuple[str, str, str]]:
    """Copy every e-mail to `folder` as a file that a mail program opens; returns recipient, subject and name."""
    kept = []
    for number, file in enumerate(mails(mailbox), start=1):
        message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
        name = f"{number:02d}-{message['To'].addresses[0].username}.eml"
        (folder / name).write_bytes(file.read_bytes())
        kept.append((message["To"].addresses[0].display_name, str(message["Subject"]), name))
    return kept


async def show(platform: Platform, heard: Heard, console: Console, kept: Path) -> None:
    """Print the whole report."""
    table = _table("Events by topic", "topic", "event", numbers=["records"])
    for (topic, event), count in sorted((await events_by_topic(platform.kafka)).items()):
        if not topic.startswith("feedback."):
            table.add_row(topic, event, str(count))
    console.print(table)
    _show_feedback(heard, console)
    table = _table("Rows by store", "store", "rows")
    for service, counts in (await rows_by_store(platform.databases)).items():
        table.add_row(service, ", ".join(f"{name} {count}" for name, count in counts.items() if count))
    console.print(table)
    table = _table(f"E-mails kept in {kept}; a mail program opens them", "to", "subject", "file")
    for line in keep_mails(platform.mailbox, kept):
        table.add_row(*line)
    console.print(table)
    if trace := trace_to_an_email(spans(platform)):
        console.print(_tree(trace))


def _table(title: str, *texts: str, numbers: Iterable[str] = ()) -> Table:
    table = Table(*texts, title=title)
    for name in numbers:
        table.add_column(name, justify="right")
    return table


def _show_feedback(heard: Heard, console: Console) -> None:
    """What each company was told on its topic `feedback.<siren>`, and what some were told to correct."""
    verdicts = ("Accepted", "Unchanged", "Stale", "Rejected")
    table = _table("Verdicts by company, on feedback.<siren>", "company", numbers=map(str.lower, verdicts))
    for siren in sorted(heard.verdicts):
        told = heard.outcomes(siren)
        table.add_row(siren, *(str(told[f"Submission{name}"]) for name in verdicts))
    console.print(table)
    table = _table("Told to correct, one of each kind", "reference", "field", "found", "remedy")
    every = [
        (told.reference, one) for siren in heard.verdicts for told in heard.rejections(siren) for one in told.problems
    ]
    for reference, problem in {(one.field, one.rule): (reference, one) for reference, one in every}.values():
        table.add_row(reference or "", problem.field, problem.found, problem.remedy_en)
    console.print(table)


async def caught_up(kafka: Connection, groups: Iterable[str]) -> bool:
    """Whether every consumer group has committed the end of each partition it reads."""
    admin = AIOKafkaAdminClient(**kafka.arguments())
    await admin.start()
    try:
        async with AIOKafkaConsumer(**kafka.arguments()) as consumer:
            for group in groups:
                committed = await admin.list_consumer_group_offsets(group)
                ends = await consumer.end_offsets(list(committed))
                if any(metadata.offset < ends[one] for one, metadata in committed.items()):
                    return False
        return True
    finally:
        await admin.close()
