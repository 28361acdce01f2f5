"""Computing the quality of feeds: tallies of the record book, cut into periods, with intervals and flags."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext as _

from joinedup.measures.intervals import wilson
from joinedup.measures.quality import tallies
from joinedup.measures.quality.definitions import Ground, QualityMeasure, quality_measure
from joinedup.measures.quality.keys import Key, Tally
from joinedup.records import DeliveryRow, RecordBook, still_telling
from joinedup.terms import Every, Flag, Period
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class QualityQuery:
    """Which quality is wanted, of which feeds.

    ``sources`` limits it to statistical sources (those the asker may know of). No ``feeds`` or ``fields``
    (for a measure of overlap, the other feeds): all. ``period`` None: all months that were delivered.
    ``as_at``: an aware UTC instant of knowledge, None for now.
    """

    measure: str
    sources: tuple[str, ...]
    feeds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()
    period: Period | None = None
    every: Every = Every.MONTH
    as_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class QualityRow:
    """One cell. ``field`` is the measure's ``detail``: a field, another feed, or empty; what is None is not
    known, and a flag says why.
    """

    feed: str
    source: str
    owner: str
    field: str
    period: Period
    numerator: int | None
    denominator: int | None
    value: float | None
    lower: float | None
    upper: float | None
    flags: tuple[Flag, ...] = ()


@dataclass(frozen=True)
class QualityFigure:
    """The answer: its rows by feed, field and period, what was known when, and what it rests on."""

    query: QualityQuery
    measure: QualityMeasure
    rows: Sequence[QualityRow]
    known_on: dt.datetime | None
    deliveries: tuple[DeliveryRow, ...]
    notes: tuple[str, ...]

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The public table: one plain dictionary for each row, the same keys in all."""
        known_on = self.known_on.isoformat() if self.known_on else None
        by_feed: dict[str, list[int]] = defaultdict(list)
        for delivery in self.deliveries:
            by_feed[delivery.feed].append(delivery.number)
        return [
            {
                "measure": self.measure.name,
                "definition_version": self.measure.version,
                "unit": self.measure.unit,
                "feed": row.feed,
                "source": row.source,
                "owner": row.owner,
                **({self.measure.detail: row.field} if self.measure.detail else {}),
                "period": str(row.period),
                "numerator": row.numerator,
                "denominator": row.denominator,
                "value": row.value,
                "lower": row.lower,
                "upper": row.upper,
                "flags": [str(flag) for flag in row.flags],
                "known_on": known_on,
                "deliveries": by_feed[row.feed],
            }
            for row in self.rows
        ]


def quality(workspace: Workspace, query: QualityQuery) -> QualityFigure:
    """How good the feeds' data is, by feed, field (where the measure has fields) and period.

    A month from a feed's first to the period's last in which nothing came is a row without numbers, flagged
    ``no-data``: not sending is told, not left out. Raises ``NotFound`` for a measure there is not.
    """
    measure = quality_measure(query.measure)
    with RecordBook(workspace).reading(query.as_at) as reader:
        deliveries = [row for row in reader.deliveries(query.sources, query.feeds) if row.brings]
        counted = tallies.of(workspace, reader, measure, deliveries, query.sources)
    kept = {key: tally for key, tally in counted.items() if not query.fields or key.field in query.fields}
    small = workspace.settings.small_number
    rows = _rows(measure, query, _by_thing(kept), deliveries, small)
    notes = _of_periods(deliveries) if measure.ground not in _BY_RECORD else ()
    if measure.ground in _BY_ROW:
        notes += _told_in_part(deliveries, query.period)
    known_on = query.as_at or max((row.known_from for row in deliveries), default=None)
    return QualityFigure(query, measure, rows, known_on, tuple(deliveries), notes)


def together(rows: Sequence[QualityRow]) -> list[QualityRow]:
    """One row for each thing that these rows of one measure of shares tell by part: over all its parts, with
    the numbers that the whole would have, and without flags, which are of parts.

    A thing of which nothing came in these parts has a row without numbers.
    """
    by_thing: dict[_Thing, list[QualityRow]] = defaultdict(list)
    for row in rows:
        by_thing[row.feed, row.field].append(row)
    found = []
    for parts in by_thing.values():
        period = Period(parts[0].period.start, parts[-1].period.end)
        whole = replace(parts[0], period=period, value=None, lower=None, upper=None, flags=())
        told = [(one.numerator or 0, one.denominator) for one in parts if one.denominator is not None]
        if told:
            hits, of = (sum(column) for column in zip(*told, strict=True))
            whole = replace(whole, numerator=hits, denominator=of, value=hits / of if of else None)
        found.append(whole)
    return _with_intervals(found)


_BY_RECORD = frozenset({Ground.RECORDS, Ground.DATES, Ground.OVERLAP})
_BY_ROW = frozenset({Ground.ROWS, Ground.FIELDS})


def _of_periods(deliveries: Sequence[DeliveryRow]) -> tuple[str, ...]:
    undated = sorted({row.feed for row in deliveries if row.period is None})
    if not undated:
        return ()
    note = _("Without a period, and so not in it: deliveries of {feeds}.")
    return (note.format(feeds=", ".join(undated)),)


def _told_in_part(deliveries: Sequence[DeliveryRow], asked: Period | None) -> tuple[str, ...]:
    """Rows of a long file are not known by month: those that a later file has anew are counted twice."""
    return tuple(
        _(
            "Delivery {number} of {feed} ({period}) counts whole, though a later file told some of its "
            "months anew: how many of its rows are of those months is not known."
        ).format(number=one.delivery.number, feed=one.delivery.feed, period=one.delivery.period)
        for one in still_telling(deliveries)
        if one.in_part and (period := one.delivery.period)
        if asked is None or _meet(period, asked)
    )


_Thing = tuple[str, str]  # a feed, and one of its fields


def _by_thing(counted: Mapping[Key, Tally]) -> dict[_Thing, dict[Period, Tally]]:
    found: dict[_Thing, dict[Period, Tally]] = defaultdict(dict)
    for key, tally in counted.items():
        found[key.feed, key.field][key.period] = tally
    return found


def _rows(
    measure: QualityMeasure,
    query: QualityQuery,
    counted: Mapping[_Thing, Mapping[Period, Tally]],
    deliveries: Sequence[DeliveryRow],
    small: int,
) -> list[QualityRow]:
    who = {row.feed: (row.source, row.owner) for row in deliveries}
    rows: list[QualityRow] = []
    if not counted:
        return rows
    whole = query.period or _span({period for one in counted.values() for period in one})
    parts = whole.each(query.every)
    for (feed, field), periods in sorted(counted.items()):
        first = min(period.start for period in periods)
        within = _by_part(parts, periods)
        for number, part in enumerate(parts):
            if part.end <= first:
                continue
            if number not in within and any(_meet(period, part) for period in periods):
                continue  # a longer file has it, and stands under its own last month
            since = part if part.start >= first else Period(first, part.end)
            rows.append(_row(measure, (feed, *who[feed], field), since, within.get(number, ()), small))
    return rows if measure.ground is Ground.DAYS else _with_intervals(rows)


def _by_part(parts: Sequence[Period], periods: Mapping[Period, Tally]) -> dict[int, list[Tally]]:
    """Which tallies belong to which of these parts, by number: what a period tells is of the part it ends
    in (a year's is of its last month)."""
    ends = [part.end for part in parts]
    found: dict[int, list[Tally]] = {}
    for period, tally in periods.items():
        number = bisect_left(ends, period.end)
        if number < len(parts) and parts[number].start < period.end:
            found.setdefault(number, []).append(tally)
    return found


def _with_intervals(rows: Sequence[QualityRow]) -> list[QualityRow]:
    """The rows with the limits of their shares, worked out together."""
    lower, upper = wilson([row.numerator or 0 for row in rows], [row.denominator or 0 for row in rows])
    limits = zip(rows, lower.tolist(), upper.tolist(), strict=True)
    return [replace(row, lower=low, upper=high) if row.denominator else row for row, low, high in limits]


def _span(periods: Collection[Period]) -> Period:
    return Period(min(period.start for period in periods), max(period.end for period in periods))


def _meet(one: Period, other: Period) -> bool:
    return one.start < other.end and other.start < one.end


def _row(
    measure: QualityMeasure,
    named: tuple[str, str, str, str],
    part: Period,
    within: Sequence[Tally],
    small: int,
) -> QualityRow:
    feed, source, owner, field = named
    if not within:
        return QualityRow(feed, source, owner, field, part, None, None, None, None, None, (Flag.NO_DATA,))
    numerator = sum(tally.numerator for tally in within)
    if measure.ground is Ground.DAYS:
        worst = max(tally.numerator for tally in within)
        return QualityRow(feed, source, owner, field, part, worst, None, float(worst), None, None)
    denominator = sum(tally.denominator for tally in within)
    if denominator == 0:
        return QualityRow(feed, source, owner, field, part, 0, 0, None, None, None, (Flag.NO_DATA,))
    flags = (Flag.SMALL_NUMBER,) if denominator < small else ()
    share = numerator / denominator
    return QualityRow(feed, source, owner, field, part, numerator, denominator, share, None, None, flags)
