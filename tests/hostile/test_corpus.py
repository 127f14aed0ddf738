"""The corpus through a real service: one verdict each, of the right kind, on the company's own topic alone."""

import asyncio
import json
import unicodedata
from collections.abc import Sequence

import asyncpg
import pytest
from aiokafka.errors import MessageSizeTooLargeError

from shared.cli.platform import Platform
from shared.contracts.topics import LARGEST_BATCH
from tests.chassis import sample
from tests.hostile import batches, corpus, feedback
from tests.hostile.corpus import ACCEPTED, Item
from tests.hostile.material import NAUGHTY
from tests.topics import everything_on

MOST_MIB = 200
"""Of the service at its peak, over a thousand records of up to 1 MiB."""


async def send(alone: Platform, siren: str, items: Sequence[Item]) -> dict[str, int]:
    """Publish to partition 0, in order; returns each item's offset."""
    records = [batches.record(0, item.value, raw_headers(item), key=item.key) for item in items]
    topic = f"intake.{siren}.internships"
    offsets = await batches.produce(alone.kafka, topic, *(batches.batch(one, 1) for one in records))
    return dict(zip((item.name for item in items), offsets, strict=True))


def raw_headers(item: Item) -> list[tuple[bytes, bytes | None]]:
    return [(name.encode(), value) for name, value in item.all_headers()]


async def test_every_item_gets_its_one_verdict_and_nobody_else_hears_of_it(
    alone: Platform, company: str, other: str, store: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    probe = Item("probe", corpus.written(corpus.offer("probe", siren=company)), ACCEPTED)
    items = [*corpus.corpus(company, other), probe]
    async with asyncio.timeout(300):
        offsets = await send(alone, company, items)
        heard = await feedback.broken_rules(alone, company, offsets["probe"] + 1)
    assert len(heard) == len(items)
    for item in items:
        place = f"intake.{company}.internships/0/{offsets[item.name]}/"
        (event_id,) = [item.event_id.decode()] if item.own_id else [one for one in heard if one.startswith(place)]
        rules = heard[event_id]
        assert (item.answer == ACCEPTED) is (rules == []), (item.name, rules)
        assert item.answer == ACCEPTED or item.answer in rules, (item.name, rules)
    assert await everything_on(alone.kafka, f"feedback.{other}") == []
    assert feedback.peak_mib(alone) < MOST_MIB
    assert feedback.errors(alone) == []
    await assert_kept(store, company, items, offsets)
    await assert_texts_are_what_they_were(alone, company)


async def assert_kept(
    store: "asyncpg.Connection[asyncpg.Record]", siren: str, items: list[Item], offsets: dict[str, int]
) -> None:
    """What was refused lies among the dead letters byte for byte, once."""
    rows = await store.fetch("SELECT record_offset, key, value, headers FROM dead_letter WHERE sender = $1", siren)
    kept = {row["record_offset"]: row for row in rows}
    refused = {offsets[item.name]: item for item in items if item.answer != ACCEPTED}
    assert kept.keys() == refused.keys()
    assert len(rows) == len(refused)
    for offset, item in refused.items():
        headers = [[name.hex(), None if value is None else value.hex()] for name, value in raw_headers(item)]
        assert json.loads(kept[offset]["headers"]) == headers
        assert (kept[offset]["key"], kept[offset]["value"]) == (item.key, item.value)


async def assert_texts_are_what_they_were(alone: Platform, siren: str) -> None:
    offers = [json.loads(record.value) for record in await everything_on(alone.kafka, "internships.offers")]
    posted = {offer["reference"]: offer["title"] for offer in offers if offer["siren"] == siren}
    for at, text in enumerate(NAUGHTY):
        assert posted[f"naughty-{at}"] == unicodedata.normalize("NFC", text).strip()


@pytest.mark.parametrize("missing", [1, 0])
async def test_a_record_as_large_as_kafka_takes_is_answered(alone: Platform, company: str, missing: int) -> None:
    async with asyncio.timeout(60):
        offsets = await batches.produce(
            alone.kafka, f"intake.{company}.internships", padded(company, LARGEST_BATCH - missing)
        )
        assert await feedback.broken_rules(alone, company, offsets[-1] + 1) == {"padded": ["too_large"]}


async def test_a_record_larger_than_that_never_gets_in(alone: Platform, company: str) -> None:
    with pytest.raises(MessageSizeTooLargeError):
        await batches.produce(alone.kafka, f"intake.{company}.internships", padded(company, LARGEST_BATCH + 1))


def padded(siren: str, size: int) -> bytes:
    """A good offer in a batch of exactly that many bytes."""
    headers = [(b"ce_id", b"padded"), (b"ce_type", sample.HEARD.encode())]

    def of(padding: int) -> bytes:
        value = corpus.written(corpus.offer("padded", siren=siren, x="a" * padding))
        return batches.batch(batches.record(0, value, headers), 1)

    enough = size - len(of(0)) - 10
    return of(size - len(of(enough)) + enough)
