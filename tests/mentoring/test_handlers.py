"""Mentors as companies offer them, on a real PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from uuid import UUID

import pytest

from services.mentoring.handlers import propose_mentor, register_mentee, register_mentor
from services.mentoring.jobs import assign_mentees
from shared.chassis.database import Database, Db
from shared.chassis.jobs import Jobs, fire_due
from shared.cli.platform import Platform
from shared.contracts.applications import ApplicationConfirmed
from shared.contracts.event import Event
from shared.contracts.mentoring import MenteeRegistered, MentorOffered, MentorProposed
from shared.contracts.received import Received, Rejected
from tests.conftest import ServiceDb, eventually
from tests.databases import somebody_waits_for, two_replicas

AT = datetime(2026, 11, 24, tzinfo=UTC)
HELENE, AICHA = UUID(int=1), UUID(int=2)

another = pytest.mark.parametrize(
    "changes",
    [{"reference": "M-2"}, {"siren": "812025609"}, {"mentor_id": AICHA}],
    ids=["another reference", "another company", "another person"],
)


def offered(**changes: object) -> MentorOffered:
    first = MentorOffered(
        siren="732829320",
        reference="M-1",
        version=1,
        mentor_id=HELENE,
        departement="35",
        trades=("fibre",),
        level=7,
        capacity=2,
        remote=True,
    )
    return first.model_copy(update=changes)


async def told(db: Db, event: MentorOffered) -> list[str]:
    received = Received("1", MentorOffered.wire_name, event.siren, AT)
    return [type(one).__name__ for one in await register_mentor(event, received, db)]


async def test_each_offer_of_a_mentor_has_one_verdict(service_db: ServiceDb) -> None:
    db = await service_db("mentoring")
    assert await told(db, offered()) == ["SubmissionAccepted"]
    assert await told(db, offered()) == ["SubmissionUnchanged"]
    assert await told(db, offered(version=3, capacity=1)) == ["SubmissionAccepted"]
    assert await told(db, offered(version=2)) == ["SubmissionStale"]
    with pytest.raises(Rejected, match="version_reused"):
        await told(db, offered(version=3, capacity=4))


@another
async def test_a_reference_names_one_person_and_a_person_has_one_reference(
    service_db: ServiceDb, changes: dict[str, object]
) -> None:
    db = await service_db("mentoring")
    await told(db, offered())
    with pytest.raises(Rejected) as refused:
        await told(db, offered(version=2, **changes))
    assert [(one.field, one.rule) for one in refused.value.problems] == [("mentor_id", "one_person_one_reference")]


async def told_by(replica: Database, event: MentorOffered) -> list[str]:
    async with replica.transaction() as db:
        return await told(db, event)


@another
async def test_two_offers_at_once_leave_one_person_with_one_reference(
    running: Platform, changes: dict[str, object]
) -> None:
    async with two_replicas(running, "mentoring") as (one, other):
        async with one.transaction() as db:
            await told(db, offered())
            late = asyncio.create_task(told_by(other, offered(**changes)))
            await somebody_waits_for(db)
        with pytest.raises(Rejected, match="one_person_one_reference"):
            await late


async def register_by(replica: Database) -> None:
    student = MenteeRegistered(
        mentee_id=UUID(int=3), departement="35", trades=("fibre",), level=5, remote=True, consented_at=AT
    )
    async with replica.transaction() as db:
        await register_mentee(student, Received("2", student.wire_name, "portal", AT), db)


async def offer_by(replica: Database) -> None:
    assert await told_by(replica, offered(version=2, capacity=1)) == ["SubmissionAccepted"]


@pytest.mark.parametrize("register", [offer_by, register_by])
async def test_people_who_change_while_they_are_paired_wait_for_the_pairing(
    running: Platform, register: Callable[[Database], Awaitable[None]]
) -> None:
    due, jobs = asyncio.Event(), Jobs()

    @jobs.when("assign_mentees")
    async def pair_when_somebody_waits(db: Db, key: str, now: datetime) -> Sequence[Event]:
        due.set()
        await somebody_waits_for(db)
        return await assign_mentees(db, key, now)

    async with two_replicas(running, "mentoring") as (one, other):
        await told_by(one, offered())
        await register_by(one)
        async with one.transaction() as db:
            await db.execute("UPDATE timer SET due_at = now()")
        pairing = asyncio.create_task(fire_due(one, jobs))
        await eventually(due.is_set, "the pairing to begin", pause_seconds=0.01)
        await asyncio.gather(pairing, register(other))


def confirmed(student_id: UUID, application: int = 1) -> ApplicationConfirmed:
    return ApplicationConfirmed(
        application_id=UUID(int=application),
        offer_id=UUID(int=90),
        student_id=student_id,
        siren="732829320",
        reference="A-1",
        title="Technicienne ou technicien fibre (F/H)",
        company_name="Fibrelune",
        confirmed_at=AT,
    )


async def proposed(db: Db, event: ApplicationConfirmed) -> list[Event]:
    return [*await propose_mentor(event, Received("1", event.wire_name, "internships", AT), db)]


async def test_a_student_with_a_place_is_proposed_a_mentor_once(service_db: ServiceDb) -> None:
    db = await service_db("mentoring")
    student = UUID(int=50)
    assert await proposed(db, confirmed(student)) == [
        MentorProposed(student_id=student, application_id=UUID(int=1), proposed_at=AT)
    ]
    assert await proposed(db, confirmed(student, application=2)) == []


async def test_who_waits_for_a_mentor_or_has_one_is_not_asked(service_db: ServiceDb) -> None:
    db = await service_db("mentoring")
    mentee = MenteeRegistered(
        mentee_id=UUID(int=51), departement="35", trades=("fibre",), level=5, remote=True, consented_at=AT
    )
    await register_mentee(mentee, Received("1", mentee.wire_name, "portal", AT), db)
    assert await proposed(db, confirmed(mentee.mentee_id)) == []
