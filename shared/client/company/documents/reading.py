"""Which format a document has, and its drafts."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from io import BytesIO
from typing import IO

from ..drafts import Draft, Json
from ..rows import HEAD
from . import exports, indeed, linkedin, pages, personio, recruitee
from .drafting import drafts_of
from .feeds import read_feed
from .postings import Posting, Refusal
from .rules import problem
from .text import decode

MOST_BYTES_A_PAGE = 10_000_000
Found = Iterator[Posting | Refusal]

ROOT = re.compile(
    r"(?:<\?[^>]{0,500}\?>|<!--.*?-->|<!(?i:DOCTYPE)\s[^\[>]{0,500}(?:\[.*?\]\s*)?>|\s)*<([\w:.-]+)", re.S
)
JSON_WORDS = re.compile(
    r'JobPosting|"@(?:context|graph|type)"|"hiringOrganization"|"jobLocation"|"resultats"|"romeCode"|"typeContrat"|"positionProfiles"|'
    r'"positionTitle"|"employment_?[tT]ype"'
)
ADDRESSES = {"urlset", "sitemapindex", "rss", "feed", "RDF"}


def recognise(head: bytes) -> str | None:
    """The format's name from a file's first HEAD bytes; None for what is no known document (a table, our own JSON)."""
    text = decode(head).lstrip("\ufeff \t\r\n")
    if text[:1] == "<":
        return _markup(text)
    if text[:1] in {"{", "["} and JSON_WORDS.search(text):
        first, newline, rest = text.partition("\n")
        return "json lines" if newline and first.rstrip().endswith("}") and rest.lstrip()[:1] == "{" else "json"
    return None


def _markup(text: str) -> str:
    found = ROOT.match(text)
    name = found[1].rpartition(":")[2] if found else ""
    if name == "source":
        return "linkedin" if "<partnerJobId" in text else "indeed"
    if name in ADDRESSES:
        return "addresses"
    return {"jobs": "recruitee", "workzag-jobs": "personio", "html": "html"}.get(
        name, "xml" if text.startswith("<?xml") else "html"
    )


def _page(source: IO[bytes]) -> Found:
    content = source.read(MOST_BYTES_A_PAGE + 1)
    if len(content) > MOST_BYTES_A_PAGE:
        return iter([Refusal("", problem("", "too_large", f"over {MOST_BYTES_A_PAGE} bytes"))])
    return pages.read_page(content, "")


READERS: Mapping[str, Callable[[IO[bytes]], Found]] = {
    "html": _page,
    "json": exports.read_json,
    "json lines": exports.read_lines,
    "indeed": lambda source: read_feed(source, "job", indeed.read_job),
    "linkedin": lambda source: read_feed(source, "job", linkedin.read_job),
    "recruitee": lambda source: read_feed(source, "job", recruitee.read_job),
    "personio": lambda source: read_feed(source, "position", personio.read_position),
}


def read(source: bytes | IO[bytes], defaults: Mapping[str, Json], today: date) -> Iterator[Draft]:
    """A draft of each job in a document, in its order and as it is read.

    `source` is its bytes, or a seekable binary file at its beginning. `defaults` are fields of InternshipOffered
    (`siren`, `trade`, `level`, `place.city` ...) for what the document does not say. `today` is the day in France:
    what closed before it is refused. Only reading the file itself can raise (OSError).
    """
    file = BytesIO(source) if isinstance(source, bytes) else source
    head = file.read(HEAD)
    file.seek(0)
    yield from drafts_of(found_in(file, head), defaults, today)


def found_in(file: IO[bytes], head: bytes) -> Found:
    """The postings and refusals of a document whose first bytes are `head`."""
    name = recognise(head) or ""
    return READERS[name](file) if name in READERS else _unknown(name, head)


def _unknown(name: str, head: bytes) -> Found:
    rule = "feed_of_addresses" if name == "addresses" else "format_unknown"
    yield Refusal("", problem("", rule, decode(head[:200])[:60]))
