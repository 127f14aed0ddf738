"""What the benchmark found: medians and ratios as figures, and as a table for people."""

import os
import platform as machine
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.contest import Measured

PEERS = {
    "handwritten": "a hand-written loop with the same contracts and no chassis",
    "java": "Java: kafka-clients, Jackson, JDBC",
    "tutorial": "FastStream as in its tutorial: a message, a transaction, a commit",
    "postgresql_copy": "floor: PostgreSQL alone, the same rows by COPY",
}
PARTS = ("service", "PostgreSQL", "Kafka")


def rate(runs: Sequence[Measured]) -> float:
    """Events a second, the median."""
    return median(one.rate for one in runs)


def cost(runs: Sequence[Measured]) -> float:
    """Microseconds of everybody's processor time an event, the median."""
    return median(one.cost for one in runs)


def beside(runs: Sequence[Measured], others: Sequence[Measured]) -> dict[str, float]:
    """A shape of the work, and what an event costs in it beside another."""
    peak = max(one.peak_mib for one in runs)
    return {"events_per_s": rate(runs), "ratio_of_cost": cost(runs) / cost(others), "peak_mib": peak}


def throughput(runs: Mapping[str, Sequence[Measured]], floor: Mapping[str, float]) -> dict[str, Any]:
    """One replica and two beside the peers and the floor; what three cost, and what tracing does."""
    ours, two = runs["passerelle"], runs["2 replicas"]
    peers = {name: rate(runs[name]) for name in PEERS if name in runs}
    peers["postgresql_copy"] = floor["postgresql_copy"]
    return {
        "throughput": _against(rate(two), peers),
        "one_replica": _against(rate(ours), peers),
        "peers": peers,
        "kafka_perf_records_per_s": floor["kafka_perf"],
        "processor_us_an_event": {part: median(one.cpu[part] for one in ours) for part in PARTS},
        "replicas": {"1": beside(ours, ours), "2": beside(two, ours), "3": beside(runs["3 replicas"], ours)},
        "tracing": {"ratio_of_throughput": rate(ours) / rate(runs["no traces"])},
    }


def _against(mine: float, peers: Mapping[str, float]) -> dict[str, float]:
    return {"events_per_s": mine, **{f"ratio_to_{name}": mine / other for name, other in peers.items()}}


def described() -> str:
    """The machine, in a line."""
    lines = Path("/proc/cpuinfo").read_text("utf-8").splitlines()
    model = next((line.split(":", 1)[1].strip() for line in lines if "model name" in line), machine.machine())
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / (1 << 30)
    cores = f"{os.cpu_count()} cores ({model})"
    return f"{cores}, {memory:.0f} GiB, Python {machine.python_version()}, with Kafka and PostgreSQL on them"


def table(figures: Mapping[str, Any]) -> str:
    """Everything in Markdown."""
    head = (
        f"Measured on {figures['machine']}; medians of {figures['rounds']} rounds in turns, "
        f"{figures['offers']:,} offers each."
    )
    return "\n\n".join([head, _peers(figures), _sentences(figures), _growth(figures)]) + "\n"


def _peers(figures: Mapping[str, Any]) -> str:
    one, two = figures["one_replica"], figures["throughput"]
    lines = [
        "| | offers/s | one replica does | two do |",
        "|---|---|---|---|",
        f"| **the internships service, two replicas** | **{two['events_per_s']:,.0f}** | | |",
        f"| **the internships service, one replica** | **{one['events_per_s']:,.0f}** | | |",
    ]
    for name, other in figures["peers"].items():
        ratios = f"{one[f'ratio_to_{name}']:.2f} times that | {two[f'ratio_to_{name}']:.2f} times that"
        lines.append(f"| {PEERS[name]} | {other:,.0f} | {ratios} |")
    return "\n".join(lines)


def _sentences(figures: Mapping[str, Any]) -> str:
    latent, backlog = figures["latency"], figures["backlog"]
    costs = ", ".join(f"{spent:.0f} µs in {part}" for part, spent in figures["processor_us_an_event"].items())
    return (
        f"Latency at {latent['rate_per_s']:.0f} offers/s, from the acknowledgement on intake to the event in a "
        f"consumer's hands: p50 {latent['p50_ms']:.1f} ms, p99 {latent['p99_ms']:.1f} ms. An offer costs {costs}. With "
        f"traces sampled at 1 % one replica does {figures['tracing']['ratio_of_throughput']:.2f} times what it does "
        f"without. A backlog of {backlog['events']:,} offers is drained at {backlog['events_per_s']:,.0f} a second "
        f"with at most {backlog['peak_mib']:.0f} MiB; after it the outbox takes {backlog['table_mib']['outbox']:.0f} "
        f"MiB, the inbox {backlog['table_mib']['inbox']:.0f} MiB."
    )


def _growth(figures: Mapping[str, Any]) -> str:
    rows = {
        **{f"replicas: {number}": found for number, found in figures["replicas"].items()},
        **{f"companies: {number}": found for number, found in figures["companies"].items()},
        f"events stored: {figures['stored']['events']:,}": figures["stored"],
    }
    lines = ["| | offers/s | cost of an offer | most memory of a process |", "|---|---|---|---|"]
    for name, found in rows.items():
        ratio, peak = found["ratio_of_cost"], found["peak_mib"]
        lines.append(f"| {name} | {found['events_per_s']:,.0f} | {ratio:.2f} times | {peak:.0f} MiB |")
    return "\n".join(lines)
