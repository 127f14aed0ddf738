"""Who plays in the demo: fictional people, real schools, companies that visit and mentor."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid5

from samples.generate import SIRENS
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.mentoring import MenteeRegistered, MentorOffered
from shared.contracts.notifications import AlertRequested
from shared.contracts.outreach import VisitOffered
from shared.contracts.participants import ParticipantRegistered, Role
from shared.contracts.teachers import VisitRequested

SAMPLES = Path(__file__).parents[2] / "samples"
WHEN = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)
TODAY = day_in_france(datetime.now(UTC))
DAYS = (TODAY, TODAY + timedelta(days=1), TODAY + timedelta(days=7))
"""Today, for a visit can be reported once it was held; tomorrow, in case midnight comes before the match."""

PEOPLE = UUID("5f0c2b5a-2a0e-5d8e-9a52-6f4c0d2b7a11")

TEACHERS = (("Sophie", "Le Goff"), ("Karim", "Benali"))
VISITORS = ("Fibrelune", "Lumière & Câbles")
STUDENTS = (("Inès", "Lemaire", "35", 5), ("Zoé", "Guéguen", "29", 5), ("Maëlle", "N’Diaye", "69", 6))
MENTORS = (("Hélène", "Brûlé", "35", ("fibre", "works"), 7), ("Aïcha", "Fernández", "69", ("software", "fibre"), 7))
MENTEES = (("Léa", "Öztürk", "69", ("fibre",), 5), ("Chloé", "Tanguy", "35", ("works",), 4))
"""First come, first served would give Léa the first mentor, and leave Chloé without the only one for her."""


def person(given_name: str, family_name: str) -> UUID:
    """A participant's id; the same in every run, so that a second feed repeats the first."""
    return uuid5(PEOPLE, f"{given_name} {family_name}")


def schools() -> list[dict[str, str]]:
    """Real lycées, with their real UAI codes."""
    listed: list[dict[str, str]] = json.loads((SAMPLES / "schools.json").read_text("utf-8"))["schools"]
    return listed


def participants() -> list[Event]:
    """Everybody who can be written to."""
    students = [(one[0], one[1]) for one in (*STUDENTS, *MENTEES)]
    mentors = [(one[0], one[1]) for one in MENTORS]
    people = [*_all("teacher", TEACHERS), *_all("student", students), *_all("mentor", mentors)]
    return [
        ParticipantRegistered(
            participant_id=person(given, family),
            role=role,
            given_name=given,
            family_name=family,
            email=f"participant-{number}@courrier.example",
            registered_at=WHEN,
        )
        for number, (role, given, family) in enumerate(people, start=1)
    ]


def _all(role: Role, people: Sequence[tuple[str, str]]) -> list[tuple[Role, str, str]]:
    return [(role, given, family) for given, family in people]


def requests() -> list[Event]:
    """What the website publishes: alerts, requests for visits, students who want a mentor."""
    alerts: list[Event] = [
        AlertRequested(student_id=person(given, family), departements=(where,), level=level, consented_at=WHEN)
        for given, family, where, level in STUDENTS
    ]
    visits = [
        VisitRequested(
            request_id=uuid5(PEOPLE, f"request {school['uai']}"),
            school=school["uai"],
            school_name=school["name"],
            departement=school["departement"],
            teacher_id=person(*teacher),
            level="2de",
            pupils_expected=32,
            days=DAYS,
        )
        for school, teacher in zip(schools(), TEACHERS, strict=False)
    ]
    mentees = [
        MenteeRegistered(
            mentee_id=person(given, family),
            departement=where,
            trades=trades,  # type: ignore[arg-type]  # a tuple of literals, too wide for the checker
            level=level,
            remote=True,
            consented_at=WHEN,
        )
        for given, family, where, trades, level in MENTEES
    ]
    return [*alerts, *visits, *mentees]


def offers(sirens: Sequence[str]) -> list[tuple[str, Event]]:
    """What companies offer besides internships, with the company that does."""
    visits = [
        VisitOffered(
            siren=SIRENS[company],
            reference="VISITE-1",
            version=1,
            company_name=company,
            format="testimony",
            days=DAYS,
            departements=(school["departement"],),
            levels=("2de", "1re"),
            largest_group=40,
        )
        for company, school in zip(VISITORS, schools(), strict=False)
    ]
    mentors = [
        MentorOffered(
            siren=siren,
            reference=f"MENTOR-{family}",
            version=1,
            mentor_id=person(given, family),
            departement=where,
            trades=trades,  # type: ignore[arg-type]  # a tuple of literals, too wide for the checker
            level=level,
            capacity=1,
            remote=True,
        )
        for siren, (given, family, where, trades, level) in zip(sirens, MENTORS, strict=False)
    ]
    return [*((visit.siren, visit) for visit in visits), *zip(sirens, mentors, strict=False)]
