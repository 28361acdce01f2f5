"""What is computed of each row's text once, while it is read: content, a mark of its key, what is not known.

The content of a row is the MD5 of the row as CSV, written in one way only: a cell in quotes where it must be,
'' as a pair of quotes and NULL as nothing, so that the two differ and no two rows make the same text. The
line of a file without a single quote is that text already, so it is digested before it is cut into cells.

Rows of older workspaces were digested with the length of each cell before it. What is compared with them is
digested the same way (``by_length``), so that a row that did not change stays unchanged.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import duckdb

from joinedup.feeds.contract import Column, Contract, Kind
from joinedup.feeds.intake.padding import without
from joinedup.feeds.intake.sql_parts import listed, literal, spelled
from joinedup.feeds.intake.typing_sql import Composer, csv_text
from joinedup.records.identity import content_hash_sql, quoted, text_hash_sql

_BITS = 60  # fields that one mask has room for
_MASKS = ((8, "UTINYINT"), (16, "USMALLINT"), (32, "UINTEGER"), (64, "UBIGINT"))


def rules_of(contract: Contract) -> str:
    """A digest of all that decides whether a row is accepted and how it is typed, apart from the period.

    The SQL is part of it, so what a newer joinedup reads otherwise is not taken for read the same way.
    """
    composer = Composer(contract, None)
    parts = [repr(contract), composer.joined(), composer.broken(), composer.status(), *composer.fields()]
    parts += [f"{name} {sql}" for name, sql in composer.set_aside().items()]
    parts.append(without("cell"))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Digests:
    """The columns that stand beside a row's cells.

    ``content`` UUID; ``narrow`` UBIGINT, a hash of the key that only narrows a search and is never stored,
    NULL for rows without a key; ``marked``, whether a ``#`` is in it; ``unknown_0`` and ``refused_0`` and so
    on, a bit for each field. ``empty_0`` too where a value may be dropped (``with_empty``): else the typed
    file tells it. ``blanks_0`` and so on, a bit for each column, where cells
    may be ``padded``: they stand beside what they were (``padding.cells_without``).
    """

    composer: Composer
    by_length: bool = False
    with_empty: bool = False
    padded: bool = False

    def columns(self, line: str | None = None) -> dict[str, str]:
        """Name to expression over the cells; ``line`` is the whole row where that has no quote in it."""
        found = {
            "content": self._content(line),
            "narrow": self._narrow(),
            "marked": self.composer.marked(line),
        }
        found |= self.words()
        for part, fields in enumerate(self._parts() if self.with_empty else []):
            cells = [self.composer.cell(one.name) for one in fields]
            found[f"empty_{part}"] = _mask([(bit, f"{cell} IS NULL") for bit, cell in enumerate(cells)])
        for part, names in enumerate(self._padded_parts()):
            tests = [(bit, f"r{cell[1:]} <> coalesce({cell}, '')") for bit, (_, cell) in enumerate(names)]
            found[f"blanks_{part}"] = _mask(tests)
        return found

    def words(self) -> dict[str, str]:
        """Of these columns, ``unknown_0`` and ``refused_0`` and so on."""
        found = {}
        for part, fields in enumerate(self._parts()):
            found[f"unknown_{part}"] = _mask(self._tests(fields, [one.unknown for one in fields]))
            if any(one.refused for one in fields):
                found[f"refused_{part}"] = _mask(self._tests(fields, [one.refused for one in fields]))
        return found

    @property
    def of_the_line(self) -> bool:
        """Whether a line without a quote is digested as it is."""
        return not (self.by_length or self.padded) and self.composer.mapped() == self.composer.cells()

    def told(self) -> dict[str, str]:
        """What is to be told of versions that stand: ``nothing`` and ``worded``."""
        return {**self.nothing(), "worded": self._worded()}

    def nothing(self) -> dict[str, str]:
        """Of versions that stand: ``nothing_0`` and so on, a bit for each field that has no value."""
        return {
            f"nothing_{part}": _mask(
                [(bit, f"{quoted(one.field or '')} IS NULL") for bit, one in enumerate(fields)]
            )
            for part, fields in enumerate(self._parts())
        }

    def _worded(self) -> str:
        """Of versions that stand: true where the row may have had a word for "unknown" or "refused"."""
        tests = []
        for one in (column for fields in self._parts() for column in fields):
            field = quoted(one.field or "")
            if one.refused or (one.unknown and not one.keep_unknown):
                tests.append(f"{field} IS NULL")
            if one.unknown and one.keep_unknown:
                tests.append(
                    f"{field} IN {listed(spelled(one.unknown))}" if one.kind is Kind.TEXT else "true"
                )
        return f"({' OR '.join(tests) or 'false'})"

    def blanks(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Column to how many cells of these rows had blanks at their ends; needs ``padded``."""
        found: dict[str, int] = {}
        for part, names in enumerate(self._padded_parts()):
            query = f"SELECT blanks_{part}, count(*) FROM {rows} GROUP BY ALL"
            masks = connection.execute(query).fetchall()
            for bit, (name, _) in enumerate(names):
                found[name] = sum(count for mask, count in masks if mask >> bit & 1)
        return found

    def unknown(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Field to how many of these rows say that it is unknown."""
        return self._counted(connection, rows, "unknown")

    def refused(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Field to how many of these rows say that the person would not say."""
        return self._counted(connection, rows, "refused")

    def empty(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Field to how many of these rows leave it empty; needs ``with_empty``."""
        return self._counted(connection, rows, "empty")

    def without_value(self, connection: duckdb.DuckDBPyConnection, rows: str) -> dict[str, int]:
        """Field to how many of these rows, which have ``nothing`` and how many ``rows`` each stands for, have
        no value in it."""
        return self._counted(connection, rows, "nothing", each="sum(rows)::BIGINT")

    def _counted(
        self, connection: duckdb.DuckDBPyConnection, rows: str, what: str, each: str = "count(*)"
    ) -> dict[str, int]:
        found: dict[str, int] = {}
        for part, fields in enumerate(self._parts()):
            if what == "refused" and not any(one.refused for one in fields):
                continue
            query = f"SELECT {what}_{part}, {each} FROM ({rows}) GROUP BY ALL"
            masks = connection.execute(query).fetchall()
            for bit, one in enumerate(fields):
                found[one.field or ""] = sum(count for mask, count in masks if mask >> bit & 1)
        return found

    def _tests(self, fields: list[Column], texts: list[tuple[str, ...]]) -> list[tuple[int, str]]:
        """The bit of each field, and a test whether one of its texts is written."""
        return [
            (bit, f"{self.composer.cell(one.name)} IN {listed(spelled(words))}")
            for bit, (one, words) in enumerate(zip(fields, texts, strict=True))
            if words
        ]

    def _content(self, line: str | None) -> str:
        mapped = self.composer.mapped()
        if self.by_length:
            return content_hash_sql(mapped)
        if line is not None and self.of_the_line:
            return text_hash_sql(line)
        return text_hash_sql(_written(mapped, self.composer.contract.delimiter))

    def _narrow(self) -> str:
        if not self.composer.contract.key:
            return "NULL::UBIGINT"
        return f"CASE WHEN {self.composer.has_key()} THEN hash({', '.join(self.composer.key_cells())}) END"

    def _padded_parts(self) -> list[list[tuple[str, str]]]:
        """The columns with their cells, as many together as a mask has room for."""
        named = [(column.name, self.composer.cell(column.name)) for column in self.composer.contract.columns]
        return [named[start : start + _BITS] for start in range(0, len(named), _BITS)] if self.padded else []

    def _parts(self) -> list[list[Column]]:
        """The columns that are fields of the record, as many together as a mask has room for."""
        columns = self.composer.contract.columns
        fields = [column for column in columns if column.field and not column.private]
        return [fields[start : start + _BITS] for start in range(0, len(fields), _BITS)]


def _mask(tests: list[tuple[int, str]]) -> str:
    if not tests:
        return "0::UTINYINT"
    bits = max(bit for bit, _ in tests) + 1
    kind = next(kind for most, kind in _MASKS if bits <= most)  # of millions of rows each byte counts
    mask = " + ".join(f"CAST(coalesce({test}, false) AS UBIGINT) * {1 << bit}" for bit, test in tests)
    return f"CAST({mask} AS {kind})"


def _written(cells: list[str], delimiter: str) -> str:
    """The row as CSV. Most rows have no cell that needs quotes: one look at the whole finds them."""
    plain = "concat(" + f", {literal(delimiter)}, ".join(cells) + ")"
    more = f"strlen({plain}) - strlen(replace({plain}, {literal(delimiter)}, '')) > {len(cells) - 1}"
    special = " OR ".join(f"contains({plain}, {character})" for character in ("'\"'", "chr(10)", "chr(13)"))
    empty = " OR ".join(f"{cell} = ''" for cell in cells)
    return f"CASE WHEN {special} OR {more} OR {empty} THEN {csv_text(cells, delimiter)} ELSE {plain} END"
