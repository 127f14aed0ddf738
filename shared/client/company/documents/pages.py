"""HTML pages: the JSON-LD scripts in them, found without running any."""

import re
from collections.abc import Iterator

from selectolax.lexbor import LexborHTMLParser

from .job_posting import postings_in
from .jsons import BrokenJsonError, load
from .postings import Posting, Refusal
from .rules import problem
from .text import decode

TAG = re.compile(r"<!--|<(script|link)\b[^>]{0,2000}>", re.I)
SCRIPT_END = re.compile(r"</script", re.I)
COMMENT_END = re.compile(r"-->")
OTHERWISE = re.compile(r"""(?:itemtype|typeof)\s*=\s*["'][^"']{0,200}JobPosting""", re.I)
Element = tuple[str, dict[str, str | None], str]


def read_page(source: bytes, place: str, charset: str = "", page: str = "") -> Iterator[Posting | Refusal]:
    """Every JobPosting in a page's JSON-LD, and a refusal where there is none or where one cannot be read.

    `page` is its address, where it is known; a saved page may give its own.
    """
    html = decode(source, charset)
    elements = list(_elements(html))
    page = page or _canonical(elements)
    found = False
    for number, script in enumerate(_json_scripts(elements), start=1):
        for one in _in_script(script, f"{place} script {number}".strip(), page):
            found = True
            yield one
    if not found:
        rule = "microdata_only" if OTHERWISE.search(html) else "no_job_posting"
        yield Refusal(place, problem("", rule, _title(html)))


def _elements(html: str) -> Iterator[Element]:
    """Every script and link that is not commented out: name, attributes, text.

    A page is scanned, not made a tree: a tree's time grows with the square of what is nested or closed wrongly.
    """
    at = 0
    while found := TAG.search(html, at):
        name = (found[1] or "").lower()
        at = found.end()
        if name != "link":
            end = (SCRIPT_END if name else COMMENT_END).search(html, at)
            text, at = html[at : end.start() if end else len(html)], end.end() if end else len(html)
            if not name:
                continue
        yield name, _attributes(found[0], name), text if name == "script" else ""


def _attributes(tag: str, name: str) -> dict[str, str | None]:
    node = LexborHTMLParser(tag).css_first(name)
    return dict(node.attributes) if node else {}


def _json_scripts(elements: list[Element]) -> list[str]:
    return [text for name, said, text in elements if name == "script" and "ld+json" in (said.get("type") or "").lower()]


def _canonical(elements: list[Element]) -> str:
    """The address that a saved page gives as its own."""
    said = [said for name, said, _ in elements if name == "link" and (said.get("rel") or "").lower() == "canonical"]
    return (said[0].get("href") or "") if said else ""


def _in_script(script: str, place: str, page: str) -> Iterator[Posting | Refusal]:
    """A script that is broken is told only where it might have held a job."""
    try:
        yield from postings_in(load(script), place, page)
    except BrokenJsonError as error:
        if "JobPosting" in script:
            yield Refusal(place, problem("", error.rule, error.found))


def _title(html: str) -> str:
    found = re.search(r"<title[^>]{0,200}>([^<]{0,200})", html, re.I)
    return found[1].strip() if found else ""
