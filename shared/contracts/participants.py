"""Participants: names and addresses travel here and nowhere else; only notifications may read them."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from .event import Event
from .fields import Instant, Line

EMAIL_ADDRESS = (
    r"^[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$"
)


def _check_email_address(value: str) -> str:
    if value.index("@") > 64:
        raise PydanticCustomError("email_local_part", "at most 64 characters stand before the @")
    return value


EmailAddress = Annotated[str, Field(max_length=254, pattern=EMAIL_ADDRESS), AfterValidator(_check_email_address)]
"""An address in ASCII: words parted by single dots (RFC 5322, 3.2.3), a host name (RFC 1123, 2.1), RFC 5321's sizes."""

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
