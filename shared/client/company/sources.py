"""What a file is, told by its content, and the drafts in it."""

import re
import stat
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

from ...contracts.internships import InternshipOffered
from . import documents, texts
from .drafts import Draft, Json
from .lines import holds_events, holds_lines, read_lines
from .rows import HEAD, MARKS, Table, Unreadable, encoding_of, text_table
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

WIDE = (*(one for one in MARKS if one[1] != "utf-8-sig"), (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"))
"""How JSON begins that is no UTF-8: with a mark, or with an object."""


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a row need not say: whose it is, the version of what has none (milliseconds since 1970), and the day."""

    siren: str | None
    version: int
    today: date


@dataclass(frozen=True, slots=True)
class Address:
    """A web address where a file may stand: a page, a feed or a sitemap of pages."""

    said: str

    def __str__(self) -> str:
        return self.said

    @property
    def name(self) -> str:
        """How people know it."""
        return self.said

    @property
    def parent(self) -> Path:
        """Where its mapping file is looked for."""
        return Path()

    def resolve(self) -> "Address":
        """The same wherever one stands."""
        return self


Source = Path | Address


def source_of(said: str) -> Source:
    """A file, or a web address, as it is written."""
    return Address(said) if re.match(r"https?://", said, re.IGNORECASE) else Path(said)


def read(source: Source, reading: Reading, given: Circumstances) -> Iterator[Draft]:
    """The drafts of a file or an address, read as they are asked for; raises Unreadable with a sentence."""
    if isinstance(source, Address):
        if reading.fetched is None:  # a site is asked once, though its drafts are looked at twice
            reading.fetched = list(documents.read_address(source.said, _defaults(reading, given), given.today))
        yield from reading.fetched
    else:
        yield from _of_file(source, reading, given)


def _of_file(path: Path, reading: Reading, given: Circumstances) -> Iterator[Draft]:
    try:
        yield from _read(path, reading, given)
    except (OSError, UnicodeError) as error:
        why = texts.reason(error, reading.lang)
        raise Unreadable(
            pick(
                reading.lang,
                f"{path} ne se lit pas ({why}) : vérifiez le nom et les droits du fichier.",
                f"{path} cannot be read ({why}): check the file's name and permissions.",
            )
        ) from error


def _read(path: Path, reading: Reading, given: Circumstances) -> Iterator[Draft]:
    head = head_of(path, reading.lang)
    if encoding := _wide_json(head):
        with _in_utf8(path, encoding) as copy:
            yield from _read(copy, reading, given)
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and (reading.kind or holds_events(head)):
        yield from read_lines(path, reading.kind)
    elif documents.recognise(head):
        with path.open("rb") as file:
            yield from documents.read(file, _defaults(reading, given), given.today)
    elif head.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"{" and holds_lines(head):
        yield from read_lines(path, None)
    else:
        yield from read_tables(path.name, tables_of(path, reading.lang), reading)


def _wide_json(head: bytes) -> str | None:
    """The encoding of JSON with two or four bytes a character, as PowerShell writes it; RFC 8259 wants UTF-8."""
    encoding = next((name for mark, name in WIDE if head.startswith(mark)), None)
    text = head[: len(head) // 4 * 4].decode(encoding, errors="ignore").lstrip() if encoding else ""
    return encoding if text.startswith(("{", "[")) else None


@contextmanager
def _in_utf8(path: Path, encoding: str) -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        copy = Path(folder, path.name)
        with path.open(encoding=encoding, newline="") as wide, copy.open("w", encoding="utf-8", newline="") as narrow:
            copyfileobj(wide, narrow)
        yield copy


def _defaults(reading: Reading, given: Circumstances) -> dict[str, Json]:
    """What the mapping file says where a document does not; only offers of internships come in documents."""
    plan = next((plan for plan in reading.plans if plan.kind is InternshipOffered), None)
    named = {**plan.defaults, **plan.fixed} if plan else {}
    return named | ({"siren": given.siren} if given.siren else {})


def tables_of(path: Path, lang: Lang) -> Iterator[Table]:
    """The tables of a workbook or of a text file; raises Unreadable."""
    head = head_of(path, lang)
    if head.startswith(b"PK"):
        _is_workbook(path, lang)
        yield from workbook_tables(path, lang)
        return
    other = next((name for mark, name in OTHERS if head.startswith(mark)), None)
    if head.lstrip()[:1] in {b"<", b"[", b"{"}:
        raise Unreadable(
            pick(
                lang,
                f"{path.name} n'est ni un tableau ni un document connu : en JSON, écrivez un événement entier par "
                "ligne, avec son type dans le champ type.",
                f"{path.name} is neither a table nor a document that we know: in JSON, write one whole event a line, "
                "with its type in the field type.",
            )
        )
    if other:
        raise Unreadable(_unknown(path, other, lang))
    yield text_table(path, encoding_of(path, head, lang), lang)


def head_of(path: Path, lang: Lang) -> bytes:
    """A file's first bytes, by which it is told what it is; raises Unreadable."""
    if not stat.S_ISREG(path.stat().st_mode):
        raise Unreadable(
            pick(
                lang,
                f"{path} n'est pas un fichier : donnez le nom du fichier lui-même.",
                f"{path} is no file: give the name of the file itself.",
            )
        )
    with path.open("rb") as file:
        head = file.read(HEAD)
    if not head.strip():
        raise Unreadable(
            pick(
                lang,
                f"{path.name} est vide : vérifiez que c'est le bon fichier, ou exportez-le de nouveau.",
                f"{path.name} is empty: check that it is the right file, or export it again.",
            )
        )
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
