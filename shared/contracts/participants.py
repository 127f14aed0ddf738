"""Participants: names and addresses travel here and nowhere else; only notifications may read them.

The topic is compacted: the last record of a person says everything that is known of her. A tombstone, a record with
her id as its key and no value, erases her: nothing is written to her any more, and no other event changes, because
they name her by her id alone.
"""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from .event import Event
from .fields import Instant, Line
from .topics import PARTICIPANTS

EMAIL_ADDRESS = (
    r"^[A-Za-z0-9_%+'-]+(\.[A-Za-z0-9_%+'-]+)*@([A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z]{2,24}$"
)


def _check_email_address(value: str) -> str:
    if value.index("@") > 64:
        raise PydanticCustomError("email_local_part", "at most 64 characters stand before the @")
    return value


EmailAddress = Annotated[
    str,
    # The same pattern with its look ahead, which pydantic's own regular expressions lack.
    Field(
        max_length=254,
        pattern=EMAIL_ADDRESS,
        json_schema_extra={"pattern": EMAIL_ADDRESS.replace("^", "^(?=[^@]{1,64}@)", 1)},
    ),
    AfterValidator(_check_email_address),
]
"""An address in ASCII: words parted by single dots (RFC 5322, 3.2.3), a host name (RFC 1123, 2.1), RFC 5321's sizes."""

Role = Literal["student", "teacher", "mentor", "coordinator"]


class Person(Event):
    """Who somebody is, and how to write to her."""

    topic = PARTICIPANTS
    key_field = "participant_id"

    participant_id: UUID
    """The person, by whom every other event names her."""
    role: Role
    """What she is in the programme."""
    given_name: Line
    """Given name, 1 to 140 characters."""
    family_name: Line
    """Family name, 1 to 140 characters."""
    email: EmailAddress
    """Where to write: an address in ASCII of at most 254 characters, 64 of them before the @ (RFC 5321, 4.5.3.1)."""
    language: Literal["fr", "en"] = "fr"
    """The language she is written to in."""


class ParticipantRegistered(Person):
    """A person can be written to."""

    wire_name = "fr.passerelle.participants.ParticipantRegistered.v1"

    registered_at: Instant
    """When she registered (RFC 3339)."""


class ParticipantUpdated(Person):
    """A person's name, address or language changed; all is said anew, because the topic keeps the last record."""

    wire_name = "fr.passerelle.participants.ParticipantUpdated.v1"
    status = "planned"

    updated_at: Instant
    """When it changed (RFC 3339)."""
