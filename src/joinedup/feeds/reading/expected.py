"""What a contract expects of a file, as far as reading goes: names, and what a typed cell is to become."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from joinedup.feeds.contract import Column, Contract, Kind, TimeFormat
from joinedup.feeds.reading.swallowed import RowSigns


class Holds(StrEnum):
    """What a column's cells are to be, where a format has types of its own."""

    TEXT = "text"
    CODE = "code"
    NUMBER = "number"
    BOOLEAN = "boolean"
    MOMENT = "moment"  # a date, a time of day, or both, written by ``pattern``


@dataclass(frozen=True)
class Expectation:
    """One column: its names (the contract's own first), whether a file must have it, what it holds.

    ``pattern`` is how a date is written ("" = ISO 8601 with its offset). ``spellings`` are the texts of its
    code list. ``rule_of_its_own``: the contract itself judges each of its values, so that whatever is no
    value is passed on as it is shown; where it has none (plain text) reading has to judge.
    """

    name: str
    names: tuple[str, ...]
    needed: bool
    holds: Holds
    pattern: str = ""
    spellings: frozenset[str] = frozenset()
    true: str = "True"
    false: str = "False"
    rule_of_its_own: bool = False
    ignored: bool = False


@dataclass(frozen=True)
class Expected:
    """One feed's files: which formats may come, how text is opened, and the columns in their order.

    ``row_signs`` tell rows that stray quotes swallowed; None where every quote is right: in files of ours.
    """

    feed: str
    columns: tuple[Expectation, ...]
    formats: frozenset[str]
    encoding: str = "utf-8"
    delimiter: str = ","
    sheet: str | None = None
    header_within: int = 1
    footers: str | None = None
    row_signs: RowSigns | None = None

    @property
    def names(self) -> list[str]:
        """The columns' own names, in the contract's order."""
        return [column.name for column in self.columns]

    @classmethod
    def of(cls, contract: Contract) -> Expected:
        """By a contract."""
        patterns, numbers = _patterns(contract), contract.place.columns if contract.place else ()
        on_grid = contract.place is not None and contract.place.grid_reference is None
        columns = tuple(
            _expectation(column, patterns.get(column.name), on_grid and column.name in numbers)
            for column in contract.columns
        )
        file = contract.file
        return cls(
            feed=contract.name,
            columns=columns,
            formats=frozenset(file.formats),
            encoding=file.encoding,
            delimiter=file.delimiter,
            sheet=file.sheet,
            header_within=file.header_within,
            footers=contract.set_aside.footers,
            row_signs=RowSigns.of(contract, patterns[contract.time.column]),
        )


def _patterns(contract: Contract) -> dict[str, str]:
    """Column to how its dates and times are written."""
    time = contract.time
    pattern = {TimeFormat.MONTH: "%Y-%m", TimeFormat.UTC: ""}.get(time.format, time.pattern)
    found = {name: pattern for name in (time.column, time.until) if name}
    found |= {name: time.clock_pattern for name in (time.clock, time.until_clock) if name}
    found |= {column.name: column.pattern for column in contract.columns if column.kind is Kind.DATE}
    for person in contract.persons:
        if birth_date := person.columns.get("birth_date"):
            found[birth_date] = person.birth_date_pattern
    return found


def _expectation(column: Column, pattern: str | None, is_coordinate: bool) -> Expectation:
    holds = {
        Kind.CODE: Holds.CODE,
        Kind.INTEGER: Holds.NUMBER,
        Kind.NUMBER: Holds.NUMBER,
        Kind.BOOLEAN: Holds.BOOLEAN,
    }.get(column.kind, Holds.TEXT)
    if is_coordinate:
        holds = Holds.NUMBER
    if pattern is not None:
        holds = Holds.MOMENT
    codes = column.codes.codes if column.codes else ()
    return Expectation(
        name=column.name,
        names=column.names,
        needed=not (column.optional or column.ignored),
        holds=holds,
        pattern=pattern or "",
        spellings=frozenset(text for code in codes for text in code.spellings(column.match)),
        true=column.true[0] if column.true else "True",
        false=column.false[0] if column.false else "False",
        rule_of_its_own=holds is not Holds.TEXT,
        ignored=column.ignored,
    )
