"""Feedback: what became of each submission, on the company's own topic."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event, Value
from .fields import Day, Instant, Level, Uai

MOST_PROBLEMS = 50
"""What a verdict tells at most; one wrong list can hold thousands of problems."""


class Problem(Value):
    """One thing wrong with a submission: where, which rule, what was found, what to do."""

    field: str
    """The field, with dots into its parts and positions from 0 (`place.city`, `days.3`); a header's name (`ce_type`);
    empty for the record as a whole. At most 200 characters."""
    rule: str
    """The rule that was broken, by its name in the reference's list; new rules may join it."""
    found: str
    """What was found there, cut at 80 characters; empty where nothing was."""
    remedy_fr: str
    """What to do, in French."""
    remedy_en: str
    """What to do, in English."""


class Told(Event):
    """What a company is told, on its own topic."""

    topic = "feedback.{company}"

    company: str
    """The company's SIREN, nine digits: the owner of the topic that the submission came on."""


class Answer(Told):
    """What every answer says: which submission it is about, by its id and source and by the company's reference."""

    key_field = "submission_id"
    told_by = ("internships", "mentoring", "outreach")

    submission_id: str
    """The submitted record's `ce_id`, at most 300 characters. A record without one is named by its place in the
    topic."""
    submission_type: str
    """The submitted record's `ce_type`, at most 200 characters; empty where it had none."""
    submission_source: str | None = None
    """The submitted record's `ce_source`, at most 300 characters, where it had one: an event is known by its source and
    id together (CloudEvents 1.0, section 3.1.1), so that systems of one company may count their events alike."""
    reference: str | None = None
    """The company's own reference in the submission, where one could be read."""


class Verdict(Answer):
    """What became of a submission; each gets exactly one."""


class SubmissionAccepted(Verdict):
    """The submission took effect; `accepted_as` is our id for what it created or changed."""

    wire_name = "fr.passerelle.feedback.SubmissionAccepted.v1"

    accepted_as: UUID
    """Our id for it, always the same for one reference of one company."""
    warnings: Annotated[tuple[Problem, ...], Field(max_length=MOST_PROBLEMS)] = ()
    """What is worth a look although the submission was accepted: what may be against the law, with its article."""


class SubmissionUnchanged(Verdict):
    """The submission says what we already knew."""

    wire_name = "fr.passerelle.feedback.SubmissionUnchanged.v1"

    accepted_as: UUID
    """Our id for it, always the same for one reference of one company."""


class SubmissionStale(Verdict):
    """A newer version was seen before; nothing changed."""

    wire_name = "fr.passerelle.feedback.SubmissionStale.v1"

    version: int
    """The version submitted."""
    newest_version: int
    """The newest version seen, which counts."""


class SubmissionRejected(Verdict):
    """The submission cannot be used; the first problems found are listed."""

    wire_name = "fr.passerelle.feedback.SubmissionRejected.v1"

    problems: Annotated[tuple[Problem, ...], Field(min_length=1, max_length=MOST_PROBLEMS)]
    """What is wrong with it, 1 to 50 problems."""


class SubmissionHeld(Answer):
    """A fault of ours: the submission is kept, an operator looks at it, its verdict follows the repair. Do nothing."""

    wire_name = "fr.passerelle.feedback.SubmissionHeld.v1"


class Visit(Told):
    """Which visit, under the company's own reference."""

    key_field = "visit_id"
    told_by = ("outreach",)

    reference: str
    """The company's own reference of the offer that the visit came from."""
    visit_id: UUID
    """Our id for the visit, to report it with."""
    held_on: Day
    """The day of the visit, in France (YYYY-MM-DD)."""
    school: Uai
    """The school's UAI code (annuaire de l'Éducation nationale): département, four digits and a letter."""
    school_name: str
    """The school's name."""


class VisitConfirmed(Visit):
    """A visit the company offered has its day and its school."""

    wire_name = "fr.passerelle.feedback.VisitConfirmed.v1"


class VisitRescheduled(Visit):
    """A visit of the company's has another day, `held_on`."""

    wire_name = "fr.passerelle.feedback.VisitRescheduled.v1"
    status = "planned"

    previously_on: Day
    """The day it had before, in France (YYYY-MM-DD)."""


class VisitCancelled(Visit):
    """A visit of the company's will not take place; its day is free again where the school called it off."""

    wire_name = "fr.passerelle.feedback.VisitCancelled.v1"
    status = "planned"

    cancelled_by: Literal["company", "school", "coordinator"]
    """Who called it off."""


class Offer(Told):
    """Which offer, under the company's own reference."""

    key_field = "offer_id"
    told_by = ("internships",)

    reference: str
    """The company's own reference of the offer."""
    offer_id: UUID
    """Our id for the offer."""


class OfferExpiring(Offer):
    """An open offer will soon take no applications any more: `InternshipProlonged` gives students more time."""

    wire_name = "fr.passerelle.feedback.OfferExpiring.v1"

    last_day: Day
    """The last day on which students may apply, in France (YYYY-MM-DD)."""
    days_left: Annotated[int, Field(ge=0, le=366)]
    """Days until `last_day`, 0 to 366."""


class OfferExpired(Offer):
    """The last day on which students could apply is over: `InternshipProlonged` opens the offer again."""

    wire_name = "fr.passerelle.feedback.OfferExpired.v1"

    last_day: Day
    """That day, in France (YYYY-MM-DD)."""


class OfferProlonged(Offer):
    """The company's contact gave students more time to apply, by a click in an e-mail."""

    wire_name = "fr.passerelle.feedback.OfferProlonged.v1"

    last_day: Day
    """The new last day on which students may apply, in France (YYYY-MM-DD)."""


class OfferClosed(Offer):
    """An offer is closed without the company's integration having said so: its contact clicked, or its seats are taken.

    Take it down where you show it yourselves.
    """

    wire_name = "fr.passerelle.feedback.OfferClosed.v1"

    reason: Literal["filled_through_us", "filled_elsewhere", "cancelled"]
    """Filled with students who came through Passerelle, filled otherwise, or given up."""


class OfferHidden(Offer):
    """An open offer is the same as another, as a coordinator found: students see that one in its place.

    The employer's own feed comes before an agency's or a job board's. Write to the coordinators where this is wrong.
    """

    wire_name = "fr.passerelle.feedback.OfferHidden.v1"

    shown_as: UUID
    """Our id for the offer that students see."""


class OfferShown(Offer):
    """Students see an offer by itself again: the one that was shown in its place is closed, or is another one."""

    wire_name = "fr.passerelle.feedback.OfferShown.v1"


class Application(Told):
    """Which application, under the company's own reference."""

    key_field = "application_id"
    told_by = ("internships",)

    reference: str
    """The company's own reference of the offer applied for."""
    application_id: UUID
    """Our id for the application, to decide on it with."""


class ApplicationReceived(Application):
    """A student applied for an offer of the company's; her letter waits at the portal for the company alone."""

    wire_name = "fr.passerelle.feedback.ApplicationReceived.v1"

    level: Level
    """The level of the diploma she prepares, 3 (CAP) to 8 (doctorate) (décret 2019-14)."""
    received_at: Instant
    """When she applied (RFC 3339)."""
    answer_by: Day
    """The last day for `ApplicationDecided`, in France (YYYY-MM-DD); after it the application ends and she is told."""


class AnswerDue(Application):
    """The company has still to decide on an application, or to report how a placement ended."""

    wire_name = "fr.passerelle.feedback.AnswerDue.v1"

    expected: Literal["ApplicationDecided", "PlacementEnded"]
    """The event that is missing."""
    answer_by: Day
    """The last day for it, in France (YYYY-MM-DD)."""
    days_left: Annotated[int, Field(ge=0, le=400)]
    """Days until then, 0 to 400."""


class ApplicationDecision(Application):
    """The company's contact decided on an application, by a click in an e-mail."""

    wire_name = "fr.passerelle.feedback.ApplicationDecision.v1"

    decision: Literal["accepted", "refused"]
    """What she decided."""


class PlaceConfirmed(Application):
    """The student took the place; what follows is the convention with her school."""

    wire_name = "fr.passerelle.feedback.PlaceConfirmed.v1"


class ApplicationClosed(Application):
    """An application to the company ended without a placement; nothing is left to decide."""

    wire_name = "fr.passerelle.feedback.ApplicationClosed.v1"

    reason: Literal["withdrawn", "placed", "expired", "not_taken", "offer_closed", "no_convention"]
    """The student withdrew it, or took another place; nobody answered in time; she did not take the place in time; the
    offer was closed or its last seat taken; no convention was signed in time."""
