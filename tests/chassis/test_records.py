"""What aiokafka hands on once reading is made safe: every batch in bounded memory, and none that stops a partition."""

from collections.abc import Iterator
from uuid import uuid4

import cramjam
import pytest
from aiokafka import AIOKafkaProducer
from aiokafka.consumer import fetcher
from aiokafka.record import _crecords, default_records

from shared.chassis import records
from shared.chassis.records import Unread, UnreadBatch
from shared.cli.platform import Platform
from tests.hostile import batches
from tests.hostile.batches import CODECS, SNAPPY, ZSTD
from tests.topics import everything_on, new_topic

DECODERS = ("gzip_decode", "snappy_decode", "lz4_decode", "zstd_decode")
MIB = 1 << 20


@pytest.fixture
def safe() -> Iterator[None]:
    """Reading is made safe for this test alone."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (default_records, _crecords.default_records):
            for name in DECODERS:
                patch.setattr(module, name, getattr(module, name))
        patch.setattr(fetcher, "MemoryRecords", fetcher.MemoryRecords)
        patch.setattr(fetcher, "PartitionRecords", fetcher.PartitionRecords)
        records.read_anything()
        yield


@pytest.fixture
async def topic(running: Platform) -> str:
    """A topic of the test's own, with one partition."""
    return await new_topic(running.kafka, partitions=1)


@pytest.mark.usefixtures("safe")
@pytest.mark.parametrize("codec", CODECS.values(), ids=CODECS)
@pytest.mark.parametrize("size", [1, 100_000, MIB - 100])
async def test_what_is_under_the_bounds_is_read_as_it_was_written(
    running: Platform, topic: str, codec: int, size: int
) -> None:
    written = [batches.record(at, b"%d" % at + b"a" * size, [(b"h", b"v")]) for at in range(12)]
    one = batches.batch(batches.compressed(codec, iter(written)), 12, codec)
    await batches.produce(running.kafka, topic, one, one)
    found = await everything_on(running.kafka, topic)
    assert [(record.offset, record.value) for record in found] == [
        (at, b"%d" % (at % 12) + b"a" * size) for at in range(24)
    ]
    assert {record.headers for record in found} == {(("h", b"v"),)}


@pytest.mark.usefixtures("safe")
async def test_a_raw_snappy_batch_is_read_and_a_false_length_is_none(running: Platform, topic: str) -> None:
    """Go's clients write one block without the framing."""
    raw = batches.snapped(batches.record(0, b"raw"))[4:]
    await batches.produce(running.kafka, topic, batches.batch(raw, 1, SNAPPY))
    assert [one.value for one in await everything_on(running.kafka, topic)] == [b"raw"]
    with pytest.raises(records.TooLargeError):
        default_records.snappy_decode(b"\xff\xff\xff\x7f")


@pytest.mark.usefixtures("safe")
async def test_a_batch_that_cannot_be_read_is_one_record_at_its_last_offset(running: Platform, topic: str) -> None:
    zeros = b"".join(batches.zeros_after(0, b"", 20 * MIB, []))
    bomb = batches.batch(batches.compressed(ZSTD, iter([zeros])), 1, ZSTD)
    twice = b"".join(batches.compressed(SNAPPY, iter([batches.record(at, b"v")])) for at in range(3))
    odd = batches.batch(twice, 3, SNAPPY)
    good = batches.batch(batches.record(0, b"good"), 1)
    await batches.produce(running.kafka, topic, good, bomb, odd, good)
    found = await everything_on(running.kafka, topic)
    assert [one.offset for one in found] == [0, 1, 4, 5]
    assert [isinstance(one, UnreadBatch) for one in found] == [False, True, True, False]
    assert found[1].unread == Unread(1, "batch_too_large", "offsets 1 to 1: more than 16777216 bytes decompressed")
    assert (found[2].unread.first, found[2].unread.rule) == (2, "undecodable_batch")
    assert found[2].value[61:] == odd[61:]


@pytest.mark.usefixtures("safe")
async def test_what_was_taken_back_in_a_transaction_is_not_read(running: Platform, topic: str) -> None:
    producer = AIOKafkaProducer(**running.kafka.arguments(), transactional_id=str(uuid4()))
    async with producer:
        for value, kept in [(b"1", True), (b"2", False), (b"3", True)]:
            await producer.begin_transaction()
            await producer.send_and_wait(topic, value)
            await (producer.commit_transaction() if kept else producer.abort_transaction())
    found = await everything_on(running.kafka, topic, isolation_level="read_committed")
    assert [one.value for one in found] == [b"1", b"3"]


def test_a_decoder_says_that_there_is_no_room_as_we_expect_it() -> None:
    """By its message alone: cramjam has one error for everything."""
    for codec, name in [(codec, name) for name, codec in CODECS.items() if codec != SNAPPY]:
        packed = batches.compressed(codec, iter([bytes(17 * MIB)]))
        with pytest.raises(records.TooLargeError, match="bytes decompressed"):
            records._bounded(getattr(cramjam, name).decompress_into)(packed)
