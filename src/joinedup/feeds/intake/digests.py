"""What is computed of each row's text once, while it is read: content, a mark of its key, what is not known.

The content of a row is the MD5 of the row as CSV, written in one way only: a cell in quotes where it must be,
'' as a pair of quotes and NULL as nothing, so that the two differ and no two rows make the same text. The
line of a file without a single quote is that text already, so it is digested before it is cut into cells.

Rows of older workspaces were digested with the length of each cell before it. What is compared with them is
digested the same way (``by_length``), so that a row that did not change stays unchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from joinedup.feeds.intake.typing_sql import Composer, csv_text, listed, literal
from joinedup.records.identity import content_hash_sql, text_hash_sql

_BITS = 60  # fields that one mask has room for


@dataclass(frozen=True)
class Digests:
    """The columns that stand beside a row's cells.

    ``content`` UUID; ``narrow`` UBIGINT, a hash of the key that only narrows a search and is never stored,
    NULL for rows without a key; ``unknown_0`` and so on, a bit for each field. ``empty_0`` too where rows may
    stay untyped (``with_empty``): else the typed file tells what is empty.
    """

    composer: Composer
    by_length: bool = False
    with_empty: bool = False

    def columns(self, line: str | None = None) -> dict[str, str]:
        """Name to expression over the cells; ``line`` is the whole row where that has no quote in it."""
        found = {"content": self._content(line), "narrow": self._narrow()}
        for part, fields in enumerate(self._parts()):
            texts = [(bit, cell, unknown) for bit, (_, cell, unknown) in enumerate(fields) if unknown]
            found[f"unknown_{part}"] = _mask([(bit, f"{cell} IN {listed(t)}") for bit, cell, t in texts])
            if self.with_empty:
                empty = [(bit, f"{cell} IS NULL") for bit, (_, cell, _) in enumerate(fields)]
                found[f"empty_{part}"] = _mask(empty)
        return found

    def unknown(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Field to how many of these rows say that it is unknown."""
        return self._counted(connection, rows, "unknown")

    def empty(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Field to how many of these rows leave it empty; needs ``with_empty``."""
        return self._counted(connection, rows, "empty")

    def _counted(self, connection: duckdb.DuckDBPyConnection, rows: str, what: str) -> dict[str, int]:
        found: dict[str, int] = {}
        for part, fields in enumerate(self._parts()):
            query = f"SELECT {what}_{part}, count(*) FROM ({rows}) GROUP BY ALL"
            masks = connection.execute(query).fetchall()
            for bit, (field, _, _) in enumerate(fields):
                found[field] = sum(count for mask, count in masks if mask >> bit & 1)
        return found

    def _content(self, line: str | None) -> str:
        mapped = self.composer.mapped()
        if self.by_length:
            return content_hash_sql(mapped)
        if line is not None and mapped == self.composer.cells():
            return text_hash_sql(line)
        return text_hash_sql(_written(mapped, self.composer.contract.delimiter))

    def _narrow(self) -> str:
        if not self.composer.contract.key:
            return "NULL::UBIGINT"
        return f"CASE WHEN {self.composer.has_key()} THEN hash({', '.join(self.composer.key_cells())}) END"

    def _parts(self) -> list[list[tuple[str, str, tuple[str, ...]]]]:
        """Field, its cell and the texts that mean unknown, as many together as a mask has room for."""
        fields = [
            (column.field, self.composer.cell(column.name), column.unknown)
            for column in self.composer.contract.columns
            if column.field
        ]
        return [fields[start : start + _BITS] for start in range(0, len(fields), _BITS)]


def _mask(tests: list[tuple[int, str]]) -> str:
    if not tests:
        return "0::BIGINT"
    return " + ".join(f"CAST(coalesce({test}, false) AS BIGINT) * {1 << bit}" for bit, test in tests)


def _written(cells: list[str], delimiter: str) -> str:
    """The row as CSV. Most rows have no cell that needs quotes: one look at the whole finds them."""
    plain = "concat(" + f", {literal(delimiter)}, ".join(cells) + ")"
    more = f"strlen({plain}) - strlen(replace({plain}, {literal(delimiter)}, '')) > {len(cells) - 1}"
    special = " OR ".join(f"contains({plain}, {character})" for character in ("'\"'", "chr(10)", "chr(13)"))
    empty = " OR ".join(f"{cell} = ''" for cell in cells)
    return f"CASE WHEN {special} OR {more} OR {empty} THEN {csv_text(cells, delimiter)} ELSE {plain} END"
