"""Offers that are one are shown once: what is suggested to a coordinator, what she answers, what students then see."""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, NamedTuple
from uuid import UUID

from services.internships.domain.likeness import Likeness, Listing, likeness, winner
from shared.contracts.duplicates import DuplicateJudged, Judgement
from shared.contracts.received import Rejected
from shared.contracts.remedies import problem

Pair = tuple[UUID, UUID]
"""Two offers' ids, the lesser first."""
State = Literal["suggested", "merged", "apart"]
Known = Mapping[Pair, State]
"""What is known of pairs. Whoever loads it for an offer loads its pairs and those of all it is merged with, open or
closed, so that nothing is merged that was kept apart."""

_BECOMES: Mapping[Judgement, State] = {"same": "merged", "different": "apart", "undecided": "suggested"}


class Change(NamedTuple):
    """What an offer's change does to suggestions, each pair with its likeness where it has one."""

    suggested: Mapping[Pair, Likeness]
    """To be suggested now."""
    lapsed: frozenset[Pair]
    """Suggested before, and no longer of use: one of the two closed, or they are no longer alike."""
    doubted: frozenset[Pair]
    """Merged, and no longer alike: a coordinator looks again; until then the merge stands."""


class Contradicted(ValueError):  # noqa: N818 - says what happened
    """An answer that would show two offers as one which a coordinator keeps apart, here `pair`."""

    def __init__(self, pair: Pair) -> None:
        """Name the two offers whose answer must be changed first."""
        super().__init__(f"take back first what was answered about {pair[0]} and {pair[1]}")
        self.pair = pair


def pair_of(one: UUID, other: UUID) -> Pair:
    """Two offers, whatever their order."""
    return (one, other) if one < other else (other, one)


def look(
    changed: Iterable[UUID], listed: Mapping[UUID, Listing], near: Mapping[UUID, Iterable[UUID]], known: Known
) -> Change:
    """Some offers were posted, changed or closed; `listed` are the open ones of them and of those near them."""
    suggested: dict[Pair, Likeness] = {}
    lapsed: set[Pair] = set()
    doubted: set[Pair] = set()
    now = dict(known)
    for offer in changed:
        mine = listed.get(offer)
        others = [listed[other] for other in near.get(offer, ()) if other in listed]
        change = reconsider(mine, others, now) if mine else close(offer, now)
        suggested |= change.suggested
        lapsed |= change.lapsed
        doubted |= change.doubted
        now |= dict.fromkeys(change.suggested, "suggested")
        now = {pair: state for pair, state in now.items() if pair not in change.lapsed}
    return Change(suggested, frozenset(lapsed), frozenset(doubted))


def close(offer: UUID, known: Known) -> Change:
    """An offer closed: nobody need answer about it any more. Merges stay, for it may open again."""
    return Change({}, frozenset(pair for pair in _suggested(known) if offer in pair), frozenset())


def reconsider(changed: Listing, near: Iterable[Listing], known: Known) -> Change:
    """An offer was posted or changed.

    `near` are the open offers that share a key with it, and those open of `known` that are paired with it.
    """
    mine = changed.offer_id
    compared = {pair_of(mine, other.offer_id): likeness(changed, other) for other in near if other.offer_id != mine}
    alike = {pair: found for pair, found in compared.items() if found.verdict != "different"}
    group = groups(known)
    new = {pair: found for pair, found in alike.items() if pair not in known and _undecided(pair, known, group)}
    lapsed = {pair for pair in _suggested(known) if mine in pair and pair not in alike}
    doubted = {pair for pair in compared.keys() - alike.keys() if known.get(pair) == "merged"}
    return Change(new, frozenset(lapsed), frozenset(doubted))


def answer(pair: Pair, said: Judgement, known: Known) -> State:
    """What becomes of a pair by a coordinator's answer; she may change it at any time, and say it twice.

    Raises Contradicted where a merge would join offers kept apart, or a pair kept apart is joined through others.
    """
    after = {**known, pair: _BECOMES[said]}
    group = groups(after)
    for other, state in after.items():
        if state == "apart" and _root(other[0], group) == _root(other[1], group):
            raise Contradicted(_cause(pair, other, after))
    return after[pair]


def _cause(pair: Pair, apart: Pair, known: Known) -> Pair:
    """What stands against an answer: the pair kept apart, or where that is the answer itself, a merge beside it."""
    if pair != apart:
        return apart
    group = groups(known)
    return min(at for at, state in known.items() if state == "merged" and _root(at[0], group) == _root(pair[0], group))


def hidden(open_offers: Iterable[Listing], known: Known) -> Mapping[UUID, UUID]:
    """Each open offer that is not shown, and the one shown for it: none of a closed one, so that its twin appears."""
    group = groups(known)
    together: dict[UUID, list[Listing]] = {}
    for listing in open_offers:
        together.setdefault(_root(listing.offer_id, group), []).append(listing)
    shown = {root: winner(those).offer_id for root, those in together.items()}
    return {
        listing.offer_id: shown[root]
        for root, those in together.items()
        for listing in those
        if listing.offer_id != shown[root]
    }


def merged_with(offers: Iterable[UUID], known: Known) -> list[UUID]:
    """Those offers, as one that was parted from its twin is shown again, and all that they are merged with."""
    group = groups(known)
    roots = {_root(offer, group) for offer in offers}
    return sorted({*offers, *(offer for offer, root in group.items() if root in roots)})


def check_known(event: DuplicateJudged, named: Collection[UUID]) -> None:
    """Raises Rejected where a judgement is not about two offers that are known."""
    for field in ("offer_id", "other_id"):
        if getattr(event, field) not in named or event.offer_id == event.other_id:
            raise Rejected(problem(field, "unknown_offer", getattr(event, field)))


def groups(known: Known) -> Mapping[UUID, UUID]:
    """Each offer that is merged, and the least id of all that it is merged with, also through others."""
    root: dict[UUID, UUID] = {}
    for (one, other), state in known.items():
        if state == "merged":
            least, greater = sorted((_root(one, root), _root(other, root)))
            members = [offer for offer, at in root.items() if at == greater]
            root |= dict.fromkeys((one, other, greater, *members), least)
    return root


def _root(offer: UUID, group: Mapping[UUID, UUID]) -> UUID:
    return group.get(offer, offer)


def _suggested(known: Known) -> Iterable[Pair]:
    return (pair for pair, state in known.items() if state == "suggested")


def _undecided(pair: Pair, known: Known, group: Mapping[UUID, UUID]) -> bool:
    """Neither are the two merged through others, nor what they are merged with kept apart."""
    one, other = (_root(offer, group) for offer in pair)
    return one != other and not any(
        state == "apart" and {_root(offer, group) for offer in at} == {one, other} for at, state in known.items()
    )
