"""Mentoring: who can accompany whom, who does, and how it goes."""

from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field

from .event import Event
from .fields import Day, Departement, Instant, Level, Minutes, Siren, Trade
from .submissions import Versioned

Trades = Annotated[tuple[Trade, ...], Field(min_length=1, max_length=8, strict=False)]
Sessions = Annotated[int, Field(ge=0, le=1000)]
End = Literal["goals_reached", "term_over", "no_time", "no_contact", "left", "did_not_fit", "other"]


class MentorOffered(Versioned):
    """A company's employee offers her time; her name and address are known by `mentor_id` alone."""

    wire_name = "fr.passerelle.mentoring.MentorOffered.v1"
    topic = "intake.{sender}.mentoring"

    mentor_id: UUID
    """The mentor, under the id she was registered with. A reference names one person for good, and a person has one
    reference."""
    departement: Departement
    """Where she can meet somebody, by INSEE code: 01 to 95 without 20, 2A, 2B, 971 to 974, 976."""
    trades: Trades
    """What she can speak of from her own work, 1 to 8 trades; she is paired with somebody who asked for one of them."""
    level: Level
    """The highest diploma that she can accompany: 3 CAP, 4 baccalauréat, 5 BTS, 6 licence or BUT, 7 master or engineer,
    8 doctorate (décret 2019-14)."""
    capacity: Annotated[int, Field(ge=1, le=10)]
    """How many people she accompanies at a time at most, 1 to 10; two hours a month each are usual."""
    remote: bool
    """Whether she would also meet somebody far away by video."""


class MentorWithdrawn(Versioned):
    """A company's employee no longer offers her time; nobody new is paired with her."""

    wire_name = "fr.passerelle.mentoring.MentorWithdrawn.v1"
    topic = "intake.{sender}.mentoring"
    status = "planned"

    mentorships: Literal["kept", "ended"]
    """What becomes of the people she accompanies: she goes on with them, or they are paired with others."""
    reason: Literal["no_time", "left", "other"]
    """Why: she has no time, she left the company, or something else."""


class MenteeRegistered(Event):
    """A student asks for a mentor; the portal published it."""

    wire_name = "fr.passerelle.mentoring.MenteeRegistered.v1"
    topic = "intake.portal.mentoring"
    key_field = "mentee_id"

    mentee_id: UUID
    """Who asks."""
    departement: Departement
    """Where she lives, by INSEE code: 01 to 95 without 20, 2A, 2B, 971 to 974, 976."""
    trades: Trades
    """What she is curious about, 1 to 8 trades."""
    level: Level
    """The level of the diploma she prepares, 3 (CAP) to 8 (doctorate) (décret 2019-14)."""
    remote: bool
    """Whether she would also meet a mentor far away by video."""
    consented_at: Instant
    """When she agreed to be paired (RFC 3339)."""
    guardian_consented_at: Instant | None = None
    """When a holder of parental authority agreed as well (RFC 3339): needed under fifteen (loi 78-17, article 45)."""


class MenteeWithdrawn(Event):
    """A student no longer wants a mentor; the portal published it."""

    wire_name = "fr.passerelle.mentoring.MenteeWithdrawn.v1"
    topic = "intake.portal.mentoring"
    key_field = "mentee_id"
    status = "planned"

    mentee_id: UUID
    """Who withdraws; a mentorship that she has ends."""
    withdrawn_at: Instant
    """When she withdrew (RFC 3339)."""


class Told(Event):
    """What one of the two says of their mentorship; the portal published it."""

    topic = "intake.portal.mentoring"
    key_field = "mentorship_id"

    mentorship_id: UUID
    """The mentorship."""
    told_by_id: UUID
    """Who says so: the mentor or the mentee."""
    told_at: Instant
    """When it was said (RFC 3339)."""


class SessionLogged(Told):
    """One of the two says that they met."""

    wire_name = "fr.passerelle.mentoring.SessionLogged.v1"
    status = "planned"

    session_id: UUID
    """The meeting; a second log of it under the same id counts once."""
    held_on: Day
    """The day they met, in France (YYYY-MM-DD)."""
    minutes: Minutes
    """How long they met, 5 to 480 minutes."""
    remote: bool
    """Whether they met by video."""


class PauseRequested(Told):
    """One of the two asks for a pause."""

    wire_name = "fr.passerelle.mentoring.PauseRequested.v1"
    status = "planned"

    resumes_on: Day
    """The day on which they go on, in France (YYYY-MM-DD)."""


class EndRequested(Told):
    """One of the two wants the mentorship to end, or says that it reached its end."""

    wire_name = "fr.passerelle.mentoring.EndRequested.v1"
    status = "planned"

    reason: End
    """Why."""
    goals_reached: Literal["yes", "mostly", "partly", "no"] | None = None
    """Whether what they set out to do was reached, as the one who says so sees it."""


class Mentorship(Event):
    """Which mentorship, between whom."""

    topic = "mentoring.mentorships"
    key_field = "mentorship_id"

    mentorship_id: UUID
    """The mentorship, always the same for the same two people."""
    mentor_id: UUID
    """The mentor."""
    mentee_id: UUID
    """The student."""
    siren: Siren
    """The mentor's company: nine digits with a check digit."""


class MentorAssigned(Mentorship):
    """A mentor and a mentee are brought together."""

    wire_name = "fr.passerelle.mentoring.MentorAssigned.v1"

    trades: Trades
    """What the two have in common, 1 to 8 trades."""
    remote: bool
    """Whether they will meet by video."""
    assigned_at: Instant
    """When they were paired (RFC 3339)."""


class MentorProposed(Event):
    """A student has a place for an internship and no mentor yet: she is asked whether she would like one."""

    wire_name = "fr.passerelle.mentoring.MentorProposed.v1"
    topic = "mentoring.mentorships"
    key_field = "student_id"

    student_id: UUID
    """Who is asked, once whatever the number of her internships."""
    application_id: UUID
    """The application through which she has her place."""
    proposed_at: Instant
    """When (RFC 3339)."""


class MentorshipPaused(Mentorship):
    """A mentorship rests until a day."""

    wire_name = "fr.passerelle.mentoring.MentorshipPaused.v1"
    status = "planned"

    resumes_on: Day
    """The day on which it goes on, in France (YYYY-MM-DD)."""
    paused_at: Instant
    """When the pause began (RFC 3339)."""


class MentorshipResumed(Mentorship):
    """A mentorship that rested goes on."""

    wire_name = "fr.passerelle.mentoring.MentorshipResumed.v1"
    status = "planned"

    resumed_at: Instant
    """When it went on (RFC 3339)."""


class SessionHeld(Mentorship):
    """The two met."""

    wire_name = "fr.passerelle.mentoring.SessionHeld.v1"
    status = "planned"

    session_id: UUID
    """The meeting."""
    held_on: Day
    """The day they met, in France (YYYY-MM-DD)."""
    minutes: Minutes
    """How long they met, 5 to 480 minutes."""
    remote: bool
    """Whether they met by video."""
    sessions: Sessions
    """How many times they have met by now, 0 to 1,000."""


class MentorshipEnded(Mentorship):
    """A mentorship is over."""

    wire_name = "fr.passerelle.mentoring.MentorshipEnded.v1"
    status = "planned"

    reason: End
    """Why."""
    goals_reached: Literal["yes", "mostly", "partly", "no"] | None = None
    """Whether what they set out to do was reached, where one of the two said so."""
    sessions: Sessions
    """How many times they met, 0 to 1,000."""
    ended_at: Instant
    """When it ended (RFC 3339)."""
