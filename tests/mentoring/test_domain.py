"""Assignments: as many as possible, the best of those, and never first come first served."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from services.mentoring.domain import NOT_TOGETHER, Mentee, Mentor, assign, cost
from shared.contracts.fields import Trade

TRADES: tuple[Trade, ...] = ("fibre", "radio", "software")


def mentor(number: int, *trades: Trade, departement: str = "35", capacity: int = 1, remote: bool = True) -> Mentor:
    return Mentor(UUID(int=number), "732829320", str(number), 1, departement, trades, 7, capacity, remote)


def mentee(number: int, *trades: Trade, departement: str = "35", remote: bool = True) -> Mentee:
    return Mentee(UUID(int=number), departement, trades, 4, remote)


def named(mentors: list[Mentor], mentees: list[Mentee]) -> set[tuple[int, int]]:
    return {(pair.mentor.mentor_id.int, pair.mentee.mentee_id.int) for pair in assign(mentors, mentees)}


def test_the_early_mentee_does_not_take_the_only_mentor_of_the_later_one() -> None:
    broad, narrow = mentor(1, "fibre", "radio"), mentor(2, "fibre")
    early, late = mentee(1, "fibre"), mentee(2, "radio")
    assert named([broad, narrow], [early, late]) == {(1, 2), (2, 1)}


def test_people_without_a_trade_in_common_are_not_brought_together() -> None:
    assert named([mentor(1, "fibre")], [mentee(1, "radio")]) == set()


def test_far_apart_both_must_agree_to_meet_remotely() -> None:
    far = mentor(1, "fibre", departement="69")
    assert named([far], [mentee(1, "fibre")]) == {(1, 1)}
    assert named([far], [mentee(1, "fibre", remote=False)]) == set()


def test_the_nearer_mentor_is_preferred() -> None:
    assert named([mentor(1, "fibre", departement="69"), mentor(2, "fibre")], [mentee(1, "fibre")]) == {(2, 1)}


def test_a_full_mentor_takes_nobody_more() -> None:
    full = Mentor(UUID(int=1), "732829320", "1", 1, "35", ("fibre",), 7, 2, True, assigned=2)
    assert assign([full], [mentee(1, "fibre")]) == []


def test_nobody_waiting_makes_no_pairs() -> None:
    assert assign([mentor(1, "fibre")], []) == []
    assert assign([], [mentee(1, "fibre")]) == []


trades = st.sets(st.sampled_from(TRADES), min_size=1).map(sorted).map(tuple)
places = st.sampled_from(("35", "69"))
mentors = st.lists(st.tuples(trades, places, st.integers(1, 3), st.booleans()), max_size=6)
mentees = st.lists(st.tuples(trades, places, st.booleans()), max_size=8)


@given(mentors, mentees)
def test_every_pair_fits_nobody_is_overbooked_and_greed_never_pairs_more(
    offered: list[tuple[tuple[Trade, ...], str, int, bool]], waiting: list[tuple[tuple[Trade, ...], str, bool]]
) -> None:
    us = [mentor(n, *t, departement=p, capacity=c, remote=r) for n, (t, p, c, r) in enumerate(offered)]
    them = [mentee(n, *t, departement=p, remote=r) for n, (t, p, r) in enumerate(waiting)]
    pairs = assign(us, them)
    assert all(cost(pair.mentor, pair.mentee) < NOT_TOGETHER for pair in pairs)
    assert len({pair.mentee.mentee_id for pair in pairs}) == len(pairs)
    for one in us:
        assert sum(pair.mentor == one for pair in pairs) <= one.capacity
    assert len(pairs) >= first_come_first_served(us, them)
    assert pairs == assign(us[::-1], them[::-1])


def first_come_first_served(us: list[Mentor], them: list[Mentee]) -> int:
    left = {one.mentor_id: one.capacity for one in us}
    paired = 0
    for waiting in them:
        free = [one for one in us if left[one.mentor_id] and cost(one, waiting) < NOT_TOGETHER]
        if free:
            left[free[0].mentor_id] -= 1
            paired += 1
    return paired
