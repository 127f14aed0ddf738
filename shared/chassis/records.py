"""Records that aiokafka cannot read: a header whose name is no UTF-8 must not stop the consumer of everybody.

Kafka's broker takes any bytes as a header's name; aiokafka decodes them strictly, in the middle of a fetch, and
everything behind the record is out of reach. Here such a fetch is read again with the names escaped.
"""

from collections.abc import Iterator
from typing import Any, SupportsIndex

from aiokafka.consumer import fetcher
from aiokafka.record.default_records import _DefaultRecordBatchPy
from aiokafka.record.memory_records import MemoryRecords, _MemoryRecordsPy

ESCAPE = "surrogateescape"
"""How the bytes of a name that is no UTF-8 are kept in a text, and found again (PEP 383)."""


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


class _EscapedRecords(_MemoryRecordsPy):  # type: ignore[misc]  # as above
    def next_batch(self) -> Any:
        batch = self._next_slice
        self._cache_next()
        return _EscapedBatch(batch)


class _KeptRecords(MemoryRecords):  # type: ignore[misc]  # the compiled class, chosen at import
    """A fetch's records with the bytes they came in."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw)
        self.raw = raw


class _PartitionRecords(fetcher.PartitionRecords):  # type: ignore[misc]  # aiokafka has no types
    def _unpack_records(self) -> Iterator[Any]:
        try:
            yield from super()._unpack_records()
        except UnicodeDecodeError:
            self._records: Any = _EscapedRecords(self._records.raw)
            # What was handed on already lies before `next_fetch_offset` and is passed over.
            yield from super()._unpack_records()


def read_any_header_name() -> None:
    """Let every consumer of this process read records whatever their headers' names are."""
    fetcher.MemoryRecords = _KeptRecords
    fetcher.PartitionRecords = _PartitionRecords
