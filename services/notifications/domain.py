"""Who is told what: facts become notices, a notice and its people become an e-mail."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid5

from shared.contracts.internships import InternshipPosted
from shared.contracts.mentoring import MentorAssigned
from shared.contracts.notifications import AlertRequested
from shared.contracts.outreach import VisitCompleted, VisitScheduled

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
    return on > min(offer.ends_on, offer.valid_through or offer.ends_on)


def interested(alert: AlertRequested, offer: InternshipPosted, on: date) -> bool:
    """Whether an internship is still offered, near, within reach and of a trade she asked for.

    Within reach: the level asked is at most one above hers; an offer for Bac+3 may suit a student in Bac+2.
    """
    near = offer.place.departement in alert.departements
    wanted = offer.level <= alert.level + 1 and (not alert.trades or offer.trade in alert.trades)
    return near and wanted and not expired(offer, on)


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


def retry_seconds(attempts: int) -> float:
    """How long to wait after that many attempts; an e-mail put off for weeks is still tried."""
    return min(2.0 ** min(attempts, 16), LONGEST_RETRY_SECONDS)
