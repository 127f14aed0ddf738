"""`passerelle bench`: everything on a stack of its own, rounds in turns, the median of each; as a table and as JSON."""

import json
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks import contest, feed, floors, growth, java, latency, report
from benchmarks.contest import Contender, Measured
from shared.cli.platform import Platform, platform

COMPANIES = 10
MOST_COMPANIES = 250
OFFERS = 80_000
FEWER = 50
"""The tutorial's way takes some fifty times as long over an offer, and gets as many fewer."""
STORED = 3_000_000
BACKLOG = 1_000_000
SAMPLED = "0.01"
LATENCY_SECONDS = 20
console = Console(soft_wrap=True, highlight=False)

Runs = Mapping[str, Sequence[Measured]]


def bench(
    rounds: Annotated[int, typer.Option(min=1, max=20, help="of everything in turns; the median counts")] = 3,
    offers: Annotated[int, typer.Option(min=1000, help="that each drains in a round")] = OFFERS,
    backlog: Annotated[int, typer.Option(min=1000, help="offers that wait before a service starts")] = BACKLOG,
    stored: Annotated[int, typer.Option(min=0, help="events behind the service in the last runs")] = STORED,
    with_java: Annotated[bool, typer.Option("--java/--no-java", help="the peer in Java needs javac")] = True,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures there")] = None,
    markdown: Annotated[Path | None, typer.Option(help="write the table there")] = None,
) -> None:
    """Measure throughput, latency and cost beside peers, on a stack of its own."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    os.environ["PASSERELLE_TRACE_RATIO"] = SAMPLED
    try:
        with platform(home) as running:
            figures = _Bench(running, rounds, offers).measured(backlog, stored, with_java=with_java)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    table = report.table(figures)
    console.print(table)
    if markdown:
        markdown.write_text(table, "utf-8")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


@dataclass(frozen=True)
class _Bench:
    """The rounds on one stack."""

    running: Platform
    rounds: int
    offers: int

    def measured(self, backlog: int, stored: int, *, with_java: bool) -> dict[str, Any]:
        """Everything, in the order in which companies and stored events grow."""
        sirens = feed.sirens(MOST_COMPANIES)
        growth.add_companies(self.running, sirens[:1])
        alone = self._in_turns({"1 company": contest.ours(sirens[:1])})
        growth.add_companies(self.running, sirens[1:COMPANIES])
        ours = contest.ours(sirens[:COMPANIES])
        runs = self._in_turns({**_shapes(ours), **self._peers(with_java=with_java)})
        floor = self._floors()
        figures = {
            "machine": report.described(),
            "rounds": self.rounds,
            "offers": self.offers,
            **report.throughput(runs, floor),
            "latency": self._latency(ours),
            "backlog": self._backlog(ours, backlog),
        }
        growth.store(self.running, stored)
        later = self._in_turns({f"{stored:,} stored": ours})
        growth.add_companies(self.running, sirens[COMPANIES:])
        most = self._in_turns({f"{MOST_COMPANIES} companies": contest.ours(sirens)})
        (few,), (old,), (many,) = alone.values(), later.values(), most.values()
        here = runs["passerelle"]
        figures["companies"] = {
            "1": report.beside(few, here),
            str(COMPANIES): report.beside(here, here),
            str(MOST_COMPANIES): report.beside(many, old),
        }
        figures["stored"] = {"events": stored, **report.beside(old, here)}
        return figures

    def _peers(self, *, with_java: bool) -> dict[str, Contender]:
        commands = {name: contest.python(name) for name in ("handwritten", "tutorial")}
        if with_java:
            commands["java"] = java.command(self.running.home / "java")
        return {name: contest.peer(self.running, name, COMPANIES, command) for name, command in commands.items()}

    def _in_turns(self, contenders: Mapping[str, Contender]) -> Runs:
        runs: dict[str, list[Measured]] = {name: [] for name in contenders}
        for number in range(1, self.rounds + 1):
            for name, contender in contenders.items():
                runs[name].append(self._run(f"round {number}  {name}", contender, self.offers))
        return runs

    def _run(self, said: str, contender: Contender, offers: int) -> Measured:
        found = contest.drain(self.running, contender, offers // FEWER if contender.name == "tutorial" else offers)
        console.print(f"{said:34} {found.rate:8,.0f} offers/s, {found.cost:5.0f} µs, {found.peak_mib:4.0f} MiB")
        return found

    def _floors(self) -> dict[str, float]:
        measures: dict[str, Callable[[], float]] = {
            "postgresql_copy": lambda: floors.postgres(self.running, self.offers),
            "kafka_perf": lambda: floors.broker(self.running, 3 * self.offers),
        }
        found = {name: median(measure() for _ in range(self.rounds)) for name, measure in measures.items()}
        for name, rate in found.items():
            console.print(f"floor    {name:25} {rate:8,.0f} a second")
        return found

    def _latency(self, ours: Contender) -> dict[str, float]:
        process = self.running.start("internships")
        self.running.wait_ready(["internships"])
        found = latency.measure(self.running, ours.companies, LATENCY_SECONDS)
        process.stop()
        return {"rate_per_s": found.rate, "p50_ms": found.p50_ms, "p99_ms": found.p99_ms}

    def _backlog(self, ours: Contender, offers: int) -> dict[str, Any]:
        found = self._run(f"a backlog of {offers:,}", ours, offers)
        sizes = growth.table_mib(self.running)
        return {
            "events": offers,
            "events_per_s": found.rate,
            "cost_us": found.cost,
            "peak_mib": found.peak_mib,
            "table_mib": {table: sizes[table] for table in ("offer", "offer_history", "inbox", "outbox")},
        }


def _shapes(ours: Contender) -> dict[str, Contender]:
    """Our service in several shapes, beside which it is compared with itself."""
    return {
        "passerelle": ours,
        "2 replicas": replace(ours, replicas=2),
        "3 replicas": replace(ours, replicas=3),
        "no traces": replace(ours, environment={"PASSERELLE_TRACE_RATIO": "0"}),
    }
