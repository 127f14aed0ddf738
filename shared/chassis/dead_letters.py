"""Dead letters: records that cannot be handled, kept as they arrived, with the reason."""

import json
from collections.abc import Sequence
from typing import NamedTuple

from shared.chassis.database import Db
from shared.chassis.intake import Raw
from shared.chassis.records import ESCAPE
from shared.contracts.received import Received


class Letter(NamedTuple):
    """A record, why it is kept, and what else is to be said about that."""

    raw: Raw
    received: Received
    reason: str
    detail: object


async def keep(db: Db, letters: Sequence[Letter]) -> None:
    """Keep records in the transaction that marks them as seen."""
    if letters:
        await db.executemany(
            """
            INSERT INTO dead_letter
                (topic, partition, record_offset, key, value, headers, sender, event_id, reason, detail)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            """,
            [_row(*letter) for letter in letters],
        )


def _row(raw: Raw, received: Received, reason: str, detail: object) -> Sequence[object]:
    # In hexadecimal, names too: jsonb holds no NUL and no broken UTF-8, and a record is kept as it arrived.
    headers = [
        [name.encode("utf-8", ESCAPE).hex(), None if value is None else value.hex()] for name, value in raw.headers
    ]
    return (
        raw.topic,
        raw.partition,
        raw.offset,
        raw.key,
        raw.value,
        json.dumps(headers),
        received.sender,
        received.event_id,
        reason,
        json.dumps(detail),
    )
