"""Excel workbooks, read sheet by sheet and row by row; what a zip can hide is measured before it is opened."""

import warnings
import zipfile
from collections.abc import Iterator, Sequence
from datetime import time, timedelta
from functools import partial
from pathlib import Path
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._reader import WorkSheetParser
from openpyxl.xml.constants import SHEET_MAIN_NS

from . import texts
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
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
"""Excel's own bounds (its specifications and limits)."""

ROW, DATA = f"{{{SHEET_MAIN_NS}}}row", f"{{{SHEET_MAIN_NS}}}sheetData"

TEMPLATE_SHEET = "passerelle"
"""The template's hidden sheet, which is none of the company's."""


def workbook_tables(path: Path, lang: Lang) -> Iterator[Table]:
    """The sheets of a workbook that people see; raises Unreadable."""
    _measure(path, lang)
    with path.open("rb") as file:
        reader, sheets = _open(path, file, lang)
        for title, part in sheets:
            if part in reader.valid_files and title != TEMPLATE_SHEET:
                yield Table(title, _rows(path, title, _Sheet(reader, part), lang), epoch=reader.wb.epoch.date())


def _open(path: Path, file: IO[bytes], lang: Lang) -> tuple[ExcelReader, Sequence[tuple[str, str]]]:
    """What the sheets share, and the visible ones with their parts: openpyxl's own opening reads sheets through."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of styles and extensions that do not concern the values
            reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            found = [(sheet, part) for sheet, part in reader.parser.find_sheets() if "chartsheet" not in part.Type]
            return reader, [(sheet.name, part.target) for sheet, part in found if sheet.state == "visible"]
    except Exception as error:  # openpyxl raises whatever a damaged part makes of its code
        raise Unreadable(_damaged(path, error, lang)) from error


class _OutOfPlace(Exception):  # noqa: N818 - says what happened
    """A row, or a cell in it, that comes twice or before the one above it."""


class _Sheet(WorkSheetParser):
    """Cells as openpyxl reads them; a row that has passed is let go of, and one without a value is not looked into.

    openpyxl's own loop keeps something of every row (687 MB for a million that are empty) and drops what comes twice.
    """

    def __init__(self, reader: ExcelReader, part: str) -> None:
        shared: Any = reader.wb  # openpyxl has no public name for its formats
        super().__init__(
            part, reader.shared_strings, data_only=True, epoch=shared.epoch,
            date_formats=shared._date_formats, timedelta_formats=shared._timedelta_formats,
        )  # fmt: skip
        self._open = partial(reader.archive.open, part)

    def rows(self) -> Iterator[Row]:
        """The rows that hold a value."""
        above: Any = None
        with self._open() as source:
            for event, element in iterparse(source, events=("start", "end")):
                if element.tag == DATA:
                    above = element
                if event == "end" and element.tag == DATA:
                    return  # what follows is no cell, and may be long
                if event == "end" and element.tag == ROW:
                    yield from self._row(element)
                    above.clear()

    def _row(self, element: Any) -> Iterator[Row]:
        before, self.row_counter = self.row_counter, int(float(element.get("r", self.row_counter + 1)))
        if not before < self.row_counter <= LAST_ROW:
            raise _OutOfPlace(self.row_counter)
        if any(len(cell) for cell in element):
            yield Row(self.row_counter, list(self._cells(element)))

    def _cells(self, element: Any) -> Iterator[Cell]:
        self.col_counter = last = 0
        for cell in map(self.parse_cell, element):
            column: Any = cell["column"]
            if not last < column <= LAST_COLUMN:
                raise _OutOfPlace(self.row_counter)
            yield from [None] * (column - last - 1)
            yield _cell(cell["value"])
            last = column


def _rows(path: Path, title: str, sheet: _Sheet, lang: Lang) -> Iterator[Row]:
    left = sheet.rows()
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of a date that Excel itself cannot show: it arrives as #VALUE!
                row = next(left, None)
        except _OutOfPlace as error:
            raise Unreadable(_out_of_place(path, title, error, lang)) from error
        except Exception as error:  # as above
            raise Unreadable(_damaged(path, error, lang)) from error
        if row is None:
            return
        if any(cell is not None for cell in row.cells):
            yield row


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


def _out_of_place(path: Path, title: str, error: _OutOfPlace, lang: Lang) -> str:
    sheet = f"{path.name}, {texts.spoken(f'sheet {title}, row {error}', lang)}"
    return pick(
        lang,
        f"{sheet} : cette ligne, ou l'une de ses cellules, est en double, hors de son ordre ou au-delà de ce qu'Excel "
        "admet. Vérifiez-la dans Excel ou LibreOffice et enregistrez de nouveau le classeur en .xlsx.",
        f"{sheet}: this row, or a cell in it, comes twice, out of its order or beyond what Excel allows. Look at it in "
        "Excel or LibreOffice, and save the workbook again as .xlsx.",
    )
