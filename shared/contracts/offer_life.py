"""The life of an offer after it was posted: paused, prolonged, about to expire, expired."""

from typing import Annotated
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Day, Instant, Line, Reference, Siren
from .internships import Closed
from .submissions import Versioned

DaysLeft = Annotated[int, Field(ge=0, le=366)]
"""Days until the last day on which students may apply; 0 on that day."""


class InternshipPaused(Versioned):
    """A company stops taking applications for an open offer, for now; whoever applied keeps her place in line."""

    wire_name = "fr.passerelle.internships.InternshipPaused.v1"
    topic = "intake.{sender}.internships"


class InternshipResumed(Versioned):
    """A company takes applications again for an offer that it paused."""

    wire_name = "fr.passerelle.internships.InternshipResumed.v1"
    topic = "intake.{sender}.internships"


class InternshipProlonged(Versioned):
    """A company gives students more time to apply; an offer that has expired is open again."""

    wire_name = "fr.passerelle.internships.InternshipProlonged.v1"
    topic = "intake.{sender}.internships"

    valid_through: Day
    """The new last day on which students may apply, in France (YYYY-MM-DD): later than the one before it, and not
    after the internship's last day. It holds until a newer version of the offer says another `valid_through`."""


class Clicked(Event):
    """What the company's contact answered to an e-mail of ours with one click; the portal published it."""

    topic = "intake.portal.internships"
    key_field = "offer_id"

    offer_id: UUID
    """The offer."""
    contact_id: UUID
    """Who clicked: the contact that the offer names."""
    clicked_at: Instant
    """When she did (RFC 3339)."""


class ProlongationRequested(Clicked):
    """The contact gives students more time to apply."""

    wire_name = "fr.passerelle.internships.ProlongationRequested.v1"

    valid_through: Day
    """The new last day on which students may apply, in France (YYYY-MM-DD)."""


class ClosureRequested(Clicked):
    """The contact says that the offer is no longer open, and why."""

    wire_name = "fr.passerelle.internships.ClosureRequested.v1"

    reason: Closed
    """Filled with a student who came through Passerelle, filled otherwise, or given up."""


class Living(Event):
    """Which offer of which company."""

    topic = "internships.offers"
    key_field = "offer_id"

    offer_id: UUID
    """Our id for the offer."""
    siren: Siren
    """The company that offers it: nine digits with a check digit."""


class InternshipSuspended(Living):
    """An offer takes no applications for now; `InternshipPosted` follows if it is open again."""

    wire_name = "fr.passerelle.internships.InternshipSuspended.v1"


class InternshipMerged(Living):
    """A coordinator found an open offer to be the same as another: students see that one in its place.

    `InternshipPosted` follows if it is shown by itself again.
    """

    wire_name = "fr.passerelle.internships.InternshipMerged.v1"

    shown_as: UUID
    """The offer that is shown."""


class InternshipExpiring(Living):
    """An open offer will soon take no applications any more, unless the company prolongs it."""

    wire_name = "fr.passerelle.internships.InternshipExpiring.v1"

    reference: Reference
    """The company's own name for the offer."""
    title: Line
    """What the internship is called, 1 to 140 characters."""
    contact_id: UUID | None = None
    """Whom at the company to ask, where the offer names somebody."""
    last_day: Day
    """The last day on which students may apply, in France (YYYY-MM-DD)."""
    prolonged_to: Day | None = None
    """Until when one click prolongs it, in France (YYYY-MM-DD); left out where there is no later day."""
    days_left: DaysLeft
    """Days until `last_day`, 0 to 366."""


class InternshipExpired(Living):
    """The last day on which students could apply is over; an offer that is prolonged is posted again."""

    wire_name = "fr.passerelle.internships.InternshipExpired.v1"

    last_day: Day
    """That day, in France (YYYY-MM-DD)."""
