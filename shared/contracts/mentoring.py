"""Mentoring: who can accompany whom, and who does."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Departement, Instant, Level, Reference, Siren, Trade, Version

Trades = Annotated[tuple[Trade, ...], Field(min_length=1, max_length=8, strict=False)]


class MentorOffered(Event):
    """A company's employee offers her time; her name and address are known by `mentor_id` alone."""

    wire_name = "fr.passerelle.mentoring.MentorOffered.v1"
    topic = "intake.{sender}.mentoring"
    key_field = "reference"

    siren: Siren
    reference: Reference
    version: Version
    mentor_id: UUID
    departement: Departement
    trades: Trades
    level: Level
    capacity: Annotated[int, Field(ge=1, le=10)]
    remote: bool


class MenteeRegistered(Event):
    """A student asks for a mentor; the portal published it."""

    wire_name = "fr.passerelle.mentoring.MenteeRegistered.v1"
    topic = "intake.portal.mentoring"
    key_field = "mentee_id"

    mentee_id: UUID
    departement: Departement
    trades: Trades
    level: Level
    remote: bool
    consented_at: Instant


class MentorAssigned(Event):
    """A mentor and a mentee are brought together."""

    wire_name = "fr.passerelle.mentoring.MentorAssigned.v1"
    topic = "mentoring.mentorships"
    key_field = "mentorship_id"

    mentorship_id: UUID
    mentor_id: UUID
    mentee_id: UUID
    siren: Siren
    trades: Trades
    remote: bool
    assigned_at: Instant
