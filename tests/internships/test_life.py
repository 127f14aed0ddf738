"""An offer's life: paused, resumed, prolonged, filled, expired; nothing that the table does not have."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.internships.domain.life import LIFE, MOVES, Offer, due_at
from services.internships.domain.meanwhile import elapse, take_last_seat
from services.internships.domain.offers import Click, Submission, consider, offer_id
from shared.contracts.event import Event
from shared.contracts.feedback import (
    OfferClosed,
    OfferExpired,
    OfferExpiring,
    OfferProlonged,
    SubmissionAccepted,
    SubmissionUnchanged,
)
from shared.contracts.internships import (
    InternshipClosed,
    InternshipOffered,
    InternshipPosted,
    InternshipUpdated,
    InternshipWithdrawn,
)
from shared.contracts.offer_life import (
    ClosureRequested,
    InternshipExpired,
    InternshipExpiring,
    InternshipPaused,
    InternshipProlonged,
    InternshipResumed,
    InternshipSuspended,
    ProlongationRequested,
)
from shared.contracts.received import Received, Rejected
from tests.events import SIREN, offered, withdrawn
from tests.internships.test_domain import NOW, kinds

TODAY = NOW.date()
CONTACT = UUID(int=7)
LAST = TODAY + timedelta(days=20)
ENDS = date(2027, 5, 28)


def at(event: Event, when: datetime = NOW) -> Received:
    return Received("x", event.wire_name, SIREN, when)


def lived(*events: Submission | Click) -> tuple[Offer, list[Event]]:
    """The offer after the events, and what the last of them said."""
    offer: Offer | None = None
    said: Sequence[Event] = []
    for event in events:
        offer, said = consider(offer, event, at(event))
    assert offer
    return offer, [*said]


def open_until(last: date = LAST, version: int = 1, **more: object) -> InternshipOffered:
    return offered(version, valid_through=last, contact_id=CONTACT, **more)


def paused(version: int) -> InternshipPaused:
    return InternshipPaused(siren=SIREN, reference="A-1", version=version)


def resumed(version: int) -> InternshipResumed:
    return InternshipResumed(siren=SIREN, reference="A-1", version=version)


def prolonged(version: int, to: date) -> InternshipProlonged:
    return InternshipProlonged(siren=SIREN, reference="A-1", version=version, valid_through=to)


def click(to: date, by: UUID = CONTACT) -> ProlongationRequested:
    return ProlongationRequested(offer_id=offer_id(offered()), contact_id=by, clicked_at=NOW, valid_through=to)


def close(reason: str = "filled_through_us") -> ClosureRequested:
    return ClosureRequested.model_validate(
        {"offer_id": offer_id(offered()), "contact_id": CONTACT, "clicked_at": NOW, "reason": reason}
    )


def filled(version: int) -> InternshipWithdrawn:
    return InternshipWithdrawn(siren=SIREN, reference="A-1", version=version, reason="filled_elsewhere")


def expired(last: date = LAST) -> Offer:
    offer, _ = lived(open_until(last))
    after, _ = elapse(offer, datetime(last.year, last.month, last.day, 23, tzinfo=UTC))
    assert after
    return after


def test_a_paused_offer_is_suspended_and_posted_again_when_it_is_resumed() -> None:
    offer, said = lived(open_until(), paused(2))
    assert (offer.state, kinds(said)) == ("paused", [InternshipSuspended, SubmissionAccepted])
    offer, said = lived(open_until(), paused(2), resumed(3))
    assert (offer.state, kinds(said)) == ("posted", [InternshipPosted, SubmissionAccepted])


def test_pausing_what_is_paused_and_resuming_what_is_open_changes_nothing() -> None:
    assert kinds(lived(open_until(), paused(2), paused(3))[1]) == [SubmissionUnchanged]
    assert kinds(lived(open_until(), resumed(2))[1]) == [SubmissionUnchanged]


def test_a_newer_version_of_a_paused_offer_posts_it() -> None:
    assert kinds(lived(open_until(), paused(2), open_until(version=3))[1]) == [InternshipPosted, SubmissionAccepted]


@pytest.mark.parametrize("event", [paused(2), resumed(2), prolonged(2, ENDS)])
def test_what_needs_an_offer_is_rejected_without_one(event: Submission) -> None:
    with pytest.raises(Rejected, match="reference: unknown_offer"):
        lived(event)


@pytest.mark.parametrize("event", [paused(3), resumed(3), prolonged(3, ENDS)])
def test_what_was_withdrawn_is_neither_paused_nor_resumed_nor_prolonged(event: Submission) -> None:
    with pytest.raises(Rejected, match="reference: not_open"):
        lived(open_until(), withdrawn(2), event)


def test_a_prolonged_offer_says_its_new_last_day() -> None:
    offer, said = lived(open_until(), prolonged(2, ENDS))
    assert kinds(said) == [InternshipUpdated, SubmissionAccepted]
    assert isinstance(said[0], InternshipUpdated)
    assert (said[0].valid_through, offer.last_day) == (ENDS, ENDS)


def test_a_newer_version_keeps_the_prolongation_unless_it_says_another_last_day() -> None:
    assert lived(open_until(), prolonged(2, ENDS), open_until(version=3, title="Autre (F/H)"))[0].last_day == ENDS
    later = LAST + timedelta(days=2)
    assert lived(open_until(), prolonged(2, ENDS), open_until(later, 3))[0].last_day == later


@pytest.mark.parametrize(
    ("to", "why"),
    [(LAST, "not_later"), (LAST - timedelta(days=1), "not_later"), (ENDS + timedelta(days=1), "after_the_end")],
)
def test_a_prolongation_that_prolongs_nothing_or_outlasts_the_internship_is_rejected(to: date, why: str) -> None:
    with pytest.raises(Rejected, match=f"valid_through: {why}"):
        lived(open_until(), prolonged(2, to))
    with pytest.raises(Rejected, match=f"valid_through: {why}"):
        lived(open_until(), click(to))


def test_one_click_of_the_contact_prolongs_and_the_company_is_told() -> None:
    offer, said = lived(open_until(), click(ENDS))
    assert kinds(said) == [InternshipUpdated, OfferProlonged]
    assert (offer.version, offer.changes[-1].actor) == (1, "contact")
    assert kinds(lived(open_until(), click(ENDS), open_until())[1]) == [SubmissionUnchanged]


def test_one_click_closes_and_the_feed_does_not_open_it_again_with_the_same_content() -> None:
    offer, said = lived(open_until(), close())
    assert (offer.state, kinds(said)) == ("filled", [InternshipClosed, OfferClosed])
    offer, said = lived(open_until(), close(), open_until(version=2))
    assert (offer.state, kinds(said)) == ("filled", [SubmissionUnchanged])
    assert lived(open_until(), close(), open_until(version=2, title="Deux places (F/H)"))[0].state == "posted"


def test_a_click_that_comes_too_late_changes_nothing() -> None:
    for late in (click(ENDS), close("cancelled")):
        offer, said = lived(open_until(), withdrawn(2), late)
        assert (offer.state, said) == ("withdrawn", [])


def test_only_the_contact_may_click() -> None:
    with pytest.raises(Rejected, match="contact_id: not_the_contact"):
        lived(open_until(), click(ENDS, by=UUID(int=8)))
    with pytest.raises(Rejected, match="offer_id: unknown_offer"):
        lived(click(ENDS))


def test_a_company_is_reminded_a_week_and_a_day_before_and_the_offer_expires_when_the_day_is_over() -> None:
    offer, _ = lived(open_until())
    days: list[tuple[date, list[type[Event]]]] = []
    while offer.due_at:
        now = offer.due_at
        after, said = elapse(offer, now)
        assert after
        offer = after
        days.append((now.date(), kinds(said)))
    asked = [InternshipExpiring, OfferExpiring]
    assert days == [
        (LAST - timedelta(days=7), asked),
        (LAST - timedelta(days=1), asked),
        (LAST, [InternshipExpired, OfferExpired]),  # 23:00 in London, midnight in Paris
    ]
    assert offer.state == "expired"
    assert (offer.changes[-1].actor, offer.changes[-1].changed_by) == ("clock", "clock")


def test_a_reminder_names_the_day_to_which_a_click_prolongs() -> None:
    offer, _ = lived(open_until())
    assert offer.due_at
    (asked, told) = elapse(offer, offer.due_at)[1]
    assert isinstance(asked, InternshipExpiring)
    assert isinstance(told, OfferExpiring)
    assert (asked.contact_id, asked.days_left, asked.prolonged_to) == (CONTACT, 7, LAST + timedelta(days=30))
    assert (told.reference, told.last_day, told.days_left) == ("A-1", LAST, 7)


def test_no_click_prolongs_beyond_the_internship() -> None:
    offer, _ = lived(offered(starts_on=TODAY, ends_on=LAST))
    assert offer.due_at
    (asked, _) = elapse(offer, offer.due_at)[1]
    assert isinstance(asked, InternshipExpiring)
    assert asked.prolonged_to is None


def test_a_service_that_was_away_expires_what_it_did_not_remind_of() -> None:
    offer, _ = lived(open_until())
    after, said = elapse(offer, NOW + timedelta(days=40))
    assert after
    assert (after.state, kinds(said)) == ("expired", [InternshipExpired, OfferExpired])


def test_a_paused_offer_expires_without_reminders() -> None:
    offer, _ = lived(open_until(), paused(2))
    assert offer.due_at
    after, said = elapse(offer, offer.due_at)
    assert after
    assert (after.state, kinds(said)) == ("expired", [InternshipExpired, OfferExpired])


def test_an_expired_offer_is_prolonged_and_posted_again() -> None:
    later = LAST + timedelta(days=30)
    for ask in (prolonged(2, later), click(later)):
        received = at(ask, NOW + timedelta(days=22))
        after, said = consider(expired(), ask, received)
        assert after
        assert after.state == "posted"
        assert kinds(said)[0] is InternshipPosted


def test_what_is_prolonged_to_a_day_that_has_passed_is_rejected() -> None:
    ask = prolonged(2, LAST + timedelta(days=1))
    with pytest.raises(Rejected, match="valid_through: in_the_past"):
        consider(expired(), ask, at(ask, NOW + timedelta(days=30)))


def test_the_reason_of_an_expired_offer_may_still_be_told() -> None:
    after, said = consider(expired(), filled(2), at(filled(2), NOW + timedelta(days=30)))
    assert after
    assert (after.state, after.changes[-1].reason, kinds(said)) == ("filled", "filled_elsewhere", [SubmissionAccepted])


def test_the_last_seat_fills_an_offer_once() -> None:
    offer, _ = lived(open_until())
    after, said = take_last_seat(offer, at(open_until()))
    assert after
    assert (after.state, kinds(said)) == ("filled", [InternshipClosed, OfferClosed])
    assert take_last_seat(after, at(open_until())) == (after, [])


def test_nothing_is_due_that_has_passed() -> None:
    day_of = datetime(LAST.year, LAST.month, LAST.day, 12, tzinfo=UTC)
    assert due_at("posted", LAST, day_of - timedelta(days=1)) == day_of.replace(hour=23)
    assert due_at("filled", LAST, NOW) is None


def test_every_trigger_has_one_way_from_a_state_and_every_state_can_be_reached() -> None:
    assert len(MOVES) == sum(len(move.before) for move in LIFE)
    assert {move.after for move in LIFE} == {"posted", "paused", "filled", "withdrawn", "expired"}


ANYTHING = st.lists(
    st.one_of(
        st.builds(
            lambda version, title: open_until(version=version, title=title), st.integers(1, 9), st.sampled_from("ab")
        ),
        st.builds(paused, st.integers(1, 9)),
        st.builds(resumed, st.integers(1, 9)),
        st.builds(withdrawn, st.integers(1, 9)),
        st.builds(filled, st.integers(1, 9)),
        st.builds(
            lambda version, days: prolonged(version, LAST + timedelta(days=days)), st.integers(1, 9), st.integers(1, 40)
        ),
        st.builds(lambda days: click(LAST + timedelta(days=days)), st.integers(1, 40)),
        st.builds(close, st.sampled_from(["cancelled", "filled_through_us"])),
        st.integers(1, 15),
    ),
    max_size=20,
)
"""Submissions and clicks; numbers are days that pass."""

OPENS: dict[type[Event], bool] = {InternshipPosted: True, InternshipUpdated: True}
CLOSES: dict[type[Event], bool] = {InternshipSuspended: False, InternshipClosed: False, InternshipExpired: False}


@given(ANYTHING)
def test_whatever_happens_what_was_published_tells_whether_students_may_apply(steps: list[object]) -> None:
    offer: Offer | None = None
    now, told = NOW, False
    for step in steps:
        said: Sequence[Event] = []
        if isinstance(step, int):
            now += timedelta(days=step)
            while offer and offer.due_at and offer.due_at <= now:
                offer, more = elapse(offer, now)
                said = [*said, *more]
        else:
            assert isinstance(step, Submission | Click)
            try:
                offer, said = consider(offer, step, at(step, now))
            except Rejected:
                continue
        for event in said:
            told = {**OPENS, **CLOSES}.get(type(event), told)
        assert told == (offer is not None and offer.open)
        assert offer is None or not offer.open or (offer.last_day and offer.last_day >= now.date())
