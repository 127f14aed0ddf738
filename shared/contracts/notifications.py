"""Notifications: what people asked to hear of, and which e-mail left."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Departement, Instant, Level, Line, Trade


class AlertRequested(Event):
    """A student asks to be told of internships near her; the portal published it with her consent."""

    wire_name = "fr.passerelle.notifications.AlertRequested.v1"
    topic = "intake.portal.notifications"
    key_field = "student_id"

    student_id: UUID
    departements: Annotated[tuple[Departement, ...], Field(min_length=1, max_length=20, strict=False)]
    trades: Annotated[tuple[Trade, ...], Field(max_length=8, strict=False)] = ()
    level: Level
    consented_at: Instant


class EmailDelivered(Event):
    """The mail server took responsibility for an e-mail (RFC 5321, 4.2.5: it answered 2xx after the final dot)."""

    wire_name = "fr.passerelle.notifications.EmailDelivered.v1"
    topic = "notifications.outcomes"
    key_field = "email_id"

    email_id: UUID
    participant_id: UUID
    template: Line
    delivered_at: Instant


class EmailRefused(Event):
    """The mail server refused an e-mail for good, or its answer was lost and it will not be sent again."""

    wire_name = "fr.passerelle.notifications.EmailRefused.v1"
    topic = "notifications.outcomes"
    key_field = "email_id"

    email_id: UUID
    participant_id: UUID
    template: Line
    reason: Line
