"""Reasons are kept for good, in the ledger and in the log: none may say whose records it is about."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb

from joinedup.errors import BadInput
from joinedup.records import ledger, mentions, restricting, whereabouts
from joinedup.records.engine import wrapped
from joinedup.records.segments import ENVELOPE, scan
from joinedup.records.telling import FEW, Said

if TYPE_CHECKING:
    from joinedup.records.listing import ListedSegment
    from joinedup.records.models import Segment

NAMES = ("full_name", "given_name", "middle_names", "family_name", "alias")
NUMBERS = ("postcode", "uprn", "email")
_POS = "pos"
_AT_A_TIME = 10_000  # rows


@dataclass(frozen=True)
class Concerned:
    """The records that a reason is about: the segments that tell of them, and their keys.

    ``keys`` is an SQL expression for a table with the column ``record_key``.
    """

    records: Path
    segments: Sequence[Segment]
    keys: str

    @property
    def told(self) -> _Told:
        """What the segments tell of the records."""
        arrived, named = (
            [self.records / one.file for one in self.segments if one.kind == kind]
            for kind in (_POS, mentions.KIND)
        )
        return _Told(
            f"{scan(arrived, by_name=True)}{self._of_them}" if arrived else "",
            f"{scan(named, by_name=True)}{self._of_them}" if named else "",
        )

    @property
    def _of_them(self) -> str:
        return f" WHERE record_key IN (SELECT record_key FROM {self.keys})"


@dataclass(frozen=True)
class _Told:
    """What follows FROM in a query of what records tell: of their references (``ref``), and of whom they name
    (the columns of a mention). Empty where there is nothing."""

    references: str
    people: str


@dataclass(frozen=True)
class OfFeed:
    """Records of a feed that a reason is about; where they are few, weak signs count."""

    feed: str
    keys: Collection[UUID]


def refuse_telling(
    connection: duckdb.DuckDBPyConnection, concerned: Concerned, reason: str, *, where: str
) -> None:
    """Raise BadInput where a reason has a name, number, address or words of somebody its records name.

    The sentence never says which.
    """
    [(records,)] = connection.execute(f"SELECT count(DISTINCT record_key) FROM {concerned.keys}").fetchall()
    if any(_tells(connection, concerned.told, Said(reason, int(records)))):
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


def refuse_of_feeds(
    connection: duckdb.DuckDBPyConnection,
    there: Collection[ListedSegment],
    concerned: Sequence[OfFeed],
    reason: str,
) -> None:
    """The same for records of several feeds, each by itself as ``refuse_of_keys``; read once for all.

    ``there``: the segments of the book. The error has no ``where``: it would say whose records tell.
    """
    with wrapped("looking whom records name"):
        _read_once(connection, there, concerned)
        for few in sorted({len(one.keys) <= FEW for one in concerned}):
            told = _Told(*(f"{table} WHERE few = {few}" for table in _READ))
            if any(_tells_at_once(connection, told, Said(reason, FEW if few else FEW + 1))):
                raise says_who("")


_READ = {
    "told_reference": (_POS, ("ref",)),
    "told_person": (
        mentions.KIND,
        (*NAMES, *NUMBERS, "identifiers", "phone", "address", "birth_date", "birth_date_given", "private"),
    ),
}
"""The temporary tables of what is held against a reason: the kind of segment that tells it, its columns."""


def _read_once(
    connection: duckdb.DuckDBPyConnection, there: Collection[ListedSegment], concerned: Sequence[OfFeed]
) -> None:
    """Fill the temporary tables with what segments tell of these records, in whatever version, and whether
    they are asked for among ``few``."""
    rows = [(one.feed, key, len(one.keys) <= FEW) for one in concerned for key in one.keys]
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE concerned AS SELECT unnest(?::VARCHAR[]) AS feed,
               unnest(?::UUID[]) AS record_key, unnest(?::BOOLEAN[]) AS few""",
        [[row[place] for row in rows] for place in range(3)],
    )
    wanted = {
        one.feed: {key for each in concerned if each.feed == one.feed for key in each.keys}
        for one in concerned
    }
    held = whereabouts.holding(connection, there, wanted, (_POS, mentions.KIND))
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE concerned_file AS
           SELECT unnest(?::VARCHAR[]) AS filename, unnest(?::VARCHAR[]) AS feed""",
        [[str(one.path) for one in held], [one.feed for one in held]],
    )
    for table, (kind, columns) in _READ.items():
        files = [one.path for one in held if one.kind == kind]
        listed = ", ".join(columns)
        nothing = ", ".join(f"CAST(NULL AS {_KINDS[name]}) AS {name}" for name in columns)
        told = f"""SELECT few, {listed} FROM (SELECT record_key, filename, {listed} FROM {scan(files)})
                   JOIN concerned_file USING (filename) JOIN concerned USING (feed, record_key)"""
        query = told if files else f"SELECT false AS few, {nothing} WHERE false"
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS {query}")


_KINDS = {**ENVELOPE, **mentions.MENTION}


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


def _tells(connection: duckdb.DuckDBPyConnection, told: _Told, said: Said) -> Iterator[bool]:
    if told.references:
        yield _any(connection, _distinct(told.references, ["ref"]), said.number)
    who = told.people
    if not who:
        return
    names = f"SELECT DISTINCT {', '.join(NAMES)} FROM {who}"
    yield _any_row(connection, names, lambda row: said.names(value for value in row if value))
    yield _any(connection, _distinct(who, ["birth_date"]), said.born)
    signs = _signs(said)
    for sign, columns in _TEXTS.items():
        yield _any(connection, _distinct(who, columns), signs[sign])


def _tells_at_once(connection: duckdb.DuckDBPyConnection, told: _Told, said: Said) -> Iterator[bool]:
    """The same of what fits into memory, by fewer questions."""
    names = f"SELECT DISTINCT {', '.join(NAMES)} FROM {told.people}"
    yield _any_row(connection, names, lambda row: said.names(value for value in row if value))
    yield _any(connection, _distinct(told.people, ["birth_date"]), said.born)
    signs = _signs(said)
    texts = " UNION ALL ".join(
        f"SELECT '{sign}' AS sign, value FROM ({_distinct(table, columns)}) WHERE value IS NOT NULL"
        for table, sign, columns in (
            (told.references, "number", ["ref"]),
            *((told.people, sign, columns) for sign, columns in _TEXTS.items()),
        )
    )
    yield _any_row(connection, texts, lambda row: signs[row[0]](row[1]))


_TEXTS = {
    "number": (*NUMBERS, "unnest(map_values(identifiers))"),
    "phone": ("phone",),
    "address": ("address",),
    "born as": ("birth_date_given",),
    "private": ("unnest(map_values(private))",),
}
"""Texts of a mention beside its names, by the sign that each may be."""


def _signs(said: Said) -> dict[str, Callable[[str], bool]]:
    """How a text of each kind tells."""
    return {
        "number": said.number,
        "phone": said.phone,
        "address": said.address,
        "born as": said.born_as,
        "private": lambda value: tells_private(said, value),
    }


def tells_private(said: Said, value: str) -> bool:
    """Whether a text has words of what a partner keeps apart: a narrative, a place, sometimes a number."""
    return said.story(value) or said.address(value) or (any(map(str.isdecimal, value)) and said.number(value))


def _distinct(told: str, columns: Sequence[str]) -> str:
    return " UNION ".join(f"SELECT DISTINCT {column} AS value FROM {told}" for column in columns)


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
