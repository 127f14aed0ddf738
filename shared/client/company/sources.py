"""What a file is, told by its content, and the drafts in it."""

import stat
import zipfile
from collections.abc import Iterator
from pathlib import Path

from .drafts import Draft
from .lines import read_lines
from .rows import HEAD, Table, Unreadable, encoding_of, text_table
from .tables import Reading, read_tables
from .texts import Lang, pick
from .workbook import workbook_tables

OTHERS = (
    (b"\xd0\xcf\x11\xe0", "Excel 97 (.xls)"),
    (b"%PDF", "PDF"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf", "7z"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"SQLite format 3", "SQLite"),
    (b"PAR1", "Parquet"),
    (b"{\\rtf", "RTF"),
)
"""How files begin that are none of ours."""


def read(path: Path, reading: Reading) -> Iterator[Draft]:
    """The drafts of a file, read as they are asked for; raises Unreadable with a sentence."""
    try:
        yield from _read(path, reading)
    except (OSError, UnicodeError) as error:
        raise Unreadable(
            pick(
                reading.lang,
                f"{path} ne se lit pas ({_reason(error)}) : vérifiez le nom et les droits du fichier.",
                f"{path} cannot be read ({_reason(error)}): check the file's name and permissions.",
            )
        ) from error


def _reason(error: Exception) -> str:
    return str(getattr(error, "strerror", None) or error)


def _read(path: Path, reading: Reading) -> Iterator[Draft]:
    begins = _head(path, reading.lang).removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins == b"{":
        return read_lines(path, reading.kind)
    return read_tables(path.name, tables_of(path, reading.lang), reading)


def tables_of(path: Path, lang: Lang) -> Iterator[Table]:
    """The tables of a workbook or of a text file; raises Unreadable."""
    head = _head(path, lang)
    if head.startswith(b"PK"):
        _is_workbook(path, lang)
        yield from workbook_tables(path, lang)
        return
    other = next((name for mark, name in OTHERS if head.startswith(mark)), None)
    if head.lstrip()[:1] in {b"<", b"[", b"{"}:
        other = "HTML, XML, JSON"
    if other:
        raise Unreadable(_unknown(path, other, lang))
    yield text_table(path, encoding_of(path, head, lang), lang)


def _head(path: Path, lang: Lang) -> bytes:
    if not stat.S_ISREG(path.stat().st_mode):
        what = pick(lang, "n'est pas un fichier", "is no file")
        raise Unreadable(f"{path} {what}.")
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise Unreadable(pick(lang, f"{path.name} est vide.", f"{path.name} is empty."))
    return head


def _is_workbook(path: Path, lang: Lang) -> None:
    """Other formats are zips too: OpenDocument, Word, plain archives."""
    if not zipfile.is_zipfile(path):
        raise Unreadable(
            pick(
                lang,
                f"{path.name} est incomplet : enregistrez-le ou copiez-le de nouveau.",
                f"{path.name} is incomplete: save it or copy it again.",
            )
        )
    with zipfile.ZipFile(path) as archive:
        names = set(archive.namelist())
    if "xl/workbook.xml" not in names:
        kind = "OpenDocument" if "content.xml" in names else "Word" if "word/document.xml" in names else "zip"
        raise Unreadable(_unknown(path, kind, lang))


def _unknown(path: Path, what: str, lang: Lang) -> str:
    return pick(
        lang,
        f"{path.name} ({what}) ne se lit pas ici : enregistrez-le en .xlsx ou en CSV UTF-8.",
        f"{path.name} ({what}) cannot be read here: save it as .xlsx or as CSV UTF-8.",
    )
