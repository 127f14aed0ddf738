"""Batches that no client library would build, and a way to give them to Kafka: broker and wire know only bytes."""

import struct
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import cramjam
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import KafkaError, for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.util import calc_crc32c, encode_varint

from shared.kafka.connection import Connection
from tests.conftest import eventually

GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
CODECS = {"gzip": GZIP, "snappy": SNAPPY, "lz4": LZ4, "zstd": ZSTD}

XERIAL = b"\x82SNAPPY\x00\x00\x00\x00\x01\x00\x00\x00\x01"
CHUNK = 32 << 10

Headers = Sequence[tuple[bytes, bytes | None]]


def varint(number: int) -> bytes:
    written = bytearray()
    encode_varint(number, written.append)
    return bytes(written)


def sized(content: bytes | None) -> bytes:
    return varint(-1) if content is None else varint(len(content)) + content


def record(offset: int, value: bytes | None, headers: Headers = (), *, key: bytes | None = b"k") -> bytes:
    """One record of a batch (Kafka message format v2)."""
    told = b"".join(sized(name) + sized(content) for name, content in headers)
    return sized(b"\0" + varint(0) + varint(offset) + sized(key) + sized(value) + varint(len(headers)) + told)


def zeros_after(offset: int, start: bytes, zeros: int, headers: Headers) -> Iterator[bytes]:
    """The parts of a record whose value is `start` and then that many zeros; only one part is in memory at a time."""
    before = b"\0" + varint(0) + varint(offset) + sized(b"k") + varint(len(start) + zeros) + start
    after = varint(len(headers)) + b"".join(sized(name) + sized(value) for name, value in headers)
    yield varint(len(before) + zeros + len(after)) + before
    for _ in range(zeros // CHUNK):
        yield bytes(CHUNK)
    yield bytes(zeros % CHUNK) + after


def compressed(codec: int, parts: Iterator[bytes]) -> bytes:
    """The parts in one stream of the codec."""
    if codec == SNAPPY:
        return XERIAL + b"".join(snapped(part) for part in parts)
    make: Callable[[], Any] = {
        GZIP: lambda: cramjam.gzip.Compressor(level=9),
        LZ4: lambda: cramjam.lz4.Compressor(level=9, content_checksum=False, block_linked=False),
        ZSTD: cramjam.zstd.Compressor,
    }[codec]
    compressor = make()
    for part in parts:
        compressor.compress(part)
    return bytes(compressor.finish())


def snapped(part: bytes) -> bytes:
    block = bytes(cramjam.snappy.compress_raw(part))
    return struct.pack(">i", len(block)) + block


def batch(content: bytes, count: int, codec: int = 0) -> bytes:
    """A record batch around records that are written, and compressed, already."""
    now = int(time.time() * 1000)
    body = struct.pack(">hiqqqhii", codec, count - 1, now, now, -1, -1, -1, count) + content
    return struct.pack(">qiibI", 0, len(body) + 9, -1, 2, calc_crc32c(body)) + body


async def produce(kafka: Connection, topic: str, *batches: bytes) -> list[int]:
    """Give the batches to partition 0; returns their first offsets."""
    client = AIOKafkaClient(**kafka.arguments())
    await client.bootstrap()
    try:
        await client.set_topics([topic])
        return [await _produce(client, TopicPartition(topic, 0), one) for one in batches]
    finally:
        await client.close()


async def _produce(client: AIOKafkaClient, partition: TopicPartition, one: bytes) -> int:
    topics = [(partition.topic, [(partition.partition, one)])]
    request = ProduceRequest(transactional_id=None, required_acks=-1, timeout=30_000, topics=topics)
    offsets: list[int] = []

    async def is_taken() -> bool:
        try:
            answer = await client.send(client.cluster.leader_for_partition(partition), request)
            _, error, offset, *_ = answer.topics[0][1][0]
            if error:
                raise for_code(error)
            offsets.append(offset)
        except KafkaError as failure:  # a topic made just now has no leader yet
            if not failure.retriable:
                raise
            await client.force_metadata_update()
        return bool(offsets)

    await eventually(is_taken, f"a leader of {partition}")
    return offsets[0]
