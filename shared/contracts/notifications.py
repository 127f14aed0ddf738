"""Notifications: what people asked to hear of, and what became of each e-mail."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Commune, Departement, Instant, Level, Line, Trade

STATUS_FORM = r"^[45]\.[0-9]{1,3}\.[0-9]{1,3}$"


class AlertRequested(Event):
    """A student asks to be told of internships near her; the portal published it with her consent."""

    wire_name = "fr.passerelle.notifications.AlertRequested.v1"
    topic = "intake.portal.notifications"
    key_field = "student_id"

    student_id: UUID
    """Who asks; her last request counts."""
    departements: Annotated[tuple[Departement, ...], Field(min_length=1, max_length=20, strict=False)]
    """Where she could go, by INSEE code: 01 to 95 without 20, 2A, 2B, 971 to 974, 976; 1 to 20 of them."""
    near: Commune | None = None
    """The commune from which `within_km` counts, by INSEE code (35238)."""
    within_km: Annotated[int, Field(ge=1, le=200)] = 30
    """How far from `near` she would go, 1 to 200 km in a straight line; without `near` it does not count. An offer
    whose commune we do not know counts as near where its département is one of hers."""
    trades: Annotated[tuple[Trade, ...], Field(max_length=8, strict=False)] = ()
    """What she is interested in, at most 8 trades; none means all."""
    level: Level
    """The level of the diploma she prepares, 3 (CAP) to 8 (doctorate) (décret 2019-14); she hears of offers up to one
    level above."""
    consented_at: Instant
    """When she agreed to be written to (RFC 3339) (Code des postes et des communications électroniques L34-5)."""
    guardian_consented_at: Instant | None = None
    """When a holder of parental authority agreed as well (RFC 3339): needed under fifteen (loi 78-17, article 45)."""


class AlertWithdrawn(Event):
    """A student no longer wants to be told of internships; the portal published it."""

    wire_name = "fr.passerelle.notifications.AlertWithdrawn.v1"
    topic = "intake.portal.notifications"
    key_field = "student_id"
    status = "planned"

    student_id: UUID
    """Who withdraws."""
    withdrawn_at: Instant
    """When she withdrew (RFC 3339)."""


class Emailed(Event):
    """Which e-mail, to whom."""

    topic = "notifications.outcomes"
    key_field = "email_id"

    email_id: UUID
    """The e-mail, the same for one fact and one person however often it is tried."""
    participant_id: UUID
    """To whom; the address stays with notifications."""
    template: Line
    """What it says, by the name of its template (visit_scheduled)."""


class EmailDelivered(Emailed):
    """The mail server took responsibility for an e-mail (RFC 5321, 4.2.5: it answered 2xx after the final dot)."""

    wire_name = "fr.passerelle.notifications.EmailDelivered.v1"

    delivered_at: Instant
    """When the server answered (RFC 3339)."""


class EmailRefused(Emailed):
    """The mail server refused an e-mail for good, or its answer was lost and it will not be sent again."""

    wire_name = "fr.passerelle.notifications.EmailRefused.v1"

    reason: Line
    """The server's answer, or what happened instead, 1 to 140 characters; addresses are taken out."""


class EmailBounced(Emailed):
    """An e-mail that was taken came back (RFC 3464)."""

    wire_name = "fr.passerelle.notifications.EmailBounced.v1"
    status = "planned"

    bounce: Literal["permanent", "temporary"]
    """Whether the address is lost (RFC 3463, class 5), or only now (class 4)."""
    status_code: Annotated[str, Field(pattern=STATUS_FORM, examples=["5.1.1"])] | None = None
    """The server's status: class 4 or 5, subject and detail, parted by dots (RFC 3463, section 2); left out where it
    told none."""
    bounced_at: Instant
    """When it came back (RFC 3339)."""


class EmailSuppressed(Emailed):
    """An e-mail was not sent, because its person should not or cannot be written to."""

    wire_name = "fr.passerelle.notifications.EmailSuppressed.v1"
    status = "planned"

    reason: Literal["bounced", "complained", "unsubscribed", "erased"]
    """Her address bounced before, she called an e-mail unwanted, she unsubscribed, or she was erased."""
    suppressed_at: Instant
    """When it would have been sent (RFC 3339)."""
