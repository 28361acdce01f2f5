"""Getting the file into DuckDB as text: the quick way for regular files, record by record for the others."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from joinedup.errors import BadInput
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.careful import Record, records
from joinedup.feeds.intake.survey import Survey
from joinedup.feeds.intake.typing_sql import Composer, literal

_BATCH = 50_000


@dataclass
class Loaded:
    """Table ``raw`` is filled: ``records`` data records in all, ``parsed`` of them rows of the table.

    ``row`` is the SQL for a row's number. The other records are in the table ``spoilt``.
    """

    records: int
    parsed: int
    row: str
    careful: bool
    faults: Counter[str] = field(default_factory=Counter)

    def judge_spoilt(
        self, connection: duckdb.DuckDBPyConnection, composer: Composer
    ) -> tuple[Counter[str], Counter[str]]:
        """Set footers aside, add the other spoilt records to ``refused``; counts by rule and by reason."""
        aside: Counter[str] = Counter()
        if not self.faults:
            return aside, Counter()
        footers = composer.contract.set_aside.footers
        if footers:
            matched = f"regexp_full_match(raw, {literal(footers)})"
            count = connection.execute(f"SELECT count(*) FROM spoilt WHERE {matched}").fetchall()[0][0]
            if count:
                aside["footers"] = int(count)
                connection.execute(f"DELETE FROM spoilt WHERE {matched}")
        connection.execute("INSERT INTO refused SELECT row_number, raw, [fault], NULL FROM spoilt")
        counted = connection.execute("SELECT fault, count(*) FROM spoilt GROUP BY fault").fetchall()
        return aside, Counter(dict(counted))


def header(file: Path, contract: Contract) -> list[str]:
    """The names in the first record."""
    first = next(records(file, contract.delimiter), None)
    if first is None:
        raise BadInput("The file is empty: it has not even a header", next_step="Ask for it again")
    return first.cells if first.cells is not None else []


def load(connection: duckdb.DuckDBPyConnection, file: Path, contract: Contract, survey: Survey) -> Loaded:
    """Fill ``raw``. The quick way is believed only if it finds as many records as the bytes have.

    DuckDB's strict reader lets empty cells at the end of a row go unsaid, so delimiters are counted too.
    """
    connection.execute(
        "CREATE TEMP TABLE refused (row_number BIGINT, raw VARCHAR, reasons VARCHAR[], record_key UUID)"
    )
    width = len(contract.columns)
    even = width > 1 and survey.delimiters == survey.records * (width - 1)
    if survey.regular and even:
        expected = survey.records - 1
        if expected == 0 or _load_quickly(connection, file, contract) == expected:
            if expected == 0:
                _make_table(connection, contract)
            return Loaded(expected, expected, "(rowid + 1)", careful=False)
        connection.execute("DROP TABLE IF EXISTS raw")
    return _load_carefully(connection, file, contract)


def _columns(contract: Contract) -> list[str]:
    return [f"c{index}" for index in range(len(contract.columns))]


def _make_table(connection: duckdb.DuckDBPyConnection, contract: Contract, extra: str = "") -> None:
    connection.execute(
        f"CREATE TABLE raw ({', '.join(f'{name} VARCHAR' for name in _columns(contract))}{extra})"
    )


def _load_quickly(connection: duckdb.DuckDBPyConnection, file: Path, contract: Contract) -> int | None:
    """Rows read, or None where DuckDB's strict reader refused the file."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in _columns(contract))
    try:
        connection.execute(
            f"""CREATE TABLE raw AS FROM read_csv({literal(str(file))}, columns = {{{columns}}},
                header = true, auto_detect = false, delim = {literal(contract.delimiter)}, quote = '"',
                escape = '"', compression = 'none', strict_mode = true,
                null_padding = false, ignore_errors = false,
                max_line_size = 2097152)"""
        )
    except duckdb.Error:
        return None
    return int(connection.execute("SELECT count(*) FROM raw").fetchall()[0][0])


def _load_carefully(connection: duckdb.DuckDBPyConnection, file: Path, contract: Contract) -> Loaded:
    _make_table(connection, contract, ", number BIGINT")
    connection.execute("CREATE TEMP TABLE spoilt (row_number BIGINT, raw VARCHAR, fault VARCHAR)")
    loaded = Loaded(0, 0, "number", careful=True)
    batch: list[Record] = []
    for record in records(file, contract.delimiter, len(contract.columns)):
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
        names = [f"a{index}" for index in range(len(arrays))]
        connection.register("batch", pa.table(dict(zip(names, arrays, strict=True))))
        connection.execute("INSERT INTO raw FROM batch")
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
            for written in code.spellings(column.match)
        ]
        attributes = "".join(f", {name} VARCHAR" for name in codes.attribute_names)
        connection.execute(
            f"CREATE TEMP TABLE codes_{index} "
            f"(written VARCHAR, code VARCHAR, begins DATE, ends DATE{attributes})"
        )
        values = ", ".join("(" + ", ".join(literal(cell) for cell in row) + ")" for row in rows)
        connection.execute(f"INSERT INTO codes_{index} VALUES {values}")


def load_grid(connection: duckdb.DuckDBPyConnection, composer: Composer) -> None:
    """For places in metres: a table of the distinct pairs as written, with their degrees (WGS84)."""
    place = composer.contract.place
    if place is None or place.grid == "wgs84":
        return
    import pyarrow as pa
    from pyproj import Transformer

    x, y = composer.cell(place.x), composer.cell(place.y)
    pairs = connection.sql(
        f"""SELECT DISTINCT {x} AS written_x, {y} AS written_y, TRY_CAST({x} AS DOUBLE) AS x,
                   TRY_CAST({y} AS DOUBLE) AS y
            FROM raw WHERE TRY_CAST({x} AS DOUBLE) IS NOT NULL AND TRY_CAST({y} AS DOUBLE) IS NOT NULL
            {"AND NOT (x = 0 AND y = 0)" if place.zero_is_missing else ""}"""
    ).to_arrow_table()
    degrees = Transformer.from_crs("EPSG:27700", "EPSG:4326", always_xy=True)
    longitude, latitude = degrees.transform(pairs["x"].to_numpy(), pairs["y"].to_numpy())
    connection.register(
        "placed",
        pa.table(
            {
                **{n: pairs[n] for n in ("written_x", "written_y")},
                "longitude": longitude,
                "latitude": latitude,
            }
        ),
    )
    connection.execute("CREATE TEMP TABLE grid AS FROM placed")
    connection.unregister("placed")
