"""Internships: what companies offer. What becomes of students' applications is in `applications`."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .event import Event, Value
from .feedback import Problem
from .fields import (
    Commune,
    Day,
    Departement,
    Euros,
    Level,
    Line,
    Prose,
    Reference,
    Rome,
    Siren,
    Siret,
    Trade,
    Version,
    in_order,
)
from .law import Offered, Regime, judged
from .remedies import problem
from .submissions import Versioned

Closed = Literal["filled_through_us", "filled_elsewhere", "cancelled"]


class Place(Value):
    """Where the internship takes place."""

    city: Line
    """The town's name as people say it, 1 to 140 characters."""
    departement: Departement
    """The département's INSEE code: 01 to 95 without 20, 2A and 2B for Corse, 971 to 974 and 976 overseas. Students ask
    for offers by it."""
    commune: Commune | None = None
    """The commune's INSEE code, five characters (35238); not the postal code, which several communes share."""


class Terms(Value):
    """What an offer says, whoever says it."""

    title: Line
    """What the internship is called, 1 to 140 characters, for women and men alike: "Technicienne ou technicien fibre
    (F/H)". An offer may not name a sex it is meant for (Code du travail L1132-1, Code pénal 225-2)."""
    description: Prose
    """What she will do, learn and need, 1 to 8,000 characters; paragraphs are kept, HTML is not interpreted."""
    company_name: Line
    """The company as students know it, 1 to 140 characters."""
    place: Place
    """The town and the département where she works, and the commune where it is known."""
    starts_on: Day
    """First day, in France (YYYY-MM-DD)."""
    ends_on: Day
    """Last day, in France (YYYY-MM-DD): not before `starts_on`, and at most 366 days after it. The law's six months for
    each teaching year count presence, 924 hours or 132 days (Code de l'éducation L124-5, D124-6), so that a part-time
    internship may well last a year on the calendar."""
    weekly_hours: Annotated[int, Field(ge=1, le=48)] = 35
    """Hours of presence a week, 1 to 48: trainees have the employees' maximum (Code de l'éducation L124-14, Code du
    travail L3121-20), and minors 35 (L3162-1), which the company keeps. Left out: 35, the legal week (L3121-27)."""
    level: Level
    """The level of the diploma prepared: 3 CAP, 4 baccalauréat, 5 BTS, 6 licence or BUT, 7 master or engineer, 8
    doctorate (décret 2019-14). It grows with the studies; the old scale of 1969, written V to I, ran the other way."""
    seats: Annotated[int, Field(ge=1, le=100)] = 1
    """How many students the company takes for this offer, 1 to 100."""
    hourly_pay: Annotated[Euros, Field(strict=False)] | None = None
    """Gratification in euros for each hour of presence, 0 to 1,000 with at most two decimals, as a number or better a
    string. It is due from the first hour where the internship has more than 308 hours (Code de l'éducation L124-6,
    D124-8), and then at least the year's minimum. Left out: none."""
    trade: Trade
    """The trade of digital infrastructure it belongs to; students choose by it."""
    rome: Rome | None = None
    """The job's ROME 4.0 code at France Travail: a letter A to N and four digits (F1605). The list grows, so any such
    code is taken."""
    siret: Siret | None = None
    """The establishment that receives her: fourteen digits, SIREN and five more, with check digits after Luhn (Code de
    commerce R123-221) that are verified beyond the pattern. Establishments of La Poste (356000000) other than its head
    office have digits that add up to a multiple of five instead."""
    valid_through: Day | None = None
    """The last day on which students may apply, in France (YYYY-MM-DD); left out, they may until `ends_on`."""
    regime: Regime | None = None
    """Which law it comes under: `internship` or `training_period` (PFMP) (Code de l'éducation L124-1 and following),
    `observation_sequence` (D331-6), `observation_period` in the holidays (L332-3-1) or `information_visit` (D331-5).
    Left out, the rules of internships are looked at."""
    contact_id: UUID | None = None
    """Whom at the company we ask about this offer and its applications, by e-mail: the id that she was given when she
    registered, never an address. Left out, we ask on the feedback topic alone."""

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        in_order(self.starts_on, self.ends_on)
        if self.ends_on - self.starts_on > timedelta(days=366):
            raise PydanticCustomError(
                "period_too_long",
                "an internship lasts a year at most",
                {"field": "ends_on", "found": str(self.ends_on)},
            )
        return self


class InternshipOffered(Terms, Versioned):
    """A company offers an internship, or a newer version of one it offered before."""

    wire_name = "fr.passerelle.internships.InternshipOffered.v1"
    topic = "intake.{sender}.internships"

    def problems_on(self, today: date) -> Sequence[Problem]:
        """A problem for each date after which nobody could apply or come, where it has passed."""
        last = {"ends_on": self.ends_on, "valid_through": self.valid_through}
        return [problem(field, "in_the_past", day) for field, day in last.items() if day and day < today]

    def violations(self) -> Sequence[Problem]:
        """What is certainly against the law."""
        return self._judged()[0]

    def doubts(self) -> Sequence[Problem]:
        """What may be against the law: told as a warning."""
        return self._judged()[1]

    def _judged(self) -> tuple[Sequence[Problem], Sequence[Problem]]:
        return judged(
            Offered(self.regime, self.starts_on, self.ends_on, self.weekly_hours, self.hourly_pay, self.level)
        )


class InternshipWithdrawn(Versioned):
    """A company takes an offer back."""

    wire_name = "fr.passerelle.internships.InternshipWithdrawn.v1"
    topic = "intake.{sender}.internships"

    reason: Closed
    """Why it is no longer open: filled with a student who came through Passerelle, filled otherwise, or given up."""


class Posted(Value):
    """Which offer of which company."""

    offer_id: UUID
    """Our id for the offer, always the same for one company's reference; `SubmissionAccepted` tells it as
    `accepted_as`."""
    siren: Siren
    """The company that offers it: nine digits with a check digit."""
    reference: Reference
    """The company's own name for the offer."""
    version: Version
    """The company's version of the offer that is open from now on."""


class InternshipPosted(Terms, Posted, Event):
    """An offer is open to students."""

    wire_name = "fr.passerelle.internships.InternshipPosted.v1"
    topic = "internships.offers"
    key_field = "offer_id"


class InternshipUpdated(Terms, Posted, Event):
    """The company changed an open offer."""

    wire_name = "fr.passerelle.internships.InternshipUpdated.v1"
    topic = "internships.offers"
    key_field = "offer_id"


class InternshipClosed(Event):
    """An offer is no longer open."""

    wire_name = "fr.passerelle.internships.InternshipClosed.v1"
    topic = "internships.offers"
    key_field = "offer_id"

    offer_id: UUID
    """Our id for the offer."""
    siren: Siren
    """The company that offered it: nine digits with a check digit."""
    reason: Closed
    """Why the company closed it: filled with a student who came through Passerelle, filled otherwise, or given up."""
