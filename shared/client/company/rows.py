"""Tables as they come: rows of cells from a text file with delimiters."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from itertools import islice
from pathlib import Path
from typing import IO

from charset_normalizer import from_bytes

from .cells import Cell
from .texts import Lang, pick
from .words.day import EPOCH

DELIMITERS = ";,\t|"
HEAD = 65536
"""How many bytes of a file tell what it is."""

LONGEST_LINE = 1 << 23
"""Characters; a table of Excel's greatest width stays far below."""

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
"""Byte order marks with the encodings that they announce; UTF-32's first, whose mark begins with UTF-16's."""

LIKELY = ("cp1252", "mac_roman", "cp850")
"""What French machines write that is no Unicode: Windows, old Macs, DOS."""

FRENCH = {**dict.fromkeys("àâæçéèêëîïôœùûüÿ’", 2), **dict.fromkeys("ÀÂÆÇÉÈÊËÎÏÔŒÙÛÜŸ«»€°", 1)}
"""How much a letter speaks for the code page that makes it of a byte: what is an é in one is an È in another."""


class Unreadable(Exception):  # noqa: N818 - says what happened
    """A file as a whole cannot be read; the message says why and what to do."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row by its number in the file, from 1."""

    number: int
    cells: Sequence[Cell]


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet; the only table of a text file has no name.

    `ragged` says that each row should have as many cells; `epoch` is the day from which the sheet's dates count.
    """

    name: str
    rows: Iterator[Row]
    ragged: bool = False
    epoch: date = EPOCH


def text_table(path: Path, encoding: str, lang: Lang) -> Table:
    """The rows of a text file, read as they are asked for."""
    return Table("", _rows(path, encoding, lang), ragged=True)


def encoding_of(path: Path, head: bytes, lang: Lang) -> str:
    """How a text file is encoded, all of it; raises Unreadable."""
    encoding = marked(head) or _unmarked(path, head)
    if b"\0" in head and not encoding.startswith("utf"):
        raise Unreadable(
            pick(
                lang,
                f"{path.name} contient des données binaires et ne se lit pas ici : enregistrez-le en CSV UTF-8.",
                f"{path.name} holds binary data and cannot be read here: save it as CSV UTF-8.",
            )
        )
    try:
        _decodes(path, encoding)
    except UnicodeError as error:
        raise Unreadable(
            pick(
                lang,
                f"{path.name} n'est pas un texte en {encoding} ({error}) : enregistrez-le en CSV UTF-8.",
                f"{path.name} is no text in {encoding} ({error}): save it as CSV UTF-8.",
            )
        ) from error
    return encoding


def marked(head: bytes) -> str | None:
    """The encoding that a byte order mark announces."""
    return next((name for mark, name in MARKS if head.startswith(mark)), None)


def _unmarked(path: Path, head: bytes) -> str:
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if max(even, odd) > len(head) / 8:  # every other byte of a Western text in UTF-16 is zero
        return "utf-16-le" if odd > even else "utf-16-be"
    try:
        _decodes(path, "utf-8")
    except UnicodeError:
        return _old_code_page(path)
    return "utf-8"


def _old_code_page(path: Path) -> str:
    """Judged by the lines that are no ASCII, wherever they stand: a header alone may have no accents."""
    with path.open("rb") as file:
        telling = b"".join(islice((line[:1000] for line in _lines(file) if not line.isascii()), 200))
    scores = {encoding: _frenchness(telling, encoding) for encoding in LIKELY}
    best = max(LIKELY, key=scores.__getitem__)
    other = None if scores[best] else from_bytes(telling).best()
    return other.encoding if other else best


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(HEAD):
        yield line


def _frenchness(content: bytes, encoding: str) -> int:
    text = content.decode(encoding, errors="replace")
    return sum(FRENCH.get(char, 0) for char in text)


def _decodes(path: Path, encoding: str) -> None:
    decoder = codecs.getincrementaldecoder(encoding)()
    with path.open("rb") as file:
        while chunk := file.read(1 << 20):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)


def _rows(path: Path, encoding: str, lang: Lang) -> Iterator[Row]:
    with path.open(encoding=encoding, newline="") as file:
        delimiter = _delimiter(file)
        reader = csv.reader(_bounded(file), delimiter=delimiter, strict=True)
        try:
            for number, cells in enumerate(reader, start=1):
                yield Row(number, [cell or None for cell in cells])
        except csv.Error as error:
            raise Unreadable(_unquoted(path, reader.line_num, error, lang)) from error


def _bounded(file: IO[str]) -> Iterator[str]:
    """The lines of a file; one without an end does not fill the memory."""
    while line := file.readline(LONGEST_LINE):
        if len(line) == LONGEST_LINE and not line.endswith(("\n", "\r")):
            raise csv.Error(f"over {LONGEST_LINE} characters without a line break")
        yield line


def _unquoted(path: Path, line: int, error: csv.Error, lang: Lang) -> str:
    return pick(
        lang,
        f"{path.name}, près de la ligne {line} : un guillemet n'est pas fermé ou pas doublé, ou un texte est démesuré "
        f"({error}). Corrigez cet endroit, ou exportez de nouveau.",
        f"{path.name}, near line {line}: a quotation mark is not closed or not doubled, or a text is far too long "
        f"({error}). Mend this place, or export again.",
    )


def _delimiter(file: IO[str]) -> str:
    """What parts the cells; Excel's own first line `sep=;` says it, and is no row."""
    first = file.readline(HEAD)
    if first.lower().startswith("sep=") and len(first.strip()) == 5:
        return first[4]
    file.seek(0)
    sample = file.read(HEAD)
    file.seek(0)
    return max(DELIMITERS, key=lambda delimiter: _regularity(sample, delimiter))


def _regularity(sample: str, delimiter: str) -> float:
    """How wide the first rows usually are, for the share of them that is."""
    widths: list[int] = []
    with suppress(csv.Error):  # what was read before a fault tells enough
        widths += (len(cells) for cells in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 30))
    wide = [width for width in widths if width > 1]
    usual = max(set(wide), key=wide.count, default=0)
    return usual * wide.count(usual) / max(sum(map(bool, widths)), 1)
