"""Applications: what becomes of an offer once students answer it. People are ids here, as everywhere."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Day, Instant, Level, Line, Reference, Siren
from .submissions import Submitted

Refusal = Literal["filled", "dates", "level", "skills", "cancelled", "other"]
Ending = Literal["withdrawn", "placed", "expired", "not_taken", "offer_closed", "no_convention"]
"""Why an application ended: the student withdrew it, or took another place; nobody answered in time; she did not take
the place in time; the offer was closed or its last seat taken; no convention was signed in time."""


class ApplicationDecided(Submitted):
    """A company takes or refuses a student who applied; every application deserves an answer, and soon."""

    wire_name = "fr.passerelle.internships.ApplicationDecided.v1"
    topic = "intake.{sender}.internships"

    application_id: UUID
    """The application, as `ApplicationReceived` named it on the company's feedback topic; `reference` is the
    offer's."""
    decision: Literal["accepted", "refused"]
    """What the company decided."""
    reason: Refusal | None = None
    """What a refusal turned on, which must have it: the seat was `filled`, her `dates`, `level` or `skills` did not
    fit, the offer was `cancelled`, or `other`. Nothing that the law keeps out of a choice (Code du travail L1132-1)."""
    decided_at: Instant
    """When the company decided (RFC 3339, with an offset, 2000 to 2100). Of two decisions the later one counts, until
    the student has taken the place; an earlier one changes nothing."""


class ApplicationSubmitted(Event):
    """A student applies for an internship; the portal published it. Her letter stays there, for the company to read."""

    wire_name = "fr.passerelle.internships.ApplicationSubmitted.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"

    application_id: UUID
    """The application."""
    offer_id: UUID
    """The offer she applies for."""
    student_id: UUID
    """Who applies."""
    level: Level
    """The level of the diploma she prepares, 3 (CAP) to 8 (doctorate) (décret 2019-14)."""
    submitted_at: Instant
    """When she applied (RFC 3339)."""
    consented_at: Instant
    """When she agreed that the company reads her application (RFC 3339)."""
    guardian_consented_at: Instant | None = None
    """When a holder of parental authority agreed as well (RFC 3339): needed under fifteen (loi 78-17, article 45)."""


class ApplicationWithdrawn(Event):
    """A student takes her application back; the portal published it."""

    wire_name = "fr.passerelle.internships.ApplicationWithdrawn.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"

    application_id: UUID
    """The application."""
    student_id: UUID
    """Who withdraws."""
    reason: Literal["found_elsewhere", "found_through_us", "changed_plans"] | None = None
    """Why, where she says so."""
    withdrawn_at: Instant
    """When she withdrew (RFC 3339)."""


class ApplicationAnswered(Event):
    """The company's contact takes or refuses a student with one click in an e-mail; the portal published it."""

    wire_name = "fr.passerelle.internships.ApplicationAnswered.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"

    application_id: UUID
    """The application."""
    contact_id: UUID
    """Who clicked: the contact that the offer names."""
    decision: Literal["accepted", "refused"]
    """What she decided for the company."""
    reason: Refusal | None = None
    """What a refusal turned on, which must have it; nothing that the law keeps out of a choice (Code du travail
    L1132-1)."""
    answered_at: Instant
    """When she clicked (RFC 3339)."""


class PlaceTaken(Event):
    """A student takes the place that a company offers her; the portal published it. Her other applications end."""

    wire_name = "fr.passerelle.internships.PlaceTaken.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"

    application_id: UUID
    """The application that was accepted."""
    student_id: UUID
    """Who takes the place."""
    taken_at: Instant
    """When she took it (RFC 3339)."""


class Applied(Event):
    """Which application of whom, for which offer."""

    topic = "internships.applications"
    key_field = "application_id"

    application_id: UUID
    """The application, and the placement that may follow."""
    offer_id: UUID
    """The offer applied for."""
    student_id: UUID
    """Who applied."""
    siren: Siren
    """The company that made the offer: nine digits with a check digit."""
    reference: Reference
    """The company's own name for the offer."""
    title: Line
    """What the internship is called, 1 to 140 characters."""
    company_name: Line
    """The company as students know it, 1 to 140 characters."""
    contact_id: UUID | None = None
    """Whom at the company to ask, where the offer names somebody."""


class ApplicationReceived(Applied):
    """An application reached an open offer; the company has until `answer_by`."""

    wire_name = "fr.passerelle.internships.ApplicationReceived.v1"

    level: Level
    """The level of the diploma she prepares, 3 (CAP) to 8 (doctorate) (décret 2019-14)."""
    received_at: Instant
    """When it arrived (RFC 3339)."""
    answer_by: Day
    """The last day for the company's answer, in France (YYYY-MM-DD)."""


class AnswerAwaited(Applied):
    """Somebody's answer is still missing: she is reminded, and from a certain day on a coordinator is told."""

    wire_name = "fr.passerelle.internships.AnswerAwaited.v1"

    waiting_for: Literal["company", "student", "school", "report"]
    """Whose turn it is: the `company` to decide, the `student` to take her place, her `school` to have the convention
    signed, or the company to `report` how a placement ended."""
    answer_by: Day
    """The last day, in France (YYYY-MM-DD); after it the application or the placement ends by itself."""
    days_left: Annotated[int, Field(ge=0, le=400)]
    """Days until then, 0 to 400."""
    escalated: bool
    """Whether the coordinators are asked to help."""


class ApplicationAccepted(Applied):
    """The company takes the student: a seat is held for her until `confirm_by`."""

    wire_name = "fr.passerelle.internships.ApplicationAccepted.v1"

    accepted_at: Instant
    """When the company decided (RFC 3339)."""
    confirm_by: Day
    """The last day on which she may take the place, in France (YYYY-MM-DD)."""


class ApplicationConfirmed(Applied):
    """The student took the place; the seat is hers."""

    wire_name = "fr.passerelle.internships.ApplicationConfirmed.v1"

    confirmed_at: Instant
    """When she took it (RFC 3339)."""


class ApplicationRefused(Applied):
    """The company does not take the student."""

    wire_name = "fr.passerelle.internships.ApplicationRefused.v1"

    reason: Refusal | None = None
    """What the refusal turned on, where the company said so."""
    refused_at: Instant
    """When the company decided (RFC 3339)."""


class ApplicationClosed(Applied):
    """An application ended without the company's decision, or after it without a placement."""

    wire_name = "fr.passerelle.internships.ApplicationClosed.v1"

    reason: Ending
    """Why."""
    closed_at: Instant
    """When it ended (RFC 3339)."""
