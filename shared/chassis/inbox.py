"""The inbox: which events took effect, and what they said."""

from collections.abc import Sequence

from shared.chassis.database import Db

Claim = tuple[str, str, bytes]
"""An event's source, its id, and the digest of its content."""


async def claim(db: Db, claims: Sequence[Claim]) -> set[Claim]:
    """Mark events as seen; returns those that were not seen before. Of several under one id the first counts."""
    if not claims:
        return set()
    # Sorted, so that two replicas that hold copies of the same events never wait for each other in a ring.
    rows = await db.fetch(
        """
        INSERT INTO inbox (source, event_id, digest)
        SELECT source, event_id, digest
        FROM unnest($1::text[], $2::text[], $3::bytea[]) WITH ORDINALITY AS claim (source, event_id, digest, position)
        ORDER BY source, event_id, position
        ON CONFLICT DO NOTHING RETURNING source, event_id, digest
        """,
        *map(list, zip(*claims, strict=True)),
    )
    if len(rows) == len(claims):
        return set(claims)
    return {(row["source"], row["event_id"], row["digest"]) for row in rows}


async def digests(db: Db, claims: Sequence[Claim]) -> dict[tuple[str, str], bytes]:
    """What the events under these ids said when they took effect."""
    rows = await db.fetch(
        """
        SELECT source, event_id, digest
        FROM inbox JOIN unnest($1::text[], $2::text[]) AS asked (source, event_id) USING (source, event_id)
        """,
        [source for source, _, _ in claims],
        [event_id for _, event_id, _ in claims],
    )
    return {(row["source"], row["event_id"]): row["digest"] for row in rows}
