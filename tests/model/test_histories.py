"""Random histories through the real chassis and service end as a simple model says: no loss, no double, in order."""

import asyncio
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings

from shared.chassis.database import Database
from tests.model.driving import Found, Unheard, begin, handle, look, set_fate
from tests.model.histories import History, Step, histories
from tests.model.model import World
from tests.model.records import SNAG, Record

Replicas = tuple[Database, Database]
Batch = Sequence[Record]
Tables = dict[str, Any]

LONG = settings.get_current_profile_name() == "long"
REST, ALL_AGAIN = Step(), Step(back=1000)


@settings(
    deadline=None,
    max_examples=4_000 if LONG else 300,
    derandomize=not LONG,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(histories)
async def test_any_history_ends_as_the_model_says(replicas: Replicas, history: History) -> None:
    await begin(replicas[0])
    worlds, position = [World()], 0
    for step in [*history.steps, REST, ALL_AGAIN]:
        start = max(0, position - step.back)
        orders = await play(replicas, history.log, step, start)
        position = max(position, start + step.count)
        found = await look(replicas[0])
        possible = [world.after(*order) for world in worlds for order in orders]
        worlds = [world for world in possible if found.tables == tables(world)]
        assert worlds, differences(tables(possible[0]), found.tables, step)
        check_by_itself(found)
    check_nothing_is_lost(history.log, found)


async def play(replicas: Replicas, log: Batch, step: Step, start: int) -> list[Batch]:
    """Let a step happen; returns the orders, one after the other, that its effect may be of."""
    batch, late = part(log, start, step.count, step), list[Record]()
    if step.beside:
        shared, more = step.beside
        late = part(log, max(0, start + step.count - shared), shared + more, step)
    await set_fate(replicas[0], step.strike)
    first = Unheard(replicas[0], step.unheard)
    if any(record.title == SNAG for record in [*batch, *late]):  # halves of two batches have too many orders
        await handle(first, batch)
        await handle(replicas[1], late)
        return [[*batch, *late]]
    async with asyncio.TaskGroup() as both:
        both.create_task(handle(first, batch))
        both.create_task(handle(replicas[1], late))
    return [[*batch, *late], [*late, *batch]]


def part(log: Batch, start: int, count: int, step: Step) -> list[Record]:
    records = log[start : start + count]
    return sorted(records, key=lambda record: record.company) if step.by_company else list(records)


def tables(world: World) -> Tables:
    inbox = {identity: len(contents) for identity, contents in world.inbox.items()}
    return {"offer": world.offers, "inbox": inbox, "dead_letter": world.letters, "outbox": world.outbox}


def differences(should: Tables, found: Tables, step: Step) -> str:
    wrong = [name for name in should if should[name] != found[name]]
    return "\n".join([f"after {step}", *(f"{one} should be\n  {should[one]}\nand is\n  {found[one]}" for one in wrong)])


def check_by_itself(found: Found) -> None:
    """What must hold whatever the model says."""
    answers = {key: len(said) for key, said in found.outbox.items() if len(key) == 3}
    assert answers == dict(found.inbox), "one answer each"
    for key, said in found.outbox.items():
        versions = [version for kind, version, _ in said if kind in {"InternshipPosted", "InternshipUpdated"}]
        assert len(key) == 3 or all(before < after for before, after in pairwise(versions)), "in order"
    newest = {key: (offer.version, offer.open, offer.changed_by) for key, offer in found.offers.items()}
    assert found.newest == newest, "history and offers agree"


def check_nothing_is_lost(log: Batch, found: Found) -> None:
    assert {record.identity for record in log} == set(found.inbox)
    assert all(value == log[offset].raw().value for offset, value in found.kept.items())
