"""Getting the file into DuckDB as text: line by line where no cell is in quotes, cell by cell where some are,
both the quick way for regular files, and record by record for the others.

A line takes a third of the memory and time of its cells: it is cut into cells when these are looked at.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from joinedup.feeds.contract import Contract
from joinedup.feeds.intake import padding
from joinedup.feeds.intake.careful import Record, records
from joinedup.feeds.intake.digests import Digests
from joinedup.feeds.intake.sql_parts import enumerated, literal, spelled
from joinedup.feeds.intake.survey import Survey
from joinedup.feeds.intake.typing_sql import Composer
from joinedup.feeds.reading import Readable
from joinedup.records.identity import quoted, record_key_sql

_BATCH = 50_000
_LOOKED_AT_AT_ONCE = 1_000  # records with line ends in a cell
_LINES_AS = r"'\x01'"  # a delimiter that no text has; a file that has it is read cell by cell


@dataclass
class Loaded:
    """The file as rows of text: ``records`` data records in all, ``parsed`` of them rows of ``rows``.

    ``rows`` is a table expression: each row's ``number``, its line or its cells, and what ``digests`` say of
    it (of a file known by its lines, only those that were fetched: ``same_lines``). The other records are in
    the table ``spoilt``.
    """

    records: int
    parsed: int
    rows: str
    careful: bool
    digests: Digests
    readable: Readable
    in_lines: bool = False
    faults: Counter[str] = field(default_factory=Counter)

    def show(self, connection: duckdb.DuckDBPyConnection, rows: str | None = None) -> None:
        """Make the view ``raw``: these rows, or all, with their cells."""
        contract = self.digests.composer.contract
        source = rows or self.rows
        if self.in_lines:
            source = in_cells(f"FROM {source}", self.digests)
        names = ["number", *self.digests.columns(), *_columns(contract)]
        connection.execute(f"CREATE OR REPLACE TEMP VIEW raw AS SELECT {', '.join(names)} FROM {source}")

    def keep(self, connection: duckdb.DuckDBPyConnection, numbers: str) -> None:
        """Let ``raw`` show only the rows of these numbers (a table with a column ``number``)."""
        connection.execute(
            f"CREATE OR REPLACE TABLE kept AS FROM {self.rows} AS row SEMI JOIN {numbers} USING (number)"
        )
        self.show(connection, "kept")

    def judge_spoilt(
        self, connection: duckdb.DuckDBPyConnection, composer: Composer
    ) -> tuple[Counter[str], Counter[str]]:
        """Set footers aside, add the other spoilt records to ``refused``; counts by rule and by reason."""
        aside: Counter[str] = Counter()
        if not self.faults:
            return aside, Counter()
        footers = composer.contract.set_aside.footers
        if footers and self.readable.as_it_came:
            matched = f"regexp_full_match(raw, {literal(footers)})"
            count = connection.execute(f"SELECT count(*) FROM spoilt WHERE {matched}").fetchall()[0][0]
            if count:
                aside["footers"] = int(count)
                connection.execute(f"DELETE FROM spoilt WHERE {matched}")
        # Of a row whose cells could be told, what stood of its record keeps standing.
        told = composer.contract.key and not self.readable.as_it_came
        own = f"CASE WHEN {composer.has_key()} THEN {record_key_sql(composer.key_cells())} END"
        connection.execute(
            f"INSERT INTO refused SELECT row_number, raw, [fault], {own if told else 'NULL'} FROM spoilt"
        )
        counted = connection.execute("SELECT fault, count(*) FROM spoilt GROUP BY fault").fetchall()
        return aside, Counter(dict(counted))


def make_refused(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the empty table ``refused``: the rows that go to quarantine."""
    connection.execute(
        "CREATE TEMP TABLE refused (row_number BIGINT, raw VARCHAR, reasons VARCHAR[], record_key UUID)"
    )


def load(
    connection: duckdb.DuckDBPyConnection, readable: Readable, survey: Survey | None, digests: Digests
) -> Loaded:
    """Read the rows and make the view ``raw`` of them. A file that came as it is has its survey.

    A quick way is believed only if it finds as many records as the bytes have. DuckDB's strict reader lets
    empty cells at the end of a row go unsaid, so delimiters are counted too.
    """
    padded = dataclasses.replace(digests, padded=True)
    if survey is None:
        loaded = _load_read(connection, readable, padded)
    else:
        regular = _load_regular(connection, readable, survey, padded if survey.padded else digests)
        loaded = regular or _load_carefully(connection, readable, padded)
    loaded.show(connection)
    return loaded


def _load_read(connection: duckdb.DuckDBPyConnection, readable: Readable, digests: Digests) -> Loaded:
    """What reading wrote anew, and the rows that it could not."""
    names = ", ".join(["number", *_columns(digests.composer.contract)])
    written = _trimmed(f"read_parquet({literal(str(readable.path))})", digests)
    connection.execute(
        f"CREATE TABLE loaded AS SELECT {names}, {listed_as(digests.columns())} FROM {written}"
    )
    if readable.spoilt is not None:
        spoilt = f"read_parquet({literal(str(readable.spoilt))})"
        connection.execute(f"CREATE TEMP TABLE spoilt AS FROM {spoilt}")
    loaded = Loaded(readable.records, readable.written, "loaded", True, digests, readable)
    loaded.faults.update(readable.faults)
    return loaded


def _load_regular(
    connection: duckdb.DuckDBPyConnection, readable: Readable, survey: Survey, digests: Digests
) -> Loaded | None:
    """Rows of a regular file, or None where DuckDB's reader and the survey do not agree."""
    expected = survey.records - 1
    if not may_be_even(survey, digests.composer.contract):
        return None
    for read in (_lines, _cells)[survey.quoted :]:
        connection.execute("DROP TABLE IF EXISTS loaded")
        if expected == 0 or read(connection, readable.path, digests) == expected:
            if expected == 0:
                _make_table(connection, digests)
            elif survey.ends_in_cells and _has_swallowed(connection, readable, digests):
                break
            rows = "(SELECT rowid + 1 AS number, * FROM loaded)"
            in_lines = expected > 0 and read is _lines
            return Loaded(expected, expected, rows, False, digests, readable, in_lines)
    connection.execute("DROP TABLE IF EXISTS loaded")
    return None


def may_be_even(survey: Survey, contract: Contract) -> bool:
    """Whether a regular file has, taken together, as many delimiters as its records should have."""
    width = len(contract.columns)
    return survey.regular and width > 1 and survey.delimiters == survey.records * (width - 1)


def _has_swallowed(connection: duckdb.DuckDBPyConnection, readable: Readable, digests: Digests) -> bool:
    """Whether a cell holds rows that stray quotes swallowed; only cells long enough for one are looked at."""
    swallowing = readable.swallowing
    if swallowing is None:
        return False
    names, delimiter = _columns(digests.composer.contract), digests.composer.contract.delimiter
    without = f"replace({{0}}, {literal(delimiter)}, '')"
    long = f"length({{0}}) - length({without}) >= {swallowing.least_delimiters} AND contains({{0}}, chr(10))"
    any_long = " OR ".join(f"({long.format(name)})" for name in names)
    found = connection.execute(f"SELECT {', '.join(names)} FROM loaded WHERE {any_long}")
    while rows := found.fetchmany(_LOOKED_AT_AT_ONCE):
        for row in rows:
            if swallowing.found(delimiter.join(cell or "" for cell in row).split("\n")):
                return True
    return False


def _columns(contract: Contract) -> list[str]:
    return [f"c{index}" for index in range(len(contract.columns))]


def _make_table(connection: duckdb.DuckDBPyConnection, digests: Digests) -> None:
    """An empty table ``loaded`` of cells and what is computed of them."""
    names = _columns(digests.composer.contract)
    cells = _trimmed(f"(SELECT {', '.join(f'NULL::VARCHAR AS {name}' for name in names)})", digests)
    columns = f"{', '.join(names)}, {listed_as(digests.columns())}"
    connection.execute(f"CREATE TABLE loaded AS SELECT {columns} FROM {cells} LIMIT 0")


def _trimmed(rows: str, digests: Digests) -> str:
    """Rows with cells, without the blanks at the ends of these where a file has any."""
    if not digests.padded:
        return rows
    return padding.cells_without(rows, digests.composer.contract)


def listed_as(columns: Mapping[str, str]) -> str:
    """Expressions as a list of columns, each under its name."""
    return ", ".join(f"{sql} AS {name}" for name, sql in columns.items())


def _reader(file: Path, names: Sequence[str], delimiter: str, quote: str) -> str:
    """DuckDB's CSV reader, told everything and guessing nothing."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return f"""read_csv({literal(str(file))}, columns = {{{columns}}}, header = true, auto_detect = false,
        delim = {delimiter}, quote = {quote}, escape = {quote}, compression = 'none', strict_mode = true,
        null_padding = false, ignore_errors = false, max_line_size = 2097152)"""


def in_cells(lines: str, digests: Digests) -> str:
    """A table expression: the rows of a query that has ``line``, with their cells, and ``uneven`` where they
    are more or fewer than the contract has."""
    contract = digests.composer.contract
    names = _columns(contract)
    cells = ", ".join(f"nullif(part[{index}], '') AS {name}" for index, name in enumerate(names, 1))
    parted = f"SELECT *, string_split(line, {literal(contract.delimiter)}) AS part FROM ({lines})"
    return _trimmed(f"(SELECT *, len(part) <> {len(names)} AS uneven, {cells} FROM ({parted}))", digests)


def lines_of(file: Path) -> str:
    """A query of the ``line`` of each row of a file without quotes, in their order."""
    return f"FROM {_reader(file, ['line'], _LINES_AS, chr(39) * 2)}"


def _lines(connection: duckdb.DuckDBPyConnection, file: Path, digests: Digests) -> int | None:
    """Fill ``loaded`` with lines; how many, or None where they are not what the survey saw."""
    computed = listed_as(digests.columns("line"))
    try:
        connection.execute(
            f"""CREATE TABLE loaded AS SELECT line, uneven AS odd, {computed}
                FROM {in_cells(lines_of(file), digests)}"""
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    count, uneven = connection.execute("SELECT count(*), count(*) FILTER (odd) FROM loaded").fetchall()[0]
    return None if uneven else int(count)


def _cells(connection: duckdb.DuckDBPyConnection, file: Path, digests: Digests) -> int | None:
    """Fill ``loaded`` with cells; how many rows, or None where DuckDB's strict reader refused the file."""
    contract = digests.composer.contract
    names = _columns(contract)
    rows = _trimmed(_reader(file, names, literal(contract.delimiter), literal('"')), digests)
    columns = f"{', '.join(names)}, {listed_as(digests.columns())}"
    try:
        connection.execute(f"CREATE TABLE loaded AS SELECT {columns} FROM {rows}")
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return None
    return int(connection.execute("SELECT count(*) FROM loaded").fetchall()[0][0])


def _load_carefully(connection: duckdb.DuckDBPyConnection, readable: Readable, digests: Digests) -> Loaded:
    contract = digests.composer.contract
    _make_table(connection, digests)
    connection.execute("ALTER TABLE loaded ADD COLUMN number BIGINT")
    connection.execute("CREATE TEMP TABLE spoilt (row_number BIGINT, raw VARCHAR, fault VARCHAR)")
    loaded = Loaded(0, 0, "loaded", True, digests, readable)
    batch: list[Record] = []
    width = len(contract.columns)
    for record in records(readable.path, contract.delimiter, width, readable.swallowing):
        if record.number == 0:
            continue
        batch.append(record)
        if len(batch) == _BATCH:
            _store(connection, batch, loaded)
            batch = []
    _store(connection, batch, loaded)
    return loaded


def _store(connection: duckdb.DuckDBPyConnection, batch: list[Record], loaded: Loaded) -> None:
    import pyarrow as pa

    good = [record for record in batch if record.cells is not None]
    bad = [record for record in batch if record.cells is None]
    if good:
        cells = zip(*(record.cells or () for record in good), strict=True)
        arrays = [pa.array([value or None for value in column], pa.string()) for column in cells]
        arrays.append(pa.array([record.number for record in good], pa.int64()))
        names = [*_columns(loaded.digests.composer.contract), "number"]
        connection.register("batch", pa.table(dict(zip(names, arrays, strict=True))))
        columns = f"{', '.join(names)}, {listed_as(loaded.digests.columns())}"
        rows = _trimmed("batch", loaded.digests)
        connection.execute(f"INSERT INTO loaded BY NAME SELECT {columns} FROM {rows}")
        connection.unregister("batch")
    if bad:
        table = {
            "row_number": pa.array([record.number for record in bad], pa.int64()),
            "raw": pa.array([record.raw for record in bad], pa.string()),
            "fault": pa.array([record.fault for record in bad], pa.string()),
        }
        connection.register("batch", pa.table(table))
        connection.execute("INSERT INTO spoilt FROM batch")
        connection.unregister("batch")
        loaded.faults.update(record.fault for record in bad)
    loaded.records += len(batch)
    loaded.parsed += len(good)


def load_codes(connection: duckdb.DuckDBPyConnection, composer: Composer) -> None:
    """A table for each code list: what is written, the code, from when to when, and the attributes."""
    for index, column in composer.coded():
        codes = column.codes
        assert codes is not None  # noqa: S101 - that is what coded() means
        rows = [
            [
                written,
                code.code,
                str(code.valid_from or "0001-01-01"),
                str(code.valid_to or "9999-12-31"),
                *(code.attributes[name] for name in codes.attribute_names),
            ]
            for code in codes.codes
            for written in spelled(code.spellings(column.match))
        ]
        kinds = {"code": enumerated(code.code for code in codes.codes)} | {
            quoted(name): enumerated(code.attributes[name] for code in codes.codes)
            for name in codes.attribute_names
        }
        code, *attributes = (f"{name} {kind}" for name, kind in kinds.items())
        columns = ["written VARCHAR", code, "begins DATE", "ends DATE", *attributes]
        connection.execute(f"CREATE TEMP TABLE codes_{index} ({', '.join(columns)})")
        values = ", ".join("(" + ", ".join(literal(cell) for cell in row) + ")" for row in rows)
        connection.execute(f"INSERT INTO codes_{index} VALUES {values}")
