"""Dead letters: records that cannot be handled, kept as they arrived, with the reason."""

import json

from shared.chassis.database import Db
from shared.chassis.intake import Raw, inbox_key
from shared.contracts.received import Received


async def keep(db: Db, raw: Raw, received: Received, reason: str, detail: object) -> None:
    """Keep a record in the transaction that marks it as seen."""
    headers = [[name, value.hex() if value is not None else None] for name, value in raw.headers]
    _, event_id = inbox_key(received)
    await db.execute(
        """
        INSERT INTO dead_letter
            (topic, partition, record_offset, key, value, headers, sender, event_id, reason, detail)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        ON CONFLICT (topic, partition, record_offset) DO UPDATE SET attempts = dead_letter.attempts + 1
        """,
        raw.topic,
        raw.partition,
        raw.offset,
        raw.key,
        raw.value,
        json.dumps(headers),
        received.sender,
        event_id,
        reason,
        json.dumps(detail),
    )
