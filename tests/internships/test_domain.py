"""Decisions about offers: the newest version wins, and every submission gets one verdict."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.internships.domain import Offer, consider
from shared.contracts.event import Event
from shared.contracts.feedback import SubmissionAccepted, SubmissionStale, SubmissionUnchanged, Verdict
from shared.contracts.internships import (
    InternshipClosed,
    InternshipOffered,
    InternshipPosted,
    InternshipUpdated,
    InternshipWithdrawn,
    Place,
)
from shared.contracts.received import Received, Rejected

NOW = datetime(2026, 11, 24, tzinfo=UTC)
SIREN = "732829320"


def offered(version: int = 1, **changes: Any) -> InternshipOffered:
    terms: dict[str, Any] = {
        "siren": SIREN,
        "reference": "A-1",
        "version": version,
        "title": "Technicienne ou technicien fibre (F/H)",
        "description": "Raccorder des foyers.",
        "company_name": "Fibrelune",
        "place": Place(city="Rennes", departement="35"),
        "starts_on": date(2027, 4, 5),
        "ends_on": date(2027, 5, 28),
        "level": 4,
        "trade": "fibre",
    }
    return InternshipOffered(**{**terms, **changes})


def withdrawn(version: int) -> InternshipWithdrawn:
    return InternshipWithdrawn(siren=SIREN, reference="A-1", version=version, reason="cancelled")


def after(*submissions: InternshipOffered | InternshipWithdrawn) -> tuple[Offer | None, list[Event]]:
    offer: Offer | None = None
    said: list[Event] = []
    for number, submission in enumerate(submissions):
        offer, events = consider(offer, submission, Received(str(number), submission.wire_name, SIREN, NOW))
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
    assert offer.version == 2


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


def test_a_withdrawn_offer_is_closed_and_may_come_back() -> None:
    offer, said = after(offered(), withdrawn(2), offered(3))
    assert kinds(said)[2:] == [InternshipClosed, SubmissionAccepted, InternshipPosted, SubmissionAccepted]
    assert offer
    assert offer.open


def test_withdrawing_what_was_never_offered_is_rejected() -> None:
    with pytest.raises(Rejected, match="unknown_reference"):
        after(withdrawn(1))


def test_an_offer_older_than_its_withdrawal_does_not_bring_it_back() -> None:
    offer, said = after(offered(1), withdrawn(3), offered(2, title="Tard"))
    assert kinds(said)[-1:] == [SubmissionStale]
    assert offer
    assert not offer.open


@given(st.lists(st.integers(1, 6), min_size=1, max_size=12))
def test_any_order_and_repetition_ends_in_the_newest_version_with_one_verdict_each(versions: list[int]) -> None:
    offer, said = after(*(offered(version, title=f"Version {version}") for version in versions))
    assert offer
    assert (offer.version, offer.terms.title) == (max(versions), f"Version {max(versions)}")
    assert sum(isinstance(event, Verdict) for event in said) == len(versions)
