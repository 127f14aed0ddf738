"""Which company visits which class, and on what day."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.checking import problem
from shared.contracts.event import Event
from shared.contracts.feedback import VisitConfirmed
from shared.contracts.fields import day_in_france
from shared.contracts.outreach import VisitCompleted, VisitOffered, VisitReported, VisitScheduled
from shared.contracts.received import Received, Rejected
from shared.contracts.teachers import VisitRequested
from shared.contracts.verdicts import accepted, stale, unchanged, version_reused

VISITS = UUID("c2a1f0de-91b7-5d43-8e26-70f4b3a9d815")

BROUGHT_FORWARD = timedelta(days=30)
"""The most by which school and company may bring a visit forward among themselves; they may put it off at will."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What a company can give, and the days already taken from it."""

    siren: str
    reference: str
    version: int
    content: VisitOffered
    taken: tuple[date, ...] = ()

    @property
    def free(self) -> tuple[date, ...]:
        """The days on which the company can still come; a day serves one school."""
        return tuple(day for day in sorted(self.content.days) if day not in self.taken)

    @property
    def offer_id(self) -> UUID:
        """One company's reference is always the same offer."""
        return uuid5(VISITS, f"{self.siren}/{self.reference}")


@dataclass(frozen=True, slots=True)
class Visit:
    """A visit that has its day, and its figures once they are reported."""

    visit_id: UUID
    scheduled: VisitScheduled
    completed: VisitCompleted | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """An offer, a request, and the day on which they meet."""

    offer: Offer
    visit: Visit
    events: tuple[Event, ...]


def offer(known: Offer | None, event: VisitOffered, received: Received) -> tuple[Offer, list[Event]]:
    """Register an offer, or what changed about it; days already promised stay promised."""
    after = Offer(event.siren, event.reference, event.version, event, known.taken if known else ())
    if known is None:
        return after, [accepted(event, received, after.offer_id)]
    if event.version < known.version:
        return known, [stale(event, received, version=event.version, newest=known.version)]
    if event == known.content.model_copy(update={"version": event.version}):
        return after, [unchanged(event, received, after.offer_id)]
    if event.version == known.version:
        raise Rejected(version_reused(event.version))
    return after, [accepted(event, received, after.offer_id)]


def still_waits(scheduled: VisitRequested | None, event: VisitRequested) -> bool:
    """A request may change while it waits; once it has its visit, as `scheduled`, it can only be repeated."""
    if scheduled and scheduled != event:
        raise Rejected(problem("request_id", "visit_scheduled", event.request_id))
    return scheduled is None


def match(offers: Sequence[Offer], request: VisitRequested, now: datetime) -> Match | None:
    """The earliest day on which a fitting company can come; among those, the one with the fewest other days."""
    found = [
        (day, len(one.free), one.siren, one.reference, one)
        for one in offers
        if _fits(one.content, request)
        for day in one.free
        if day in request.days and day >= day_in_france(now)
    ]
    if not found:
        return None
    day, *_, best = min(found, key=lambda candidate: candidate[:4])
    return _meet(best, request, day)


def match_waiting(one: Offer, requests: Sequence[VisitRequested], now: datetime) -> list[Match]:
    """Give a new offer's days to the requests that wait, the oldest first."""
    matches: list[Match] = []
    for request in requests:
        found = match([one], request, now)
        if found:
            matches.append(found)
            one = found.offer
    return matches


def _fits(offered: VisitOffered, request: VisitRequested) -> bool:
    return (
        request.departement in offered.departements
        and request.level in offered.levels
        and request.pupils_expected <= offered.largest_group
    )


def _meet(one: Offer, request: VisitRequested, day: date) -> Match:
    both: dict[str, Any] = {"held_on": day, "school": request.school, "school_name": request.school_name}
    scheduled = VisitScheduled(
        visit_id=uuid5(VISITS, str(request.request_id)),
        request_id=request.request_id,
        teacher_id=request.teacher_id,
        siren=one.siren,
        company_name=one.content.company_name,
        format=one.content.format,
        level=request.level,
        pupils_expected=request.pupils_expected,
        **both,
    )
    confirmed = VisitConfirmed(company=one.siren, reference=one.reference, visit_id=scheduled.visit_id, **both)
    offer_after = replace(one, taken=(*one.taken, day))
    return Match(offer_after, Visit(scheduled.visit_id, scheduled), (scheduled, confirmed))


def report(visit: Visit | None, event: VisitReported, received: Received) -> tuple[Visit, list[Event]]:
    """Take a company's figures for a visit of its own, once."""
    if visit is None or visit.scheduled.siren != event.siren:
        raise Rejected(problem("visit_id", "unknown_visit", event.visit_id))
    if problems := event.problems_on(day_in_france(received.at)):
        raise Rejected(*problems)
    if event.held_on < visit.scheduled.held_on - BROUGHT_FORWARD:
        raise Rejected(problem("held_on", "not_scheduled_then", event.held_on))
    completed = _completed(visit.scheduled, event, received)
    if visit.completed is None:
        return replace(visit, completed=completed), [completed, accepted(event, received, visit.visit_id)]
    if visit.completed == completed.model_copy(update={"reported_at": visit.completed.reported_at}):
        return visit, [unchanged(event, received, visit.visit_id)]
    raise Rejected(problem("pupils", "already_reported", f"{event.pupils}/{event.girls}"))


def _completed(visit: VisitScheduled, event: VisitReported, received: Received) -> VisitCompleted:
    return VisitCompleted(
        visit_id=visit.visit_id,
        school=visit.school,
        school_name=visit.school_name,
        teacher_id=visit.teacher_id,
        siren=visit.siren,
        company_name=visit.company_name,
        held_on=event.held_on,
        reported_at=received.at,
        pupils=event.pupils,
        girls=event.girls,
    )
