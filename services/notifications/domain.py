"""Who is told what: facts become notices, a notice and its people become an e-mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal
from uuid import UUID, uuid5

from shared.clicks import Click, What
from shared.contracts.applications import (
    AnswerAwaited,
    ApplicationAccepted,
    ApplicationClosed,
    ApplicationConfirmed,
    ApplicationReceived,
    ApplicationRefused,
)
from shared.contracts.duplicates import DuplicateContradicted, DuplicatesSuggested
from shared.contracts.event import Event
from shared.contracts.internships import InternshipPosted, Place
from shared.contracts.mentoring import MentorAssigned, MentorProposed
from shared.contracts.notifications import AlertRequested
from shared.contracts.offer_life import InternshipExpiring
from shared.contracts.outreach import VisitCompleted, VisitScheduled
from shared.contracts.placements import PlacementClosed, PlacementStarted, PulseAsked, PulseHeard
from shared.offers.communes import commune, distance_km
from shared.offers.suiting import commune_of, highest_level, last_day

Who = Literal["contact", "student", "coordinators", "judge"]

LETTERS: Mapping[type[Event], Sequence[tuple[Who, str]]] = {
    InternshipExpiring: [("contact", "internship_expiring")],
    ApplicationReceived: [("contact", "application_received"), ("student", "application_sent")],
    AnswerAwaited: [
        ("contact", "answer_awaited_company"),
        ("student", "answer_awaited_student"),
        ("student", "answer_awaited_school"),
        ("contact", "answer_awaited_report"),
        ("coordinators", "escalation"),
    ],
    ApplicationAccepted: [("student", "application_accepted")],
    ApplicationConfirmed: [("contact", "place_confirmed"), ("student", "place_yours")],
    ApplicationRefused: [("student", "application_refused")],
    ApplicationClosed: [("student", "application_closed"), ("contact", "application_gone")],
    PlacementStarted: [("student", "placement_started")],
    PulseAsked: [("student", "pulse_asked"), ("contact", "pulse_asked")],
    PulseHeard: [("coordinators", "pulse_bad")],
    PlacementClosed: [("student", "placement_closed")],
    MentorProposed: [("student", "mentor_proposed")],
    DuplicatesSuggested: [("coordinators", "duplicates_suggested")],
    DuplicateContradicted: [("judge", "duplicate_contradicted")],
}
"""Who is told of what becomes of an offer, an application or a placement, and in which letter."""

_DECISION: Sequence[tuple[What, str]] = (
    ("accept", ""),
    ("refuse", "dates"),
    ("refuse", "level"),
    ("refuse", "skills"),
    ("refuse", "filled"),
    ("refuse", "other"),
)
OFFERED: Mapping[str, Sequence[tuple[What, str]]] = {
    "internship_expiring": (
        ("prolong", ""),
        ("close", "filled_through_us"),
        ("close", "filled_elsewhere"),
        ("close", "cancelled"),
    ),
    "application_received": _DECISION,
    "answer_awaited_company": _DECISION,
    "application_sent": (("withdraw", ""),),
    "application_accepted": (("take", ""), ("withdraw", "")),
    "answer_awaited_student": (("take", ""), ("withdraw", "")),
    "pulse_asked": (("pulse", "well"), ("pulse", "mixed"), ("pulse", "badly")),
    "duplicates_suggested": (("same", ""), ("different", ""), ("undecided", "")),
    "duplicate_contradicted": (("undecided", ""),),
}
"""The clicks that a letter offers, the first as a button."""

MAILS = UUID("3b8e5f77-0c14-5e92-bd3a-6a1f9c2d4e08")

LONGEST_RETRY_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class Participant:
    """A person who can be written to."""

    participant_id: UUID
    given_name: str
    family_name: str
    email: str
    language: str
    role: str = "student"


@dataclass(frozen=True, slots=True)
class Notice:
    """One fact that one person should hear of; `about` names the other people whose names it needs."""

    participant_id: UUID
    template: str
    subject_id: str
    content: Mapping[str, Any]
    about: tuple[UUID, ...] = ()

    @property
    def notice_id(self) -> UUID:
        """The same for the same fact and person, under whatever event id it comes."""
        return uuid5(MAILS, f"{self.participant_id}/{self.template}/{self.subject_id}")


@dataclass(frozen=True, slots=True)
class Mail:
    """An e-mail in hand, with everybody it names."""

    mail_id: UUID
    template: str
    content: dict[str, Any]
    to: Participant
    about: tuple[Participant, ...]
    attempts: int
    traceparent: str | None


def expired(offer: InternshipPosted, on: date) -> bool:
    """Whether an offer's last day is over, of the offer or of the internship."""
    return on > last_day(offer)


def interested(alert: AlertRequested, offer: InternshipPosted, on: date) -> bool:
    """Whether an internship is still offered, near, within reach and of a trade she asked for."""
    near = offer.place.departement in alert.departements and _within(alert, offer.place)
    wanted = offer.level <= highest_level(alert.level) and (not alert.trades or offer.trade in alert.trades)
    return near and wanted and not expired(offer, on)


def _within(alert: AlertRequested, place: Place) -> bool:
    """Whether a place is as near as she wants; one that we cannot find on the map is near enough."""
    home = commune(alert.near) if alert.near else None
    there = commune_of(place)
    return home is None or there is None or distance_km(home, there) <= alert.within_km


def offers_found(student_id: UUID, offers: Sequence[InternshipPosted]) -> Notice:
    """The internships found for a student since she was last told."""
    ordered = sorted(offers, key=lambda offer: (offer.starts_on, str(offer.offer_id)))
    named = uuid5(MAILS, "/".join(str(offer.offer_id) for offer in ordered))
    listed = [offer.model_dump(mode="json") for offer in ordered]
    return Notice(student_id, "offers_found", str(named), {"offers": listed})


def visit_scheduled(event: VisitScheduled) -> Notice:
    """The teacher hears who comes, and when."""
    return Notice(event.teacher_id, "visit_scheduled", str(event.visit_id), event.model_dump(mode="json"))


def visit_completed(event: VisitCompleted) -> Notice:
    """The teacher hears what was reported of her class."""
    return Notice(event.teacher_id, "visit_completed", str(event.visit_id), event.model_dump(mode="json"))


def mentor_assigned(event: MentorAssigned) -> list[Notice]:
    """Mentor and mentee hear of each other."""
    content = event.model_dump(mode="json")
    named = str(event.mentorship_id)
    return [
        Notice(event.mentor_id, "mentee_introduced", named, content, (event.mentee_id,)),
        Notice(event.mentee_id, "mentor_introduced", named, content, (event.mentor_id,)),
    ]


def fits(event: Event, template: str) -> bool:
    """Whether a letter is for this very fact: a reminder is for whose turn it is, a coordinator for what is stuck."""
    if isinstance(event, AnswerAwaited):
        return event.escalated if template == "escalation" else template.endswith(event.waiting_for)
    if isinstance(event, ApplicationClosed):
        return template == "application_closed" or event.reason in {"withdrawn", "placed", "not_taken"}
    if isinstance(event, PulseHeard):
        return event.going == "badly"
    return not (isinstance(event, PlacementClosed) and event.outcome == "not_reported")


def letters(event: Event, coordinators: Sequence[UUID]) -> list[Notice]:
    """The letters about a fact; whom the offer does not name is not written to."""
    content = event.model_dump(mode="json")
    contact, student = getattr(event, "contact_id", None), getattr(event, "student_id", None)
    people: dict[Who, Sequence[UUID | None]] = {
        "contact": [contact],
        "student": [student],
        "coordinators": coordinators,
        "judge": [getattr(event, "judged_by_id", None)],
    }
    # A company learns a student's name once she has taken its place, not before.
    about = (student,) if isinstance(event, ApplicationConfirmed) and student else ()
    return [
        Notice(person, template, _fact(event), content, about if who == "contact" else ())
        for who, template in LETTERS[type(event)]
        for person in people[who]
        if person and fits(event, template)
    ]


def _fact(event: Event) -> str:
    """The fact in a notice's id: what is new in any way is another fact, the same one heard again is not."""
    return str(uuid5(MAILS, event.wire_name + event.model_dump_json()))


def clicks(template: str, content: Mapping[str, Any], reader: UUID) -> list[Click]:
    """What a letter's reader may answer with one click."""
    if template not in OFFERED:
        return []
    if template == "duplicates_suggested":
        return [judgement(what, pair, reader) for pair in content["pairs"] for what in _JUDGEMENTS[pair["merged"]]]
    if template == "duplicate_contradicted":
        return [judgement("undecided", content["against"], reader)]
    about = UUID(content.get("application_id") or content["offer_id"])
    return [
        Click(what, about, reader, content["prolonged_to"] if what == "prolong" else says, content["title"])
        for what, says in OFFERED[template]
        if what != "prolong" or content["prolonged_to"]
    ]


_JUDGEMENTS: Mapping[bool, Sequence[What]] = {False: ("same", "different"), True: ("undecided", "same")}
"""What a coordinator may say of two offers, by whether they are shown as one."""


def judgement(what: What, pair: Mapping[str, Any], reader: UUID) -> Click:
    """What a coordinator says of two offers with one click."""
    one, other = pair["one"], pair["other"]
    called = " / ".join(f"{offer['title']} ({offer['company_name']})" for offer in (one, other))
    return Click(what, UUID(one["offer_id"]), reader, other["offer_id"], called)


def overtaken(event: Event) -> Sequence[str]:
    """Which letters about an application ask for what has happened by now."""
    if isinstance(event, ApplicationAccepted | ApplicationRefused):
        return ("application_received", "answer_awaited_company", "escalation")
    if isinstance(event, ApplicationConfirmed | ApplicationClosed):
        return ("application_received", "answer_awaited_company", "application_accepted", "answer_awaited_student",
                "answer_awaited_school", "escalation")  # fmt: skip
    if isinstance(event, PlacementClosed):
        return ("answer_awaited_report", "pulse_asked", "escalation")
    return ()


def retry_seconds(attempts: int) -> float:
    """How long to wait after that many attempts; an e-mail put off for weeks is still tried."""
    return min(2.0 ** min(attempts, 16), LONGEST_RETRY_SECONDS)
