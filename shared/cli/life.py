"""The demo's second act: an offer's whole life and what becomes of those who apply, the clock moved forward."""

import asyncio
import email
import email.policy
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid5

import asyncpg
import httpx
from aiokafka import AIOKafkaConsumer
from rich.console import Console
from rich.table import Table

from samples.generate import SIRENS
from shared.cli import cast
from shared.cli.journey import Heard, listen, mails, until
from shared.cli.platform import Platform
from shared.clicks import What, read
from shared.contracts.applications import ApplicationSubmitted
from shared.contracts.catalogue import EVENTS
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted
from shared.contracts.internships import InternshipOffered, Place
from shared.contracts.participants import ParticipantRegistered, Role
from shared.contracts.placements import AnswersMeasured, PlacementAgreed, PlacementEnded
from shared.contracts.wire import unwrap

TOPICS = ("internships.offers", "internships.applications", "mentoring.mentorships")

LIVELY, SILENT = (SIRENS[name] for name in cast.VISITORS)
"""A company that answers, and one that does not."""
AGENCY = next(siren for siren in SIRENS.values() if siren not in {LIVELY, SILENT})
"""One that posts again what another company offers."""
ANSWERED, FORGOTTEN, COPIED = "VIE-1", "VIE-2", "VIE-3"
CONTACT, COORDINATOR = ("Marion", "Quéré"), ("Nadia", "Benhamou")
INES, ZOE, MAELLE = ((given, family) for given, family, *_ in cast.STUDENTS)
TODAY = cast.TODAY
STARTS, ENDS = TODAY + timedelta(days=15), TODAY + timedelta(days=44)

LINK = re.compile(r"/c/(\S+)")
LATER = {
    6: "the silent company is reminded; an offer sent twice is shown once, by a coordinator's click",
    11: "a coordinator is told; the silent company's offer has expired, and its copy is shown instead",
    16: "the application that nobody answered ends; the placement has started",
    31: "halfway: how does it go?",
    46: "the placement is over: its report is asked for, and comes",
}
"""How many days the clock is ahead, and what is to be seen then."""


@dataclass
class Story:
    """What was published since it began, with the day on which."""

    told: list[tuple[int, Event]] = field(default_factory=list)
    day: int = 0
    listening: asyncio.Event = field(default_factory=asyncio.Event)
    """Set once nothing that is published is missed."""

    def has(self, name: str, reference: str = "", **fields: Any) -> bool:
        """Whether such a fact was published."""
        return any(
            type(event).__name__ == name
            and reference in {"", getattr(event, "reference", "")}
            and all(getattr(event, key) == value for key, value in fields.items())
            for _, event in self.told
        )

    def count(self, name: str, reference: str = "") -> int:
        """How many such facts were published."""
        return sum(
            type(event).__name__ == name and reference in {"", getattr(event, "reference", "")}
            for _, event in self.told
        )

    async def follow(self, platform: Platform) -> None:
        """Listen to what is published from now on, until cancelled."""
        consumer = AIOKafkaConsumer(*TOPICS, **platform.kafka.arguments(), auto_offset_reset="latest")
        async with consumer:
            await consumer.seek_to_end()
            self.listening.set()
            async for record in consumer:
                message = unwrap(record.headers, record.value)
                if message.type in EVENTS and message.data:
                    self.told.append((self.day, EVENTS[message.type].model_validate_json(message.data)))


async def live(platform: Platform, heard: Heard, say: Callable[[str], None], console: Console) -> None:
    """Offers from their first day to the last, an applicant's way from the application to the assessment."""
    story = Story()
    tasks = [asyncio.create_task(listen(platform, siren, heard)) for siren in (LIVELY, SILENT, AGENCY)]
    tasks.append(asyncio.create_task(story.follow(platform)))
    try:
        await until(story.listening.is_set, "somebody to listen", platform)
        await _apply(platform, heard, story)
        say("Three students applied; one was accepted and took the place, each by one click in an e-mail")
        for days, what in LATER.items():
            await _move_clock(platform, days, story)
            await _step(platform, heard, days, story)
            say(f"{days} days later {what}")
        await until(lambda: story.has("PlacementClosed"), "the placement's end", platform)
        letters = len(mails(platform.mailbox))
        _show(story, console)
        say(f"{letters} e-mails delivered by now")
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _apply(platform: Platform, heard: Heard, story: Story) -> None:
    people = [_person(CONTACT, "mentor", 91), _person(COORDINATOR, "coordinator", 92)]
    await _publish(platform, "portal", people)
    await _publish(platform, LIVELY, [_offer(LIVELY, ANSWERED, TODAY + timedelta(days=14), 1)])
    await _publish(platform, SILENT, [_offer(SILENT, FORGOTTEN, TODAY + timedelta(days=10), 2)])
    copied = _offer(SILENT, COPIED, TODAY + timedelta(days=25), 2).model_copy(update={"siren": AGENCY})
    await _publish(platform, AGENCY, [copied])
    await until(
        lambda: {ANSWERED, FORGOTTEN, COPIED} <= _accepted(heard).keys(), "three offers to be accepted", platform
    )
    offers = _accepted(heard)
    asked = [
        _application(student, reference, offers)
        for student, reference in ((INES, ANSWERED), (MAELLE, ANSWERED), (INES, FORGOTTEN), (ZOE, FORGOTTEN))
    ]
    await _publish(platform, "portal", asked)
    await until(lambda: story.count("ApplicationReceived") == len(asked), "the applications to arrive", platform)
    first = asked[0].application_id
    await _click(platform, "accept", first)
    await until(lambda: story.has("ApplicationAccepted"), "the company's answer", platform)
    await _click(platform, "take", first)
    await until(lambda: story.has("ApplicationConfirmed"), "the place to be taken", platform)
    agreed = PlacementAgreed(
        application_id=first, regime="internship", starts_on=STARTS, ends_on=ENDS, hours=140, signed_on=TODAY
    )
    await _publish(platform, "portal", [agreed])
    await until(lambda: story.has("ApplicationClosed", ANSWERED, reason="offer_closed"), "the other's answer", platform)
    await until(lambda: story.has("MentorProposed"), "a mentor to be proposed", platform)
    await until(partial(_compared, platform), "the offers to be compared", platform)


async def _compared(platform: Platform) -> bool:
    """Whether every offer was compared with the others: coordinators are told of what was found until then."""
    connection = await asyncpg.connect(platform.databases["internships"])
    try:
        return bool(await connection.fetchval("SELECT NOT EXISTS (SELECT FROM offer WHERE NOT compared)"))
    finally:
        await connection.close()


AWAITED: dict[int, Sequence[tuple[str, str]]] = {
    6: [("InternshipExpiring", FORGOTTEN), ("AnswerAwaited", FORGOTTEN), ("DuplicatesSuggested", "")],
    11: [("InternshipExpired", "")],
    16: [("ApplicationClosed", FORGOTTEN), ("PlacementStarted", ANSWERED)],
    31: [("PulseAsked", ANSWERED)],
    46: [("AnswerAwaited", ANSWERED)],
}


async def _step(platform: Platform, heard: Heard, days: int, story: Story) -> None:
    for name, reference in AWAITED[days]:
        await until(partial(story.has, name, reference), name, platform)
    if days == min(AWAITED):
        offers = _accepted(heard)
        await _click(platform, "same", min(offers[FORGOTTEN], offers[COPIED]))
        await until(partial(story.has, "InternshipMerged"), "the copy to be hidden", platform)
    if story.has("InternshipExpired"):
        await until(lambda: story.count("InternshipPosted", COPIED) > 1, "the copy to be shown", platform)
    if days == max(AWAITED):
        ended = PlacementEnded(
            siren=LIVELY,
            reference=ANSWERED,
            application_id=_application_id(INES, ANSWERED),
            outcome="completed",
            ended_on=ENDS,
            hours=140,
            hired="apprenticeship",
        )
        await _publish(platform, LIVELY, [ended])


async def _click(platform: Platform, what: What, about: UUID) -> None:
    """What a person does: open the e-mail, follow its link, press the button."""
    found: list[str] = []

    def arrived() -> bool:
        found[:] = [
            token
            for file in mails(platform.mailbox)
            for token in LINK.findall(_text(file))
            if read(platform.link_key, token)[:2] == (what, about)
        ]
        return bool(found)

    await until(arrived, f"an e-mail with the link “{what}”", platform)
    async with httpx.AsyncClient() as browser:
        answer = await browser.post(f"{platform.portal}/c/{found[0]}")
        answer.raise_for_status()


def _text(file: Path) -> str:
    body = email.message_from_bytes(file.read_bytes(), policy=email.policy.default).get_body(("plain",))
    return str(body.get_content()) if body else ""


async def _move_clock(platform: Platform, days: int, story: Story) -> None:
    """Start the service anew, ahead of the machine's clock."""
    story.day = days
    await asyncio.to_thread(platform.processes["internships"].stop)
    platform.start("internships", settings={"PASSERELLE_CLOCK_AHEAD": f"P{days}D"})
    await asyncio.to_thread(platform.wait_ready, ["internships"])


async def _publish(platform: Platform, sender: str, events: Sequence[Event]) -> None:
    async with platform.client(sender) as client:
        for event in events:
            await client.publish(event)


def _accepted(heard: Heard) -> dict[str, UUID]:
    return {
        one.reference: one.accepted_as
        for told in heard.verdicts.values()
        for one in told
        if isinstance(one, SubmissionAccepted) and one.reference
    }


def _person(name: tuple[str, str], role: Role, number: int) -> Event:
    given, family = name
    return ParticipantRegistered(
        participant_id=cast.person(given, family),
        role=role,
        given_name=given,
        family_name=family,
        email=f"participant-{number}@courrier.example",
        registered_at=cast.WHEN,
    )


def _offer(siren: str, reference: str, valid_through: Any, seats: int) -> Event:
    return InternshipOffered(
        siren=siren,
        reference=reference,
        version=1,
        title="Technicienne ou technicien fibre (F/H)",
        description="Raccorder des foyers à la fibre, avec une équipe qui prend le temps d’expliquer.",
        company_name=next(name for name, number in SIRENS.items() if number == siren),
        place=Place(city="Rennes", departement="35", commune="35238"),
        starts_on=STARTS,
        ends_on=ENDS,
        level=5,
        seats=seats,
        trade="fibre",
        valid_through=valid_through,
        contact_id=cast.person(*CONTACT),
    )


def _application_id(student: tuple[str, str], reference: str) -> UUID:
    return uuid5(cast.PEOPLE, f"application {student} {reference}")


def _application(student: tuple[str, str], reference: str, offers: Mapping[str, UUID]) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application_id=_application_id(student, reference),
        offer_id=offers[reference],
        student_id=cast.person(*student),
        level=5,
        submitted_at=cast.WHEN,
        consented_at=cast.WHEN,
    )


def _show(story: Story, console: Console) -> None:
    """The story, fact by fact."""
    table = Table("day", "fact", "offer", "what", title="An offer's life, and what became of those who applied")
    for day, event in story.told:
        reference = getattr(event, "reference", "")
        what = [
            str(getattr(event, name))
            for name in ("waiting_for", "reason", "outcome", "hired")
            if getattr(event, name, None)
        ]
        if getattr(event, "escalated", False):
            what.append("coordinators told")
        if isinstance(event, AnswersMeasured):
            what.append(f"{event.siren} answered {event.answered} of {event.due}")
        if reference in {ANSWERED, FORGOTTEN, COPIED, ""}:
            table.add_row(f"+{day}", type(event).__name__, reference, ", ".join(what))
    console.print(table)
