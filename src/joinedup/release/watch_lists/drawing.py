"""Which records stand on a watch-list today: those put on it by hand and those that fit its rules.

Read from the record book as it stands at that moment: what was erased, withdrawn, taken back or cancelled is
not on any list.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from joinedup.records.engine import wrapped
from joinedup.records.identity import quoted
from joinedup.release.watch_lists.definition import CountedFrom, Rule
from joinedup.terms import RecordType

if TYPE_CHECKING:
    from joinedup.records import Reader
    from joinedup.release.watch_list_models import WatchListEntry
    from joinedup.workspace import Workspace

_BY_KEY = "record_key IN (SELECT unnest(?::UUID[]))"


@dataclass(frozen=True)
class Feed:
    """A feed as it delivered: the sources and record types of its deliveries, and their last day."""

    name: str
    delivered: tuple[tuple[str, RecordType], ...]
    latest: dt.date | None


@dataclass(frozen=True)
class Window:
    """The days of a rule on a day of looking, both included, and the last day that the feed tells of."""

    first: dt.date
    last: dt.date
    counted_from: dt.date
    latest: dt.date | None


@dataclass(frozen=True)
class Drawn:
    """A record on a list: its day (of a month, the first), and the entry where it was put on by hand."""

    record_key: str
    day: dt.date | None
    entry: WatchListEntry | None = None


def delivered(workspace: Workspace, name: str) -> Feed:
    """A feed by its deliveries; one that never delivered has no records and no last day."""
    from joinedup.records import RecordBook

    rows = RecordBook(workspace).deliveries(name)
    periods = [one.period.last for one in rows if one.period is not None and one.state == "standing"]
    kinds = {(one.source, one.record_type) for one in rows}
    return Feed(name, tuple(sorted(kinds)), max(periods, default=None))


def window(rule: Rule, latest: dt.date | None, day: dt.date) -> Window:
    """The days that a rule means on a day."""
    anchor = day
    if rule.counted_from is CountedFrom.LATEST and latest is not None:
        anchor = min(day, latest)
    first = anchor - dt.timedelta(days=rule.days_back)
    return Window(first, anchor + dt.timedelta(days=rule.days_ahead), anchor, latest)


def draw_records(
    reader: Reader, feed: Feed, within: Window | None, entries: Sequence[WatchListEntry], day: dt.date
) -> list[Drawn]:
    """The records of a feed that are on a list on ``day``: those within the days, and those of the entries
    whose time is not over; by day and key, those without a day last.
    """
    by_hand = {str(one.record_key): one for one in entries if one.until is None or one.until >= day}
    found = {key: Drawn(key, on, by_hand.get(key)) for key, on in _chosen(reader, feed, by_hand, within)}
    return sorted(found.values(), key=lambda one: (one.day or dt.date.max, one.record_key))


def keys_of_references(reader: Reader, feed: Feed, references: Sequence[str]) -> dict[str, list[str]]:
    """The keys of the standing records that bear each of these references of their owner."""
    found: dict[str, list[str]] = {one: [] for one in references}
    chosen = "ref IN (SELECT unnest(?::VARCHAR[]))"
    for key, _day, reference in _rows(reader, feed, chosen, [list(references)]):
        found[reference].append(key)
    return {one: sorted(keys) for one, keys in found.items()}


def standing_keys(reader: Reader, feed: Feed, keys: Iterable[str]) -> set[str]:
    """Those of these keys that are of standing records of the feed."""
    return {key for key, _day, _ref in _rows(reader, feed, _BY_KEY, [[UUID(one) for one in keys]])}


def _chosen(
    reader: Reader, feed: Feed, keys: Iterable[str], within: Window | None
) -> Iterator[tuple[str, dt.date | None]]:
    """Key and day of the standing records that are named by key, or lie within the days."""
    chosen = _BY_KEY
    values: list[object] = [[UUID(one) for one in keys]]
    if within is not None:
        chosen += " OR (occurred_date <= ? AND coalesce(occurred_to_date, occurred_date) >= ?)"
        values += [within.last, within.first]
    for key, day, _reference in _rows(reader, feed, chosen, values):
        yield key, day


def _rows(
    reader: Reader, feed: Feed, chosen: str, values: Sequence[object]
) -> Iterator[tuple[str, dt.date | None, str]]:
    """Key, day and reference of the standing records of a feed that a condition chooses."""
    for source, record_type in feed.delivered:
        query = f"""SELECT record_key, occurred_date, ref FROM {quoted(record_type.value)}
                    WHERE feed = ? AND status IS DISTINCT FROM 'cancelled' AND ({chosen})"""
        cursor = reader.connection()
        reader.define_views(cursor, [record_type], [source])
        with wrapped("reading which records a watch-list has"):
            rows = cursor.execute(query, [feed.name, *values]).fetchall()
        for key, day, reference in rows:
            yield str(key), day, reference
