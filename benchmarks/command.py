"""`passerelle bench`: everything on a stack of its own, rounds in turns, the median of each; as a table and as JSON."""

import json
import os
import platform as machine
import shutil
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median
from typing import Annotated, Any

import typer
from rich.console import Console

from benchmarks import contest, floors, growth, java, latency
from benchmarks.contest import Contender, Measured
from shared.cli.platform import Platform, platform

COMPANIES = 10
OFFERS = 80_000
FEWER = 50
"""The tutorial's way takes some fifty times as long over an offer, and gets as many fewer."""
STORED = 3_000_000
SAMPLED = "0.01"
console = Console(soft_wrap=True, highlight=False)


def bench(
    rounds: Annotated[int, typer.Option(min=1, max=20, help="of everything in turns; the median counts")] = 3,
    offers: Annotated[int, typer.Option(min=1000, help="that each drains in a round")] = OFFERS,
    stored: Annotated[int, typer.Option(min=0, help="events behind the service in the last runs; 0: none")] = STORED,
    with_java: Annotated[bool, typer.Option("--java/--no-java", help="the peer in Java needs javac")] = True,
    json_file: Annotated[Path | None, typer.Option("--json", help="write the figures there")] = None,
    markdown: Annotated[Path | None, typer.Option(help="write the table there")] = None,
) -> None:
    """Measure throughput and latency beside peers, on a stack of its own."""
    home = Path(tempfile.mkdtemp(prefix="passerelle-bench-"))
    os.environ["PASSERELLE_TRACE_RATIO"] = SAMPLED
    try:
        with platform(home) as running:
            figures = _measured(running, rounds, offers, stored, with_java=with_java)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    table = _table(figures)
    console.print(table)
    if markdown:
        markdown.write_text(table, "utf-8")
    if json_file:
        json_file.write_text(json.dumps(figures, indent=2) + "\n", "utf-8")


def _measured(running: Platform, rounds: int, offers: int, stored: int, *, with_java: bool) -> dict[str, Any]:
    ours = contest.ours(running, COMPANIES)
    peers = {name: contest.peer(running, name, COMPANIES, contest.python(name)) for name in ("handwritten", "tutorial")}
    if with_java:
        peers["java"] = contest.peer(running, "java", COMPANIES, java.command(running.home / "java"))
    runs: dict[str, list[Measured]] = {}
    copied, acknowledged = [], []
    for number in range(1, rounds + 1):
        for contender in (ours, *peers.values()):
            runs.setdefault(contender.name, []).append(_run(running, contender, offers, f"round {number}"))
        copied.append(_told("PostgreSQL by COPY", lambda: floors.postgres(running, offers)))
        acknowledged.append(_told("Kafka's own tool", lambda: floors.broker(running, 3 * offers)))
    rates = {name: median(one.rate for one in several) for name, several in runs.items()}
    mine = runs[ours.name]
    figures: dict[str, Any] = {
        "machine": described(),
        "rounds": rounds,
        "offers": offers,
        "throughput": {
            "events_per_s": rates[ours.name],
            **{f"ratio_to_{name}": rates[ours.name] / rates[name] for name in peers},
            "ratio_to_copy": rates[ours.name] / median(copied),
        },
        "peers": {**{name: rates[name] for name in peers}, "postgresql_copy": median(copied)},
        "kafka_perf_records_per_s": median(acknowledged),
        "processor_us_an_event": {
            part: median(one.cpu[part] for one in mine) for part in ("service", "PostgreSQL", "Kafka")
        },
        "peak_mib": max(one.peak_mib for one in mine),
    }
    figures["latency"] = _latency(running, ours)
    if stored:
        figures["stored"] = _stored(running, ours, offers, stored, mine)
    return figures


def _run(running: Platform, contender: Contender, offers: int, said: str) -> Measured:
    found = contest.drain(running, contender, offers // FEWER if contender.name == "tutorial" else offers)
    console.print(
        f"[dim]{said}[/dim]  {contender.name:12} {found.rate:8,.0f} offers/s, {sum(found.cpu.values()):.0f} µs"
    )
    return found


def _told(what: str, measure: Callable[[], float]) -> float:
    found = measure()
    console.print(f"[dim]       [/dim]  {what:20} {found:8,.0f}/s")
    return found


def _latency(running: Platform, ours: Contender) -> dict[str, float]:
    running.start("internships")
    running.wait_ready(["internships"])
    found = latency.measure(running, ours.companies, 20)
    running.processes["internships"].stop()
    return {"rate_per_s": found.rate, "p50_ms": found.p50_ms, "p99_ms": found.p99_ms}


def _stored(
    running: Platform, ours: Contender, offers: int, events: int, before: Sequence[Measured]
) -> dict[str, float]:
    """How much more an event costs once there are so many behind it."""
    console.print(f"[dim]storing {events:,} events[/dim]")
    growth.store(running, events)
    after = [_run(running, ours, offers, f"{events:,}") for _ in before]
    cost = median(sum(one.cpu.values()) for one in after) / median(sum(one.cpu.values()) for one in before)
    return {"events": events, "events_per_s": median(one.rate for one in after), "ratio_of_cost": cost}


def described() -> str:
    """The machine, in a line."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), machine.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    cores = f"{os.cpu_count()} cores ({model})"
    return f"{cores}, {memory:.0f} GiB, Python {machine.python_version()}, with Kafka and PostgreSQL on them"


def _table(figures: dict[str, Any]) -> str:
    through, latent = figures["throughput"], figures["latency"]
    lines = [
        f"Measured on {figures['machine']}; medians of {figures['rounds']} rounds in turns, "
        f"{figures['offers']:,} offers each.",
        "",
        "| | offers/s | Passerelle is |",
        "|---|---|---|",
        f"| **Passerelle's internships service** | **{through['events_per_s']:,.0f}** | |",
    ]
    names = {
        "handwritten": "a hand-written loop with the same contracts and no chassis",
        "java": "Java: kafka-clients, Jackson, JDBC",
        "tutorial": "FastStream as in its tutorial: a message, a transaction, a commit",
        "postgresql_copy": "floor: PostgreSQL alone, the same rows by COPY",
    }
    for name, rate in figures["peers"].items():
        lines.append(f"| {names[name]} | {rate:,.0f} | {through['events_per_s'] / rate:.2f} times that |")
    lines += [
        "",
        f"Latency at {latent['rate_per_s']:.0f} offers/s, from the acknowledgement on intake to the event in a "
        f"consumer's hands: p50 {latent['p50_ms']:.1f} ms, p99 {latent['p99_ms']:.1f} ms.",
        "",
        "An offer costs "
        + ", ".join(f"{cost:.0f} µs in {part}" for part, cost in figures["processor_us_an_event"].items())
        + f"; the service's memory peaks at {figures['peak_mib']:.0f} MiB.",
    ]
    if "stored" in figures:
        grown = figures["stored"]
        lines.append(
            f"With {grown['events']:,} events stored: {grown['events_per_s']:,.0f} offers/s, "
            f"{grown['ratio_of_cost']:.2f} times the processor time."
        )
    return "\n".join(lines) + "\n"
