"""HTML pages: the JSON-LD scripts in them, found without running any."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from .job_posting import postings_in
from .jsons import BrokenJsonError, load
from .postings import Posting, Refusal
from .rules import problem
from .text import decode

MOST_NESTED = 3000
"""Elements inside one another; a parser's time grows with the square of it, and no real page comes near."""
OPENING = re.compile(
    r"<(/?)(?!(?:br|hr|img|input|meta|link|p|li|td|tr|th|dt|dd|option|source|wbr|area|col)\b)[a-z]", re.I
)
OTHERWISE = re.compile(r"""(?:itemtype|typeof)\s*=\s*["'][^"']{0,200}JobPosting""", re.I)


def read_page(source: bytes, place: str, charset: str = "", page: str = "") -> Iterator[Posting | Refusal]:
    """Every JobPosting in a page's JSON-LD, and a refusal where there is none or where one cannot be read.

    `page` is its address, where it is known; a saved page may give its own.
    """
    html = decode(source, charset)
    if _depth(html) > MOST_NESTED:
        yield Refusal(place, problem("", "too_deep", f"{MOST_NESTED} elements inside one another"))
        return
    found = 0
    page = page or _canonical(html)
    for number, script in enumerate(_scripts(html), start=1):
        for one in _in_script(script, f"{place} script {number}".strip(), page):
            found += 1
            yield one
    if not found:
        rule = "microdata_only" if OTHERWISE.search(html) else "no_job_posting"
        yield Refusal(place, problem("", rule, _title(html)))


def _scripts(html: str) -> list[str]:
    scripts = LexborHTMLParser(html).css("script[type]")
    return [
        script.text(deep=True) or "" for script in scripts if "ld+json" in (script.attributes.get("type") or "").lower()
    ]


def _in_script(script: str, place: str, page: str) -> Iterator[Posting | Refusal]:
    """A script that is broken is told only where it might have held a job."""
    try:
        yield from postings_in(load(script), place, page)
    except BrokenJsonError as error:
        if "JobPosting" in script:
            yield Refusal(place, problem("", error.rule, error.found))


def _canonical(html: str) -> str:
    """The address that a saved page gives as its own."""
    link = LexborHTMLParser(html).css_first("link[rel=canonical]")
    return (link.attributes.get("href") or "") if link else ""


def _depth(html: str) -> int:
    depth = deepest = 0
    for found in OPENING.finditer(html):
        depth += -1 if found[1] else 1
        deepest = max(deepest, depth)
    return deepest


def _title(html: str) -> str:
    found = re.search(r"<title[^>]{0,200}>([^<]{0,200})", html, re.I)
    return found[1].strip() if found else ""
