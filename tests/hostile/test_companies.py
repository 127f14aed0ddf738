"""Two companies with a mark in everything that they send: neither finds the other's mark in what it is told."""

import asyncio
import json
from typing import Any

import asyncpg

from shared.cli.platform import Platform
from tests.hostile import batches, corpus, feedback
from tests.hostile.corpus import ACCEPTED, STRUCTURED, Item
from tests.hostile.test_corpus import send
from tests.topics import everything_on

TEXTS = ("title", "description", "company_name")


def marked(mark: str, siren: str, other: str) -> list[Item]:
    """Records that end in every kind of answer, under the ids and references that the other company uses too."""
    good = corpus.offer("same", siren=siren, **dict.fromkeys(TEXTS, mark), place={"city": mark, "departement": "35"})
    head: dict[str, Any] = {"headers": [("ce_source", f"/{mark}".encode()), ("x", mark.encode())], "key": mark.encode()}
    contents = {
        "good": good,
        "copy": {**good, "version": 2, "title": f"{mark}-2"},
        "stale": {**good, "title": f"{mark} late"},
        "others-siren": {**good, "siren": other},
        "wrong": dict.fromkeys(good, mark),
        "text": mark,
    }
    items = [Item(name, corpus.written(content), ACCEPTED, **head) for name, content in contents.items()]
    return [
        *items,
        Item("good", corpus.written({**good, "reference": mark}), ACCEPTED, **head),
        Item(mark, mark.encode(), ACCEPTED, **head),
        Item("no-id", mark.encode(), ACCEPTED, [("ce_source", f"urn:siren:{other}".encode())], id=b""),
        Item("type", b"{}", ACCEPTED, type=mark.encode()),
        Item("structured", corpus.written({"id": mark, "data": mark}), ACCEPTED, [STRUCTURED]),
        Item("broken", f'{{"id": "{mark}'.encode(), ACCEPTED, [STRUCTURED]),
        Item("probe", corpus.written({**good, "reference": "probe"}), ACCEPTED),
    ]


def unreadable(mark: str) -> bytes:
    """A batch that cannot be decoded, with the mark in its bytes."""
    records = [batches.record(at, mark.encode(), key=b"") for at in range(2)]
    twice = b"".join(batches.compressed(batches.SNAPPY, iter([one])) for one in records)
    return batches.batch(twice, 2, batches.SNAPPY)


async def test_neither_company_finds_anything_of_the_others_in_what_it_is_told(
    alone: Platform, company: str, other: str, store: "asyncpg.Connection[asyncpg.Record]"
) -> None:
    marks = {company: "canaryone", other: "canarytwo"}
    pairs = [(company, other), (other, company)]
    async with asyncio.timeout(120):
        for siren, rival in pairs:
            await batches.produce(alone.kafka, f"intake.{siren}.internships", unreadable(marks[siren]))
            offsets = await send(alone, siren, marked(marks[siren], siren, rival))
            await feedback.broken_rules(alone, siren, offsets["probe"] + 1)
    for siren, rival in pairs:
        told = await everything_on(alone.kafka, f"feedback.{siren}")
        assert len(told) == len(marked("", siren, rival)) + 1
        assert not [one for one in told if marks[rival] in repr(one)]
        assert {json.loads(one.value)["company"] for one in told} == {siren}
        kept = await store.fetch("SELECT * FROM dead_letter WHERE sender = $1", siren)
        assert marks[siren].encode() in b"".join(row["value"] or b"" for row in kept)
        assert not [row for row in kept if marks[rival] in repr(tuple(row)) or marks[rival].encode().hex() in repr(row)]
    log = alone.processes["internships"].log.read_text("utf-8")
    assert not [mark for mark in marks.values() if mark in log]
