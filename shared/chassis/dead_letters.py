"""Dead letters: records that cannot be handled, kept as they arrived, with the reason."""

import json

from shared.chassis.database import Db
from shared.chassis.intake import Raw
from shared.chassis.records import ESCAPE
from shared.contracts.received import Received


async def keep(db: Db, raw: Raw, received: Received, reason: str, detail: object) -> None:
    """Keep a record in the transaction that marks it as seen."""
    # In hexadecimal, names too: jsonb holds no NUL and no broken UTF-8, and a record is kept as it arrived.
    headers = [
        [name.encode("utf-8", ESCAPE).hex(), None if value is None else value.hex()] for name, value in raw.headers
    ]
    await db.execute(
        """
        INSERT INTO dead_letter
            (topic, partition, record_offset, key, value, headers, sender, event_id, reason, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """,
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
