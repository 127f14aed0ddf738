"""Outreach: visits of companies to schools. Pupils are counted, never named. What teachers say is in `teachers`."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .event import Event, Value
from .feedback import Problem
from .fields import Day, Departement, Instant, Line, Prose, SchoolLevel, Siren, Uai
from .remedies import problem
from .submissions import Submitted, Versioned

Pupils = Annotated[int, Field(ge=0, le=1000)]
Expected = Annotated[int, Field(ge=1, le=1000)]
Days = Annotated[tuple[Day, ...], Field(min_length=1, max_length=60, strict=False)]
Format = Literal["testimony", "workshop", "round_table", "site_visit", "forum"]
Cause = Literal["illness", "transport", "timetable", "speaker_unavailable", "no_longer_wanted", "other"]


class Counted(Value):
    """How many pupils were reached; counts alone, so that no pupil is known (CNIL, recommendations on minors)."""

    pupils: Pupils
    """Pupils present, 0 to 1,000."""
    girls: Pupils
    """Girls among them, 0 to 1,000 and never more than `pupils`; counted by sight, nobody is asked."""

    @model_validator(mode="after")
    def _girls_among_pupils(self) -> Self:
        if self.girls > self.pupils:
            raise PydanticCustomError(
                "girls_over_pupils", "more girls than pupils", {"field": "girls", "found": str(self.girls)}
            )
        return self


class VisitOffered(Versioned):
    """A company can visit a school on one of these days."""

    wire_name = "fr.passerelle.outreach.VisitOffered.v1"
    topic = "intake.{sender}.outreach"

    company_name: Line
    """The company as the school will read it, 1 to 140 characters."""
    format: Format
    """What the company proposes: testimony (témoignage), workshop (atelier), round_table (table ronde), site_visit (the
    class comes) or forum."""
    days: Days
    """The days on which the company could come, in France (YYYY-MM-DD), 1 to 60; each serves one school at most. Days
    that have passed are left aside."""
    departements: Annotated[tuple[Departement, ...], Field(min_length=1, max_length=101, strict=False)]
    """Where the company would go, by INSEE code: 01 to 95 without 20, 2A, 2B, 971 to 974, 976; 1 to 101 of them."""
    levels: Annotated[tuple[SchoolLevel, ...], Field(min_length=1, max_length=len(get_args(SchoolLevel)), strict=False)]
    """The classes it suits, from 4e to BTS; 1 to 6 of them."""
    largest_group: Expected
    """The most pupils it can be done with, 1 to 1,000; a class has about thirty."""


class VisitWithdrawn(Versioned):
    """A company takes an offer of visits back; the days that are still free serve no school any more."""

    wire_name = "fr.passerelle.outreach.VisitWithdrawn.v1"
    topic = "intake.{sender}.outreach"
    status = "planned"

    scheduled: Literal["kept", "called_off"]
    """What becomes of the visits that have their day: kept, or called off, and then the schools hear of it."""
    reason: Cause
    """Why."""


class VisitCalledOff(Submitted):
    """A company cannot come to a visit that has its day; the school is told, and its request waits again."""

    wire_name = "fr.passerelle.outreach.VisitCalledOff.v1"
    topic = "intake.{sender}.outreach"
    status = "planned"

    visit_id: UUID
    """The visit, as `VisitConfirmed` named it on the company's feedback topic."""
    reason: Cause
    """Why; the school reads it."""


class VisitReported(Counted, Submitted):
    """The company says how the visit went: pupils reached, and girls among them."""

    wire_name = "fr.passerelle.outreach.VisitReported.v1"
    topic = "intake.{sender}.outreach"

    visit_id: UUID
    """The visit, as `VisitConfirmed` named it on the company's feedback topic."""
    held_on: Day
    """The day of the visit, in France (YYYY-MM-DD): 30 days before the day agreed at the earliest, today at the
    latest."""
    comment: Prose | None = None
    """What the coordinators should know, 1 to 8,000 characters; no names of pupils."""

    def problems_on(self, today: date) -> Sequence[Problem]:
        """A visit to come has not taken place."""
        return [problem("held_on", "in_the_future", self.held_on)] if self.held_on > today else []


class Visit(Event):
    """Which visit, to which school, by which company."""

    topic = "outreach.visits"
    key_field = "visit_id"

    visit_id: UUID
    """The visit, from its day on the calendar to its report."""
    school: Uai
    """The school's UAI code: département, four digits and a letter that is verified beyond the pattern."""
    school_name: Line
    """The school's name, 1 to 140 characters."""
    teacher_id: UUID
    """The teacher who asked for it."""
    siren: Siren
    """The company that comes: nine digits with a check digit."""
    company_name: Line
    """The company's name, 1 to 140 characters."""
    held_on: Day
    """The day of the visit, in France (YYYY-MM-DD)."""


class VisitScheduled(Visit):
    """A company's offer and a school's request met: the visit has its day."""

    wire_name = "fr.passerelle.outreach.VisitScheduled.v1"

    request_id: UUID
    """The teacher's request that it answers."""
    format: Format
    """What the company does there."""
    level: SchoolLevel
    """The class that is visited."""
    pupils_expected: Expected
    """How many pupils the teacher expects, 1 to 1,000."""


class VisitRescheduled(Visit):
    """A visit has another day, `held_on`."""

    wire_name = "fr.passerelle.outreach.VisitRescheduled.v1"
    status = "planned"

    previously_on: Day
    """The day it had before, in France (YYYY-MM-DD)."""
    rescheduled_at: Instant
    """When the day was changed (RFC 3339)."""


class VisitCancelled(Visit):
    """A visit that had its day will not take place."""

    wire_name = "fr.passerelle.outreach.VisitCancelled.v1"
    status = "planned"

    cancelled_by: Literal["company", "school", "coordinator"]
    """Who called it off."""
    reason: Cause
    """Why, as they said."""
    cancelled_at: Instant
    """When it was called off (RFC 3339)."""


class VisitMissed(Visit):
    """A visit did not take place although nobody had called it off."""

    wire_name = "fr.passerelle.outreach.VisitMissed.v1"
    status = "planned"

    missed_by: Literal["company", "school", "both"]
    """Who was missing."""
    reported_at: Instant
    """When it was reported (RFC 3339)."""


class VisitCompleted(Counted, Visit):
    """A visit took place."""

    wire_name = "fr.passerelle.outreach.VisitCompleted.v1"

    reported_at: Instant
    """When the company reported it (RFC 3339)."""


class RequestExpired(Event):
    """No company could come on any of the days that suited the school."""

    wire_name = "fr.passerelle.outreach.RequestExpired.v1"
    topic = "outreach.visits"
    key_field = "request_id"
    status = "planned"

    request_id: UUID
    """The request."""
    school: Uai
    """The school's UAI code: département, four digits and a letter that is verified beyond the pattern."""
    school_name: Line
    """The school's name, 1 to 140 characters."""
    teacher_id: UUID
    """Who asked, and is told."""
    expired_at: Instant
    """When the last day had passed (RFC 3339)."""
