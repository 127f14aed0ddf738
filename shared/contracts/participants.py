"""Participants: names and addresses travel here and nowhere else; only notifications may read them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Instant, Line

EmailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+'-]{1,64}@[A-Za-z0-9.-]{1,180}\.[A-Za-z]{2,24}$")]

Role = Literal["student", "teacher", "mentor", "coordinator"]


class ParticipantRegistered(Event):
    """A person can be written to."""

    wire_name = "fr.passerelle.participants.ParticipantRegistered.v1"
    topic = "participants"
    key_field = "participant_id"

    participant_id: UUID
    role: Role
    given_name: Line
    family_name: Line
    email: EmailAddress
    language: Literal["fr", "en"] = "fr"
    registered_at: Instant
