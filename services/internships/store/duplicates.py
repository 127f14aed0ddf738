"""Offers that may be one, in PostgreSQL: how they are found, what coordinators said of them, what is shown."""

from collections.abc import Iterable, Sequence
from uuid import UUID

from services.internships.domain.duplicates import Change, Pair, State
from services.internships.domain.life import Offer
from services.internships.domain.likeness import NEIGHBOURS, Listing, keys, order
from services.internships.store.offers import offer_of
from shared.chassis.database import Db
from shared.contracts.duplicates import DuplicateJudged, Named, Suggestion
from shared.contracts.internships import Terms

DUPLICATES_LOCK = 7_278_201
"""Advisory lock of whoever looks for duplicates: of two replicas that each saw half, none would see the pair."""


async def lock_duplicates(db: Db) -> bool:
    """Whether we are the one to look for them, until the transaction ends."""
    return bool(await db.fetchval("SELECT pg_try_advisory_xact_lock($1)", DUPLICATES_LOCK))


async def list_uncompared(db: Db, most: int) -> list[Offer]:
    """Some offers that changed since they were compared; not locked, as nothing is decided of them."""
    return [offer_of(row) for row in await db.fetch("SELECT * FROM offer WHERE NOT compared LIMIT $1", most)]


async def save_keys(db: Db, offer_ids: Sequence[UUID], listings: Iterable[Listing]) -> None:
    """Write what each open offer is looked up by; of a closed one nothing is left."""
    await db.execute("DELETE FROM offer_key WHERE offer_id = ANY($1)", offer_ids)
    rows = []
    for listing in listings:
        title, _, _ = order(listing)
        rows += [(key, title, listing.terms.starts_on, listing.offer_id) for key in keys(listing)]
    await db.copy_records_to_table("offer_key", records=rows, columns=["key", "title", "starts_on", "offer_id"])


async def list_near(db: Db, offer_ids: Sequence[UUID]) -> dict[UUID, list[UUID]]:
    """For each offer the open ones to compare it with: those that share a key and stand beside it, or are paired."""
    rows = await db.fetch(NEAR, offer_ids, NEIGHBOURS)
    return {row["offer_id"]: row["near"] for row in rows}


NEAR = """
    WITH mine AS (SELECT * FROM offer_key WHERE offer_id = ANY($1)),
    near AS (
        SELECT mine.offer_id, beside.offer_id AS other FROM mine, LATERAL (
            (SELECT offer_id FROM offer_key WHERE key = mine.key
                AND (title, starts_on, offer_id) > (mine.title, mine.starts_on, mine.offer_id)
             ORDER BY title, starts_on, offer_id LIMIT $2)
            UNION ALL
            (SELECT offer_id FROM offer_key WHERE key = mine.key
                AND (title, starts_on, offer_id) < (mine.title, mine.starts_on, mine.offer_id)
             ORDER BY title DESC, starts_on DESC, offer_id DESC LIMIT $2)
        ) AS beside
        UNION SELECT one, other FROM duplicate WHERE one = ANY($1)
        UNION SELECT other, one FROM duplicate WHERE other = ANY($1)
    )
    SELECT offer_id, array_agg(other ORDER BY other) AS near FROM near GROUP BY offer_id
"""


async def list_open(db: Db, offer_ids: Iterable[UUID]) -> dict[UUID, Listing]:
    """Those of the offers that are open."""
    rows = await db.fetch(
        """
        SELECT offer_id, siren, terms, (
            SELECT min(changed_at) FROM offer_history AS line
            WHERE line.offer_id = offer.offer_id AND line.state = 'posted'
        ) AS posted_at
        FROM offer WHERE offer_id = ANY($1) AND state = 'posted'
        """,
        [*offer_ids],
    )
    return {row["offer_id"]: Listing(**{**row, "terms": Terms.model_validate_json(row["terms"])}) for row in rows}


async def load_known(db: Db, offer_ids: Iterable[UUID]) -> dict[Pair, State]:
    """What is known of these offers' pairs, and of those of all that they are merged with, also through others."""
    rows = await db.fetch(KNOWN, [*offer_ids])
    return {(row["one"], row["other"]): row["state"] for row in rows}


KNOWN = """
    WITH RECURSIVE merged (offer_id) AS (
        SELECT unnest($1::uuid[])
        UNION
        SELECT next.offer_id FROM merged, LATERAL (
            SELECT other FROM duplicate WHERE one = merged.offer_id AND state = 'merged'
            UNION ALL
            SELECT one FROM duplicate WHERE other = merged.offer_id AND state = 'merged'
        ) AS next (offer_id)
    )
    SELECT one, other, state FROM duplicate WHERE one IN (SELECT offer_id FROM merged)
    UNION
    SELECT one, other, state FROM duplicate WHERE other IN (SELECT offer_id FROM merged)
"""


async def save_change(db: Db, change: Change) -> None:
    """Write what is suggested now, what no longer is, and what is doubted."""
    rows = [(*pair, found.score) for pair, found in change.suggested.items()]
    await db.executemany(
        """
        INSERT INTO duplicate (one, other, state, score) VALUES ($1, $2, 'suggested', $3) ON CONFLICT DO NOTHING
        """,
        rows,
    )
    await db.executemany("DELETE FROM duplicate WHERE one = $1 AND other = $2", [*change.lapsed])
    await db.executemany(
        "UPDATE duplicate SET doubted = true, told = false WHERE one = $1 AND other = $2 AND NOT doubted",
        [*change.doubted],
    )


async def list_untold(db: Db, most: int) -> list[Suggestion]:
    """Pairs of which no coordinator was told yet, the most alike first; they count as told from now on."""
    rows = await db.fetch(UNTOLD, most)
    named = await list_named(db, [row[which] for row in rows for which in ("one", "other")])
    return [
        Suggestion(one=named[row["one"]], other=named[row["other"]], merged=row["state"] == "merged") for row in rows
    ]


UNTOLD = """
    WITH told AS (
        UPDATE duplicate SET told = true WHERE (one, other) IN (
            SELECT one, other FROM duplicate WHERE NOT told AND (state = 'suggested' OR doubted)
            ORDER BY score DESC LIMIT $1 FOR UPDATE
        ) RETURNING *
    )
    SELECT one, other, state FROM told ORDER BY score DESC
"""


async def list_named(db: Db, offer_ids: Sequence[UUID]) -> dict[UUID, Named]:
    """Offers, as people tell them from others."""
    rows = await db.fetch("SELECT * FROM offer WHERE offer_id = ANY($1) AND terms IS NOT NULL", offer_ids)
    return {row["offer_id"]: _named(offer_of(row)) for row in rows}


def _named(offer: Offer) -> Named:
    assert offer.terms, "asked for with its terms"
    return Named.made_of(
        offer.terms, offer_id=offer.offer_id, siren=offer.siren, reference=offer.reference, city=offer.terms.place.city
    )


async def save_judgement(db: Db, event: DuplicateJudged) -> None:
    """Keep what a coordinator said, to be settled."""
    await db.execute(
        "INSERT INTO judgement (offer_id, other_id, judgement, judged_by, judged_at) VALUES ($1, $2, $3, $4, $5)",
        event.offer_id,
        event.other_id,
        event.judgement,
        event.judged_by_id,
        event.judged_at,
    )
    await db.execute("SELECT pg_notify('duplicate', '')")


async def list_judgements(db: Db, most: int) -> list[tuple[int, DuplicateJudged]]:
    """What is not settled, in the order in which it came."""
    rows = await db.fetch("SELECT * FROM judgement WHERE outcome IS NULL ORDER BY id LIMIT $1", most)
    return [
        (
            row["id"],
            DuplicateJudged(
                offer_id=row["offer_id"],
                other_id=row["other_id"],
                judgement=row["judgement"],
                judged_by_id=row["judged_by"],
                judged_at=row["judged_at"],
            ),
        )
        for row in rows
    ]


async def save_settled(db: Db, number: int, pair: Pair, state: State | None) -> None:
    """Write what came of a judgement; None: it contradicts another, and nothing has changed."""
    await db.execute("UPDATE judgement SET outcome = $2 WHERE id = $1", number, "settled" if state else "contradicted")
    if state:
        # Who answered has been told of it.
        await db.execute(
            """
            INSERT INTO duplicate (one, other, state, told) VALUES ($1, $2, $3, true)
            ON CONFLICT (one, other) DO UPDATE SET state = excluded.state, told = true, doubted = false
            """,
            *pair,
            state,
        )
