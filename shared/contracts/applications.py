"""Applications and placements: what becomes of an offer once students answer it. People are ids here, as everywhere."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from .event import Event, Value
from .fields import Day, Euros, Instant, Level, Siren, Uai, in_order
from .submissions import Submitted

Regime = Literal["internship", "training_period", "observation_sequence", "observation_period", "information_visit"]
Refusal = Literal["filled", "dates", "level", "skills", "cancelled", "other"]
Outcome = Literal["completed", "broken_off", "not_started"]
Side = Literal["student", "company", "school", "agreed"]
Hired = Literal["permanent", "fixed_term", "apprenticeship", "no"]
Hours = Annotated[int, Field(ge=0, le=1848)]
"""Two teaching years at the law's 924 hours, the most that a year on the calendar can touch (Code de l'éducation
L124-5, D124-6)."""


class ApplicationDecided(Submitted):
    """A company takes or refuses a student who applied; every application deserves an answer, and soon."""

    wire_name = "fr.passerelle.internships.ApplicationDecided.v1"
    topic = "intake.{sender}.internships"
    status = "planned"

    application_id: UUID
    """The application, as `ApplicationReceived` named it on the company's feedback topic; `reference` is the
    offer's."""
    decision: Literal["accepted", "refused"]
    """What the company decided."""
    reason: Refusal | None = None
    """Of a refusal, what it turned on: the seat was `filled`, her `dates`, `level` or `skills` did not fit, the offer
    was `cancelled`, or `other`. Nothing that the law keeps out of a choice (Code du travail L1132-1)."""
    decided_at: Instant
    """When the company decided (RFC 3339, with an offset, 2000 to 2100); of two decisions the later one counts."""


class Ended(Value):
    """How a placement ended."""

    outcome: Outcome
    """`completed` as agreed, `broken_off` before its end, or `not_started` because she never came."""
    ended_on: Day
    """The last day of presence, in France (YYYY-MM-DD); where it did not start, the day on which it should have."""
    hours: Hours
    """Hours of presence, 0 to 1,848; authorised absences count as presence (Code de l'éducation L124-13, L124-18). The
    law allows 924 hours with one company for each teaching year (L124-5), and a year on the calendar touches two."""
    ended_by: Side | None = None
    """Whose decision it was to break off or not to start; left out where it was completed, or nobody knows."""
    hired: Hired | None = None
    """Whether the company keeps her afterwards, and under which contract; left out while it is not known."""


class PlacementEnded(Ended, Submitted):
    """A company says how a placement ended; the internships service answers and publishes `PlacementClosed`."""

    wire_name = "fr.passerelle.internships.PlacementEnded.v1"
    topic = "intake.{sender}.internships"
    status = "planned"

    application_id: UUID
    """The application that the placement came from; `reference` is the offer's."""


class ApplicationSubmitted(Event):
    """A student applies for an internship; the portal published it. Her letter stays there, for the company to read."""

    wire_name = "fr.passerelle.internships.ApplicationSubmitted.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"
    status = "planned"

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
    status = "planned"

    application_id: UUID
    """The application."""
    student_id: UUID
    """Who withdraws."""
    reason: Literal["found_elsewhere", "found_through_us", "changed_plans"] | None = None
    """Why, where she says so."""
    withdrawn_at: Instant
    """When she withdrew (RFC 3339)."""


class Agreed(Value):
    """What the convention of a placement fixes (Code de l'éducation L124-1, D124-4)."""

    regime: Regime
    """Which law it comes under: `internship` or `training_period` (PFMP) (Code de l'éducation L124-1 and following),
    `observation_sequence` (D331-6), `observation_period` in the holidays (L332-3-1) or `information_visit` (D331-5).
    Rules of duration and gratification bind the first two alone."""
    starts_on: Day
    """First day, in France (YYYY-MM-DD)."""
    ends_on: Day
    """Last day, in France (YYYY-MM-DD), not before `starts_on`."""
    hours: Hours
    """Hours of presence agreed in all, 0 to 1,848; seven make a day, 22 days a month (Code de l'éducation D124-6)."""
    hourly_pay: Annotated[Euros, Field(strict=False)] | None = None
    """Gratification in euros for each hour of presence, 0 to 1,000 with at most two decimals, as a string or a number;
    left out: none. Due where there are more than 308 hours (Code de l'éducation L124-6, D124-8)."""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        in_order(self.starts_on, self.ends_on)
        return self


class PlacementAgreed(Agreed, Event):
    """Everybody signed the convention of a placement: school, company, student or parent, referent, tutor (L124-1)."""

    wire_name = "fr.passerelle.internships.PlacementAgreed.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"
    status = "planned"

    application_id: UUID
    """The application that was accepted."""
    school: Uai | None = None
    """Her school's UAI code: département, four digits and a letter that is verified beyond the pattern. Left out where
    her school has none."""
    signed_on: Day
    """The day of the last signature, in France (YYYY-MM-DD)."""


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


class ApplicationReceived(Applied):
    """An application reached an open offer; the company has until `answer_by`."""

    wire_name = "fr.passerelle.internships.ApplicationReceived.v1"
    status = "planned"

    received_at: Instant
    """When it arrived (RFC 3339)."""
    answer_by: Day
    """The last day for the company's answer, in France (YYYY-MM-DD)."""


class ApplicationAccepted(Applied):
    """The company takes the student."""

    wire_name = "fr.passerelle.internships.ApplicationAccepted.v1"
    status = "planned"

    accepted_at: Instant
    """When the company decided (RFC 3339)."""


class ApplicationRefused(Applied):
    """The company does not take the student."""

    wire_name = "fr.passerelle.internships.ApplicationRefused.v1"
    status = "planned"

    reason: Refusal | None = None
    """What the refusal turned on, where the company said so."""
    refused_at: Instant
    """When the company decided (RFC 3339)."""


class ApplicationClosed(Applied):
    """An application ended without the company's decision."""

    wire_name = "fr.passerelle.internships.ApplicationClosed.v1"
    status = "planned"

    reason: Literal["withdrawn", "expired", "offer_closed"]
    """The student withdrew it, nobody answered in time, or the company closed the offer."""
    closed_at: Instant
    """When it ended (RFC 3339)."""


class PlacementStarted(Agreed, Applied):
    """The first day of a placement whose convention is signed has come."""

    wire_name = "fr.passerelle.internships.PlacementStarted.v1"
    status = "planned"

    started_on: Day
    """The first day of presence, in France (YYYY-MM-DD)."""


class PlacementClosed(Ended, Applied):
    """A placement is over, as the company reported or a coordinator found."""

    wire_name = "fr.passerelle.internships.PlacementClosed.v1"
    status = "planned"

    reported_at: Instant
    """When it was reported (RFC 3339)."""
