"""Reading a sample into DuckDB as text: where the header is, which lines are no rows of the table."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import duckdb

from joinedup.errors import BadInput
from joinedup.feeds.drafting.dates import looks_like_data
from joinedup.feeds.drafting.definitions import Sample
from joinedup.feeds.drafting.headers import refuse_data_as_header
from joinedup.feeds.drafting.shapes import FOOTER_WORDS, TOTAL_WORDS
from joinedup.feeds.file_names import shown_name
from joinedup.feeds.reading.cells import number_text
from joinedup.feeds.reading.kinds import Is
from joinedup.feeds.reading.packages import Plain, plain_files
from joinedup.feeds.reading.plain import typed_parts
from joinedup.feeds.reading.rows import Cell, Part, Row, Sighted
from joinedup.feeds.reading.text import DELIMITERS, TextRows, encoding_of

MOST_ROWS = 1_000_000
_LOOKED_AT = 200  # rows in which the width and the header are looked for
_HEADER_WITHIN = 40
_BATCH = 20_000


@dataclass(frozen=True)
class _Table:
    """What is read of a file. ``sheet`` is named where there are others."""

    part: Part
    format: str
    delimiter: str = ","
    sheet: str = ""


def read_sample(file: Path, folder: Path, connection: duckdb.DuckDBPyConnection) -> Sample:
    """Fill the table ``raw`` (c0, c1, …, number) and say what was seen.

    Raises BadInput where no header can be told from data: what stands first is then never shown.
    """
    files = plain_files(file, folder)
    if len(files) != 1:
        raise BadInput(f"The package holds {len(files)} files", next_step="Draft from one of them")
    table = _table(files[0])
    first = list(islice(_filled(table.part), _LOOKED_AT))
    texts = [_cells(row) for row in first]
    at, names = _header(texts, padded=table.part.padded)
    if not table.part.header_is_first:
        refuse_data_as_header(names, texts[at + 1 :])
    _make_table(connection, len(names))
    seen: Counter[str] = Counter()
    footers: dict[str, None] = {}
    batch: list[tuple[Sequence[str], int]] = []
    for number, row in enumerate(islice(_filled(table.part), at + 1, None), 1):
        cells = [*_cells(row), *[""] * (len(names) - len(row.cells) if table.part.padded else 0)]
        if seen["rows"] >= MOST_ROWS:
            seen["cut"] = 1
            break
        kind = _kind_of_row(cells, names)
        seen[kind] += 1
        if kind == "odd" and (word := _footer_word(cells)):
            footers[word] = None
        if kind == "rows":
            batch.append((cells, number))
        if len(batch) == _BATCH:
            _store(connection, batch, len(names))
            batch = []
    _store(connection, batch, len(names))
    if not seen["rows"]:
        raise BadInput("The file has a header and no row", next_step="Draft from a file that has rows")
    return Sample(
        file_name=shown_name(file),
        format=table.format,
        delimiter=table.delimiter,
        sheet=table.sheet,
        recoded=table.part.sighted.read_as_cp1252 > 0,
        header_row=max(at + 1, first[at].number),
        names=tuple(names),
        rows=seen["rows"],
        odd=seen["odd"],
        footers=tuple(footers),
        repeated_headers=seen["headers"],
        empty_rows=seen["empty"],
        exact_repeats=_repeats(connection, len(names), seen["rows"]),
        totals=_totals(connection, names),
        cut=bool(seen["cut"]),
    )


def _filled(part: Part) -> Iterator[Row]:
    """Every row that has cells: an empty line is none."""
    return (row for row in part.rows if row.cells or row.fault)


def _table(one: Plain) -> _Table:
    """The table of a file: the only one, or the sheet whose beginning has most cells."""
    if one.kind is Is.TEXT:
        return _text_table(one.file)
    if one.kind is Is.EMPTY:
        raise BadInput("The file is empty", next_step="Draft from a file that has rows")
    parts = [part for part in typed_parts(one) if not part.hidden]
    filled = [part for part in parts if part.head]
    if not filled:
        raise BadInput("The file is empty", next_step="Draft from a file that has rows")
    fullest = max(filled, key=lambda part: sum(len(row.cells) for row in part.head))
    return _Table(fullest, min(one.kind.formats), sheet=fullest.name if len(filled) > 1 else "")


def _text_table(file: Path) -> _Table:
    """By the delimiter under which most of the first rows have the same width, of more than one cell."""
    encoding = encoding_of(file)

    def table(delimiter: str) -> _Table:
        sighted = Sighted()
        rows = TextRows(file, encoding, "cp1252", delimiter, sighted)
        return _Table(Part(rows, "csv", padded=False, sighted=sighted), "csv", delimiter)

    def agreement(one: _Table) -> tuple[int, int]:
        widths = Counter(len(row.cells) for row in one.part.head)
        return max(((rows, width) for width, rows in widths.items() if width > 1), default=(0, 0))

    return max((table(delimiter) for delimiter in DELIMITERS), key=agreement)


def _cells(row: Row) -> list[str]:
    """The cells as text, ISO 8601 for dates."""
    return ["" if cell is None else _text(cell) for cell in row.cells]


def _text(cell: Cell) -> str:
    if isinstance(cell, dt.datetime):
        return cell.strftime("%Y-%m-%d") if cell.time() == dt.time() else cell.strftime("%Y-%m-%d %H:%M:%S")
    if isinstance(cell, bool) or not isinstance(cell, int | float):
        return str(cell)
    return number_text(cell)


def _header(first: Sequence[list[str]], *, padded: bool) -> tuple[int, list[str]]:
    """Where the header is, from 0, and its names. ``padded``: rows leave out empty cells at their end."""
    if not first:
        raise BadInput("The file is empty", next_step="Draft from a file that has rows")
    widths = Counter(len(row) for row in first)
    width = max(widths) if padded else widths.most_common(1)[0][0]
    for at, row in enumerate(first[:_HEADER_WITHIN]):
        names = [name.strip() for name in row]
        if len(row) != width or not all(names):
            continue
        if any(looks_like_data(name) for name in names) or len({name.casefold() for name in names}) < width:
            break
        return at, names
    raise BadInput(
        "No row looks like a header: every column needs a name of its own, and a header holds no data",
        where=f"the first {min(len(first), _HEADER_WITHIN)} rows",
        next_step="Give the file a header line, then draft again",
    )


def _kind_of_row(cells: Sequence[str], names: Sequence[str]) -> str:
    if not any(cell.strip() for cell in cells):
        return "empty"
    if [cell.strip() for cell in cells] == list(names):
        return "headers"
    if len(cells) == len(names) and not (_footer_word(cells) and not any(cells[1:])):
        return "rows"
    return "odd"


def _footer_word(cells: Sequence[str]) -> str:
    """The usual word with which a line below a table begins, if it does."""
    text = re.sub(r"\s+", " ", cells[0]).strip().casefold()
    found = [word for word in FOOTER_WORDS if re.match(rf"{re.escape(word)}\b", text)]
    return max(found, key=len, default="")


def _make_table(connection: duckdb.DuckDBPyConnection, width: int) -> None:
    columns = ", ".join(f"c{index} VARCHAR" for index in range(width))
    connection.execute(f"CREATE TABLE raw ({columns}, number BIGINT)")


def _store(
    connection: duckdb.DuckDBPyConnection, batch: Sequence[tuple[Sequence[str], int]], width: int
) -> None:
    import pyarrow as pa

    if not batch:
        return
    table: dict[str, Any] = {
        f"c{index}": pa.array([cells[index] or None for cells, _ in batch], pa.string())
        for index in range(width)
    }
    table["number"] = pa.array([number for _, number in batch], pa.int64())
    connection.register("batch", pa.table(table))
    connection.execute("INSERT INTO raw FROM batch")
    connection.unregister("batch")


def _repeats(connection: duckdb.DuckDBPyConnection, width: int, rows: int) -> int:
    """How many rows are whole copies of an earlier one."""
    columns = ", ".join(f"c{index}" for index in range(width))
    distinct = connection.execute(f"SELECT count(*) FROM (SELECT DISTINCT {columns} FROM raw)").fetchall()
    return rows - int(distinct[0][0])


def _totals(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Columns in which the usual words for a total stand, with those words as they are written."""
    words = ", ".join(f"'{word}'" for word in sorted(TOTAL_WORDS))
    found = {}
    for index, name in enumerate(names[:3]):
        written = connection.execute(
            f"SELECT DISTINCT c{index} FROM raw WHERE lower(trim(c{index})) IN ({words}) ORDER BY 1"
        ).fetchall()
        if written:
            found[name] = tuple(row[0] for row in written)
    for name, texts in found.items():
        index = list(names).index(name)
        listed = ", ".join("'" + text.replace("'", "''") + "'" for text in texts)
        connection.execute(f"DELETE FROM raw WHERE c{index} IN ({listed})")
    return found
