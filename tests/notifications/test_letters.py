"""Letters about offers, applications and placements: the right people, in their language, once, and not too late."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.notifications.domain import LETTERS, Notice, letters
from services.notifications.handlers import know_participant, write_letters
from services.notifications.mail import LANGUAGES
from shared.chassis.database import Db
from shared.cli.contracts import schemas
from shared.contracts.applications import (
    AnswerAwaited,
    ApplicationAccepted,
    ApplicationClosed,
    ApplicationConfirmed,
    ApplicationReceived,
)
from shared.contracts.event import Event
from shared.contracts.offer_life import InternshipExpiring
from shared.contracts.participants import ParticipantRegistered, Role
from shared.contracts.placements import PlacementClosed, PulseHeard
from shared.contracts.received import Received
from tests.conftest import ServiceDb
from tests.notifications.test_mail import AT, mail, parts, person

CONTACT, COORDINATOR = UUID("019b76da-a800-7c1e-8b2a-5f0d6a4c3e21"), UUID(int=77)


def example(kind: type[Event], **changes: Any) -> Any:
    """The fullest example of the contract, but for the changes."""
    value = max(schemas.examples(kind)["valid"], key=len)
    event = kind.model_validate_json(json.dumps(value))
    return event.model_copy(update={"contact_id": CONTACT, **changes} if "contact_id" in kind.model_fields else changes)


def told(event: Event) -> list[tuple[str, UUID]]:
    return [(notice.template, notice.participant_id) for notice in letters(event, [COORDINATOR])]


VARIANTS: list[Event] = [
    *(example(kind) for kind in LETTERS),
    *(example(AnswerAwaited, waiting_for=who, escalated=True) for who in ("company", "student", "school", "report")),
    *(
        example(ApplicationClosed, reason=reason)
        for reason in ("withdrawn", "placed", "expired", "not_taken", "offer_closed", "no_convention")
    ),
    example(PlacementClosed, outcome="completed"),
    example(PulseHeard, going="badly"),
]


def written() -> Iterator[tuple[Event, Notice]]:
    for event in VARIANTS:
        for notice in letters(event, [COORDINATOR]):
            yield event, notice


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("event", "notice"), [*written()])
def test_every_letter_reads_well_in_both_languages_and_parts(event: Event, notice: Notice, language: str) -> None:
    about = [person(2, "Zoé", "Guéguen")] if notice.about else []
    for part in parts(mail(notice, replace(person(), language=language), *about)):
        assert "{" not in part
        assert language == "en" or not re.search(r" [:;!?»]|« | 20\d\d", part.split("-- ")[0])
        assert "None" not in part
        assert "Undefined" not in part
        assert len(part.split()) > 30
        for title in re.findall(r'"title":"(\S+)', event.model_dump_json()) or ["mentor"]:
            assert title.lower() in part.lower()


def test_a_company_is_asked_and_the_student_knows_until_when() -> None:
    event = example(ApplicationReceived)
    assert told(event) == [("application_received", CONTACT), ("application_sent", event.student_id)]
    assert told(event.model_copy(update={"contact_id": None})) == [("application_sent", event.student_id)]


@pytest.mark.parametrize(
    ("waiting_for", "field"),
    [("company", "contact_id"), ("student", "student_id"), ("school", "student_id"), ("report", "contact_id")],
)
def test_whose_turn_it_is_is_reminded_and_coordinators_only_of_what_is_stuck(waiting_for: str, field: str) -> None:
    event = example(AnswerAwaited, waiting_for=waiting_for, escalated=False)
    reminder = (f"answer_awaited_{waiting_for}", getattr(event, field))
    assert told(event) == [reminder]
    assert told(event.model_copy(update={"escalated": True})) == [reminder, ("escalation", COORDINATOR)]


def test_coordinators_hear_of_a_placement_only_where_it_goes_badly() -> None:
    assert told(example(PulseHeard, going="mixed")) == []
    assert told(example(PulseHeard, going="badly")) == [("pulse_bad", COORDINATOR)]


def test_a_placement_that_nobody_reported_is_not_called_ended() -> None:
    assert told(example(PlacementClosed, outcome="not_reported")) == []


def test_a_company_learns_a_students_name_only_once_she_has_taken_the_place() -> None:
    named = {type(event) for event, notice in written() if notice.about}
    assert named == {ApplicationConfirmed}
    confirmed = next(notice for event, notice in written() if notice.about)
    assert confirmed.participant_id == CONTACT


def test_reminders_of_two_days_are_two_letters_and_the_same_again_is_one() -> None:
    event = example(AnswerAwaited, waiting_for="company", days_left=4)
    later = event.model_copy(update={"days_left": 1})
    ids = [letters(one, [])[0].notice_id for one in (event, later, event)]
    assert ids[0] == ids[2] != ids[1]


def test_what_happens_a_second_time_is_told_a_second_time() -> None:
    expiring = example(InternshipExpiring)
    prolonged = expiring.model_copy(update={"last_day": date(2027, 6, 30)})
    assert letters(expiring, [])[0].notice_id != letters(prolonged, [])[0].notice_id
    accepted = example(ApplicationAccepted)
    again = accepted.model_copy(update={"accepted_at": AT + timedelta(days=3)})
    assert letters(accepted, [])[0].notice_id != letters(again, [])[0].notice_id


async def hear(db: Db, *events: Event) -> None:
    for event in events:
        await write_letters(event, Received("1", event.wire_name, "internships", AT), db)


async def register(db: Db, participant_id: UUID, role: Role) -> None:
    event = ParticipantRegistered(
        participant_id=participant_id,
        role=role,
        given_name="Inès",
        family_name="Lemaire",
        email="ines@courrier.example",
        registered_at=AT,
    )
    await know_participant(event, Received("1", event.wire_name, "portal", AT), db)


async def pending(db: Db) -> list[str]:
    rows = await db.fetch("SELECT template FROM mail WHERE state = 'pending' ORDER BY template")
    return [row["template"] for row in rows]


async def test_what_has_happened_is_not_asked_any_more(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    await register(db, COORDINATOR, "coordinator")
    await hear(db, example(ApplicationReceived), example(AnswerAwaited, waiting_for="company", escalated=True))
    assert await pending(db) == ["answer_awaited_company", "application_received", "application_sent", "escalation"]
    await hear(db, example(ApplicationAccepted))
    assert await pending(db) == ["application_accepted", "application_sent"]
    await hear(db, example(ApplicationClosed, reason="withdrawn"))
    assert await pending(db) == ["application_closed", "application_gone", "application_sent"]


async def test_only_coordinators_are_told_of_what_is_stuck(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    await register(db, COORDINATOR, "coordinator")
    await register(db, UUID(int=78), "teacher")
    await hear(db, example(PulseHeard, going="badly"))
    assert await db.fetchval("SELECT array_agg(participant_id) FROM mail") == [COORDINATOR]


async def test_a_fact_heard_again_writes_nothing_more(service_db: ServiceDb) -> None:
    db = await service_db("notifications")
    await hear(db, example(ApplicationReceived), example(ApplicationReceived))
    assert await db.fetchval("SELECT count(*) FROM mail") == 2
