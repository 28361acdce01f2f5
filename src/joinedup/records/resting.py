"""What counts of records rest on: the segments that may hold a month's records, and what is hidden of them.

Two counts of a month that rest on the same are equal: a segment never changes, and is told here by its
content. So whoever keeps counts knows which of them still stand.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from joinedup.records import kept_counts, ledger, restricting
from joinedup.records.listing import ListedSegment, listed
from joinedup.terms import Period, RecordType, add_months
from joinedup.workspace import Workspace

_KEPT = 128
_guard = threading.Lock()
_kept: dict[tuple[object, ...], Ground] = {}


@dataclass(frozen=True)
class Ground:
    """What counts of one record type of some sources rest on, as known now.

    ``months`` has a digest of what each month rests on (its first day), ``all`` one of everything: records
    without a month may be in any segment. ``rows`` counts the versions that arrived; ``ending`` is
    ``kept_counts.ending`` of that moment.
    """

    months: Mapping[dt.date, str]
    all: str
    rows: int
    ending: str
    _arrived: tuple[ListedSegment, ...]

    def columns(self, period: Period | None) -> frozenset[str]:
        """The columns, in lower case, of the segments that may hold a record of the period (None: of all)."""
        holding = [one for one in self._arrived if period is None or one.holds(period)]
        return frozenset(name.lower() for one in holding for name, _ in one.columns)

    def is_of_one_type(self, fields: Iterable[str]) -> bool:
        """Whether each of these fields has the same type in every segment that has it: else what a value of
        it reads like hangs on which segments are read together."""
        types: dict[str, set[str]] = {name.lower(): set() for name in fields}
        for one in self._arrived:
            for name, kind in one.columns:
                if name.lower() in types:
                    types[name.lower()].add(kind)
        return all(len(found) <= 1 for found in types.values())


def ground(workspace: Workspace, generation: int, record_type: RecordType, sources: Iterable[str]) -> Ground:
    """The ground of one record type at a generation; kept in memory until the ledger changes."""
    wanted = frozenset(sources)
    folder = workspace.folder.stat()
    key = (workspace.folder, folder.st_ino, generation, RecordType(record_type), wanted)
    with _guard:
        found = _kept.get(key)
    if found is None:
        found = _read(workspace, generation, RecordType(record_type), wanted)
        with _guard:
            while len(_kept) >= _KEPT:
                del _kept[next(iter(_kept))]
            _kept[key] = found
    return found


def _read(workspace: Workspace, generation: int, record_type: RecordType, sources: frozenset[str]) -> Ground:
    known = listed(workspace.records_folder, generation)
    arrived = tuple(
        one
        for one in known
        if one.kind == "pos" and one.record_type == record_type.value and one.source in sources
    )
    feeds = {one.feed for one in arrived}
    ended = [one for one in known if one.kind == "neg" and one.feed in feeds]
    hidden = _hidden(restricting.standing(feeds))
    by_month: dict[dt.date, list[str]] = {}
    every = []
    for one in (*arrived, *ended):
        said = _told(one)
        every.append(said)
        for month in _months(one):
            by_month.setdefault(month, []).append(said)
    return Ground(
        months={month: _digest([*by_month[month], hidden]) for month in sorted(by_month)},
        all=_digest([*every, hidden]),
        rows=sum(one.rows for one in arrived),
        ending=kept_counts.ending(ledger.state()[1]),
        _arrived=arrived,
    )


def _months(segment: ListedSegment) -> Iterable[dt.date]:
    if segment.month_from is None or segment.month_to is None:
        return ()
    span = Period(segment.month_from, add_months(segment.month_to, 1))
    return (add_months(span.start, index) for index in range(span.months))


def _told(segment: ListedSegment) -> str:
    """A segment by its content, and by what the ledger says of whose it is and what it ends."""
    own = (segment.kind, segment.feed, segment.source, segment.owner, str(segment.delivery))
    return "|".join((*own, segment.sha256, ",".join(map(str, sorted(segment.touches)))))


def _hidden(keys: Mapping[str, Sequence[UUID]]) -> str:
    return _digest(f"{feed}|{key}" for feed, of_feed in keys.items() for key in of_feed)


def _digest(told: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(told)).encode()).hexdigest()
