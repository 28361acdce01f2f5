"""Looking one person up by name and rough age among all whom records name; it shows keys and never a name.

The index is in the memory of this process, for one generation of the record book; nothing of it is on disk.
"""

from __future__ import annotations

import threading
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.people.name_index import NameIndex, folded
from joinedup.people.normalising import nicknames
from joinedup.people.reviewing import Mentioned
from joinedup.records import RecordBook

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_LEAST = 0.35  # likeness below which a name is another
_NO_YEAR = 0


@dataclass(frozen=True)
class Found:
    """Somebody whose name is like the one asked for: their best key, how like (0 to 1), the mention whose
    name is most like, and how many mentions they have in which feeds.

    ``revised``: the record of that mention came in a new version after the latest linkage, so the key is of
    what it said before.
    """

    key: UUID
    likeness: float
    mention: Mentioned
    mentions: int
    feeds: tuple[str, ...]
    revised: bool = False


class PeopleIndex:
    """The names of everybody who has a person key in some feeds, at one generation of the record book."""

    def __init__(self, named: pa.Table) -> None:
        self._named = named.drop_columns(["name"])
        folds = [folded(name) for name in named["name"].to_pylist()]
        self._texts, self._of = np.unique(np.array(folds, dtype=object).astype(str), return_inverse=True)
        self._names = NameIndex.of(self._texts.tolist())
        self._years = named["born"].fill_null(_NO_YEAR).to_numpy()
        keys = named["best"].combine_chunks().dictionary_encode()
        self._keys, self._person = keys.dictionary.to_pylist(), np.asarray(keys.indices)

    @cached_property
    def _mentions_of(self) -> NDArray[np.int64]:
        """The rows in the order of their persons."""
        return np.argsort(self._person, kind="stable")

    def like(self, name: str, *, born: int | None, within: int, most: int) -> list[Found]:
        """The people whose names are most like, the likest first; of another birth year by more than
        ``within`` nobody, while a birth that is not known keeps nobody out."""
        likeness = np.maximum.reduce([self._names.like(one) for one in _ways_to_write(name)])[self._of]
        if born is not None:
            apart = (self._years != _NO_YEAR) & (np.abs(self._years - born) > within)
            likeness = np.where(apart, 0.0, likeness)
        there = np.flatnonzero(likeness >= _LEAST)
        order = there[np.lexsort((there, -likeness[there]))]
        found: dict[int, int] = {}
        for row in order:
            found.setdefault(int(self._person[row]), int(row))
            if len(found) == most:
                break
        return [self._found(person, row, float(likeness[row])) for person, row in found.items()]

    def records_of(self, keys: Collection[UUID]) -> dict[str, list[str]]:
        """The keys of all records that name one of these people, by feed."""
        texts = {str(key) for key in keys}
        wanted = [place for place, key in enumerate(self._keys) if key in texts]
        rows = self._named.filter(pa.array(np.isin(self._person, wanted)))
        told: dict[str, list[str]] = {}
        for feed, record in dict.fromkeys(
            zip(rows["feed"].to_pylist(), rows["record_key"].to_pylist(), strict=True)
        ):
            told.setdefault(feed, []).append(record)
        return told

    def _found(self, person: int, row: int, likeness: float) -> Found:
        first, last = np.searchsorted(self._person[self._mentions_of], [person, person + 1])
        rows = self._named.take(self._mentions_of[first:last])
        (one,) = self._named.slice(row, 1).to_pylist()
        mention = Mentioned(one["feed"], UUID(one["record_key"]), one["role"], one["ordinal"])
        feeds = tuple(sorted(set(rows["feed"].to_pylist())))
        key = UUID(self._keys[person])
        return Found(key, round(likeness, 3), mention, rows.num_rows, feeds, one["revised"])


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
                [_unread(RecordBook(workspace), feeds)],
            )
            found = PeopleIndex(cursor.sql(_NAMED).to_arrow_table())
            with _guard:
                _keep(key, found)
    return found


def _keep(key: tuple[str, int, tuple[str, ...]], index: PeopleIndex) -> None:
    """Keep an index, and let go those of earlier generations and the ones that were asked least lately."""
    for old in [one for one in _kept if one[0] == key[0] and one[1] != key[1]]:
        _kept.pop(old)
    _kept[key] = index
    while len(_kept) > _MOST_KEPT:
        _kept.pop(next(iter(_kept)))


def _unread(book: RecordBook, feeds: Collection[str]) -> list[int]:
    """The deliveries of these feeds that came after the latest linkage."""
    linkages = book.linkages()
    if not linkages:
        return []
    last = linkages[-1]
    return [
        one.number
        for feed in sorted(feeds)
        for one in book.deliveries(feed)
        if one.committed_at > last.committed_at or one.known_from > last.known_from
    ]


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
           year(birth_date)::INTEGER AS born, name, delivery IN (SELECT delivery FROM unread) AS revised
    FROM written WHERE trim(coalesce(name, '')) <> ''
    ORDER BY ALL"""
