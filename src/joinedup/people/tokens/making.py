"""The agency's tool: from a table of its file to one with tokens in the place of who somebody is.

Needs no workspace and writes nothing. Names and births are tidied as they are before a linkage, junk
is nothing, and of whom too little is told there are no tokens.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from joinedup.errors import BadInput, Damaged
from joinedup.people.descriptions import ENOUGH
from joinedup.people.normalising import STANDARD, normalise
from joinedup.people.tokens.encoding import encode
from joinedup.people.tokens.key import Key
from joinedup.people.tokens.mapping import Mapping, Person
from joinedup.people.tokens.telling import told

_YEAR = re.compile(r"(?<!%)(?:%%)*%-?[YyGcxDF]")
UNREAD = "birth_date: not read by the pattern"


@dataclass(frozen=True)
class Made:
    """A table with tokens; of each tokens column how many rows have a person, and junk left out by rule."""

    table: pa.Table
    persons: dict[str, int]
    junk: dict[str, int]


def make(
    table: pa.Table, mapping: Mapping, key: Key, *, exact: bool = False, keep_clear: bool = False
) -> Made:
    """Columns that are kept and a column of tokens for each person, in the mapping's order.

    ``table`` has the columns of ``mapping.read`` as text. ``exact``: tokens that forgive no slip.
    ``keep_clear``: the columns that say who somebody is go on beside the tokens.
    """
    kept = [*mapping.keep, *(mapping.identifying if keep_clear else ())]
    columns = {name: table[name] for name in kept}
    persons: dict[str, int] = {}
    junk: dict[str, int] = {}
    for person in mapping.persons:
        cells = _cells(table, person, lambda row: encode(key, told(row), exact=exact), junk)
        columns[person.tokens] = pa.array(cells, pa.string())
        persons[person.tokens] = sum(map(bool, cells))
    return Made(pa.table(columns), persons, junk)


def _cells(
    table: pa.Table, person: Person, encoded: Callable[[dict[str, object]], str], junk: dict[str, int]
) -> list[str]:
    """The cell of one person of each row; rows that say the same are encoded once."""
    rows = _tidied(table, person, junk)
    cells: dict[str, str] = {}
    found = []
    for row in rows:
        said = repr(row)
        if said not in cells:
            cells[said] = encoded(row) if row.pop("enough") else ""
        found.append(cells[said])
    return found


def _tidied(table: pa.Table, person: Person, junk: dict[str, int]) -> list[dict[str, object]]:
    """A dictionary of ``STANDARD`` for each row, in their order, and whether it tells enough (``enough``)."""
    with duckdb.connect() as connection:
        try:
            numbered = table.append_column("row", pa.array(np.arange(table.num_rows)))
            connection.register("given_table", numbered)
            unread = _unread(connection, person)
            if unread:
                junk[UNREAD] = junk.get(UNREAD, 0) + unread
            connection.execute(f"CREATE TEMP TABLE readable AS {_readable(person)}")
            called = _called(person)
            mapped = {name: [called[one] for one in columns] for name, columns in person.columns.items()}
            for rule, number in normalise(connection, "readable", mapped, "tidy").items():
                junk[rule] = junk.get(rule, 0) + number
            listed = ", ".join(f'"{name}"' for name in STANDARD)
            rows = connection.sql(
                f"SELECT {listed}, coalesce({ENOUGH}, false) AS enough FROM tidy ORDER BY row"
            )
            return list(rows.to_arrow_table().to_pylist())
        except duckdb.Error as error:  # its words may hold values
            raise Damaged("The file could not be tidied", where=type(error).__name__) from None


def _unread(connection: duckdb.DuckDBPyConnection, person: Person) -> int:
    """How many births the pattern does not read. Raises BadInput where it reads none: it is not theirs."""
    births = person.columns.get("birth_date", ())
    if not births or not person.birth_date_pattern:
        return 0
    column = births[0]
    raw, read = _told(person, column), _value(person, column)
    there, unread = connection.execute(
        f"SELECT count({raw}), count({raw}) - count({read}) FROM given_table"
    ).fetchall()[0]
    # Without a year a pattern reads texts like itself, and a workbook's dates are written by it.
    if there and (there == unread or not _YEAR.search(person.birth_date_pattern)):
        raise BadInput(
            "No date of birth can be read by the pattern",
            where=f"{person.birth_date_pattern}, column {column}",
            next_step="Write birth_date_pattern with %d, %m and %Y: %d/%m/%Y reads 31/12/1980",
        )
    return int(unread)


def _called(person: Person) -> dict[str, str]:
    """A name of ours for each column: the agency's may have anything in it."""
    return {column: f"c{place}" for place, column in enumerate(person.used)}


def _readable(person: Person) -> str:
    """SQL: the columns of one person, words for nothing as nothing, births by their pattern as ISO 8601."""
    values = [f"{_value(person, column)} AS {called}" for column, called in _called(person).items()]
    return f"SELECT row, {', '.join(values)} FROM given_table"


def _told(person: Person, column: str) -> str:
    """SQL: what a column says, words for nothing as nothing."""
    nothing = ", ".join(f"'{word.replace(chr(39), chr(39) * 2)}'" for word in ("", *person.nothing))
    name = '"' + column.replace('"', '""') + '"'
    return f"CASE WHEN trim({name}) NOT IN ({nothing}) THEN {name} END"


def _value(person: Person, column: str) -> str:
    value = _told(person, column)
    if column in person.columns.get("birth_date", ()) and person.birth_date_pattern:
        pattern = person.birth_date_pattern.replace("'", "''")
        return f"strftime(try_strptime({value}, '{pattern}'), '%Y-%m-%d')"
    return value
