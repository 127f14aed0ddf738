"""Feedback: what became of each submission, on the company's own topic."""

from datetime import date
from typing import Annotated
from uuid import UUID

from pydantic import Field

from .event import Event, Value
from .fields import Uai

MOST_PROBLEMS = 50
"""What a verdict tells at most; one wrong list can hold thousands of problems."""


class Problem(Value):
    """One thing wrong with a submission: where, which rule, what was found, what to do."""

    field: str
    rule: str
    found: str
    remedy_fr: str
    remedy_en: str


class Answer(Event):
    """What every answer says: which submission it is about, by the event's id and the company's reference."""

    topic = "feedback.{company}"
    key_field = "submission_id"
    told_by = ("internships", "mentoring", "outreach")

    company: str
    submission_id: str
    submission_type: str
    reference: str | None = None


class Verdict(Answer):
    """What became of a submission; each gets exactly one."""


class SubmissionAccepted(Verdict):
    """The submission took effect; `accepted_as` is our id for what it created or changed."""

    wire_name = "fr.passerelle.feedback.SubmissionAccepted.v1"

    accepted_as: UUID


class SubmissionUnchanged(Verdict):
    """The submission says what we already knew."""

    wire_name = "fr.passerelle.feedback.SubmissionUnchanged.v1"

    accepted_as: UUID


class SubmissionStale(Verdict):
    """A newer version was seen before; nothing changed."""

    wire_name = "fr.passerelle.feedback.SubmissionStale.v1"

    version: int
    newest_version: int


class SubmissionRejected(Verdict):
    """The submission cannot be used; the first problems found are listed."""

    wire_name = "fr.passerelle.feedback.SubmissionRejected.v1"

    problems: Annotated[tuple[Problem, ...], Field(min_length=1, max_length=MOST_PROBLEMS)]


class SubmissionHeld(Answer):
    """A fault of ours keeps the submission from being judged; it is kept, and its verdict follows. Nothing to do."""

    wire_name = "fr.passerelle.feedback.SubmissionHeld.v1"


class VisitConfirmed(Event):
    """A visit the company offered has its day and its school."""

    wire_name = "fr.passerelle.feedback.VisitConfirmed.v1"
    topic = "feedback.{company}"
    key_field = "visit_id"
    told_by = ("outreach",)

    company: str
    reference: str
    visit_id: UUID
    held_on: date
    school: Uai
    school_name: str
