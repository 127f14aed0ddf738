"""One click in an e-mail: what it would do, signed, so that the page behind it needs to know nothing else.

Scanners of mail follow every link, so a link only shows what would happen; a button on its page does it.
"""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, Literal, NamedTuple
from uuid import UUID

from itsdangerous import BadSignature, SignatureExpired, URLSafeTimedSerializer

from shared.contracts.applications import ApplicationAnswered, ApplicationWithdrawn, PlaceTaken
from shared.contracts.duplicates import DuplicateJudged
from shared.contracts.event import Event
from shared.contracts.offer_life import ClosureRequested, ProlongationRequested
from shared.contracts.placements import PulseAnswered

What = Literal["prolong", "close", "accept", "refuse", "take", "withdraw", "pulse", "same", "different", "undecided"]

LASTS = timedelta(days=60)
"""How long a link can be clicked: longer than any wait for an answer."""


class Click(NamedTuple):
    """What a click does: to which offer or application, by whom, with which day, reason or other offer; its name."""

    what: What
    about: UUID
    by: UUID
    says: str
    title: str


class NoClick(Exception):  # noqa: N818 - says what it is
    """A link that is not ours, was altered, or is too old."""

    def __init__(self, why: Literal["altered", "too_old"]) -> None:
        super().__init__(why)
        self.why = why


def _serializer(key: str) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(key, salt="passerelle.click")


def sign(key: str, click: Click) -> str:
    """The click as a part of an address; `key` is the secret that notifications and the portal share."""
    return str(_serializer(key).dumps([click.what, click.about.hex, click.by.hex, click.says, click.title]))


def read(key: str, token: str) -> Click:
    """The click that was signed. Raises NoClick for anything else."""
    try:
        what, about, by, says, title = _serializer(key).loads(token, max_age=int(LASTS.total_seconds()))
    except SignatureExpired as error:
        raise NoClick("too_old") from error
    except BadSignature as error:
        raise NoClick("altered") from error
    return Click(what, UUID(about), UUID(by), says, title)


def event_of(click: Click, at: datetime) -> Event:
    """What the portal publishes for a click made at that instant."""
    return _EVENTS[click.what](click, at)


def _prolong(click: Click, at: datetime) -> Event:
    through = date.fromisoformat(click.says)
    return ProlongationRequested(offer_id=click.about, contact_id=click.by, clicked_at=at, valid_through=through)


def _close(click: Click, at: datetime) -> Event:
    said: dict[str, Any] = {"reason": click.says}
    return ClosureRequested(offer_id=click.about, contact_id=click.by, clicked_at=at, **said)


def _accept(click: Click, at: datetime) -> Event:
    return ApplicationAnswered(application_id=click.about, contact_id=click.by, decision="accepted", answered_at=at)


def _refuse(click: Click, at: datetime) -> Event:
    said: dict[str, Any] = {"decision": "refused", "reason": click.says}
    return ApplicationAnswered(application_id=click.about, contact_id=click.by, answered_at=at, **said)


def _take(click: Click, at: datetime) -> Event:
    return PlaceTaken(application_id=click.about, student_id=click.by, taken_at=at)


def _withdraw(click: Click, at: datetime) -> Event:
    return ApplicationWithdrawn(application_id=click.about, student_id=click.by, withdrawn_at=at)


def _pulse(click: Click, at: datetime) -> Event:
    said: dict[str, Any] = {"going": click.says}
    return PulseAnswered(application_id=click.about, told_by_id=click.by, answered_at=at, **said)


def _judge(click: Click, at: datetime) -> Event:
    said: dict[str, Any] = {"judgement": click.what, "other_id": UUID(click.says)}
    return DuplicateJudged(offer_id=click.about, judged_by_id=click.by, judged_at=at, **said)


_EVENTS: dict[What, Callable[[Click, datetime], Event]] = {
    "prolong": _prolong,
    "close": _close,
    "accept": _accept,
    "refuse": _refuse,
    "take": _take,
    "withdraw": _withdraw,
    "pulse": _pulse,
    "same": _judge,
    "different": _judge,
    "undecided": _judge,
}
