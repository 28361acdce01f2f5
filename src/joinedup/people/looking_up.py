"""Looking one person up by name and rough age among all whom records name; it shows keys and never a name.

The index is in the memory of this process, for one generation of the record book, and is let go when anything
is erased; nothing of it is on disk.
"""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any
from uuid import UUID

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from joinedup.people.name_index import NameIndex, folded
from joinedup.people.names_alike import AskedName
from joinedup.people.normalising import nicknames
from joinedup.people.reviewing import Mentioned
from joinedup.records import RecordBook, when_erased

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_LEAST = 0.35  # likeness below which a name is another
_LOOKED_AT = 2000  # names, the likest first, that are held against the one asked for word by word
_NO_YEAR = 0
_FIRST_BIRTH = "1900-02-01"  # before it stand the days that mean that none is known
_WHICH = ["feed", "record_key", "role", "ordinal"]


class BornAgrees(StrEnum):
    """How the birth of somebody agrees with the one asked for, by the record of theirs that agrees best."""

    NOT_ASKED = "not-asked"
    DAY = "day"
    YEAR = "year"
    NEAR = "near"  # within the years that were asked for
    UNKNOWN = "unknown"  # none of their records has one


_FROM_BEST = (BornAgrees.DAY, BornAgrees.YEAR, BornAgrees.NEAR, BornAgrees.UNKNOWN, BornAgrees.NOT_ASKED)


@dataclass(frozen=True)
class Found:
    """Somebody whose name is like the one asked for: their best key, how like (0 to 1), the mention whose
    name is most like, and how many mentions they have and how many records in which feeds.

    ``revised``: the record of that mention came in a new version after the latest linkage, so the key is of
    what it said before. ``place``: their number in the index. ``born_otherwise``: another record of theirs
    has a birth further off than asked for.
    """

    key: UUID
    likeness: float
    mention: Mentioned
    mentions: int
    records: Mapping[str, int]
    revised: bool = False
    place: int = -1
    born: BornAgrees = BornAgrees.NOT_ASKED
    born_otherwise: bool = False

    @property
    def feeds(self) -> tuple[str, ...]:
        """The feeds where they stand, in order."""
        return tuple(sorted(self.records))


@dataclass(frozen=True)
class Birth:
    """A birth as somebody asks for it: a year and, where they know it, the day; and how many years off is
    still like it."""

    year: int
    day: dt.date | None = None
    within: int = 2


class PeopleIndex:
    """The names of everybody who has a person key in some feeds, at one generation of the record book."""

    def __init__(self, named: pa.Table) -> None:
        # One chunk: to take a few rows of several, all of them are put together first.
        self._named = named.drop_columns(["name"]).combine_chunks()
        folds = [folded(name) for name in named["name"].to_pylist()]
        texts, of = np.unique(np.array(folds, dtype=object).astype(str), return_inverse=True)
        self._names = NameIndex.of(texts.tolist())
        self._texts = pa.array(texts.tolist(), pa.string())
        self._rows_of = np.argsort(of, kind="stable")  # rows in the order of their names
        self._starts = np.append(0, np.cumsum(np.bincount(of, minlength=len(texts))))
        self._years = pc.year(named["birth"]).fill_null(_NO_YEAR).to_numpy()
        keys = named["best"].combine_chunks().dictionary_encode()
        self._keys, self._person = keys.dictionary.to_pylist(), np.asarray(keys.indices)
        self._mentions_of = np.argsort(self._person, kind="stable")  # rows in the order of their persons
        self._first_of = np.append(0, np.cumsum(np.bincount(self._person, minlength=len(self._keys))))
        self.records = self._named.group_by(["feed", "record_key"]).aggregate([]).num_rows
        """How many records name them."""

    def like(self, name: str, *, born: Birth | None, most: int) -> list[Found]:
        """The people whose names are most like, the likest first, and of names as like the births that agree
        best; of another birth year by more than was asked for nobody, while a birth that is not known keeps
        nobody out."""
        names, likeness = self._names_like(name)
        rows, of = self._rows_of_names(names)
        if born is not None:
            years = self._years[rows]
            kept = (years == _NO_YEAR) | (np.abs(years - born.year) <= born.within)
            rows, of = rows[kept], of[kept]
        order = np.lexsort((rows, -likeness[of]))
        asked, alike = AskedName(folded(name)), dict[int, bool]()
        found: dict[int, tuple[int, float]] = {}
        for row, place in zip(rows[order].tolist(), of[order].tolist(), strict=True):
            if place not in alike:  # word by word takes longest, so no name is asked that is not needed
                alike[place] = asked.is_like(self._texts[int(names[place])].as_py())
            if alike[place]:
                found.setdefault(int(self._person[row]), (row, float(likeness[place])))
                if len(found) == most:
                    break
        told = self._told(found, born)
        return sorted(told, key=lambda one: (-one.likeness, _FROM_BEST.index(one.born)))

    def _names_like(self, name: str) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
        """The names that are like one by their letters, in any of the ways to write it, the likest first, and
        how like each is; they are still to be held against it word by word."""
        ways = [self._names.like(way, _LEAST) for way in _ways_to_write(name)]
        names, likeness = (np.concatenate(parts) for parts in zip(*ways, strict=True))
        order = np.lexsort((-likeness, names))
        names, likeness = names[order], likeness[order]
        likest = np.diff(names, prepend=-1) > 0
        names, likeness = names[likest], likeness[likest]
        likest_first = np.argsort(-likeness, kind="stable")[:_LOOKED_AT]
        return names[likest_first], likeness[likest_first]

    def _rows_of_names(self, names: NDArray[np.int32]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The rows that have one of these names, and by which of them."""
        first, times = self._starts[names], self._starts[names + 1] - self._starts[names]
        within = np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        return self._rows_of[np.repeat(first, times) + within], np.repeat(np.arange(len(names)), times)

    def records_of(self, found: Iterable[Found]) -> dict[str, list[str]]:
        """The keys of all records that name one of the people whom this index found, by feed."""
        rows, _ = self._rows_of_people([one.place for one in found])
        table = self._named.select(["feed", "record_key"]).take(rows)
        told: dict[str, list[str]] = {}
        for feed, record in dict.fromkeys(
            zip(table["feed"].to_pylist(), table["record_key"].to_pylist(), strict=True)
        ):
            told.setdefault(feed, []).append(record)
        return told

    def _rows_of_people(self, people: Sequence[int]) -> tuple[NDArray[np.int64], list[int]]:
        """The rows of people by their numbers, one person after another, and where each begins and the last
        ends."""
        parts = [self._mentions_of[self._first_of[one] : self._first_of[one + 1]] for one in people]
        ends = np.cumsum([0, *map(len, parts)]).tolist()
        return np.concatenate([np.zeros(0, dtype=np.int64), *parts]), ends

    def _told(self, found: Mapping[int, tuple[int, float]], born: Birth | None) -> list[Found]:
        """What is told of people: by their number the row whose name is most like, and how like."""
        rows, ends = self._rows_of_people(list(found))
        which = self._named.select([*_WHICH, "birth"]).take(rows).to_pylist()
        likest = self._named.take(np.array([row for row, _ in found.values()], dtype=np.int64)).to_pylist()
        return [
            _found(person, UUID(self._keys[person]), one, round(likeness, 3), which[begin:end], born)
            for (person, (_row, likeness)), one, begin, end in zip(
                found.items(), likest, ends[:-1], ends[1:], strict=True
            )
        ]


def _found(
    person: int,
    key: UUID,
    likest: Mapping[str, Any],
    likeness: float,
    rows: Sequence[Mapping[str, Any]],
    born: Birth | None,
) -> Found:
    """Somebody who was found: the row whose name is most like, and all rows of theirs."""
    mentions = {tuple(each[name] for name in _WHICH) for each in rows}
    records = Counter(feed for feed, _key in {(feed, key) for feed, key, *_rest in mentions})
    return Found(
        key,
        likeness,
        Mentioned(likest["feed"], UUID(likest["record_key"]), likest["role"], likest["ordinal"]),
        len(mentions),
        dict(records),
        likest["revised"],
        person,
        *_agreement([one["birth"] for one in rows], born),
    )


def _agreement(births: Sequence[dt.date | None], asked: Birth | None) -> tuple[BornAgrees, bool]:
    """How the births that records say agree with the one asked for, and whether one is further off."""
    if asked is None:
        return BornAgrees.NOT_ASKED, False
    known = [one for one in births if one is not None]
    near = [one for one in known if abs(one.year - asked.year) <= asked.within]
    ways = [
        (BornAgrees.DAY, asked.day is not None and asked.day in known),
        (BornAgrees.YEAR, any(one.year == asked.year for one in known)),
        (BornAgrees.NEAR, bool(near)),
    ]
    best = next((way for way, holds in ways if holds), BornAgrees.UNKNOWN)
    return best, len(near) < len(known)


def _ways_to_write(name: str) -> Sequence[str]:
    """A folded name as it is, and with names that are short for others written out."""
    plain = folded(name)
    full = " ".join(nicknames().get(word, word) for word in plain.split())
    return list(dict.fromkeys([plain, full]))


_guard = threading.Lock()
_kept: dict[tuple[str, int, tuple[str, ...]], PeopleIndex] = {}
_MOST_KEPT = 4


def people_index(workspace: Workspace, feeds: Collection[str]) -> PeopleIndex:
    """The index of these feeds as the record book is now: made at the first question, then kept while it is
    among the latest that were asked."""
    with RecordBook(workspace).reading() as reader:
        key = (str(workspace.folder), reader.generation, tuple(sorted(feeds)))
        with _guard:
            found = _kept.pop(key, None)
            if found is not None:
                _kept[key] = found
        if found is None:
            cursor = reader.connection()
            reader.mentions(cursor, feeds)
            reader.persons(cursor, feeds)
            cursor.execute(
                "CREATE OR REPLACE TEMP TABLE unread AS SELECT unnest(?::INTEGER[]) AS delivery",
                [unread(RecordBook(workspace), feeds)],
            )
            found = PeopleIndex(cursor.sql(_NAMED).to_arrow_table())
            with _guard:
                if reader.may_keep():
                    _keep(key, found)
    return found


@when_erased
def _forget() -> None:
    with _guard:
        _kept.clear()


def _keep(key: tuple[str, int, tuple[str, ...]], index: PeopleIndex) -> None:
    """Keep an index, and let go those of earlier generations and the ones that were asked least lately."""
    for old in [one for one in _kept if one[0] == key[0] and one[1] != key[1]]:
        _kept.pop(old)
    _kept[key] = index
    while len(_kept) > _MOST_KEPT:
        _kept.pop(next(iter(_kept)))


def unread(book: RecordBook, feeds: Collection[str]) -> list[int]:
    """The deliveries of these feeds that came after the latest linkage."""
    linkages = book.linkages()
    return book.unread(linkages[-1], feeds) if linkages else []


_WRITTEN = (
    "full_name",
    "concat_ws(' ', given_name, family_name)",
    "concat_ws(' ', alias, CASE WHEN strpos(trim(alias), ' ') = 0 THEN family_name END)",
)
_NAMED = f"""
    WITH known AS (
        SELECT mention.*, person.best FROM mention
        JOIN person USING (feed, record_key, role, ordinal) WHERE role <> 'record'),
    written AS ({" UNION ALL ".join(f"SELECT *, {one} AS name FROM known" for one in _WRITTEN)})
    SELECT feed, record_key::VARCHAR AS record_key, role, ordinal, best::VARCHAR AS best,
           CASE WHEN birth_date >= DATE '{_FIRST_BIRTH}' THEN birth_date END AS birth,
           name, delivery IN (SELECT delivery FROM unread) AS revised
    FROM written WHERE trim(coalesce(name, '')) <> ''
    ORDER BY ALL"""
