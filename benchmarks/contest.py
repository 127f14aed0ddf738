"""One contender after another on one stack: each drains a backlog of its own, and its rate and processor time count."""

import asyncio
import os
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from aiokafka import AIOKafkaConsumer, TopicPartition

from benchmarks import feed
from shared.chassis.database import migrate_service
from shared.cli.ops.access import Topic
from shared.cli.ops.cluster import cluster
from shared.cli.platform import PARTITIONS, Platform
from shared.contracts.topics import feedback
from shared.kafka.variables import OURS, write
from shared.stack.postgres import create_database
from shared.stack.processes import Process

TICKS = os.sysconf("SC_CLK_TCK")
FROM = 0.1
"""The share of the work that is done before the clock starts: by then a process has started and warmed up."""
LOOK_SECONDS = 0.1
SILENT_SECONDS = 60.0


class Stuck(Exception):  # noqa: N818
    """A contender stopped getting on; the message ends with its log."""


@dataclass(frozen=True)
class Peer:
    """Somebody else doing the same work, with as many companies, on topics of its own."""

    name: str

    @property
    def intakes(self) -> str:
        """The pattern of the topics it reads."""
        return rf"^bench\.{self.name}\.intake\.[0-9]+$"

    @property
    def offers(self) -> str:
        """Where it says which offers there are."""
        return f"bench.{self.name}.offers"

    def intake(self, siren: str) -> str:
        """Where a company submits to it."""
        return f"bench.{self.name}.intake.{siren}"

    def feedback(self, siren: str) -> str:
        """Where it answers a company."""
        return f"bench.{self.name}.feedback.{siren}"


@dataclass(frozen=True)
class Measured:
    """What one run gave: events a second, and microseconds of processor time an event by part."""

    rate: float
    cpu: Mapping[str, float]
    peak_mib: float


@dataclass
class Contender:
    """How to start one, what it reads and writes, and whose offers it gets."""

    name: str
    companies: Sequence[str]
    intakes: Sequence[str]
    outputs: Sequence[str]
    argv: Sequence[str | Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def places(self) -> list[TopicPartition]:
        """The partitions it writes to."""
        return [TopicPartition(topic, number) for topic in self.outputs for number in range(PARTITIONS)]


def ours(running: Platform, companies: int) -> Contender:
    """The internships service as it is deployed, with companies to hear."""
    sirens = feed.sirens(companies)
    running.add_companies(sirens)
    outputs = ["internships.offers", *map(feedback, sirens)]
    return Contender("passerelle", sirens, feed.intakes(sirens), outputs)


def peer(running: Platform, name: str, companies: int, argv: Sequence[str | Path]) -> Contender:
    """Another program with the same tables in a database of its own; it enters Kafka as the super user."""
    one, sirens = Peer(name), feed.sirens(companies)
    intakes, outputs = [*map(one.intake, sirens)], [one.offers, *map(one.feedback, sirens)]
    with cluster(running.kafka) as admin:
        admin.create(Topic(topic, PARTITIONS, 1) for topic in (*intakes, *outputs))
    database = asyncio.run(create_database(running.stack.addresses.postgres_admin, f"bench_{name}"))
    asyncio.run(migrate_service(database, "internships"))
    environment = {"PASSERELLE_DATABASE": database, "PEER": name, **write(running.kafka, OURS)}
    return Contender(name, sirens, intakes, outputs, argv, environment)


def python(module: str) -> list[str | Path]:
    """The command line of one of our own peers."""
    return [sys.executable, "-m", f"benchmarks.{module}"]


def drain(running: Platform, contender: Contender, count: int) -> Measured:
    """Publish `count` offers, start the contender, and measure it until each has its two events."""
    asyncio.run(feed.publish(running.kafka, contender.intakes, count, contender.companies))
    begin = asyncio.run(_published(running, contender))
    process = _start(running, contender)
    try:
        return asyncio.run(_watched(running, contender, process, begin, count))
    finally:
        process.stop()


async def _published(running: Platform, contender: Contender) -> int:
    async with AIOKafkaConsumer(**running.kafka.arguments()) as consumer:
        return sum((await consumer.end_offsets(contender.places)).values())


def _start(running: Platform, contender: Contender) -> Process:
    if contender.argv:
        return running.stack.start(contender.name, contender.argv, {**os.environ, **contender.environment})
    running.start("internships")
    return running.processes["internships"]


async def _watched(running: Platform, contender: Contender, process: Process, begin: int, count: int) -> Measured:
    parts = {"service": process.pid, **{part.name: part.pid for part in running.stack.parts}}
    async with AIOKafkaConsumer(**running.kafka.arguments()) as consumer:
        done = _Done(consumer, contender.places, process)
        first = await done.reach(begin + FROM * 2 * count)
        before, start = {name: processor_seconds(pid) for name, pid in parts.items()}, time.monotonic()
        last = await done.reach(begin + 2 * count)
        seconds, events = time.monotonic() - start, (last - first) / 2
    if not events:
        raise Stuck(f"{count} offers are through before they can be measured: raise --offers.")
    cpu = {name: (processor_seconds(pid) - before[name]) / events * 1e6 for name, pid in parts.items()}
    return Measured(events / seconds, cpu, peak_mib(process.pid))


@dataclass
class _Done:
    """How many events were published, by the ends of the topics."""

    consumer: AIOKafkaConsumer
    places: Sequence[TopicPartition]
    process: Process

    async def count(self) -> int:
        return sum((await self.consumer.end_offsets(self.places)).values())

    async def reach(self, wanted: float) -> int:
        seen, since = await self.count(), time.monotonic()
        while seen < wanted:
            await asyncio.sleep(LOOK_SECONDS)
            before, seen = seen, await self.count()
            if seen > before:
                since = time.monotonic()
            if time.monotonic() - since > SILENT_SECONDS or self.process.returncode is not None:
                raise Stuck(f"{self.process.name} stopped at {seen} of {wanted:.0f}:\n{self.process.tail()}")
        return seen


def processor_seconds(pid: int) -> float:
    """What a process and its children have used."""
    return sum((int(one[11]) + int(one[12])) / TICKS for one in _family(pid))


def _family(pid: int) -> Iterator[list[str]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and (found := _stat(folder)) and (folder.name == str(pid) or found[1] == str(pid)):
            yield found


def _stat(folder: Path) -> list[str] | None:
    try:
        return (folder / "stat").read_text("utf-8").rsplit(")", 1)[1].split()
    except (FileNotFoundError, ProcessLookupError):
        return None


def peak_mib(pid: int) -> float:
    """The most memory that a process ever had."""
    status = Path(f"/proc/{pid}/status").read_text("utf-8")
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM"))) / 1024
