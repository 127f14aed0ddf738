"""Every event by its wire name: the one list that services, schemas and tests read."""

from collections.abc import Iterator

from . import (
    applications,
    duplicates,
    feedback,
    internships,
    mentoring,
    notifications,
    offer_life,
    outreach,
    participants,
    placements,
    teachers,
)
from .event import Event

CONTEXTS = ("portal", "outreach", "internships", "mentoring", "notifications")
"""The services, the portal first: the others write its address in e-mails."""
MODULES = (
    outreach,
    teachers,
    internships,
    offer_life,
    duplicates,
    applications,
    placements,
    mentoring,
    participants,
    notifications,
    feedback,
)


def _declared() -> Iterator[type[Event]]:
    for module in MODULES:
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Event) and "wire_name" in vars(value):
                yield value


EVENTS: dict[str, type[Event]] = {event.wire_name: event for event in _declared()}
"""Wire name to event."""

DOMAIN_TOPICS = tuple(sorted({event.topic for event in EVENTS.values() if "{" not in event.topic}))
"""Topics with a fixed name; companies' intake and feedback topics come on top."""
