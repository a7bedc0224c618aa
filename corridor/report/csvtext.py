"""CSV text that spreadsheets open as data: units in the headers, no cell that is a formula."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Sequence

from corridor.report.text import visible

Cell = str | int | float | bool | None

_FORMULA = tuple("=+-@\t\r\n") + tuple("＝＋－＠")
"""First characters that a spreadsheet may take for the start of a formula (full-width too)."""


def safe_cell(value: object) -> Cell:
    """Return a cell: numbers as they are, text so that it stays text.

    Text that a spreadsheet could run gets an apostrophe in front, which the spreadsheet hides;
    hidden characters are spelled out. None is an empty cell: not computed, or not there.
    """
    if value is None or isinstance(value, bool):
        return None if value is None else ("yes" if value else "no")
    if isinstance(value, int | float):
        return value if math.isfinite(value) else None
    text = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
    shown = " ".join(visible(part) for part in text.replace("\r", "\n").split("\n"))
    return f"'{shown}" if text.lstrip(" \u3000").startswith(_FORMULA) else shown


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """Return a table as CSV text with CRLF line ends (RFC 4180)."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return out.getvalue()
