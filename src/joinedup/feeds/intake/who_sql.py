"""Who the rows name: the file ``named.parquet`` beside the staged one, and what is known of each attribute.

Attributes are kept as their owner wrote them. A birth date that cannot be (no date, after the row's own day,
or more than 130 years before it) is left out and counted as invalid; what was written stays beside it. So is
a cell of tokens that has not their form.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from joinedup.feeds.contract import Contract, Person
from joinedup.feeds.intake.sql_parts import listed, literal
from joinedup.feeds.persons import OF_THE_RECORD, SINGLE
from joinedup.records.tokens import CELL, SCHEME

_OLDEST = "130 YEARS"
_DAY = "coalesce(occurred_to_date, occurred_date)"
_COLUMNS = {  # of the file, with their types
    "record_key": "UUID",
    "row_number": "BIGINT",
    "role": "VARCHAR",
    "ordinal": "INTEGER",
    **dict.fromkeys(SINGLE, "VARCHAR"),
    "birth_date": "DATE",
    "birth_date_given": "VARCHAR",
    "address": "VARCHAR",
    "identifiers": "MAP(VARCHAR, VARCHAR)",
    "private": "MAP(VARCHAR, VARCHAR)",
}
_STATES = ("given", "missing", "unknown", "refused", "invalid")


@dataclass(frozen=True)
class _Said:
    """One attribute: its cells, the words that are no value, and its value as SQL (NULL where there is none).

    ``possible`` is SQL that is true where a value that is there can be.
    """

    name: str
    cells: tuple[str, ...]
    unknown: tuple[str, ...]
    refused: tuple[str, ...]
    value: str
    possible: str = "true"

    def state(self) -> str:
        """The number of the row's state in ``_STATES``, as SQL."""
        refused, unknown = (
            " OR ".join(f"trim({cell}) IN {listed(words)}" for cell in self.cells) if words else "false"
            for words in (self.refused, self.unknown)
        )
        return (
            f"CASE WHEN {self.value} IS NOT NULL THEN CASE WHEN {self.possible} THEN 0 ELSE 4 END "
            f"WHEN {refused} THEN 3 WHEN {unknown} THEN 2 ELSE 1 END"
        )


class Who:
    """The mentions of a contract's rows; ``cell`` gives the raw column of a contract's column."""

    def __init__(self, contract: Contract, cell: Callable[[str], str]) -> None:
        self._contract = contract
        self._cell = cell

    @property
    def is_anybody(self) -> bool:
        """Whether the contract names anybody, or keeps anything apart."""
        return bool(self._contract.persons or self._contract.private_fields())

    def write(self, connection: duckdb.DuckDBPyConnection, staged: Path, target: Path) -> int:
        """Write the mentions of the staged rows; how many. Rows without a word are not written."""
        chosen = [self._mention(role, number, person) for role, number, person in self._contract.mentions()]
        if self._contract.private_fields():
            chosen.append(self._of_the_record())
        query = " UNION ALL ".join(f"({one})" for one in chosen)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE naming AS {self._naming(staged)}")
        copied = connection.execute(
            f"COPY ({query}) TO {literal(str(target))} (FORMAT parquet, COMPRESSION zstd)"
        ).fetchall()
        return int(copied[0][0])

    def states(self, connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[int, ...]]:
        """``role.attribute`` to (given, missing, unknown, refused, invalid) over the rows last written.

        A second person of a role counts only in the rows that name one.
        """
        found: dict[str, tuple[int, ...]] = {}
        for role, number, person in self._contract.mentions():
            said = self._said(person)
            there = "true" if number == 1 else _anything(said)
            self._count(connection, role, said, there, found)
        self._count(connection, OF_THE_RECORD, self._private(), "true", found)
        return found

    @staticmethod
    def _count(
        connection: duckdb.DuckDBPyConnection,
        role: str,
        said: Sequence[_Said],
        there: str,
        found: dict[str, tuple[int, ...]],
    ) -> None:
        if not said:
            return
        states = ", ".join(f"{one.state()} AS s{index}" for index, one in enumerate(said))
        counts = ", ".join(f"histogram(s{index})" for index in range(len(said)))
        row = connection.execute(
            f"SELECT {counts} FROM (SELECT {states} FROM naming WHERE {there})"
        ).fetchall()[0]
        for one, numbers in zip(said, row, strict=True):
            counted = tuple((numbers or {}).get(state, 0) for state in range(len(_STATES)))
            before = found.get(f"{role}.{one.name}", (0,) * len(_STATES))
            found[f"{role}.{one.name}"] = tuple(map(int.__add__, before, counted))

    def _mention(self, role: str, number: int, person: Person) -> str:
        said = self._said(person)
        values = {one.name: one.value for one in said}
        schemes = {scheme: values.pop(f"identifiers.{scheme}") for scheme in person.identifiers}
        if SCHEME in schemes:
            schemes[SCHEME] = f"CASE WHEN {_is_of_tokens(schemes[SCHEME])} THEN {schemes[SCHEME]} END"
        if schemes:
            values["identifiers"] = _map(schemes)
        if "birth_date" in values:
            [birth] = [one for one in said if one.name == "birth_date"]
            values["birth_date_given"] = birth.value
            values["birth_date"] = f"CASE WHEN {birth.possible} THEN {_born(person, birth.value)} END"
        return _selected(role, number, values, _anything(said))

    def _naming(self, staged: Path) -> str:
        """The staged rows: their keys and days, and the raw cells that name or identify."""
        used = [column for person in self._contract.persons for _, column in person.used()]
        used += [column.name for column in self._contract.columns if column.private]
        cells = ", ".join(self._cell(name) for name in dict.fromkeys(used))
        columns = "record_key, row_number, occurred_date, occurred_to_date"
        return (
            f"SELECT {columns}, {cells} FROM (SELECT number, {cells} FROM raw) AS raw "
            f"JOIN (SELECT {columns} FROM read_parquet({literal(str(staged))})) AS staged "
            "ON staged.row_number = raw.number"
        )

    def _of_the_record(self) -> str:
        private = self._private()
        values = {"private": _map({one.name: one.value for one in private})}
        return _selected(OF_THE_RECORD, 1, values, _anything(private))

    def _private(self) -> list[_Said]:
        columns = [column for column in self._contract.columns if column.private]
        return [self._one(column.field or "", column.name, (), ()) for column in columns]

    def _said(self, person: Person) -> list[_Said]:
        words = person.unknown, person.refused
        found = [self._one(name, person.columns[name], *words) for name in SINGLE if name in person.columns]
        found = [self._birth(person, one) if one.name == "birth_date" else one for one in found]
        if person.address:
            found.append(self._address(person))
        numbers = {
            scheme: self._one(f"identifiers.{scheme}", column, *words)
            for scheme, column in person.identifiers.items()
        }
        if SCHEME in numbers:
            tokens = numbers[SCHEME]
            numbers[SCHEME] = replace(tokens, possible=_is_of_tokens(tokens.value))
        return found + list(numbers.values())

    def _one(self, name: str, column: str, unknown: Sequence[str], refused: Sequence[str]) -> _Said:
        told = self._contract.column(column)
        cell = self._cell(column)
        unknown, refused = (*unknown, *told.unknown), (*refused, *told.refused)
        return _Said(name, (cell,), unknown, refused, _value(cell, (*unknown, *refused)))

    @staticmethod
    def _birth(person: Person, one: _Said) -> _Said:
        born = _born(person, one.value)
        possible = f"coalesce({born} BETWEEN {_DAY} - INTERVAL {_OLDEST} AND {_DAY}, false)"
        return _Said(one.name, one.cells, one.unknown, one.refused, one.value, possible)

    def _address(self, person: Person) -> _Said:
        """The parts of an address that are known, joined."""
        parts = [self._one("address", column, person.unknown, person.refused) for column in person.address]
        joined = f"nullif(concat_ws(', ', {', '.join(part.value for part in parts)}), '')"
        cells = tuple(part.cells[0] for part in parts)
        unknown = tuple(dict.fromkeys(word for part in parts for word in part.unknown))
        refused = tuple(dict.fromkeys(word for part in parts for word in part.refused))
        return _Said("address", cells, unknown, refused, joined)


def _value(cell: str, words: Sequence[str]) -> str:
    """The cell as written; NULL where it is blank or a word that is no value."""
    nothing = f"trim({cell}) = ''" + (f" OR trim({cell}) IN {listed(words)}" if words else "")
    return f"CASE WHEN {nothing} THEN NULL ELSE {cell} END"


def _is_of_tokens(value: str) -> str:
    """Whether a cell has the form of tokens: what has not may be a name in the wrong column."""
    return f"coalesce(regexp_full_match({value}, {literal(CELL)}), false)"


def _born(person: Person, value: str) -> str:
    """The birth date; of years with two digits the one that is not after the row's day."""
    born = f"CAST(try_strptime({value}, {literal(person.birth_date_pattern)}) AS DATE)"
    if "%y" not in person.birth_date_pattern:
        return born
    return f"CASE WHEN {born} > {_DAY} THEN CAST({born} - INTERVAL 100 YEARS AS DATE) ELSE {born} END"


def _map(values: dict[str, str]) -> str:
    """A map of the values that are there; NULL where none is."""
    entries = ", ".join(f"{{'k': {literal(key)}, 'v': {value}}}" for key, value in values.items())
    there = f"list_filter([{entries}], lambda entry: entry.v IS NOT NULL)"
    return f"CASE WHEN len({there}) > 0 THEN map_from_entries({there}) END"


def _anything(said: Sequence[_Said]) -> str:
    return "(" + " OR ".join(f"{one.value} IS NOT NULL" for one in said) + ")"


def _selected(role: str, number: int, values: dict[str, str], there: str) -> str:
    """A SELECT of one mention of each row that has it, with every column of the file."""
    values = {
        "record_key": "record_key",
        "row_number": "row_number",
        "role": literal(role),
        "ordinal": str(number),
        **values,
    }
    listed_values = ", ".join(
        f'CAST({values.get(name, "NULL")} AS {kind}) AS "{name}"' for name, kind in _COLUMNS.items()
    )
    return f"SELECT {listed_values} FROM naming WHERE {there}"
