"""Feeds that only name pages: sitemaps (sitemaps.org), RSS, RDF and Atom (RFC 4287)."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse

MOST_ADDRESSES = 5000


@dataclass(frozen=True, slots=True)
class Links:
    """The pages and the further sitemaps that a feed names, each once, and how many were too many."""

    pages: Sequence[str]
    sitemaps: Sequence[str]
    left_out: int = 0


def links_in(source: IO[bytes]) -> Links:
    """The addresses in a feed, as far as it can be read; those that are not http or https are no pages."""
    found: dict[str, dict[str, None]] = {"page": {}, "sitemap": {}}
    inside: list[str] = []
    try:
        for event, element in iterparse(source, events=("start", "end")):
            name = element.tag.rpartition("}")[2]
            if event == "start":
                inside.append(name)
                continue
            inside.pop()
            kind = "sitemap" if "sitemap" in inside else "page"
            if address := _address(element, name, inside):
                found[kind][address] = None
            element.clear()
    except (ParseError, ValueError, LookupError, DefusedXmlException):
        pass  # the part before the fault was read; a feed without any page is refused
    pages = list(found["page"])
    return Links(pages[:MOST_ADDRESSES], list(found["sitemap"]), max(0, len(pages) - MOST_ADDRESSES))


def _address(element: Element, name: str, inside: Sequence[str]) -> str:
    """A `loc` of a sitemap, or the `link` of an item: RSS has it as text, Atom as an attribute."""
    around = inside[-1] if inside else ""
    if not (name == "loc" and around in {"url", "sitemap"}) and not (name == "link" and around in {"item", "entry"}):
        return ""
    if element.get("rel", "alternate") != "alternate":
        return ""
    address = (element.text or "").strip() or element.get("href", "").strip()
    return address if address.startswith(("http://", "https://")) else ""
