"""Lines that stand as they are: known by their digests alone, and never cut into cells.

A file that is delivered again mostly has the lines that it had. While it is read, only the digest of each is
kept; the lines that nothing equals are fetched afterwards and read as those of any other file. A line that
equals one that stands was cut, judged and typed when it first came, by the same rules: what is told of it is
taken from what stands. Only whether a field without a value was left empty or said to be unknown is not known
there: lines of which it may be asked are fetched too.

This is for files without a quote, whose lines are digested whole. Where anything else is out of the ordinary
nothing is known in this way, and the file is read as if it came for the first time.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import duckdb

from joinedup.feeds.contract import Contract
from joinedup.feeds.intake import loading, repeats
from joinedup.feeds.intake.digests import Digests
from joinedup.feeds.intake.fetching import fetch
from joinedup.feeds.intake.sql_parts import literal
from joinedup.feeds.intake.survey import Survey
from joinedup.feeds.intake.unchanged import Arrived, compare
from joinedup.feeds.reading import Readable
from joinedup.records.identity import record_key_sql, text_hash_sql

_LINES = "(SELECT rowid + 1 AS number, * FROM lines)"
_KEYED = f"SELECT number, content FROM {_LINES} WHERE NOT keyless"
_KEYLESS = f"SELECT number, content FROM {_LINES} WHERE keyless"
_ALL = Arrived(_KEYED, _KEYLESS, f"SELECT number FROM {_LINES} LIMIT 0")
_BUT_TWICE = Arrived(
    f"FROM ({_KEYED}) ANTI JOIN twice USING (content)",
    _KEYLESS,
    f"SELECT number FROM ({_KEYED}) SEMI JOIN twice USING (content)",
)
_WANTED = f"""
    SELECT number FROM changed
    UNION
    SELECT number FROM {_LINES} AS line
    SEMI JOIN (SELECT content_hash FROM read_parquet({{stands}}) WHERE worded) AS told
        ON line.content = told.content_hash
    ORDER BY number"""
_MOST_TIMES = 2  # as many rows as stand: of more, most are new
_LEAST_TIMES = 4  # as many versions as may have a word for nothing: else most lines would be fetched again
_TWICE = f"""
    CREATE OR REPLACE TEMP TABLE twice AS
    SELECT content FROM ({_KEYED}) GROUP BY content HAVING count(*) > 1"""


def load(
    connection: duckdb.DuckDBPyConnection,
    readable: Readable,
    survey: Survey,
    digests: Digests,
    stands: Path,
    absent: Path,
) -> tuple[loading.Loaded, int] | None:
    """Read a file that came as it is; how many of its rows equal what stands, and the view ``raw`` of the
    others. None where it is to be read as any other.

    Fills ``special`` (``repeats``) with rows without a key, and ``changed`` and ``absent`` (``unchanged``).
    """
    rows = survey.records - 1
    loaded = loading.Loaded(rows, rows, "fetched", False, digests, readable, in_lines=True)
    if _may_be_known(connection, loaded, survey, stands) and _digest(connection, loaded):
        unchanged = _compare(connection, loaded, stands, absent)
        if unchanged is not None and _fetch(connection, loaded, stands):
            loaded.keep(connection, "changed")
            if not _claim_a_key_again(connection, digests, stands, absent):
                return loaded, unchanged
    connection.execute("DROP VIEW IF EXISTS raw")
    for table in ("kept", "fetched", "lines"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    return None


def _may_be_known(
    connection: duckdb.DuckDBPyConnection, loaded: loading.Loaded, survey: Survey, stands: Path
) -> bool:
    """Whether the file is of the kind, and enough stands for looking at digests first to be worth while."""
    contract = loaded.digests.composer.contract
    plain = not (survey.quoted or survey.padded) and loading.may_be_even(survey, contract)
    if not (plain and loaded.digests.of_the_line):
        return False
    told, worded = connection.execute(
        f"SELECT count(*), count(*) FILTER (worded) FROM read_parquet({literal(str(stands))})"
    ).fetchall()[0]
    return 0 < loaded.records <= told * _MOST_TIMES and worded * _LEAST_TIMES <= told


def _digest(connection: duckdb.DuckDBPyConnection, loaded: loading.Loaded) -> bool:
    """Fill the table ``lines``, in their order; whether there are as many as the bytes have.

    ``content``, and whether the line is ``keyless``.
    """
    contract = loaded.digests.composer.contract
    columns = {"content": text_hash_sql("line"), "keyless": _is_keyless(contract)}
    try:
        connection.execute(
            f"""CREATE OR REPLACE TABLE lines AS
                SELECT {loading.listed_as(columns)} {loading.lines_of(loaded.readable.path)}"""
        )
    except duckdb.OutOfMemoryException:
        raise
    except duckdb.Error:
        return False
    found = connection.execute("SELECT count(*) FROM lines").fetchall()[0][0]
    return int(found) == loaded.records


def _is_keyless(contract: Contract) -> str:
    """True for lines in which a cell of the key is empty, where such a row is a record all the same.

    Cells that must not be empty are not looked at: a row without one is refused, and equals none that stands,
    for what stands was let in by the same rules (``records.footing``).
    """
    if not contract.keyless:
        return "false"
    if not contract.key:
        return "true"
    names = [column.name for column in contract.columns]
    needed = {column.name for column in contract.columns if column.required} | {contract.time.column}
    may_lack = [name for name in contract.key if name not in needed]
    empty = [_is_empty(names, names.index(name), contract.delimiter) for name in may_lack]
    return " OR ".join(empty) or "false"


def _is_empty(names: Sequence[str], index: int, delimiter: str) -> str:
    """True for lines whose cell at this place is empty."""
    if index == 0:
        return f"starts_with(line, {literal(delimiter)})"
    if index == len(names) - 1:
        return f"ends_with(line, {literal(delimiter)})"
    one, two = literal(delimiter), literal(delimiter * 2)
    if index == 1:  # two delimiters side by side, and none before them: told sooner than by a pattern
        return f"strpos(line, {two}) = greatest(strpos(line, {one}), 1)"
    border = re.escape(delimiter)
    before = f"^(?:[^{border}]*{border}){{{index}}}{border}"
    return f"regexp_matches(line, {literal(before)})"


def _compare(
    connection: duckdb.DuckDBPyConnection, loaded: loading.Loaded, stands: Path, absent: Path
) -> int | None:
    """How many lines equal what stands; of those with a key that came twice, none does."""
    repeats.number_keyless(connection, loaded.digests.composer, _KEYLESS)
    unchanged = compare(connection, _ALL, loaded.parsed, stands, absent)
    if unchanged is None:  # more lines than versions that they equal
        connection.execute(_TWICE)
        unchanged = compare(connection, _BUT_TWICE, loaded.parsed, stands, absent)
    return unchanged


def _fetch(connection: duckdb.DuckDBPyConnection, loaded: loading.Loaded, stands: Path) -> bool:
    """Fill the table ``fetched`` with the lines of ``changed``, and of those with a word for nothing; whether
    each is the one that was digested, and has as many cells as it should."""
    import numpy as np

    digests = loaded.digests
    numbers = connection.execute(_WANTED.format(stands=literal(str(stands)))).fetchnumpy()["number"]
    columns = f"number, line, uneven, {loading.listed_as(digests.columns('line'))}"
    none = loading.in_cells("SELECT NULL::BIGINT AS number, NULL::VARCHAR AS line", digests)
    connection.execute(f"CREATE OR REPLACE TABLE fetched AS SELECT {columns} FROM {none} LIMIT 0")
    for found, lines in fetch(loaded.readable.path, numbers):
        # As arrays of numpy: with pyarrow it would take longer to import what turns tables into DuckDB's.
        connection.register("batch", {"number": found, "line": np.array(lines, dtype=object)})
        connection.execute(
            f"INSERT INTO fetched SELECT {columns} FROM {loading.in_cells('FROM batch', digests)}"
        )
        connection.unregister("batch")
    same = connection.execute(
        f"""SELECT count(*) FROM fetched JOIN {_LINES} AS line USING (number)
            WHERE fetched.content = line.content AND NOT fetched.uneven"""
    ).fetchall()
    return int(same[0][0]) == len(numbers)


def _claim_a_key_again(
    connection: duckdb.DuckDBPyConnection, digests: Digests, stands: Path, absent: Path
) -> bool:
    """Whether a row that is looked at has the key of one that was taken for unchanged: both must be."""
    composer = digests.composer
    if not composer.contract.key:
        return False
    told, gone = literal(str(stands)), literal(str(absent))
    found = connection.execute(
        f"""SELECT count(*)
            FROM (SELECT {record_key_sql(composer.key_cells())} AS record_key FROM raw
                  WHERE {composer.has_key()}) AS looked_at
            SEMI JOIN read_parquet({told}) AS told USING (record_key)
            ANTI JOIN read_parquet({gone}) AS gone USING (record_key)"""
    ).fetchall()
    return bool(found[0][0])
