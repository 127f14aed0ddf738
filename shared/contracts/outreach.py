"""Outreach: visits of companies to schools. Pupils are counted, never named."""

from datetime import date
from typing import Annotated, Literal, Self, get_args
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .event import Event
from .fields import Departement, Instant, Line, Prose, Reference, SchoolLevel, Siren, Uai, Version

Pupils = Annotated[int, Field(ge=0, le=1000)]
Format = Literal["testimony", "workshop", "round_table", "site_visit", "forum"]


class VisitOffered(Event):
    """A company can visit a school on one of these days."""

    wire_name = "fr.passerelle.outreach.VisitOffered.v1"
    topic = "intake.{sender}.outreach"
    key_field = "reference"

    siren: Siren
    reference: Reference
    version: Version
    company_name: Line
    format: Format
    days: Annotated[tuple[date, ...], Field(min_length=1, max_length=60, strict=False)]
    departements: Annotated[tuple[Departement, ...], Field(min_length=1, max_length=101, strict=False)]
    levels: Annotated[tuple[SchoolLevel, ...], Field(min_length=1, max_length=len(get_args(SchoolLevel)), strict=False)]
    largest_group: Annotated[int, Field(ge=1, le=1000)]


class VisitReported(Event):
    """The company says how the visit went: pupils reached, and girls among them."""

    wire_name = "fr.passerelle.outreach.VisitReported.v1"
    topic = "intake.{sender}.outreach"
    key_field = "reference"

    siren: Siren
    reference: Reference
    visit_id: UUID
    held_on: date
    pupils: Pupils
    girls: Pupils
    comment: Prose | None = None

    @model_validator(mode="after")
    def _girls_among_pupils(self) -> Self:
        if self.girls > self.pupils:
            raise PydanticCustomError(
                "girls_over_pupils", "more girls than pupils", {"field": "girls", "found": str(self.girls)}
            )
        return self


class VisitRequested(Event):
    """A teacher asks for a visit to a class; the portal published it."""

    wire_name = "fr.passerelle.outreach.VisitRequested.v1"
    topic = "intake.portal.outreach"
    key_field = "request_id"

    request_id: UUID
    school: Uai
    school_name: Line
    departement: Departement
    teacher_id: UUID
    level: SchoolLevel
    pupils_expected: Annotated[int, Field(ge=1, le=1000)]
    days: Annotated[tuple[date, ...], Field(min_length=1, max_length=60, strict=False)]


class VisitScheduled(Event):
    """A company's offer and a school's request met: the visit has its day."""

    wire_name = "fr.passerelle.outreach.VisitScheduled.v1"
    topic = "outreach.visits"
    key_field = "visit_id"

    visit_id: UUID
    request_id: UUID
    school: Uai
    school_name: Line
    teacher_id: UUID
    siren: Siren
    company_name: Line
    format: Format
    level: SchoolLevel
    held_on: date
    pupils_expected: int


class VisitCompleted(Event):
    """A visit took place."""

    wire_name = "fr.passerelle.outreach.VisitCompleted.v1"
    topic = "outreach.visits"
    key_field = "visit_id"

    visit_id: UUID
    school: Uai
    school_name: Line
    teacher_id: UUID
    siren: Siren
    company_name: Line
    held_on: date
    reported_at: Instant
    pupils: Pupils
    girls: Pupils
