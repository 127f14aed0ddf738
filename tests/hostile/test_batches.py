"""Batches that fill the memory or cannot be decoded: told once, kept, and nobody waits; on real Kafka."""

import asyncio
import json

import asyncpg
import pytest

from shared.cli.platform import Platform
from tests.chassis import sample
from tests.events import OFFER
from tests.hostile import batches, feedback
from tests.hostile.batches import CODECS, LZ4, SNAPPY, ZSTD

MIB = 1 << 20
MOST_MIB = 200
"""Of the service, at its peak: it takes about 90 when nothing hostile comes."""


def good(siren: str, event_id: str, offset: int = 0) -> bytes:
    headers = [(b"ce_id", event_id.encode()), (b"ce_type", sample.HEARD.encode())]
    value = json.dumps({**OFFER, "siren": siren, "reference": event_id}).encode()
    return batches.record(offset, value, headers)


async def told(alone: Platform, siren: str, *hostile: bytes) -> dict[str, list[str]]:
    """What is told of hostile batches between two good records, which are accepted whatever lies between them."""
    first, last = (batches.batch(good(siren, event_id), 1) for event_id in ("first", "last"))
    async with asyncio.timeout(120):
        offsets = await batches.produce(alone.kafka, f"intake.{siren}.internships", first, *hostile, last)
        heard = await feedback.broken_rules(alone, siren, offsets[-1] + 1)
    assert heard.pop("first") == heard.pop("last") == []
    assert feedback.peak_mib(alone) < MOST_MIB
    return heard


@pytest.mark.parametrize("codec", CODECS)
async def test_a_bomb_is_told_once_and_kept_and_what_is_behind_it_is_handled(
    alone: Platform, company: str, store: "asyncpg.Connection[asyncpg.Record]", codec: str
) -> None:
    zeros = (20 if codec == "snappy" else 200) * MIB
    parts = batches.zeros_after(0, b"", zeros, [(b"ce_id", b"bomb"), (b"ce_type", sample.HEARD.encode())])
    bomb = batches.batch(batches.compressed(CODECS[codec], parts), 1, CODECS[codec])
    heard = await told(alone, company, bomb)
    assert list(heard.values()) == [["batch_too_large"]]
    assert next(iter(heard)).startswith(f"intake.{company}.internships/0/1/")
    kept = await store.fetchrow("SELECT value, record_offset FROM dead_letter WHERE sender = $1", company)
    assert kept
    assert kept["value"][61:] == bomb[61:]
    assert kept["record_offset"] == 1
    assert feedback.errors(alone) == []


async def test_many_small_bombs_in_one_fetch_are_told_one_by_one_in_bounded_memory(
    alone: Platform, company: str
) -> None:
    """Each is under the bound; a thousand of them, kept until a batch of records is full, would be 15 GiB."""
    headers = [(b"ce_id", b"small"), (b"ce_type", sample.HEARD.encode())]
    records = b"".join(part for at in range(15) for part in batches.zeros_after(at, b"%d" % at, MIB - 4096, headers))
    small = batches.batch(batches.compressed(ZSTD, iter([records])), 15, ZSTD)
    heard = await told(alone, company, *[small] * 60)
    assert heard == {"small": ["too_large", *["id_reused"] * 14]}


async def test_a_record_too_large_or_too_many_of_them_in_a_compressed_batch_is_told(
    alone: Platform, company: str
) -> None:
    headers = [(b"", b"")] * MIB
    large = batches.batch(batches.compressed(ZSTD, iter([batches.record(0, b"{}", headers)])), 1, ZSTD)
    empty = b"".join(batches.record(at, b"", key=b"") for at in range(100_001))
    many = batches.batch(batches.compressed(LZ4, iter([empty])), 100_001, LZ4)
    heard = await told(alone, company, large, many)
    assert list(heard.values()) == [["batch_too_large"], ["batch_too_large"]]


async def test_a_batch_that_kafka_takes_and_aiokafka_cannot_decode_is_told(
    alone: Platform, company: str, store: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    """Java's snappy reads two streams in a row as one; others stop at the second one's mark."""
    records = [good(company, f"lost-{at}", at) for at in range(2)]
    twice = b"".join(batches.compressed(SNAPPY, iter([one])) for one in records)
    heard = await told(alone, company, batches.batch(twice, 2, SNAPPY))
    assert list(heard.values()) == [["undecodable_batch"]]
    detail = await store.fetchval("SELECT detail FROM dead_letter WHERE sender = $1", company)
    assert "offsets 1 to 2:" in json.loads(detail)[0]["found"]


@pytest.mark.parametrize("codec", CODECS)
async def test_what_is_compressed_as_it_should_be_is_read(alone: Platform, company: str, codec: str) -> None:
    """With text of a header's name that is none in the middle: that batch is read another way."""
    records = [good(company, f"good-{at}", at) for at in range(50)]
    records[20] = batches.record(
        20, b"{}", [(b"\xff\xfe", b""), (b"ce_id", b"odd"), (b"ce_type", sample.HEARD.encode())]
    )
    parts = iter([b"".join(records)])
    heard = await told(alone, company, batches.batch(batches.compressed(CODECS[codec], parts), 50, CODECS[codec]))
    assert len(heard) == 50
    assert [event_id for event_id, rules in heard.items() if rules] == ["odd"]
