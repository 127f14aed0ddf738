"""JSON as career sites and exports write it, read without trust: broken in small ways, or hostile."""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from html import unescape

from ..drafts import Json
from .postings import Said

REPEATED = "@repeated"
"""Where an object keeps the names it gave twice with different values; the last counts, as in browsers."""
DEEPEST = 6
"""Lists and objects inside one property; real documents need three."""
WRAPPERS = (
    re.compile(r"^\s*(?:<!--|//\s*<!\[CDATA\[|/\*\s*<!\[CDATA\[\s*\*/|<!\[CDATA\[)", re.I),
    re.compile(r"(?:(?://\s*)?-->|//\s*\]\]>|/\*\s*\]\]>\s*\*/|\]\]>|;)\s*$"),
)
STRING_OR_COMMA = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"|,(?=\s*[}\]])', re.S)


class BrokenJsonError(ValueError):
    """What was read is no JSON, even where small faults are forgiven; `rule` is malformed or too_deep."""

    def __init__(self, rule: str, found: str) -> None:
        super().__init__(found)
        self.rule = rule
        self.found = found


def load(text: str) -> Json:
    """The value, with numbers as they were written; comment wrappers, trailing commas and raw line breaks are forgiven.

    Raises BrokenJsonError.
    """
    text = text.lstrip("\ufeff")
    try:
        return _load(text)
    except BrokenJsonError as error:
        if error.rule == "too_deep":
            raise
    return _load(_mended(text))


def _load(text: str) -> Json:
    try:
        value: Json = json.loads(
            text, strict=False, object_pairs_hook=_object, parse_int=str, parse_float=_decimals, parse_constant=str
        )
    except RecursionError as error:
        raise BrokenJsonError("too_deep", text[:60]) from error
    except json.JSONDecodeError as error:
        found = f"line {error.lineno}, column {error.colno}: {error.msg}"
        raise BrokenJsonError("json_unreadable", found) from error
    return value


def _decimals(written: str) -> str:
    """A number without the zeros at its end: JSON knows no thousands, and `4.350` in a text may be four thousand."""
    return re.sub(r"\.0+$|(\.[0-9]*[1-9])0+$", r"\1", written)


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) < len(pairs):
        found[REPEATED] = sorted({name for name, value in pairs if found[name] != value})
    return found


def _mended(text: str) -> str:
    if '"' not in text:
        text = unescape(text)
    for wrapper in WRAPPERS:
        text = wrapper.sub("", text)
    return STRING_OR_COMMA.sub(lambda found: "" if found[0] == "," else found[0], text)


def objects(document: Json) -> Iterator[tuple[str, Mapping[str, Json], Mapping[str, Json]]]:
    """Every object with its path and the object around it, in the document's order; without recursion."""
    nothing: Mapping[str, Json] = {}
    waiting: list[tuple[str, Json, Mapping[str, Json]]] = [("", document, nothing)]
    while waiting:
        path, value, around = waiting.pop()
        if isinstance(value, Mapping):
            yield path, value, around
            inner = [(f"{path}.{name}".lstrip("."), one, value) for name, one in value.items()]
        elif isinstance(value, list):
            inner = [(f"{path}[{index}]", one, around) for index, one in enumerate(value)]
        else:
            continue
        waiting.extend(reversed([one for one in inner if isinstance(one[1], (dict, list))]))


def words_in(value: Json, path: str, inside: Sequence[str], depth: int = 0) -> Iterator[Said]:
    """What a value says: itself, each of a list, or of an object what the first of the names `inside` says."""
    if isinstance(value, str) and value.strip():
        yield Said(value, path)
    elif depth == DEEPEST:
        return
    elif isinstance(value, list):
        for index, one in enumerate(value):
            yield from words_in(one, f"{path}[{index}]", inside, depth + 1)
    elif isinstance(value, Mapping):
        said = (list(words_in(value.get(name), f"{path}.{name}", inside, depth + 1)) for name in inside)
        yield from next((words for words in said if words), [])
