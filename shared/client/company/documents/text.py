"""Bytes to text, and HTML to the plain text that a contract holds."""

import codecs
import re
from collections.abc import Iterator
from html import unescape

from selectolax.lexbor import LexborHTMLParser, LexborNode

from ..rows import marked

PARAGRAPHS = "p h1 h2 h3 h4 h5 h6 ul ol table dl".split()
LINES = "div section article header footer tr dt dd pre hr blockquote".split()
ENDS = dict.fromkeys(PARAGRAPHS, "\n\n") | dict.fromkeys(LINES, "\n")
BREAKS = ENDS | {"br": "\n", "li": "\n- ", "td": " ", "th": " "}
SILENT = frozenset("script style template noscript head title iframe object svg".split())
TAG = re.compile(r"</?(?:p|br|ul|ol|li|div|span|strong|b|em|i|u|a|h[1-6]|table|tr|td|img|script)\b[^<>]{0,2000}>", re.I)
FORMATTING = re.compile(
    r"</?(?:a|abbr|b|big|code|em|font|i|mark|nobr|s|small|span|strike|strong|sub|sup|tt|u)\b[^<>]{0,2000}>", re.I
)
"""Tags that change no text; closed in the wrong order, they cost a parser time that grows with their square."""
EMBEDDED = re.compile(r"""\bsrc\s*=\s*(?:"data:[^"]*"|'data:[^']*')""", re.I)
MOST_MARKUP = 200_000
"""Characters of HTML that are turned into text; a parser's time grows with the square of what nests in it."""
DECLARED = re.compile(rb"""<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_.:-]{2,40})""", re.I)
XML_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([a-z0-9_.:-]{2,40})""", re.I)
AS_BROWSERS_DO = {"iso-8859-1": "cp1252", "latin-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252"}
"""A page that says ISO 8859-1 is in Windows 1252 (WHATWG Encoding, section 4.2)."""
NO_CHARSETS = frozenset("punycode idna unicode-escape raw-unicode-escape utf-7".split())
"""Codecs of Python's that no page is written in; the time of the first grows with the square of the text."""


def decode(source: bytes, said: str = "") -> str:
    """The text of a page or file: its byte order mark counts, then `said` (HTTP), then what it declares, then UTF-8."""
    if encoding := marked(source):
        return source.decode(encoding, "replace")
    declared = DECLARED.search(source[:4096]) or XML_DECLARED.match(source[:4096])
    for name in (said, declared.group(1).decode() if declared else "", "utf-8"):
        if (text := _decoded(source, name.lower())) is not None:
            return text
    return source.decode("cp1252", "replace")


def _decoded(source: bytes, name: str) -> str | None:
    try:
        codec = codecs.lookup(AS_BROWSERS_DO.get(name, name)).name
        return None if codec in NO_CHARSETS else source.decode(codec)
    except (LookupError, UnicodeError):
        return None


def line(text: str) -> str:
    """One line of plain text: entities read, tags dropped, white space collapsed."""
    plain = TAG.sub(" ", _unescaped(text))
    return " ".join(plain.split())


def prose(text: str) -> str:
    """Plain text of HTML, with a line for each block, `- ` for each item, an empty line between paragraphs.

    What was escaped twice, as many systems do, is read twice. Nothing is cut: the contract judges the length.
    """
    text = EMBEDDED.sub("", text.strip().removeprefix("<![CDATA[").removesuffix("]]>"))
    if len(text) > MOST_MARKUP:
        return text
    for _ in range(3):
        if not TAG.search(text) and not _escaped(text):
            break
        text = _plain(text)
    return _tidy(text)


def _escaped(text: str) -> bool:
    return bool(re.search(r"&(?:[a-zA-Z]{2,31}|#\d{1,7}|#x[0-9a-fA-F]{1,6});", text))


def _unescaped(text: str) -> str:
    return unescape(unescape(text)) if "&" in text else text


def _plain(text: str) -> str:
    if not TAG.search(text):
        return unescape(text)
    root = LexborHTMLParser(FORMATTING.sub("", text)).body
    return "".join(_spoken(root)) if root is not None else ""


def _spoken(root: LexborNode) -> Iterator[str]:
    """The text of every node in order; without recursion, since a page may nest as deep as it likes."""
    waiting: list[LexborNode | str] = [root]
    while waiting:
        node = waiting.pop()
        if isinstance(node, str):
            yield node
        elif node.tag == "-text":
            yield re.sub(r"[ \t\r\n\f]+", " ", node.text(deep=False) or "")
        elif _speaks(node):
            yield BREAKS.get(str(node.tag), "")
            waiting.append(ENDS.get(str(node.tag), ""))
            waiting.extend(reversed(list(node.iter(include_text=True))))


def _speaks(node: LexborNode) -> bool:
    """Whether an element's text is read; an empty item is none."""
    tag = node.tag or "-"
    return tag not in SILENT and not tag.startswith(("-", "_")) and (tag != "li" or bool((node.text() or "").strip()))


def _tidy(text: str) -> str:
    lines = [re.sub(r"[ \t]+", " ", one).strip() for one in re.split(r"\r\n?|\n", text)]
    joined = re.sub(r"^-\n+(?=[^-\n])", "- ", "\n".join(lines), flags=re.M)
    filled = re.sub(r"^-$\n?", "", joined, flags=re.M)
    return re.sub(r"\n{3,}", "\n\n", filled).strip()
