"""What time triggers in internships: offers that end soon or were sent twice, applications that wait, placements."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from services.internships import store
from services.internships.domain import applications, duplicates, meanwhile, placements
from services.internships.domain.cases import Outcome
from services.internships.domain.life import Offer, at_nine, by_clock
from shared.chassis import clock
from shared.chassis.database import Database, Db
from shared.chassis.jobs import Jobs, set_timer
from shared.chassis.outbox import publish
from shared.contracts.duplicates import (
    MOST_PAIRS,
    DuplicateContradicted,
    DuplicateJudged,
    DuplicatesSuggested,
    NamedPair,
)
from shared.contracts.event import Event
from shared.contracts.fields import day_in_france
from shared.contracts.placements import AnswersMeasured

jobs = Jobs()

A_YEAR = timedelta(days=365)

SUGGESTIONS = UUID("a7d0c2b1-4e5f-5a6b-8c7d-9e0f1a2b3c4d")
"""The namespace of lists of offers that may be one."""

COMPARED_AT_ONCE = 10
"""Offers compared with others every five seconds while companies send; what they send goes first."""


@jobs.loop(channel="offer", poll=5.0)
async def watch_offers(database: Database) -> bool:
    """Companies are asked about offers that end soon; those that ended expire. False when none is due."""
    async with database.transaction() as db:
        now = clock.now()
        due = await store.offers.load_due_offers(db, now)
        decided = [meanwhile.elapse(offer, now) for offer in due]
        await store.offers.save_offers(db, [offer for offer, _ in decided if offer])
        await publish(db, [event for _, events in decided for event in events])
    return bool(due)


@jobs.loop(channel="duplicate", poll=5.0)
async def show_offers_once(database: Database) -> bool:
    """What coordinators judged is settled, changed offers are compared, and of those that are one, one is shown.

    True when there is more to compare, and no company sent anything meanwhile.
    """
    async with database.transaction() as db:
        if await store.duplicates.lock_duplicates(db):
            now, before = clock.now(), await store.offers.count_changes(db)
            judged = await _settle_judgements(db)
            changed = await store.duplicates.list_uncompared(db, COMPARED_AT_ONCE)
            if changed or judged:
                await _compare(db, changed, now)
                await _show(db, judged, changed, now)
            return len(changed) == COMPARED_AT_ONCE and before == await store.offers.count_changes(db)
    return False


async def _settle_judgements(db: Db) -> list[UUID]:
    """Returns the offers judged."""
    judged: list[UUID] = []
    for number, event in await store.duplicates.list_judgements(db, COMPARED_AT_ONCE):
        pair = duplicates.pair_of(event.offer_id, event.other_id)
        known = await store.duplicates.load_known(db, pair)
        try:
            state = duplicates.answer(pair, event.judgement, known)
        except duplicates.Contradicted as error:
            await store.duplicates.save_settled(db, number, pair, None)
            await publish(db, [await _contradicted(db, event, pair, error.pair)])
            continue
        await store.duplicates.save_settled(db, number, pair, state)
        judged += pair
    return judged


async def _contradicted(
    db: Db, event: DuplicateJudged, pair: duplicates.Pair, against: duplicates.Pair
) -> DuplicateContradicted:
    named = await store.duplicates.list_named(db, [*pair, *against])
    told, stands = (NamedPair(one=named[one], other=named[other]) for one, other in (pair, against))
    return DuplicateContradicted(
        judged_by_id=event.judged_by_id,
        judged_at=event.judged_at,
        judgement=event.judgement,
        pair=told,
        against=stands,
    )


async def _compare(db: Db, changed: Sequence[Offer], now: datetime) -> None:
    ids = [offer.offer_id for offer in changed]
    listed = await store.duplicates.list_open(db, ids)
    await store.duplicates.save_keys(db, ids, listed.values())
    near = await store.duplicates.list_near(db, ids)
    around = {other for others in near.values() for other in others} - {*ids}
    known = await store.duplicates.load_known(db, {*ids, *around})
    change = duplicates.look(ids, listed | await store.duplicates.list_open(db, around), near, known)
    await store.duplicates.save_change(db, change)
    if change.suggested or change.doubted:
        await _suggest_tomorrow(db, now)


async def _show(db: Db, judged: Sequence[UUID], changed: Sequence[Offer], now: datetime) -> None:
    """Of the offers that are one with those, show one; all are locked at once, so that nobody waits in a ring."""
    touched = {*judged, *(offer.offer_id for offer in changed)}
    known = await store.duplicates.load_known(db, touched)
    together = duplicates.merged_with(touched, known)
    offers = await store.offers.load_offers(db, together)
    hidden = duplicates.hidden((await store.duplicates.list_open(db, together)).values(), known)
    # One that changed meanwhile is compared again.
    compared = {one.offer_id: one._replace(compared=True) for one in changed if offers.get(one.offer_id) == one}
    shown = {
        offer_id: meanwhile.show_as(offer, hidden.get(offer_id), by_clock(now))
        for offer_id, offer in (offers | compared).items()
    }
    await store.offers.save_offers(db, [after for offer_id, (after, _) in shown.items() if after != offers[offer_id]])
    await publish(db, [event for _, events in shown.values() for event in events])


async def _suggest_tomorrow(db: Db, now: datetime) -> None:
    tomorrow = day_in_france(now) + timedelta(days=1)
    await set_timer(db, "suggest_duplicates", key=tomorrow.isoformat(), due_at=at_nine(tomorrow))


@jobs.when("suggest_duplicates")
async def suggest_duplicates(db: Db, key: str, now: datetime) -> Sequence[Event]:
    """Coordinators are asked about offers that may be one; about the rest a day later."""
    pairs = await store.duplicates.list_untold(db, MOST_PAIRS)
    if len(pairs) == MOST_PAIRS:
        await _suggest_tomorrow(db, now)
    return [DuplicatesSuggested(suggestion_id=uuid5(SUGGESTIONS, key), pairs=tuple(pairs))] if pairs else []


@jobs.loop(channel="application", poll=5.0)
async def watch_applications(database: Database) -> bool:
    """Whoever's turn it is is reminded; what nobody answered ends. False when none is due."""
    async with database.transaction() as db:
        now = clock.now()
        left = await store.applications.load_left_waiting(db)
        await _save(db, [applications.close_all(left, by_clock(now))])
        due = await store.applications.load_due_applications(db, now)
        outcomes = [placements.elapse(application, now) for application in due]
        await _save(db, outcomes)
        for siren in sorted({one.siren for outcome in outcomes for one in outcome.changed if one.due_at is None}):
            await set_timer(db, "measure_answers", key=siren, due_at=now)
    return bool(due or left)


async def _save(db: Db, outcomes: Sequence[Outcome]) -> None:
    await store.applications.save_applications(db, [one for outcome in outcomes for one in outcome.changed])
    await publish(db, [event for outcome in outcomes for event in outcome.events])


@jobs.when("measure_answers")
async def measure_answers(db: Db, key: str, now: datetime) -> Sequence[Event]:
    """How reliably a company answers, for everybody to see."""
    measured = await store.applications.measure_answers(db, key, now - A_YEAR)
    return [AnswersMeasured(siren=key, measured_on=day_in_france(now), **measured)]
