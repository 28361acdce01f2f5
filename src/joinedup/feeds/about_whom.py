"""Reasons given at the desk are kept for good: none may say whom the rows it is about are about.

Rows that are no records yet are compared by the cells that name or identify; what the book has by the book.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from joinedup.errors import JoinedupError
from joinedup.feeds import library
from joinedup.feeds.columns import Column, Personal
from joinedup.feeds.contract import Contract
from joinedup.feeds.intake.digests import rules_of
from joinedup.feeds.overtaking import period_of
from joinedup.feeds.refused_text import cells_of
from joinedup.feeds.scratch import scratch
from joinedup.feeds.written_rows import stage_kept
from joinedup.records import JudgedBy
from joinedup.records.reasons import NAMES, NUMBERS, says_who, tells_private
from joinedup.records.telling import Said
from joinedup.terms import Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from joinedup.feeds.intake.job import Staged
    from joinedup.feeds.models import HeldFile
    from joinedup.feeds.storing import Prepared
    from joinedup.records import DeliveryRow

# What one row says of one person, or of nobody alone: an attribute to what was written (``ref``, ``private``
# and ``identifiers`` to several).
Told = Mapping[str, Any]


def refuse_telling(contract: Contract, rows: Sequence[Sequence[str]], reason: str, *, where: str) -> None:
    """Raise BadInput where a reason has a name, number, address or words of somebody whom these rows name.

    ``rows`` are cells in the contract's order.
    """
    _refuse((told for cells in rows for told in _of_cells(contract, cells)), reason, len(rows), where)


def refuse_telling_of_file(workspace: Workspace, one: HeldFile, file: Path, reason: str) -> None:
    """The same for the rows of a held file, and for the records that stand where it would be compared.

    Where the file can no longer be read, as its contract is another by now, its own words are not known.
    """
    period = period_of(one)
    where = f"held file {one.pk}"
    with scratch(workspace) as folder:
        read = _read(workspace, folder, one, file, period)
        if read is not None:
            prepared, staged = read
            kept, count = prepared.job.folder, staged.accepted + staged.quarantined
            _refuse(_of_staged(prepared.contract, kept), reason, count, where)
            _refuse_of_records(workspace, one.feed, kept / "staged.parquet", reason)
    _refuse_of_period(workspace, one.feed, period, reason)


def _read(
    workspace: Workspace, folder: Path, one: HeldFile, file: Path, period: Period | None
) -> tuple[Prepared, Staged] | None:
    if not file.is_file():
        return None
    try:
        version = library.version(workspace, one.feed, period)
        return stage_kept(workspace, folder, version, file, period)
    except JoinedupError:
        return None


def _refuse(rows: Iterable[Told], reason: str, count: int, where: str) -> None:
    said = Said(reason, count)
    if any(_tells(said, told) for told in rows):
        raise says_who(where)


def _tells(said: Said, told: Told) -> bool:
    numbers = [told.get("ref"), *(told.get(name) for name in NUMBERS), *told.get("identifiers", ())]
    born = told.get("birth_date")
    return (
        said.names(value for name in NAMES if (value := told.get(name)))
        or any(said.number(value) for value in numbers if value)
        or said.phone(told.get("phone") or "")
        or said.address(told.get("address") or "")
        or (isinstance(born, dt.date) and said.born(born))
        or said.born_as(told.get("birth_date_given") or "")
        or any(tells_private(said, value) for value in told.get("private", ()) if value)
    )


def _of_cells(contract: Contract, cells: Sequence[str]) -> Iterator[Told]:
    """What a row's cells say, for each person it may name, and of nobody alone."""
    columns = {column.name: column for column in contract.columns}
    values = {name: _value(column, cell) for (name, column), cell in zip(columns.items(), cells, strict=True)}
    named: set[str] = set()
    for person in contract.persons:
        words = {word.casefold() for word in (*person.unknown, *person.refused)}
        own = {
            name: "" if values[name].casefold() in words else values[name] for _role, name in person.used()
        }
        named |= set(own)
        yield {
            **{attribute: own[name] for attribute, name in person.columns.items()},
            "birth_date_given": own.get(person.columns.get("birth_date", ""), ""),
            "address": ", ".join(own[name] for name in person.address if own[name]),
            "identifiers": [own[name] for name in person.identifiers.values()],
        }
    others = [
        name for name, one in columns.items() if one.personal is Personal.IDENTIFYING and name not in named
    ]
    yield {"ref": values.get(contract.ref or "", ""), "private": [values[name] for name in others]}


def _value(column: Column, cell: str) -> str:
    """A cell as written; empty for a word that is no value."""
    words = {word.casefold() for word in (*column.unknown, *column.refused)}
    return "" if cell.strip().casefold() in words else cell.strip()


def _of_staged(contract: Contract, folder: Path) -> Iterator[Told]:
    """What the rows of a file say, as intake left them."""
    for row in _rows(folder / "staged.parquet", ["ref"]):
        yield row
    for row in _rows(folder / "named.parquet", [*NAMES, *NUMBERS, *_SINGLE, *_SEVERAL]):
        yield row | {name: [value for _key, value in row.get(name) or ()] for name in _SEVERAL}
    written = JudgedBy(rules_of(contract), contract.delimiter, tuple(one.name for one in contract.columns))
    for row in _rows(folder / "quarantined.parquet", ["raw", "reasons"]):
        cells = cells_of(row["raw"], row["reasons"], written, contract)
        if cells is not None:
            yield from _of_cells(contract, cells)


_SINGLE = ("phone", "address", "birth_date", "birth_date_given")
_SEVERAL = ("identifiers", "private")


def _rows(file: Path, wanted: Sequence[str]) -> Iterator[dict[str, Any]]:
    """The rows of a staged file, a part of it in memory at a time; none where it was not made."""
    import pyarrow.parquet as pq

    if not file.is_file():
        return
    with pq.ParquetFile(file) as content:
        there = [name for name in wanted if name in content.schema_arrow.names]
        for batch in content.iter_batches(columns=there):
            yield from batch.to_pylist()


def _refuse_of_records(workspace: Workspace, feed: str, staged: Path, reason: str) -> None:
    """The same for what the book has of a file's records, in whatever version."""
    from joinedup.records import RecordBook

    with RecordBook(workspace).reading() as reader:
        reader.refuse_telling_of_file(feed, staged, reason)


def _refuse_of_period(workspace: Workspace, feed: str, period: Period | None, reason: str) -> None:
    """The same for the records that stand for a part of the period, which the file would replace."""
    from joinedup.records import RecordBook

    if period is None:
        return
    with RecordBook(workspace).reading() as reader:
        for row in RecordBook(workspace).deliveries(feed):
            if _meets(row, period):
                reader.refuse_telling_of_delivery(row.number, reason)


def _meets(row: DeliveryRow, period: Period) -> bool:
    other = row.period if row.state == "standing" else None
    return other is not None and other.start < period.end and period.start < other.end
