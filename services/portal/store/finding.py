"""How open offers are found in PostgreSQL.

However many offers fit a search, a bounded number of rows is read: up to ENOUGH of them are gathered and sorted; of
more than that, which lie densely, the page is found by walking through them in order.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from services.portal.domain import search
from services.portal.domain.listing import around, month, of_level
from services.portal.domain.search import After, Asked, Found, Spellings
from shared.chassis.database import Db, Row
from shared.offers.communes import Commune, commune
from shared.offers.suiting import highest_level

ENOUGH = 1000
"""Offers that are gathered and sorted; at least search.COUNTED."""
FEW = 16
"""Départements or months that are looked up in the index; of more, so many offers fit that each is looked at."""
LOWEST, LOW = 3, 5
"""Of levels, those from the lowest on are looked up to this one; of more, so many offers fit that each is looked at."""


class _Key(NamedTuple):
    """Where an offer comes: first by tier, then by kilometres, then the newest."""

    tier: int
    km: float
    number: int


@dataclass
class _Sql:
    """A query that is being written: its values, each by its place."""

    values: list[object] = field(default_factory=list)

    def __call__(self, value: object) -> str:
        self.values.append(value)
        return f"${len(self.values)}"


@dataclass(frozen=True)
class _Search:
    """A search in hand, with its words as PostgreSQL has them."""

    asked: Asked
    today: date
    query: str
    home: Commune | None
    after: After

    @property
    def _named(self) -> list[list[str]]:
        """The facets that she names: of these there are no other columns."""
        named = [self.asked.departement, self.asked.trade, (self.asked.rome,) if self.asked.rome else ()]
        return [list(one) for one in named if one]

    def facets(self, sql: _Sql, *, all_of_them: bool) -> list[str]:
        """What the index knows beside words; or only what no filter says."""
        wanted = self._named
        if all_of_them:
            wanted += self._narrower()
        return [f"facets && {sql(one)}::text[]" for one in wanted]

    def _narrower(self) -> list[list[str]]:
        """What filters say too, and the index knows as well."""
        wanted = []
        reached = search.reached(self.home, self.asked.within_km) if self.home else []
        if 0 < len(reached) <= FEW:
            wanted.append([around(one) for one in reached])
        if not (wanted or self._named or self.query):
            return []  # not worth it for these alone
        level, first, last = self.asked.level, self.asked.starts_from, self.asked.ends_by
        if level and highest_level(level) <= LOW:
            wanted.append([of_level(one) for one in range(LOWEST, highest_level(level) + 1)])
        if first and last and len(months := search.months(first, last)) <= FEW:
            wanted.append([month(day) for day in months])
        return wanted

    def filters(self, sql: _Sql) -> list[str]:
        """What is looked at row by row."""
        asked = self.asked
        wanted = [f"last_day >= {sql(self.today)}"]
        if asked.level:
            wanted.append(f"level <= {sql(highest_level(asked.level))}")
        if asked.starts_from:
            wanted.append(f"starts_on >= {sql(asked.starts_from)}")
        if asked.ends_by:
            # The one follows from the other, and together with `starts_from` it is a short piece of the index.
            wanted += [f"ends_on <= {sql(asked.ends_by)}", f"starts_on <= {sql(asked.ends_by)}"]
        if self.home:
            wanted.append(f"{self.km(sql)} <= {sql(float(asked.within_km))}")
        return wanted

    def km(self, sql: _Sql) -> str:
        """How far a place is from hers."""
        assert self.home
        return f"distance_km(point({sql(self.home.longitude)}, {sql(self.home.latitude)}), at)"

    def has(self, column: str, sql: _Sql) -> str:
        """Whether the column has all words."""
        return f"{column} @@ {sql(self.query)}::text::tsquery"

    @property
    def nearest_first(self) -> bool:
        """Whether the order is by kilometres."""
        return self.home is not None and not self.query


async def find_offers(db: Db, asked: Asked, today: date) -> Found:
    """A page of the open offers that fit a search: whose title has the words first, else nearest, else newest."""
    after = search.cursor(asked.after) if asked.after else search.START
    spelled = after.instead or tuple((word,) for word in search.words(asked.text or ""))
    home = commune(asked.near) if asked.near else None

    async def find(words: Spellings) -> tuple[list[_Key], int]:
        return await _find(db, _Search(asked, today, await _query(db, words), home, after))

    keys, about = await find(spelled)
    instead = after.instead
    if about < search.LITTLE and not asked.after and spelled:
        similar = await _similar(db, spelled)
        more, many = await find(similar) if similar != spelled else (keys, about)
        if many > about:
            keys, about, instead = more, many, similar
    last = keys[asked.limit - 1] if len(keys) > asked.limit else None
    offers = await _shown(db, keys[: asked.limit], home)
    return Found(offers, min(about, search.COUNTED), last and After(*last, instead), instead)


async def _query(db: Db, words: Spellings) -> str:
    """As PostgreSQL has it; empty where there are no words but those that mean nothing."""
    text = search.query(words)
    return str(await db.fetchval("SELECT to_tsquery('passerelle', $1)::text", text)) if text else ""


async def _similar(db: Db, words: Spellings) -> Spellings:
    """The words, each with those that are spelled almost so; one that is known stays alone."""
    rows = await db.fetch(SIMILAR, [word for (word, *_) in words if len(word) > 3])
    similar = {row["asked"]: row["words"] for row in rows if not row["known"]}
    return tuple((word, *similar.get(word, ())) for (word, *_) in words)


SIMILAR = """
    SELECT asked, array_agg(word ORDER BY alike DESC, word) AS words, bool_or(alike = 1) AS known
    FROM unnest($1::text[]) AS asked CROSS JOIN LATERAL (
        SELECT word, similarity(word, unaccent(asked)) AS alike
        FROM word WHERE word % unaccent(asked) ORDER BY alike DESC, word LIMIT 3
    ) AS word
    WHERE alike >= 0.4 GROUP BY asked
"""


async def _find(db: Db, wanted: _Search) -> tuple[list[_Key], int]:
    """The keys of a page and of one offer more, and how many offers there are, up to ENOUGH."""
    if not wanted.query:
        keys, count, _ = await _gather(db, wanted, None)
        if count > ENOUGH:
            keys = await (_walk_away(db, wanted) if wanted.home else _walk(db, wanted, 0))
        return keys, count
    keys, count, titles = await _gather(db, wanted, "words")
    if count <= ENOUGH:
        return keys, count
    if titles <= ENOUGH / 10:
        titled, many, _ = await _gather(db, wanted, "title")
    if titles > ENOUGH / 10 or many > ENOUGH:
        titled = await _walk(db, wanted, 0)
    rest = wanted.asked.limit + 1 - len(titled)
    return (titled + (await _walk(db, wanted, 1))[:rest] if rest > 0 else titled), count


async def _gather(db: Db, wanted: _Search, column: str | None) -> tuple[list[_Key], int, int]:
    """The page among ENOUGH offers at most, their number, and how many have the words in their title.

    More than ENOUGH are not all there, and the page is void.
    """
    sql = _Sql()
    indexed = [*([wanted.has(column, sql)] if column else []), *wanted.facets(sql, all_of_them=True)]
    # What the index knows takes long to look at row by row, and words lie far away: the planner knows neither.
    await _plan(db, scan=not indexed and not (wanted.asked.starts_from and wanted.asked.ends_by))
    apart = "OFFSET 0" if column else ""
    tier = f"CASE WHEN {wanted.has('title', sql)} THEN 0 ELSE 1 END" if column else "0"
    km = wanted.km(sql) if wanted.nearest_first else "0.0::float8"
    query = f"""
        WITH fitting AS MATERIALIZED (
            SELECT {tier} AS tier, {km} AS km, number
            FROM (
                SELECT number, at, level, starts_on, ends_on, last_day, title
                FROM offer {_where(indexed)} {apart}
            ) AS offer
            {_where(wanted.filters(sql))} LIMIT {ENOUGH + 1}
        )
        SELECT tier, km, number, count, titles
        FROM (SELECT count(*), count(*) FILTER (WHERE tier = 0) AS titles FROM fitting) AS counted LEFT JOIN (
            SELECT * FROM fitting
            WHERE (tier, km, -number) > ({sql(wanted.after.tier)}::int, {sql(wanted.after.km)}::float8,
                                         -{sql(wanted.after.number)}::bigint)
            ORDER BY tier, km, number DESC LIMIT {sql(wanted.asked.limit + 1)}
        ) AS page ON true ORDER BY tier, km, number DESC
    """  # noqa: S608 - written of constants here, values are apart
    rows = await db.fetch(query, *sql.values)
    return [_key(row) for row in rows if row["number"] is not None], rows[0]["count"], rows[0]["titles"]


async def _walk(db: Db, wanted: _Search, tier: int) -> list[_Key]:
    """The page among offers that lie densely, the newest first: read in their order until it is full."""
    if tier < wanted.after.tier:
        return []
    await _plan(db, scan=False, bitmap=False)
    sql, last = _Sql(), wanted.after if tier == wanted.after.tier else search.START
    fits = [f"number < {sql(last.number)}", *wanted.filters(sql), *wanted.facets(sql, all_of_them=False)]
    if wanted.query:
        titled = wanted.has("title", sql)
        fits += [wanted.has("words", sql), f"NOT {titled}"] if tier else [titled]
    query = f"""
        SELECT {tier} AS tier, 0.0::float8 AS km, number FROM offer
        {_where(fits)} ORDER BY number DESC LIMIT {sql(wanted.asked.limit + 1)}
    """  # noqa: S608 - as above
    return [_key(row) for row in await db.fetch(query, *sql.values)]


async def _walk_away(db: Db, wanted: _Search) -> list[_Key]:
    """The page among offers that lie densely, the nearest first: commune by commune until it is full."""
    await _plan(db, scan=False, bitmap=False)
    assert wanted.home
    keys: list[_Key] = []
    # Most pages are full of what is near; the way to thousands of communes is long.
    for km in (wanted.asked.within_km / 8, wanted.asked.within_km):
        if len(keys) <= wanted.asked.limit:
            keys = await _around(db, wanted, km)
    return keys


async def _around(db: Db, wanted: _Search, km: float) -> list[_Key]:
    assert wanted.home
    sql = _Sql()
    south, west, north, east = (sql(degrees) for degrees in search.box(wanted.home, km))
    least, number, limit = sql(wanted.after.km), sql(wanted.after.number), sql(wanted.asked.limit + 1)
    fits = [
        "commune = near.code",
        f"(near.km > {least}::float8 OR number < {number}::bigint)",
        *wanted.filters(sql),
        *wanted.facets(sql, all_of_them=False),
    ]
    query = f"""
        SELECT 0 AS tier, km, number
        FROM (
            SELECT code, km
            FROM (
                SELECT commune AS code, {wanted.km(sql)} AS km
                FROM place WHERE at <@ box(point({west}, {south}), point({east}, {north})) OFFSET 0
            ) AS place
            WHERE km >= {least}::float8 AND km <= {sql(float(km))}::float8 ORDER BY km
        ) AS near CROSS JOIN LATERAL (
            SELECT number FROM offer {_where(fits)} ORDER BY number DESC LIMIT {limit}
        ) AS offer
        ORDER BY km, number DESC LIMIT {limit}
    """  # noqa: S608 - as above
    return [_key(row) for row in await db.fetch(query, *sql.values)]


async def _plan(db: Db, *, scan: bool, bitmap: bool = True) -> None:
    """How the next query is planned, in this transaction: for its very values, by these kinds of scans."""
    await db.execute(
        "SELECT set_config('plan_cache_mode', 'force_custom_plan', true), "
        "set_config('enable_seqscan', $1, true), set_config('enable_bitmapscan', $2, true)",
        "on" if scan else "off",
        "on" if bitmap else "off",
    )


def _where(conditions: Sequence[str]) -> str:
    return f"WHERE {' AND '.join(conditions)}" if conditions else ""


def _key(row: Row) -> _Key:
    return _Key(row["tier"], row["km"], row["number"])


async def _shown(db: Db, keys: Sequence[_Key], home: Commune | None) -> list[dict[str, Any]]:
    """The offers of these keys as they are answered; one that closed just now is left out."""
    here = (home.longitude, home.latitude) if home else (None, None)
    rows = await db.fetch(SHOWN, [key.number for key in keys], *here)
    known = {row["number"]: _offer(row) for row in rows}
    return [known[key.number] for key in keys if key.number in known]


SHOWN = """
    SELECT number, distance_km(point($2, $3), at) AS km, content, due, answered, median_hours
    FROM offer LEFT JOIN answer_rate USING (siren) WHERE number = ANY($1)
"""


def _offer(row: Row) -> dict[str, Any]:
    rate = {name: row[name] for name in ("due", "answered", "median_hours")} if row["due"] is not None else None
    return search.shown(json.loads(row["content"]), row["km"], rate)
