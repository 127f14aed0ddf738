"""Decisions about offers: the newest version wins, and every submission gets one verdict."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.internships.domain.life import Offer
from services.internships.domain.offers import consider, offer_id
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted, SubmissionStale, SubmissionUnchanged, Verdict
from shared.contracts.internships import (
    InternshipClosed,
    InternshipOffered,
    InternshipPosted,
    InternshipUpdated,
    InternshipWithdrawn,
)
from shared.contracts.received import Received, Rejected
from tests.events import SIREN, offered, withdrawn

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def received(number: int, submission: Event) -> Received:
    return Received(str(number), submission.wire_name, SIREN, NOW)


def after(*submissions: InternshipOffered | InternshipWithdrawn) -> tuple[Offer | None, list[Event]]:
    offer: Offer | None = None
    said: list[Event] = []
    for number, submission in enumerate(submissions):
        offer, events = consider(offer, submission, received(number, submission))
        said += events
    return offer, said


def kinds(events: Sequence[Event]) -> list[type[Event]]:
    return [type(event) for event in events]


def test_a_new_offer_is_posted() -> None:
    offer, said = after(offered())
    assert kinds(said) == [InternshipPosted, SubmissionAccepted]
    assert offer
    assert offer.open


def test_a_newer_version_updates_it() -> None:
    _, said = after(offered(), offered(2, title="Autre intitulé (F/H)"))
    assert kinds(said)[2:] == [InternshipUpdated, SubmissionAccepted]


def test_a_newer_version_that_says_the_same_publishes_nothing() -> None:
    offer, said = after(offered(), offered(2))
    assert kinds(said)[2:] == [SubmissionUnchanged]
    assert offer
    assert (offer.version, offer.changes[-1].changed_by) == (2, "1")


def test_an_older_version_is_stale_and_changes_nothing() -> None:
    offer, said = after(offered(3), offered(2, title="Ancien"))
    assert kinds(said)[2:] == [SubmissionStale]
    assert offer == after(offered(3))[0]


def test_the_same_again_is_unchanged() -> None:
    assert kinds(after(offered(), offered())[1])[2:] == [SubmissionUnchanged]


def test_a_version_used_for_something_else_is_rejected() -> None:
    with pytest.raises(Rejected, match="version_reused"):
        after(offered(), offered(1, title="Autre"))


def test_an_internship_that_is_over_is_rejected() -> None:
    with pytest.raises(Rejected, match="in_the_past"):
        after(offered(starts_on=date(2026, 1, 5), ends_on=date(2026, 2, 27)))


def test_an_offer_for_which_nobody_can_apply_any_more_is_rejected() -> None:
    with pytest.raises(Rejected, match="valid_through: in_the_past"):
        after(offered(valid_through=NOW.date() - timedelta(days=1)))
    assert kinds(after(offered(valid_through=NOW.date()))[1]) == [InternshipPosted, SubmissionAccepted]


def test_both_dates_that_have_passed_are_told() -> None:
    last = date(2026, 2, 27)
    with pytest.raises(Rejected) as refused:
        after(offered(starts_on=date(2026, 1, 5), ends_on=last, valid_through=last))
    assert [problem.field for problem in refused.value.problems] == ["ends_on", "valid_through"]


def test_what_the_law_forbids_is_rejected_with_its_article() -> None:
    with pytest.raises(Rejected, match="hourly_pay: gratification_missing") as refused:
        after(offered(ends_on=date(2027, 9, 3)))
    (problem,) = refused.value.problems
    assert "L124-6" in problem.remedy_fr
    assert "L124-6" in problem.remedy_en


def test_what_the_law_may_forbid_is_accepted_with_a_warning() -> None:
    _, said = after(offered(ends_on=date(2027, 9, 3), hourly_pay="4.20"))
    assert kinds(said) == [InternshipPosted, SubmissionAccepted]
    assert isinstance(said[1], SubmissionAccepted)
    assert [(one.field, one.rule) for one in said[1].warnings] == [("hourly_pay", "gratification_perhaps_too_low")]


def test_a_day_is_over_when_it_is_over_in_france() -> None:
    submission = offered(starts_on=date(2026, 11, 2), ends_on=date(2026, 11, 24))
    last_minute = received(0, submission)._replace(at=datetime(2026, 11, 24, 22, 59, tzinfo=UTC))
    assert kinds(consider(None, submission, last_minute)[1]) == [InternshipPosted, SubmissionAccepted]
    with pytest.raises(Rejected, match="ends_on: in_the_past"):
        consider(None, submission, last_minute._replace(at=last_minute.at + timedelta(minutes=1)))


def test_a_withdrawn_offer_is_closed_and_may_come_back() -> None:
    offer, said = after(offered(), withdrawn(2), offered(3))
    assert kinds(said)[2:] == [InternshipClosed, SubmissionAccepted, InternshipPosted, SubmissionAccepted]
    assert offer
    assert offer.open


def test_withdrawing_again_is_unchanged_and_leaves_the_offer_as_it_is() -> None:
    offer, _ = after(offered(), withdrawn(2))
    assert offer
    again, said = consider(offer, withdrawn(2), received(2, withdrawn(2)))
    assert again is offer
    assert kinds(said) == [SubmissionUnchanged]


def test_withdrawing_later_what_is_withdrawn_only_remembers_the_version() -> None:
    offer, said = after(offered(), withdrawn(2), withdrawn(3))
    assert kinds(said)[-1:] == [SubmissionUnchanged]
    assert offer
    assert (offer.version, offer.open) == (3, False)


def test_a_withdrawal_under_the_offers_own_version_is_rejected() -> None:
    with pytest.raises(Rejected, match="version_reused"):
        after(offered(2), withdrawn(2))


def test_two_companies_may_use_the_same_reference() -> None:
    assert offer_id(offered()) != offer_id(offered(siren="552100554"))


def test_a_verdict_names_the_submission_it_answers() -> None:
    _, said = after(offered())
    verdict = said[-1]
    assert isinstance(verdict, SubmissionAccepted)
    assert (verdict.company, verdict.submission_id, verdict.reference) == (SIREN, "0", "A-1")
    assert verdict.submission_type == InternshipOffered.wire_name
    assert verdict.accepted_as == offer_id(offered())


def test_a_withdrawal_that_overtakes_its_offer_closes_nothing_and_keeps_the_offer_closed() -> None:
    offer, said = after(withdrawn(2), offered(1))
    assert kinds(said) == [SubmissionUnchanged, SubmissionStale]
    assert offer
    assert (offer.version, offer.open, offer.terms) == (2, False, None)


def test_an_offer_newer_than_the_withdrawal_that_came_first_is_posted() -> None:
    assert kinds(after(withdrawn(2), offered(3))[1])[1:] == [InternshipPosted, SubmissionAccepted]


def test_an_offer_older_than_its_withdrawal_does_not_bring_it_back() -> None:
    offer, said = after(offered(1), withdrawn(3), offered(2, title="Tard"))
    assert kinds(said)[-1:] == [SubmissionStale]
    assert offer
    assert not offer.open


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_any_order_and_repetition_ends_in_the_newest_version_with_one_verdict_each(versions: list[int]) -> None:
    offer, said = after(*(offered(version, title=f"Version {version}") for version in versions))
    assert offer
    assert offer.terms
    assert (offer.version, offer.terms.title) == (max(versions), f"Version {max(versions)}")
    assert sum(isinstance(event, Verdict) for event in said) == len(versions)


SUBMISSIONS = st.lists(
    st.one_of(
        st.builds(lambda version, title: offered(version, title=title), st.integers(1, 5), st.sampled_from("ab")),
        st.builds(withdrawn, st.integers(1, 5)),
    ),
    max_size=12,
)


Submissions = list[InternshipOffered | InternshipWithdrawn]


def judged(submissions: Submissions) -> Iterator[tuple[Offer | None, Sequence[Event] | None]]:
    """The offer after each submission and what was said; nothing when it was rejected."""
    offer: Offer | None = None
    for number, submission in enumerate(submissions):
        try:
            offer, said = consider(offer, submission, received(number, submission))
        except Rejected:
            yield offer, None
        else:
            yield offer, said


@given(SUBMISSIONS)
def test_what_is_not_rejected_gets_one_verdict_and_no_version_goes_back(submissions: Submissions) -> None:
    before = 0
    for submission, (offer, said) in zip(submissions, judged(submissions), strict=True):
        if said is not None:
            assert sum(isinstance(event, Verdict) for event in said) == 1
            before = max(before, submission.version)
        assert (offer.version if offer else 0) == before


@given(SUBMISSIONS)
def test_what_was_told_of_an_offer_adds_up_to_whether_it_is_open(submissions: Submissions) -> None:
    steps = list(judged(submissions))
    told = [type(event) for _, said in steps for event in said or ()]
    turns = [kind for kind in told if kind in {InternshipPosted, InternshipClosed}]
    assert turns == [InternshipPosted, InternshipClosed] * (len(turns) // 2) + [InternshipPosted] * (len(turns) % 2)
    offer = steps[-1][0] if steps else None
    assert (offer is not None and offer.open) == (len(turns) % 2 == 1)


@given(
    st.lists(st.booleans(), min_size=1, max_size=6).flatmap(lambda opens: st.permutations(list(enumerate(opens, 1))))
)
def test_whatever_the_order_the_newest_version_says_whether_the_offer_is_open(versions: list[tuple[int, bool]]) -> None:
    offer, _ = after(*(offered(version) if opens else withdrawn(version) for version, opens in versions))
    assert offer
    assert (offer.version, offer.open) == max(versions)
