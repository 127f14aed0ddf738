"""What a service shows of itself, as Prometheus reads it."""

import asyncio
import urllib.request

from prometheus_client.parser import text_string_to_metric_families

from shared.chassis import metrics
from shared.cli.platform import Platform

Measured = dict[tuple[str, frozenset[tuple[str, str]]], float]


def measured(exposition: bytes | None = None) -> Measured:
    """Every sample, as Prometheus' own parser reads it; to Prometheus, an empty label is none."""
    text = (exposition or metrics.exposition()).decode()
    samples = [sample for family in text_string_to_metric_families(text) for sample in family.samples]
    return {
        (one.name, frozenset((label, value) for label, value in one.labels.items() if value)): one.value
        for one in samples
    }


def at(samples: Measured, name: str, **labels: str) -> float:
    """A sample's value; 0 where there is none yet."""
    return samples.get((name, frozenset(labels.items())), 0)


async def scraped(alone: Platform, name: str = "internships") -> Measured:
    def scrape() -> Measured:
        with urllib.request.urlopen(f"http://127.0.0.1:{alone.ports[name]}/metrics", timeout=10) as answer:
            assert answer.headers["content-type"] == metrics.CONTENT_TYPE
            return measured(answer.read())

    return await asyncio.to_thread(scrape)
