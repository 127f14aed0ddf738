"""Web addresses: a page, a document, or a feed of pages (sitemap, RSS, Atom), fetched a few at a time."""

import zlib
from collections.abc import Generator, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from time import monotonic

import httpx

from ..drafts import Draft, Json
from ..rows import HEAD
from .addresses import MOST_ADDRESSES, Links, links_in
from .drafting import drafts_of
from .exports import read_json
from .pages import read_page
from .postings import Posting, Refusal
from .reading import found_in, recognise
from .rules import problem

USER_AGENT = "passerelle-client (reads the job pages of its own company)"
AT_ONCE = 3
"""Pages asked of a site at the same time."""
MOST_BYTES = 50_000_000
MOST_REDIRECTS = 5
MOST_SITEMAPS = 50
PATIENCE = 20.0
"""Seconds for a connection and for each part of an answer."""
MOST_SECONDS = 120.0
"""Seconds for a whole answer."""
Read = Posting | Refusal


@dataclass(frozen=True, slots=True)
class Answer:
    """What an address gave: its content and charset, and the address that it came from in the end."""

    content: bytes
    charset: str
    address: str


def read_address(
    address: str, defaults: Mapping[str, Json], today: date, *, patience: float = PATIENCE
) -> Iterator[Draft]:
    """A draft of each job at a web address: of a page, of a document, or of every page that a feed or sitemap names.

    Only http and https are read, MOST_BYTES of each answer, at most AT_ONCE pages at a time. Pages of a feed that
    describe no job are passed over; those that cannot be had are told. Never raises for what the web gives.
    """
    with _client(patience) as client:
        yield from drafts_of(_read(client, address), defaults, today)


def _client(patience: float) -> httpx.Client:
    return httpx.Client(
        timeout=patience,
        follow_redirects=True,
        max_redirects=MOST_REDIRECTS,
        headers={"User-Agent": USER_AGENT, "Accept-Language": "fr"},
    )


def _read(client: httpx.Client, address: str) -> Iterator[Read]:
    answer = fetch(client, address)
    if isinstance(answer, Refusal):
        yield answer
    elif recognise(answer.content[:HEAD]) == "addresses":
        yield from _of_feed(client, address, links_in(BytesIO(answer.content)))
    else:
        yield from _of_answer(answer, address)


def _of_answer(answer: Answer, address: str) -> Iterator[Read]:
    name = recognise(answer.content[:HEAD])
    if name == "html":
        yield from read_page(answer.content, address, answer.charset, answer.address)
    elif name == "json":
        yield from read_json(BytesIO(answer.content), address, answer.address)
    elif name is None:
        yield Refusal(address, problem("", "page_not_text", answer.content[:40].decode(errors="replace")))
    else:
        yield from found_in(BytesIO(answer.content), answer.content[:HEAD])


def _of_feed(client: httpx.Client, address: str, links: Links) -> Iterator[Read]:
    """The jobs of a feed's pages; a feed none of whose pages describes a job is refused as a whole."""
    pages = yield from _pages(client, links)
    told = False
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for start in range(0, len(pages), AT_ONCE):
            for read in pool.map(lambda page: _of_page(client, page), pages[start : start + AT_ONCE]):
                told = told or bool(read)
                yield from read
    if links.left_out:
        yield Refusal(address, problem("", "too_large", f"{links.left_out} addresses after the first {MOST_ADDRESSES}"))
    if not told:
        yield Refusal(address, problem("", "no_job_posting", f"{len(pages)} pages"))


def _pages(client: httpx.Client, links: Links) -> Generator[Read, None, list[str]]:
    """The addresses of pages: a sitemap index is followed once."""
    pages = list(links.pages)
    for sitemap in links.sitemaps[:MOST_SITEMAPS]:
        answer = fetch(client, sitemap)
        if isinstance(answer, Refusal):
            yield answer
        else:
            pages += links_in(BytesIO(answer.content)).pages
    return list(dict.fromkeys(pages))[:MOST_ADDRESSES]


def _of_page(client: httpx.Client, address: str) -> Sequence[Read]:
    answer = fetch(client, address)
    if isinstance(answer, Refusal):
        return [answer]
    found = list(_of_answer(answer, address))
    return [one for one in found if not (isinstance(one, Refusal) and one.problem.rule == "no_job_posting")]


def fetch(client: httpx.Client, address: str) -> Answer | Refusal:
    """What an address gives, or why it cannot be had."""
    try:
        with client.stream("GET", address) as response:
            return _answer(response, address)
    except (httpx.InvalidURL, httpx.UnsupportedProtocol, UnicodeError):
        return Refusal(address, problem("", "address_unusable", address))
    except httpx.TimeoutException:
        return Refusal(address, problem("", "page_too_slow", address))
    except httpx.TooManyRedirects:
        return Refusal(address, problem("", "page_redirects", address))
    except httpx.HTTPError as error:
        rule = "page_not_trusted" if "CERTIFICATE" in str(error) else "page_unreachable"
        return Refusal(address, problem("", rule, error))


def _answer(response: httpx.Response, address: str) -> Answer | Refusal:
    if response.status_code in {404, 410}:
        return Refusal(address, problem("", "page_gone", f"HTTP {response.status_code}"))
    if not response.is_success:
        return Refusal(address, problem("", "page_refused", f"HTTP {response.status_code}"))
    content = bytearray()
    until = monotonic() + MOST_SECONDS
    for part in response.iter_bytes():
        content += part
        if len(content) > MOST_BYTES:
            return Refusal(address, problem("", "too_large", f"over {MOST_BYTES} bytes"))
        if monotonic() > until:
            return Refusal(address, problem("", "page_too_slow", address))
    return Answer(_unpacked(bytes(content)), response.charset_encoding or "", str(response.url))


def _unpacked(content: bytes) -> bytes:
    """A sitemap is often kept as a gzip file; what unpacks to more than MOST_BYTES is cut there and then unreadable."""
    if not content.startswith(b"\x1f\x8b"):
        return content
    try:
        return zlib.decompressobj(wbits=31).decompress(content, MOST_BYTES)
    except zlib.error:
        return content
