"""What teachers say of visits to their classes, through the portal; the outreach service judges it."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Day, Departement, Instant, Line, Minutes, SchoolLevel, Uai
from .outreach import Cause, Counted, Days, Expected

Next = Literal["second_visit", "site_visit", "internships", "mentors"]


class VisitRequested(Event):
    """A teacher asks for a visit to a class; the portal published it."""

    wire_name = "fr.passerelle.outreach.VisitRequested.v1"
    topic = "intake.portal.outreach"
    key_field = "request_id"

    request_id: UUID
    """The request."""
    school: Uai
    """The school's UAI code: département, four digits and a letter (the digits modulo 23) that is verified beyond the
    pattern."""
    school_name: Line
    """The school's name, 1 to 140 characters."""
    departement: Departement
    """Where the school is, by INSEE code: 01 to 95 without 20, 2A, 2B, 971 to 974, 976."""
    teacher_id: UUID
    """Who asks, and hears of the answer."""
    level: SchoolLevel
    """The class that is to be visited."""
    pupils_expected: Expected
    """How many pupils there will be, 1 to 1,000."""
    days: Days
    """The days that suit the school, in France (YYYY-MM-DD), 1 to 60."""
    authorised_on: Day | None = None
    """The day on which the head of school authorised it, in France (YYYY-MM-DD); a visitor whose association has no
    agrément may come once the académie was informed (Code de l'éducation D551-1 to D551-6)."""


class RequestWithdrawn(Event):
    """A teacher takes a request back, before or after it got its visit; the portal published it."""

    wire_name = "fr.passerelle.outreach.RequestWithdrawn.v1"
    topic = "intake.portal.outreach"
    key_field = "request_id"
    status = "planned"

    request_id: UUID
    """The request."""
    reason: Cause
    """Why; where the visit had its day, the company reads it."""
    withdrawn_at: Instant
    """When the teacher withdrew it (RFC 3339)."""


class VisitMoved(Event):
    """School and company agreed on another day; the portal published it for the teacher."""

    wire_name = "fr.passerelle.outreach.VisitMoved.v1"
    topic = "intake.portal.outreach"
    key_field = "visit_id"
    status = "planned"

    visit_id: UUID
    """The visit."""
    teacher_id: UUID
    """Who says so."""
    held_on: Day
    """The new day, in France (YYYY-MM-DD)."""


class AttendanceConfirmed(Counted, Event):
    """The teacher says whether the visit took place, and who was there; the portal published it."""

    wire_name = "fr.passerelle.outreach.AttendanceConfirmed.v1"
    topic = "intake.portal.outreach"
    key_field = "visit_id"
    status = "planned"

    visit_id: UUID
    """The visit."""
    teacher_id: UUID
    """Who confirms."""
    held: bool
    """Whether it took place; where it did not, both counts are 0."""
    missed_by: Literal["company", "school", "both"] | None = None
    """Where it did not take place, who was missing."""
    held_on: Day
    """The day of the visit, in France (YYYY-MM-DD); where it did not take place, the day agreed."""
    minutes: Minutes | None = None
    """How long it lasted, 5 to 480 minutes."""
    satisfaction: Annotated[int, Field(ge=1, le=5)] | None = None
    """What the teacher thinks of it, from 1 (poor) to 5 (excellent)."""
    wanted_next: Annotated[tuple[Next, ...], Field(max_length=4, strict=False)] = ()
    """What the class would like next, at most four things: one visit alone changes little."""
    confirmed_at: Instant
    """When the teacher confirmed (RFC 3339)."""
