"""Who may mentor whom, and the best way to bring everybody together."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

import numpy as np
from lap import lapjv

from shared.contracts.applications import ApplicationConfirmed
from shared.contracts.checking import problem
from shared.contracts.event import Event
from shared.contracts.fields import Trade
from shared.contracts.mentoring import MenteeRegistered, MentorOffered, MentorProposed
from shared.contracts.received import Received, Rejected
from shared.contracts.verdicts import accepted, stale, unchanged, version_reused

MENTORSHIPS = UUID("7e0c9d1a-4b35-5a0f-9c77-2f6d8a1b3e54")

NOT_TOGETHER = 1e6
"""Dearer than any sum of real costs, so that a pair more is always worth more than better pairs."""


@dataclass(frozen=True, slots=True)
class Mentor:
    """A company's employee with the places she has left."""

    mentor_id: UUID
    siren: str
    reference: str
    version: int
    departement: str
    trades: tuple[Trade, ...]
    level: int
    capacity: int
    remote: bool
    assigned: int = 0


@dataclass(frozen=True, slots=True)
class Mentee:
    """A student who waits for a mentor."""

    mentee_id: UUID
    departement: str
    trades: tuple[Trade, ...]
    level: int
    remote: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """A mentor and a mentee who should meet."""

    mentor: Mentor
    mentee: Mentee

    @property
    def mentorship_id(self) -> UUID:
        """The same for the same two people, however often they are paired."""
        return uuid5(MENTORSHIPS, f"{self.mentor.mentor_id}/{self.mentee.mentee_id}")

    @property
    def trades(self) -> tuple[Trade, ...]:
        """What the two have in common."""
        return tuple(trade for trade in self.mentee.trades if trade in self.mentor.trades)


def offer(known: Sequence[Mentor], event: MentorOffered, received: Received) -> tuple[Mentor, list[Event]]:
    """Register a mentor, or what changed about her; one verdict each time.

    `known` are the mentors under this reference or with this person's id. A reference names one person for good.
    """
    mentor = next((one for one in known if (one.siren, one.reference) == (event.siren, event.reference)), None)
    if any(one is not mentor or one.mentor_id != event.mentor_id for one in known):
        raise Rejected(problem("mentor_id", "one_person_one_reference", event.mentor_id))
    after = _mentor(event)
    if mentor is None:
        return after, [accepted(event, received, event.mentor_id)]
    if event.version < mentor.version:
        return mentor, [stale(event, received, version=event.version, newest=mentor.version)]
    after = replace(after, assigned=mentor.assigned)
    if after == replace(mentor, version=event.version):
        return after, [unchanged(event, received, event.mentor_id)]
    if event.version == mentor.version:
        raise Rejected(version_reused(event.version))
    return after, [accepted(event, received, event.mentor_id)]


def _mentor(event: MentorOffered) -> Mentor:
    return Mentor(
        mentor_id=event.mentor_id,
        siren=event.siren,
        reference=event.reference,
        version=event.version,
        departement=event.departement,
        trades=event.trades,
        level=event.level,
        capacity=event.capacity,
        remote=event.remote,
    )


def mentee(event: MenteeRegistered) -> Mentee:
    """The student as she registered."""
    return Mentee(event.mentee_id, event.departement, event.trades, event.level, event.remote)


def propose(event: ApplicationConfirmed, received: Received, *, asked: bool) -> list[Event]:
    """A student who has a place is asked whether she would like a mentor, unless she has one, waits or was asked."""
    if asked:
        return []
    return [MentorProposed(student_id=event.student_id, application_id=event.application_id, proposed_at=received.at)]


def assign(mentors: Sequence[Mentor], mentees: Sequence[Mentee]) -> list[Pair]:
    """As many pairs as possible, and among those the ones that fit best (linear sum assignment).

    Not first come, first served: an early mentee does not take the only mentor of a later one when another
    would do for her. The same people always give the same pairs.
    """
    waiting = sorted(mentees, key=lambda one: one.mentee_id)
    places = [
        mentor
        for mentor in sorted(mentors, key=lambda one: one.mentor_id)
        for _ in range(min(mentor.capacity - mentor.assigned, len(waiting)))
    ]
    if not places or not waiting:
        return []
    costs = np.array([[cost(mentor, one) for mentor in places] for one in waiting])
    # Of whoever there are fewer, everybody is given somebody; -1: nobody is left for her.
    _, given, _ = lapjv(costs, extend_cost=True)
    pairs = [(row, place) for row, place in enumerate(given) if place >= 0]
    return [Pair(places[place], waiting[row]) for row, place in pairs if costs[row, place] < NOT_TOGETHER]


def cost(mentor: Mentor, mentee: Mentee) -> float:
    """How ill two people fit: fewer trades in common, far apart, too wide a gap of levels."""
    common = set(mentor.trades) & set(mentee.trades)
    near = mentor.departement == mentee.departement
    if not common or mentor.level < mentee.level or not (near or (mentor.remote and mentee.remote)):
        return NOT_TOGETHER
    return (len(mentee.trades) - len(common)) * 2.0 + (0.0 if near else 1.5) + (mentor.level - mentee.level) * 0.25
