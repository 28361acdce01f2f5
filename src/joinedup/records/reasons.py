"""Reasons are kept for good, in the ledger and in the log: none may say whose records it is about."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import duckdb

from joinedup.errors import BadInput
from joinedup.records import ledger, mentions, recalling, restricting
from joinedup.records.engine import wrapped
from joinedup.records.recalling import Recalled, Row
from joinedup.records.segments import scan
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
    may_keep: Callable[[], bool],
) -> None:
    """The same for records of several feeds, each by itself as ``refuse_of_keys``; read once for all.

    ``there``: the segments of the book; ``may_keep``: whether they may stay in memory. The error has
    no ``where``: it would say whose records tell.
    """
    with wrapped("looking whom records name"):
        wanted: defaultdict[str, set[UUID]] = defaultdict(set)
        for one in concerned:
            wanted[one.feed].update(one.keys)
        told = list(recalling.recalled(connection, there, wanted, _RECALLED, may_keep))
        for few in sorted({len(one.keys) <= FEW for one in concerned}):
            some = [one for one in concerned if (len(one.keys) <= FEW) is few]
            asked = {(one.feed, key) for one in some for key in one.keys}
            theirs = [one for one in told if (one.feed, one.key) in asked]
            if _tells_at_once(theirs, Said(reason, FEW if few else FEW + 1)):
                raise says_who("")


_RECALLED = {
    _POS: ("ref",),
    mentions.KIND: (
        *NAMES,
        *NUMBERS,
        "identifiers",
        "phone",
        "address",
        "birth_date",
        "birth_date_given",
        "private",
    ),
}
"""What is held against a reason: by kind of segment its columns."""


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


def _tells_at_once(told: Sequence[Recalled], said: Said) -> bool:
    """The same of what fits into memory."""
    rows = [one.told for one in told]
    names = {tuple(row[name] for name in NAMES if row.get(name)) for row in rows}
    births = {row["birth_date"] for row in rows if row.get("birth_date") is not None}
    if any(map(said.names, names)) or any(map(said.born, births)):
        return True
    signs = _signs(said)
    texts = {(sign, value) for row in rows for sign, value in _texts(row) if value is not None}
    return any(signs[sign](value) for sign, value in texts)


def _texts(row: Row) -> Iterator[tuple[str, str | None]]:
    """The texts of a row beside its names, and the sign that each may be: as ``_TEXTS`` has them."""
    for name in ("ref", *NUMBERS):
        yield "number", row.get(name)
    for _scheme, number in row.get("identifiers") or ():
        yield "number", number
    yield "phone", row.get("phone")
    yield "address", row.get("address")
    yield "born as", row.get("birth_date_given")
    for _name, value in row.get("private") or ():
        yield "private", value


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
