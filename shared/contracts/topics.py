"""The topics of companies and of the portal, spelled here alone: their names, and whose is which.

In a contract `{sender}` and `{company}` stand for a SIREN; every function takes such names too.
"""

import re
from functools import lru_cache

PORTAL = "portal"
"""The website, as the owner of its topics: its own intake, and `participants`."""

PARTICIPANTS = "participants"
"""The one topic from outside that is no intake; it is compacted, and only notifications reads it."""

LARGEST_BATCH = 1_048_588
"""Bytes of a batch that a topic takes, as Kafka has it by default (message.max.bytes): clients make theirs to fit."""

LARGEST_SUBMISSION = 262_144
"""Bytes of an event's value on an intake topic, as it is read."""


def intake(sender: str, programme: str) -> str:
    """Where a company (its SIREN) or the portal submits what a programme judges."""
    return f"intake.{sender}.{programme}"


def feedback(siren: str) -> str:
    """Where a company is answered."""
    return f"feedback.{siren}"


FROM_COMPANIES = intake("{sender}", "")
"""How the topics of what companies submit begin in the contracts."""


def is_intake(topic: str) -> bool:
    """Whether a company or the portal submits on it."""
    return re.fullmatch(r"intake\.[^.]+\.[^.]+", topic) is not None


def is_feedback(topic: str) -> bool:
    """Whether a company is answered on it."""
    return topic.startswith(feedback(""))


@lru_cache(maxsize=4096)  # asked for each record
def is_from_outside(topic: str) -> bool:
    """Whether no service of ours writes to it: then every record is answered or kept."""
    return is_intake(topic) or topic == PARTICIPANTS


@lru_cache(maxsize=4096)
def owner(topic: str) -> str:
    """Who writes to a topic: a SIREN, the portal or a service; `feedback` for what several services write to."""
    if topic == PARTICIPANTS:
        return PORTAL
    words = topic.split(".")
    return words[1] if is_intake(topic) else words[0]


def company_of(topic: str) -> str | None:
    """The SIREN of the company whose topic this is; None for any other topic."""
    found = re.fullmatch(r"(?:intake\.([0-9]{9})\.\w+|feedback\.([0-9]{9}))", topic)
    return (found[1] or found[2]) if found else None
