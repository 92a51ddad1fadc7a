"""Tables as an XLSX workbook, written row by row so that any number of rows needs little memory."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from typing import BinaryIO, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from handlers.directory.cells import guard
from handlers.vouchers.export_rows import Cell, Cells

#: What one cell of the format holds, without the apostrophe that `guard` may add.
_TEXT_MAX: Final = 32_766
_WIDTH: Final = 16
_OPTIONS: Final = {
    "constant_memory": True,
    # What people wrote stays text, whatever it begins with.
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


def write_workbook(
    target: BinaryIO, sheets: Iterable[tuple[str, tuple[str, ...], Iterable[Cells]]], *, now: datetime
) -> int:
    """Write a workbook of sheets (name, columns, rows); return how many rows they have, headers not counted."""
    count = 0
    with Workbook(target, _OPTIONS) as book:
        book.set_properties({"created": now.replace(tzinfo=None)})
        bold, money, day = (book.add_format(given) for given in _FORMATS)
        for name, columns, rows in sheets:
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, len(columns) - 1, _WIDTH)
            for at, column in enumerate(columns):
                sheet.write_string(0, at, column, bold)
            for line, row in enumerate(rows, 1):
                for at, cell in enumerate(row):
                    _write(sheet, line, at, cell, money=money, day=day)
                count += 1
    return count


_FORMATS: Final = ({"bold": True}, {"num_format": "#,##0.00"}, {"num_format": "yyyy-mm-dd"})


def _write(sheet: Worksheet, line: int, at: int, cell: Cell, *, money: Format, day: Format) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, Decimal):
        # The nearest float to an amount of cents is written with 16 digits: it is that amount.
        sheet.write_number(line, at, float(cell), money)
    elif isinstance(cell, int):
        sheet.write_number(line, at, cell)
    elif isinstance(cell, date):
        sheet.write_datetime(line, at, datetime.combine(cell, time()), day)
    else:
        sheet.write_string(line, at, guard(cell[:_TEXT_MAX]))
