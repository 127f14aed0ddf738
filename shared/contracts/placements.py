"""Placements: what becomes of an application that was accepted, from the convention to the last day."""

from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from .applications import Applied
from .event import Event, Value
from .fields import Day, Euros, Instant, Siren, Uai, in_order
from .law import Regime
from .submissions import Submitted

Outcome = Literal["completed", "broken_off", "not_started"]
Going = Literal["well", "mixed", "badly"]
Side = Literal["student", "company", "school", "agreed"]
Hired = Literal["permanent", "fixed_term", "apprenticeship", "no"]
Hours = Annotated[int, Field(ge=0, le=1848)]
"""Two teaching years at the law's 924 hours, the most that a year on the calendar can touch (Code de l'éducation
L124-5, D124-6)."""


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

    application_id: UUID
    """The application that the placement came from; `reference` is the offer's."""


class PulseAnswered(Event):
    """The student or her tutor says how a placement goes, halfway; the portal published it."""

    wire_name = "fr.passerelle.internships.PulseAnswered.v1"
    topic = "intake.portal.internships"
    key_field = "application_id"

    application_id: UUID
    """The application that the placement came from."""
    told_by_id: UUID
    """Who says so: the student, or the company's contact."""
    going: Going
    """How it goes. `badly` is told to the coordinators at once."""
    answered_at: Instant
    """When it was said (RFC 3339)."""


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

    application_id: UUID
    """The application that was accepted."""
    school: Uai | None = None
    """Her school's UAI code: département, four digits and a letter that is verified beyond the pattern. Left out where
    her school has none."""
    signed_on: Day
    """The day of the last signature, in France (YYYY-MM-DD)."""


class PlacementStarted(Agreed, Applied):
    """The first day of a placement whose convention is signed has come."""

    wire_name = "fr.passerelle.internships.PlacementStarted.v1"

    started_on: Day
    """The first day of presence, in France (YYYY-MM-DD)."""


class PulseAsked(Applied):
    """Half of a placement is over: the student and her tutor are asked how it goes."""

    wire_name = "fr.passerelle.internships.PulseAsked.v1"

    ends_on: Day
    """The placement's last day, in France (YYYY-MM-DD)."""


class PulseHeard(Applied):
    """One of the two said how a placement goes."""

    wire_name = "fr.passerelle.internships.PulseHeard.v1"

    told_by_id: UUID
    """Who said so."""
    going: Going
    """How it goes."""


class PlacementClosed(Applied):
    """A placement is over, as the company reported, or because nobody reported it in time."""

    wire_name = "fr.passerelle.internships.PlacementClosed.v1"

    outcome: Literal["completed", "broken_off", "not_started", "not_reported"]
    """`completed` as agreed, `broken_off` before its end, `not_started` because she never came, or `not_reported`."""
    ended_on: Day
    """The last day of presence, in France (YYYY-MM-DD); where it did not start, the day on which it should have."""
    hours: Hours | None = None
    """Hours of presence, 0 to 1,848, where they were reported."""
    ended_by: Side | None = None
    """Whose decision it was to break off or not to start, where that was told."""
    hired: Hired | None = None
    """Whether the company keeps her afterwards, and under which contract, where that was told."""
    reported_at: Instant
    """When it was reported, or given up (RFC 3339)."""


class AnswersMeasured(Event):
    """How reliably and how fast a company answers those who apply, over the last 365 days."""

    wire_name = "fr.passerelle.internships.AnswersMeasured.v1"
    topic = "internships.applications"
    key_field = "siren"

    siren: Siren
    """The company: nine digits with a check digit."""
    measured_on: Day
    """The last of the 365 days, in France (YYYY-MM-DD)."""
    due: Annotated[int, Field(ge=0)]
    """How many applications it answered or should have: those that the students or the offer ended before are not
    counted."""
    answered: Annotated[int, Field(ge=0)]
    """How many of them it answered."""
    median_hours: Annotated[int, Field(ge=0)] | None = None
    """The median time of an answer in whole hours; left out while it has answered none."""
