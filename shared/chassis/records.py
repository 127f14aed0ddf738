"""Reading whatever Kafka's broker takes: what aiokafka cannot read must not stop the consumer of everybody.

Three things end a fetch of aiokafka's, and everything behind them is out of reach: a header whose name is no UTF-8,
a batch that cannot be decoded, and a batch that fills the memory when it is decompressed (6 KB of zstd can be 200 MiB
of zeros). Here such names are escaped, decompression has a bound, and a batch that cannot be read is handed on as one
record that holds its bytes and says why.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, SupportsIndex

import cramjam
from aiokafka import codec
from aiokafka.consumer import fetcher
from aiokafka.record import _crecords, default_records
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords
from aiokafka.record.util import decode_varint
from aiokafka.structs import ConsumerRecord

ESCAPE = "surrogateescape"
"""How the bytes of a name that is no UTF-8 are kept in a text, and found again (PEP 383)."""

LARGEST_BATCH = 16 << 20
"""Bytes of a batch once decompressed; clients' own bounds lie at 1 MiB and below."""

LARGEST_RECORD = 1 << 20
"""Bytes of one record in a compressed batch; what is not compressed is bounded by the topic's max.message.bytes."""

MOST_RECORDS = 100_000
"""Records of a batch: what 1 MiB can hold uncompressed; compressed, millions fit, and each asks for an answer."""

MOST_AT_ONCE = 4 << 20
"""Bytes of one partition that are handed on at a time; the rest is fetched again."""

HEADER_BYTES = 200
"""What a header takes in memory beside its name and value."""

_FIRST_ROOM = 64 << 10


@dataclass(frozen=True, slots=True)
class Unread:
    """A batch that cannot be read: the offset it begins at, the rule it breaks, and what was found."""

    first: int
    rule: str
    found: str


@dataclass
class UnreadBatch(ConsumerRecord):  # type: ignore[misc]  # aiokafka has no types
    """Stands for all records of a batch: the batch's bytes as value, its last offset as offset."""

    unread: Unread


class TooLargeError(Exception):
    """A batch is larger than anybody's ought to be."""


def read_anything() -> None:
    """Let every consumer of this process read on whatever comes, in bounded memory."""
    decoders = {
        "gzip_decode": _bounded(cramjam.gzip.decompress_into),
        "snappy_decode": _unsnapped,
        "lz4_decode": _bounded(cramjam.lz4.decompress_into),
        "zstd_decode": _bounded(cramjam.zstd.decompress_into),
    }
    for module in (default_records, _crecords.default_records):
        for name, decode in decoders.items():
            setattr(module, name, decode)
    fetcher.MemoryRecords = _Records
    fetcher.PartitionRecords = _PartitionRecords


def _bounded(decompress_into: Callable[[Any, bytearray], int]) -> Callable[[Any], bytearray]:
    """Decompress into room that grows as it is needed, up to LARGEST_BATCH."""

    def decode(payload: Any) -> bytearray:
        size = min(max(_FIRST_ROOM, 8 * len(payload)), LARGEST_BATCH)
        while True:
            room = bytearray(size)
            try:
                del room[decompress_into(payload, room) :]
            except cramjam.DecompressionError as error:
                if "whole buffer" not in str(error):
                    raise
                if size == LARGEST_BATCH:
                    raise TooLargeError(f"more than {LARGEST_BATCH} bytes decompressed") from None
                size = min(8 * size, LARGEST_BATCH)
            else:
                return _checked(room)

    return decode


def _unsnapped(payload: Any) -> bytearray:
    """Snappy says before each block how long it will be: raw in one block, or in the xerial framing that Java uses."""
    view = memoryview(payload)
    if not codec._detect_xerial_stream(view):
        return _checked(_unsnapped_block(view, LARGEST_BATCH))
    room, at = bytearray(), 16
    while at < len(view):
        end = at + 4 + int.from_bytes(view[at : at + 4], "big")
        room += _unsnapped_block(view[at + 4 : end], LARGEST_BATCH - len(room))
        at = end
    return _checked(room)


def _unsnapped_block(block: memoryview, left: int) -> bytearray:
    if cramjam.snappy.decompress_raw_len(block) > left:
        raise TooLargeError(f"more than {LARGEST_BATCH} bytes decompressed")
    return bytearray(cramjam.snappy.decompress_raw(block))


def _checked(records: bytearray) -> bytearray:
    """The records, none of them too large: an object for each of a million headers takes a gigabyte."""
    if len(records) <= LARGEST_RECORD:
        return records
    at = 0
    while at < len(records):
        length, begin = decode_varint(records, at)
        if length > LARGEST_RECORD:
            raise TooLargeError(f"a record of {length} bytes")
        at = begin + max(length, 0)
    return records


class _Escaped(bytearray):
    """Bytes whose parts decode without failing."""

    def __getitem__(self, index: SupportsIndex | slice) -> Any:
        found = super().__getitem__(index)
        return _Escaped(found) if isinstance(index, slice) else found

    def decode(self, encoding: str = "utf-8", errors: str = ESCAPE) -> str:
        return super().decode(encoding, errors)


class _EscapedBatch(_DefaultRecordBatchPy):  # type: ignore[misc]  # final in its own file, where nobody needs this
    def __iter__(self) -> Any:
        super().__iter__()
        self._buffer: Any = _Escaped(self._buffer)
        return self


@dataclass(frozen=True, slots=True)
class _Stand:
    """Stands for a batch among its partition's records."""

    offset: int
    batch: bytes
    unread: Unread


class _Batch:
    """A batch that is read to its end, or is handed on as it is."""

    def __init__(self, batch: Any, raw: memoryview) -> None:
        self._batch = batch
        self._raw = raw

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[Any]:
        try:
            yield from self._records()
        except TooLargeError as error:
            yield self._stand("batch_too_large", error)
        except Exception as error:  # whatever a decoder makes of any bytes
            yield self._stand("undecodable_batch", error)

    def _records(self) -> Iterator[Any]:
        count = int.from_bytes(self._raw[57:61], "big", signed=True)
        if count > MOST_RECORDS:
            raise TooLargeError(f"{count} records")
        try:
            yield from self._batch
        except UnicodeDecodeError:
            # What was handed on already lies before the next offset and is passed over.
            yield from _EscapedBatch(self._raw)

    def _stand(self, rule: str, error: Exception) -> _Stand:
        first, last = self._batch.base_offset, self._batch.next_offset - 1
        return _Stand(last, bytes(self._raw), Unread(first, rule, f"offsets {first} to {last}: {error}"))


class _Records(MemoryRecords):  # type: ignore[misc]  # the compiled class, chosen at import
    """A fetch's batches, each with the bytes it came in."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self._rest = memoryview(raw)

    def next_batch(self) -> Any:
        batch = super().next_batch()
        length = 12 + int.from_bytes(self._rest[8:12], "big")
        raw, self._rest = self._rest[:length], self._rest[length:]
        return _Batch(batch, raw)


class _PartitionRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka has no types
    def _unpack_records(self) -> Iterator[Any]:
        left = MOST_AT_ONCE
        for record in super()._unpack_records():
            yield record
            left -= _weight(record)
            if left < 0:
                return

    def _consumer_record(self, tp: Any, record: Any) -> Any:
        if not isinstance(record, _Stand):
            return super()._consumer_record(tp, record)
        size = len(record.batch)
        return UnreadBatch(
            tp.topic, tp.partition, record.offset, -1, 0, None, record.batch, None, -1, size, (), record.unread
        )


def _weight(record: Any) -> int:
    """About the bytes that a record takes in memory."""
    size: int = record.serialized_key_size + record.serialized_value_size
    for name, value in record.headers:
        size += HEADER_BYTES + len(name) + (len(value) if value else 0)
    return size
