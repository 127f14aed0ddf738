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

    @property
    def cost(self) -> float:
        """Microseconds of everybody's processor time an event."""
        return sum(self.cpu.values())


@dataclass(frozen=True)
class Contender:
    """How to start one, what it reads and writes, and whose offers it gets; our service where no command is given.

    Of `outputs` the first is where it says which offers there are; the others are its answers to the companies.
    """

    name: str
    companies: Sequence[str]
    intakes: Sequence[str]
    outputs: Sequence[str]
    argv: Sequence[str | Path] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    replicas: int = 1


def ours(sirens: Sequence[str]) -> Contender:
    """The internships service as it is deployed, with companies to hear that are there."""
    return Contender("passerelle", sirens, feed.intakes(sirens), ["internships.offers", *map(feedback, sirens)])


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
    return asyncio.run(_drain(running, contender, count))


async def _drain(running: Platform, contender: Contender, count: int) -> Measured:
    async with AIOKafkaConsumer(**running.kafka.arguments()) as consumer:
        # One topic tells how far it is; to ask for the ends of hundreds takes the broker's time.
        offers, everything = [_Ends(consumer, topics) for topics in (contender.outputs[:1], contender.outputs)]
        begin, end = await offers.sum(), await everything.sum() + 2 * count
        processes = [_start(running, contender, number) for number in range(1, contender.replicas + 1)]
        try:
            measured = await _measured(running, offers, processes, begin, count)
            await everything.reach(end, processes)
        finally:
            for process in processes:
                process.stop()
    return measured


def _start(running: Platform, contender: Contender, number: int) -> Process:
    if contender.argv:
        return running.stack.start(contender.name, contender.argv, {**os.environ, **contender.environment})
    return running.start("internships", name=f"internships-{number}", settings=contender.environment)


async def _measured(
    running: Platform, offers: "_Ends", processes: Sequence[Process], begin: int, count: int
) -> Measured:
    first = await offers.reach(begin + FROM * count, processes)
    before, start = _used(running, processes), time.monotonic()
    last = await offers.reach(begin + count, processes)
    seconds, after = time.monotonic() - start, _used(running, processes)
    if first == last:
        raise Stuck(f"{count} offers are through before they can be measured: raise --offers.")
    cpu = {part: (after[part] - before[part]) / (last - first) * 1e6 for part in after}
    return Measured((last - first) / seconds, cpu, max(peak_mib(process.pid) for process in processes))


def _used(running: Platform, processes: Sequence[Process]) -> dict[str, float]:
    """Seconds of processor time by part."""
    parts = {part.name: processor_seconds(part.pid) for part in running.stack.parts}
    return {"service": sum(processor_seconds(process.pid) for process in processes), **parts}


class _Ends:
    """How many events were published on some topics, by their partitions' ends."""

    def __init__(self, consumer: AIOKafkaConsumer, topics: Sequence[str]) -> None:
        self._consumer = consumer
        self._places = [TopicPartition(topic, number) for topic in topics for number in range(PARTITIONS)]

    async def sum(self) -> int:
        return sum((await self._consumer.end_offsets(self._places)).values())

    async def reach(self, wanted: float, processes: Sequence[Process]) -> int:
        """Wait for so many; Stuck when there are no more for a while, or a process has ended."""
        seen, since = await self.sum(), time.monotonic()
        while seen < wanted:
            await asyncio.sleep(LOOK_SECONDS)
            before, seen = seen, await self.sum()
            if seen > before:
                since = time.monotonic()
            for process in processes:
                if time.monotonic() - since > SILENT_SECONDS or process.returncode is not None:
                    raise Stuck(f"{process.name} stopped at {seen} of {wanted:.0f}:\n{process.tail()}")
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
