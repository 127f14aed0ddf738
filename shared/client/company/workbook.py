"""Excel workbooks, read sheet by sheet and row by row; what a zip can hide is measured before it is opened."""

import warnings
import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import time, timedelta
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from .cells import Cell
from .rows import Row, Table, Unreadable
from .texts import Lang, pick

LARGEST = 2 << 30
"""Bytes of a whole workbook once unpacked: a million rows of offers are some 1.5 GB of XML."""

LARGEST_IN_MEMORY = 256 << 20
"""Bytes of the parts that openpyxl reads at once: shared texts, styles."""

STEEPEST = 150
"""How many times larger a part may be once unpacked; a sheet of offers is some 12 times, empty formatted rows 60."""

SMALL = 4 << 20
LAST_ROW = 1_048_576
"""Excel's own bound (its specifications and limits)."""

TEMPLATE_SHEET = "passerelle"
"""The template's hidden sheet, which is none of the company's."""


def workbook_tables(path: Path, lang: Lang) -> Iterator[Table]:
    """The sheets of a workbook that people see; raises Unreadable."""
    _measure(path, lang)
    with path.open("rb") as file, closing(_open(path, file, lang)) as book:
        yield from _sheets(path, book, lang)


def _open(path: Path, file: IO[bytes], lang: Lang) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not concern the values
            return load_workbook(file, read_only=True, data_only=True)
    except Exception as error:  # openpyxl raises whatever a damaged part makes of its code
        raise Unreadable(_damaged(path, error, lang)) from error


def _sheets(path: Path, book: Workbook, lang: Lang) -> Iterator[Table]:
    for sheet in book.worksheets:
        if sheet.sheet_state == "visible" and sheet.title != TEMPLATE_SHEET:
            sheet.reset_dimensions()
            yield Table(sheet.title, _rows(path, sheet.iter_rows(values_only=True), lang), epoch=book.epoch.date())


def _rows(path: Path, rows: Iterable[tuple[Any, ...]], lang: Lang) -> Iterator[Row]:
    number, left = 0, iter(rows)
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a date that Excel itself cannot show: it arrives as #VALUE!
                cells = next(left, None)
        except Exception as error:  # as above
            raise Unreadable(_damaged(path, error, lang)) from error
        if cells is None:
            return
        number += 1
        if number > LAST_ROW:
            raise Unreadable(_damaged(path, ValueError(f"row {number}"), lang))
        if any(cell is not None for cell in cells):
            yield Row(number, [_cell(cell) for cell in cells])


def _cell(value: Any) -> Cell:
    return str(value) if isinstance(value, time | timedelta) else value or (value if value in (0, False) else None)


def _measure(path: Path, lang: Lang) -> None:
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, NotImplementedError, ValueError) as error:
        raise Unreadable(_damaged(path, error, lang)) from error
    steep = [one for one in parts if one.file_size > SMALL and one.file_size > STEEPEST * max(one.compress_size, 1)]
    whole = [one for one in parts if not one.filename.startswith("xl/worksheets/")]
    if (
        steep
        or sum(one.file_size for one in parts) > LARGEST
        or sum(one.file_size for one in whole) > LARGEST_IN_MEMORY
    ):
        raise Unreadable(
            pick(
                lang,
                f"{path.name} devient démesuré une fois décompressé : copiez les lignes utiles dans un autre classeur.",
                f"{path.name} grows out of all measure when unpacked: copy the rows that count into a new workbook.",
            )
        )


def _damaged(path: Path, error: Exception, lang: Lang) -> str:
    hostile = isinstance(error, DefusedXmlException)
    cause = "entities" if hostile else "XML" if isinstance(error, ParseError) else type(error).__name__
    return pick(
        lang,
        f"{path.name} est abîmé ({cause}) : ouvrez-le dans Excel ou LibreOffice et enregistrez-le de nouveau en .xlsx.",
        f"{path.name} is damaged ({cause}): open it in Excel or LibreOffice and save it again as .xlsx.",
    )
