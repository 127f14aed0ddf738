"""JSON files: whichever of the known formats a document's objects are, as one document or as one a line."""

from collections.abc import Iterator, Mapping
from typing import IO

from ..drafts import Json
from . import france_travail, hr_open, job_posting, personio
from .jsons import BrokenJsonError, load, objects
from .postings import Posting, Refusal
from .rules import problem
from .text import decode

MOST_BYTES = 50_000_000
"""Of one JSON document, which is read whole; a larger feed is JSON Lines."""
MOST_BYTES_A_LINE = 10_000_000


def read_json(source: IO[bytes], place: str = "", page: str = "") -> Iterator[Posting | Refusal]:
    """Every job of one JSON document of at most MOST_BYTES."""
    content = source.read(MOST_BYTES + 1)
    if len(content) > MOST_BYTES:
        yield Refusal(place, problem("", "too_large", f"over {MOST_BYTES} bytes"))
        return
    yield from _in_text(decode(content), place, page)


def read_lines(source: IO[bytes]) -> Iterator[Posting | Refusal]:
    """Every job of a JSON Lines feed, one document a line."""
    number = 0
    while content := source.readline(MOST_BYTES_A_LINE + 1):
        number += 1
        if len(content) > MOST_BYTES_A_LINE:
            yield Refusal(f"line {number}", problem("", "too_large", f"over {MOST_BYTES_A_LINE} bytes"))
            return
        if content.strip():
            yield from _in_text(decode(content), f"line {number}")


def _in_text(text: str, place: str, page: str = "") -> Iterator[Posting | Refusal]:
    try:
        document = load(text)
    except BrokenJsonError as error:
        yield Refusal(place, problem("", error.rule, error.found))
        return
    found = False
    for one in _in_document(document, place, page):
        found = True
        yield one
    if not found:
        yield Refusal(place, problem("", "no_offers", text.strip()[:60]))


def _in_document(document: Json, place: str, page: str) -> Iterator[Posting]:
    for path, node, around in objects(document):
        where = f"{place} {path}".strip() or "offer"
        if france_travail.is_offer(node):
            yield france_travail.read_offer(node, path, where)
        elif hr_open.is_profile(node):
            yield hr_open.read_profile(node, path, around, where)
        elif _is_personio(node):
            yield personio.read_json_position(node, path, where)
    yield from job_posting.postings_in(document, place, page)


def _is_personio(node: Mapping[str, Json]) -> bool:
    return "office" in node and "name" in node and ("employmentType" in node or "employment_type" in node)
