"""Reasons are kept for good, in the ledger and in the log: none may say whose records it is about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb

from joinedup.errors import BadInput
from joinedup.records import ledger, mentions, restricting
from joinedup.records.engine import wrapped
from joinedup.records.segments import scan
from joinedup.records.telling import Said

if TYPE_CHECKING:
    from joinedup.records.models import Segment

NAMES = ("full_name", "given_name", "middle_names", "family_name", "alias")
NUMBERS = ("postcode", "uprn", "email")
_AT_A_TIME = 10_000  # rows


@dataclass(frozen=True)
class Concerned:
    """The records that a reason is about: the segments that tell of them, and their keys.

    ``keys`` is an SQL expression for a table with the column ``record_key``.
    """

    records: Path
    segments: Sequence[Segment]
    keys: str

    def files(self, kind: str) -> list[Path]:
        """The segments of one kind."""
        return [self.records / one.file for one in self.segments if one.kind == kind]


def refuse_telling(
    connection: duckdb.DuckDBPyConnection, concerned: Concerned, reason: str, *, where: str
) -> None:
    """Raise BadInput where a reason has a name, number, address or words of somebody its records name.

    The sentence never says which.
    """
    [(records,)] = connection.execute(f"SELECT count(DISTINCT record_key) FROM {concerned.keys}").fetchall()
    said = Said(reason, int(records))
    if any(_tells(connection, concerned, said)):
        raise says_who(where)


def says_who(where: str) -> BadInput:
    """The error of a reason that names somebody: it never says which."""
    return BadInput(
        "The reason says who the records are about, and it is kept for good",
        where=where,
        next_step="Give the reason without a name, number, address or words of theirs",
    )


def refuse_of_keys(
    connection: duckdb.DuckDBPyConnection, records: Path, feed: str, keys: Sequence[UUID], reason: str
) -> None:
    """The same for records of a feed, named by their keys, in whatever version."""
    with wrapped(f"looking whom records of {feed} name"):
        connection.execute(
            "CREATE OR REPLACE TEMP TABLE concerned AS SELECT unnest(?::UUID[]) AS record_key", [list(keys)]
        )
        concerned = Concerned(records, ledger.segments_of(feed), "concerned")
        refuse_telling(connection, concerned, reason, where=feed)


def refuse_of_file(
    connection: duckdb.DuckDBPyConnection, records: Path, feed: str, staged: Path, reason: str
) -> None:
    """The same for the records of a feed that a staged file has, however many."""
    with wrapped(f"looking whom records of {feed} name"):
        there = _unrestricted(connection, feed, scan([staged]))
        concerned = Concerned(records, ledger.segments_of(feed), there)
        refuse_telling(connection, concerned, reason, where=feed)


def refuse_of_delivery(
    connection: duckdb.DuckDBPyConnection, records: Path, number: int, reason: str
) -> None:
    """The same for the records that a delivery brought or ended; of no delivery nothing is refused."""
    delivery = ledger.delivery_query().filter(number=number).first()
    of_feed = ledger.segments_of(delivery.feed) if delivery else []
    own = [one for one in of_feed if one.delivery.number == number and one.kind != mentions.KIND]
    if own:
        with wrapped(f"looking whom delivery {number} names"):
            files = scan((records / one.file for one in own), by_name=True)
            keys = _unrestricted(connection, delivery.feed if delivery else "", files)
            refuse_telling(connection, Concerned(records, of_feed, keys), reason, where=f"delivery {number}")


def _unrestricted(connection: duckdb.DuckDBPyConnection, feed: str, keys: str) -> str:
    """Those keys whose records are there for everybody: a refusal must not tell whom the others name."""
    hidden = restricting.standing([feed])
    restricting.hide(connection, hidden)
    return f"(SELECT record_key FROM {keys}{restricting.unless_hidden(feed, hidden)})"


def _tells(connection: duckdb.DuckDBPyConnection, concerned: Concerned, said: Said) -> Iterator[bool]:
    arrived = concerned.files("pos")
    if arrived:
        yield _any(connection, _distinct(arrived, concerned.keys, ["ref"]), said.number)
    who = concerned.files(mentions.KIND)
    if not who:
        return
    names = f"SELECT DISTINCT {', '.join(NAMES)} {_of(who, concerned.keys)}"
    yield _any_row(connection, names, lambda row: said.names(value for value in row if value))
    yield _any(connection, _distinct(who, concerned.keys, NUMBERS), said.number)
    yield _any(connection, _unnested(who, concerned.keys, "map_values(identifiers)"), said.number)
    yield _any(connection, _distinct(who, concerned.keys, ["phone"]), said.phone)
    yield _any(connection, _distinct(who, concerned.keys, ["address"]), said.address)
    yield _any(connection, _distinct(who, concerned.keys, ["birth_date"]), said.born)
    yield _any(connection, _distinct(who, concerned.keys, ["birth_date_given"]), said.born_as)
    private = _unnested(who, concerned.keys, "map_values(private)")
    yield _any(connection, private, lambda value: tells_private(said, value))


def tells_private(said: Said, value: str) -> bool:
    """Whether a text has words of what a partner keeps apart: a narrative, a place, sometimes a number."""
    return said.story(value) or said.address(value) or (any(map(str.isdecimal, value)) and said.number(value))


def _of(files: Sequence[Path], keys: str) -> str:
    return f"FROM {scan(files, by_name=True)} WHERE record_key IN (SELECT record_key FROM {keys})"


def _distinct(files: Sequence[Path], keys: str, columns: Sequence[str]) -> str:
    return " UNION ".join(f"SELECT {column} AS value {_of(files, keys)}" for column in columns)


def _unnested(files: Sequence[Path], keys: str, listed: str) -> str:
    return f"SELECT DISTINCT unnest({listed}) AS value {_of(files, keys)}"


def _any(connection: duckdb.DuckDBPyConnection, query: str, tells: Callable[[Any], bool]) -> bool:
    wanted = f"SELECT value FROM ({query}) WHERE value IS NOT NULL"
    return _any_row(connection, wanted, lambda row: tells(row[0]))


def _any_row(
    connection: duckdb.DuckDBPyConnection, query: str, tells: Callable[[tuple[Any, ...]], bool]
) -> bool:
    """Whether any row of a query tells; a part of it is held in memory at a time."""
    found = connection.execute(query)
    while rows := found.fetchmany(_AT_A_TIME):
        if any(map(tells, rows)):
            return True
    return False
