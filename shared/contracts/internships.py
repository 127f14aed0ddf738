"""Internships: what companies offer, and what becomes of it."""

from datetime import date, timedelta
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from .event import Event, Value
from .fields import Commune, Departement, Euros, Level, Line, Prose, Reference, Rome, Siren, Siret, Trade, Version


class Place(Value):
    """Where the internship takes place."""

    city: Line
    departement: Departement
    commune: Commune | None = None


class Terms(Value):
    """What an offer says, whoever says it."""

    title: Line
    description: Prose
    company_name: Line
    place: Place
    starts_on: date
    ends_on: date
    weekly_hours: Annotated[int, Field(ge=1, le=35)] = 35
    level: Level
    seats: Annotated[int, Field(ge=1, le=100)] = 1
    hourly_pay: Annotated[Euros, Field(strict=False)] | None = None
    trade: Trade
    rome: Rome | None = None
    siret: Siret | None = None
    valid_through: date | None = None

    @model_validator(mode="after")
    def _dates_in_order(self) -> Self:
        if self.ends_on < self.starts_on:
            raise PydanticCustomError(
                "dates_reversed", "ends_on lies before starts_on", {"field": "ends_on", "found": str(self.ends_on)}
            )
        if self.ends_on - self.starts_on > timedelta(days=366):
            raise PydanticCustomError(
                "period_too_long",
                "an internship lasts a year at most",
                {"field": "ends_on", "found": str(self.ends_on)},
            )
        return self


class InternshipOffered(Terms, Event):
    """A company offers an internship, or a newer version of one it offered before."""

    wire_name = "fr.passerelle.internships.InternshipOffered.v1"
    topic = "intake.{sender}.internships"
    key_field = "reference"

    siren: Siren
    reference: Reference
    version: Version


class InternshipWithdrawn(Event):
    """A company takes an offer back."""

    wire_name = "fr.passerelle.internships.InternshipWithdrawn.v1"
    topic = "intake.{sender}.internships"
    key_field = "reference"

    siren: Siren
    reference: Reference
    version: Version
    reason: Literal["filled_through_us", "filled_elsewhere", "cancelled"]


class InternshipPosted(Terms, Event):
    """An offer is open to students."""

    wire_name = "fr.passerelle.internships.InternshipPosted.v1"
    topic = "internships.offers"
    key_field = "offer_id"

    offer_id: UUID
    siren: Siren
    reference: Reference
    version: Version


class InternshipUpdated(Terms, Event):
    """The company changed an open offer."""

    wire_name = "fr.passerelle.internships.InternshipUpdated.v1"
    topic = "internships.offers"
    key_field = "offer_id"

    offer_id: UUID
    siren: Siren
    reference: Reference
    version: Version


class InternshipClosed(Event):
    """An offer is no longer open."""

    wire_name = "fr.passerelle.internships.InternshipClosed.v1"
    topic = "internships.offers"
    key_field = "offer_id"

    offer_id: UUID
    siren: Siren
    reason: Literal["filled_through_us", "filled_elsewhere", "cancelled"]
