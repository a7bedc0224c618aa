"""Read the CSV tables that a scenario names, and report every bad cell with its row and column."""

from __future__ import annotations

import csv
import io
import math
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from corridor.core.errors import Fault
from corridor.core.faults import Faults, nearest, shown
from corridor.core.shapes import swapped_hint
from corridor.scenario.shape import Node, branches, child, expected, names_in, unit_of, walk
from corridor.scenario.spec import ID_PATTERN

Document = dict[str, Any]
MAX_CSV_BYTES = 16 * 1024 * 1024
MAX_ROWS = 50_000
HEADER = re.compile(r"^(?P<key>[^\[\]]*?)\s*(?:\[(?P<unit>[^\[\]]*)\])?\s*$")

TABLES = {
    "sites": ("site", ("lon", "lat")),
    "existing_stations": ("existing_station", ("lon", "lat", "since_year")),
    "od_flows": ("od", ("origin", "destination", "truck")),
    "counts": ("count", ("route", "chainage_km", "year", "trucks_per_day")),
}
"""Key of `[tables]` -> the scenario's table, and the columns that every row must fill."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its place, its dotted key and what the schema says about its cells."""

    index: int
    title: str
    key: tuple[str, ...]
    node: Node


def inline_tables(
    document: Document, folder: Path, file: str, faults: list[Fault]
) -> dict[tuple[str, ...], str]:
    """Replace `[tables]` of a scenario file by the rows of the tables it names.

    Parameters
    ----------
    document
        What the file says; changed in place.
    folder
        Folder of the file.
    file
        The file as the user named it.
    faults
        Receives everything that is wrong.

    Returns
    -------
    dict
        For each key that a row wrote: the table and the row, as "sites.csv, row 3".
    """
    origins: dict[tuple[str, ...], str] = {}
    tables = document.pop("tables", None)
    if tables is None:
        return origins
    if not isinstance(tables, dict):
        faults.append(Fault(file=file, key="tables", value=shown(tables), expected="a table"))
        return origins
    for name, value in tables.items():
        key = f"tables.{name}"
        if name not in TABLES:
            hint = nearest(name, list(TABLES)) or f"known: {', '.join(TABLES)}"
            faults.append(Fault(file=file, key=key, value="", expected="no such key", hint=hint))
        elif not isinstance(value, str) or not value or "\0" in value:
            faults.append(
                Fault(file=file, key=key, value=shown(value), expected="name of a CSV file")
            )
        else:
            section, needed = TABLES[name]
            text = _read(folder / value, file, key, value, faults)
            if text is not None:
                found = Faults(value)
                rows = {}
                for line, row_id, entry in _rows(text, section, needed, document, found):
                    rows[row_id] = entry
                    where = f"{value}, row {line}"
                    if section == "count":
                        entry["row"] = where
                    origins |= {(section, row_id, *key): where for key in _keys(entry)}
                faults.extend(found.all())
                _add(document, section, rows)
    return origins


def _keys(entry: Document) -> Iterator[tuple[str, ...]]:
    for key, value in entry.items():
        yield (key,)
        if isinstance(value, dict):
            yield from ((key, *inner) for inner in _keys(value))


def _add(document: Document, section: str, rows: Document) -> None:
    table = document.setdefault(section, {})
    if isinstance(table, dict):
        table.update(rows)


def _read(path: Path, file: str, key: str, value: str, faults: list[Fault]) -> str | None:
    """Return the text of a CSV file: UTF-8, with or without mark, or GBK."""
    problem = ""
    try:
        if not path.is_file():
            problem = "a CSV file that is there"
        elif path.stat().st_size > MAX_CSV_BYTES:
            problem = f"a CSV file of at most {MAX_CSV_BYTES // 2**20} MiB"
        else:
            return decode(path.read_bytes())
    except UnicodeDecodeError:
        problem = "a CSV file in UTF-8 or GBK"
    except OSError as error:
        problem = f"a CSV file that can be read ({error.strerror})"
    faults.append(Fault(file=file, key=key, value=shown(value), expected=problem))
    return None


def decode(data: bytes) -> str:
    """Decode a table: UTF-8 with or without mark; else GBK, as Chinese spreadsheets write it.

    Raises
    ------
    UnicodeDecodeError
        If the bytes are neither.
    """
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def _rows(
    text: str, section: str, needed: tuple[str, ...], document: Document, faults: Faults
) -> Iterator[tuple[int, str, Document]]:
    """Yield line, id and entry of every good row."""
    known = document.get(section)
    _, table = walk((section, "any"))
    first = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    ids = {_folded(name): "the scenario file" for name in known} if isinstance(known, dict) else {}
    try:
        columns = _columns(next(reader, []), table or {}, needed, faults)
        if columns is None:
            return
        for cells in reader:
            if not any(cell.strip() for cell in cells) or cells[0].lstrip().startswith("#"):
                continue
            if reader.line_num > MAX_ROWS:
                faults.note("", "", f"at most {MAX_ROWS} rows")
                return
            entry = _row(cells, columns, needed, f"row {reader.line_num}", faults)
            if entry is not None and _is_new(entry, ids, reader.line_num, faults):
                yield reader.line_num, entry.pop("id"), entry
    except csv.Error as error:
        faults.note(f"row {reader.line_num}", "", f"a CSV row ({error})")


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


def _is_new(entry: Document, ids: dict[str, str], row: int, faults: Faults) -> bool:
    folded = _folded(entry["id"])
    if folded in ids:
        expected = f"an id that stands once; it also stands in {ids[folded]}"
        faults.note(f"row {row}, column id", shown(entry["id"]), expected)
        return False
    ids[folded] = f"row {row}"
    return True


def _columns(
    titles: list[str], table: Node, needed: tuple[str, ...], faults: Faults
) -> list[Column] | None:
    """Return the columns, or None where the header is unusable."""
    columns: list[Column] = []
    known = ["id", *names_in(table)]
    wrong = False
    for index, title in enumerate(titles):
        found = HEADER.match(unicodedata.normalize("NFKC", title).strip())
        name = found["key"].strip() if found else title
        key = tuple(name.split("."))
        node: Node | None = table
        for part in key:
            node = None if node is None else child(node, part)
        if name == "id":
            node = {"type": "string", "pattern": ID_PATTERN}
        where = f"column {index + 1}"
        if node is None or node.get("type") == "object":
            hint = nearest(name, known) or f"known: {', '.join(known)}"
            faults.note(where, shown(title), "the name of a column", hint)
            wrong = True
        elif found is not None and found["unit"] not in (None, "", "-", unit_of(node)):
            faults.note(where, shown(title), f"the unit [{unit_of(node) or '-'}]")
            wrong = True
        elif key in [column.key for column in columns]:
            faults.note(where, shown(title), "a column that stands once")
            wrong = True
        else:
            columns.append(Column(index, name, key, node))
    there = {column.key[0] for column in columns}
    for name in ("id", *needed):
        if name not in there:
            faults.note("", "", f"missing: a column {name!r}")
            wrong = True
    return None if wrong else columns


def _row(
    cells: list[str], columns: list[Column], needed: tuple[str, ...], row: str, faults: Faults
) -> Document | None:
    """Return a row's entry, or None where a cell is wrong."""
    entry: Document = {}
    wrong = False
    if any(cell.strip() for cell in cells[len(columns) :]):
        faults.note(row, "", f"{len(columns)} cells, not {len(cells)}", "a comma too many?")
        return None
    for column in columns:
        text = cells[column.index].strip() if column.index < len(cells) else ""
        if not text:
            if column.title in ("id", *needed):
                words = expected(column.node)
                faults.note(f"{row}, column {column.title}", "", f"missing: {words}")
                wrong = True
            continue
        try:
            value = parse_cell(text, column.node)
        except ValueError as error:
            hint = str(error)
            if column.title in ("lon", "lat"):
                hint = _swapped(cells, columns) or hint
            words = expected(column.node)
            faults.note(f"{row}, column {column.title}", shown(text), words, hint)
            wrong = True
            continue
        here = entry
        for part in column.key[:-1]:
            here = here.setdefault(part, {})
        here[column.key[-1]] = value
    return None if wrong else entry


def _swapped(cells: list[str], columns: list[Column]) -> str:
    at = {column.title: column.index for column in columns}
    try:
        return swapped_hint(float(cells[at["lon"]]), float(cells[at["lat"]]))
    except (KeyError, IndexError, ValueError):
        return ""


def parse_cell(text: str, node: Node) -> object:
    """Return the value of a cell.

    Raises
    ------
    ValueError
        If the schema refuses it; the message is a hint.
    """
    leaf = branches(node)[0]
    kind = leaf.get("type")
    if kind in ("number", "integer"):
        return _number(text, leaf, whole=kind == "integer")
    if "enum" in leaf and text not in leaf["enum"]:
        raise ValueError(nearest(text, [str(word) for word in leaf["enum"]]))
    if "pattern" in leaf and not re.fullmatch(leaf["pattern"], text):
        plain = re.sub(r"[^a-z0-9._-]+", "-", _folded(text)).strip("-._")[:64]
        raise ValueError(f"for example {plain!r}" if plain else "")
    if len(text) > leaf.get("maxLength", 2000):
        raise ValueError(f"at most {leaf.get('maxLength', 2000)} characters")
    return text


def _number(text: str, leaf: Node, *, whole: bool) -> float:
    plain = unicodedata.normalize("NFKC", text)
    if plain != text or not re.fullmatch(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", text):
        stripped = plain.replace(",", "").replace(" ", "").rstrip("%")
        try:
            float(stripped)
        except ValueError:
            raise ValueError("write a number such as 12.5") from None
        raise ValueError(f"did you mean {stripped}?" if stripped != text else "write a number")
    value = float(text)
    if not math.isfinite(value):
        raise ValueError("the number is too large")
    if whole and value != int(value):
        raise ValueError("a whole number")
    low, high = leaf.get("minimum", -math.inf), leaf.get("maximum", math.inf)
    above, below = leaf.get("exclusiveMinimum", -math.inf), leaf.get("exclusiveMaximum", math.inf)
    if not (low <= value <= high and above < value < below):
        share = low == 0 and high == 1 and 1 < value <= 100
        raise ValueError(f"a share: did you mean {value / 100:g}?" if share else "")
    return int(value) if whole else value
