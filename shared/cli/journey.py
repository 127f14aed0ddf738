"""The main job on real input: feed what companies and the website publish, and wait for what must follow."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from inspect import isawaitable
from pathlib import Path

from samples.feed import Row, read_feed
from shared.cli import cast
from shared.cli.platform import Platform
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionRejected, Verdict, VisitConfirmed
from shared.contracts.outreach import VisitReported

FEEDS = cast.SAMPLES / "internships"
PATIENCE_SECONDS = 120.0


class Unfinished(Exception):  # noqa: N818 - says what happened
    """The journey did not come to its end in time."""


@dataclass
class Heard:
    """What the companies heard back, by company."""

    verdicts: dict[str, list[Verdict]] = field(default_factory=dict)
    confirmed: list[VisitConfirmed] = field(default_factory=list)

    def hear(self, siren: str, event: Event) -> None:
        """Remember one record of a feedback topic."""
        if isinstance(event, Verdict):
            self.verdicts.setdefault(siren, []).append(event)
        elif isinstance(event, VisitConfirmed):
            self.confirmed.append(event)

    def count(self) -> int:
        """How many submissions were answered; an answer told twice under one id counts once."""
        return sum(len({verdict.submission_id for verdict in told}) for told in self.verdicts.values())

    def outcomes(self, siren: str) -> Counter[str]:
        """How many of each verdict one company got."""
        return Counter(type(verdict).__name__ for verdict in self.verdicts.get(siren, []))

    def rejections(self, siren: str) -> list[SubmissionRejected]:
        """What one company was told to correct."""
        return [one for one in self.verdicts.get(siren, []) if isinstance(one, SubmissionRejected)]


def feeds() -> dict[str, list[Row]]:
    """Each company's feed, as its system exported it."""
    return {file.stem: list(read_feed(file, cast.TODAY)) for file in sorted(FEEDS.glob("*.jsonl"))}


def expected() -> dict[str, dict[str, object]]:
    """What must become of each company's feed."""
    loaded: dict[str, dict[str, object]] = json.loads((cast.SAMPLES / "expected.json").read_text("utf-8"))
    return loaded


async def publish_portal(platform: Platform) -> int:
    """Publish what the website would: people, alerts, requests."""
    events = [*cast.participants(), *cast.requests()]
    async with platform.client("portal") as client:
        for event in events:
            await client.publish(event)
    return len(events)


async def publish_offers(platform: Platform, sirens: Sequence[str]) -> int:
    """Publish what companies offer besides internships."""
    offered = cast.offers(sirens)
    for siren, event in offered:
        async with platform.client(siren) as client:
            await client.publish(event)
    return len(offered)


async def publish_feed(platform: Platform, siren: str, rows: Sequence[Row]) -> None:
    """Publish a company's feed row by row, the faulty ones too."""
    async with platform.client(siren) as client:
        for row in rows:
            await client.publish_raw("internships", row.value, row.wire_name, row.event_id, row.key)


async def report_visits(platform: Platform, confirmed: Sequence[VisitConfirmed]) -> None:
    """Report the visits as held on their day, as the companies would in the evening."""
    for visit in confirmed:
        async with platform.client(visit.company) as client:
            await client.publish(
                VisitReported(
                    siren=visit.company,
                    reference=f"RAPPORT-{visit.visit_id}",
                    visit_id=visit.visit_id,
                    held_on=visit.held_on,
                    pupils=31,
                    girls=14,
                )
            )


async def listen(platform: Platform, siren: str, heard: Heard) -> None:
    """Follow one company's feedback until cancelled."""
    async with platform.client(siren) as client:
        async for event in client.feedback():
            heard.hear(siren, event)


async def until(condition: Callable[[], bool | Awaitable[bool]], what: str, platform: Platform | None = None) -> None:
    """Wait for the outcome itself; say what is missing after two minutes, or which part of the platform has ended."""
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not (await done if isawaitable(done := condition()) else done):
        if platform:
            platform.check()
        if time.monotonic() > deadline:
            raise Unfinished(f"After {timedelta(seconds=PATIENCE_SECONDS)} still waiting for {what}.")
        await asyncio.sleep(0.05)


def mails(mailbox: Path) -> list[Path]:
    """The e-mails delivered so far."""
    return sorted((mailbox / "new").glob("*")) if mailbox.exists() else []


async def walk(platform: Platform, heard: Heard, say: Callable[[str], None]) -> None:
    """The whole journey; returns when every submission has its verdict and every e-mail has left."""
    rows = feeds()
    listeners = [asyncio.create_task(listen(platform, siren, heard)) for siren in rows]
    try:
        say(f"The website publishes {await publish_portal(platform)} people, alerts and requests")
        sirens = list(rows)
        others = await publish_offers(platform, sirens)
        say(f"Companies offer visits and mentors ({others} submissions)")
        for siren, feed in rows.items():
            await publish_feed(platform, siren, feed)
            say(f"Company {siren} sends its feed: {len(feed)} rows")
        total = others + sum(len(feed) for feed in rows.values())
        await until(lambda: len(heard.confirmed) >= len(cast.TEACHERS), "visits to be confirmed", platform)
        await report_visits(platform, heard.confirmed)
        say(f"{len(heard.confirmed)} visits were confirmed, held and reported")
        total += len(heard.confirmed)
        await until(lambda: heard.count() >= total, f"{total} verdicts", platform)
        say(f"{heard.count()} submissions answered")
        await until(lambda: len(mails(platform.mailbox)) >= EMAILS, f"{EMAILS} e-mails", platform)
        say(f"{len(mails(platform.mailbox))} e-mails delivered")
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)


EMAILS = 2 * len(cast.TEACHERS) + len(cast.STUDENTS) + 2 * len(cast.MENTEES)
"""A teacher hears of her visit twice, a student of internships near her, mentor and mentee of each other."""
