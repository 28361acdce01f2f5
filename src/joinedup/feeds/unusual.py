"""What is out of the ordinary about a file, by what its feed sent before: a pure judgement, in sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from django.utils.translation import gettext as _

from joinedup.records import DeliveryRow
from joinedup.terms import LONDON, DeliveryMode, Period

FEWEST_OF_STANDING = 0.5
"""A restated period with fewer than this share of the rows that stand for it waits for a person."""

MOST_OF_STANDING = 2.0
"""So does one with more than this many times the rows that stand."""

TIMES_USUAL = 3.0
"""A new period with this many times more, or fewer, rows than usual waits for a person."""

_ENOUGH_TO_KNOW = 4  # earlier periods, before anything can be called usual
_RECENT = 12
_FEW_ROWS = 20  # below, counts move this much by chance


@dataclass(frozen=True)
class Arrived:
    """What is known of a file when it has been read: how many of its rows are usable, for which period.

    ``silent``: it has no row at all, refused ones included, though its contract does not call that normal.
    """

    mode: DeliveryMode
    period: Period | None
    usable: int
    received_at: dt.datetime
    silent: bool = False


def reasons(arrived: Arrived, earlier: Sequence[DeliveryRow]) -> list[str]:
    """Why a person should look before it counts; nothing where it is as usual.

    ``earlier`` are the feed's standing deliveries, oldest first. Changes and additions have no usual volume:
    only their period is judged, and whether they say anything of it.
    """
    found = [_of_the_future(arrived), _of_another_length(arrived, earlier), _silent(arrived, earlier)]
    if arrived.mode is DeliveryMode.SNAPSHOT:
        stands = rows_that_stand(arrived.period, earlier)
        if stands is not None:
            found.append(_beside_standing(arrived.usable, stands))
        else:
            found += [_overlapping(arrived, earlier), _beside_usual(arrived, earlier)]
    return [reason for reason in found if reason]


def rows_that_stand(period: Period | None, earlier: Sequence[DeliveryRow]) -> int | None:
    """Rows that stand for just this period, by the latest delivery of it; None where there is none."""
    same = [row for row in earlier if row.period == period]
    return _kept(same[-1]) if same else None


def _kept(row: DeliveryRow) -> int:
    return row.accepted + row.unchanged + row.revised


def _silent(arrived: Arrived, earlier: Sequence[DeliveryRow]) -> str:
    """Silence is zero once it counts: the first that says nothing of a period has to be meant so."""
    if not arrived.silent or arrived.period is None or rows_that_stand(arrived.period, earlier) is not None:
        return ""
    note = _("It has no row: once it is accepted, {period} counts as a time in which nothing happened.")
    return note.format(period=arrived.period.words)


def _beside_standing(usable: int, stands: int) -> str:
    if stands and usable < FEWEST_OF_STANDING * stands:
        note = _("It has {usable:,} usable rows, where {stands:,} stand for the period: the others would go.")
        return note.format(usable=usable, stands=stands)
    if usable > MOST_OF_STANDING * stands and usable - stands > _FEW_ROWS:
        note = _("It has {usable:,} usable rows, where {stands:,} stand for the period.")
        return note.format(usable=usable, stands=stands)
    return ""


def _beside_usual(arrived: Arrived, earlier: Sequence[DeliveryRow]) -> str:
    if arrived.period is None:
        return ""
    latest = {row.period: _kept(row) for row in earlier if row.period is not None}
    alike = [period for period in latest if period is not None and period.months == arrived.period.months]
    if len(alike) < _ENOUGH_TO_KNOW:
        return ""
    usual = median(latest[period] for period in sorted(alike)[-_RECENT:])
    if max(usual, arrived.usable) < _FEW_ROWS:
        return ""
    if usual / TIMES_USUAL <= arrived.usable <= usual * TIMES_USUAL:
        return ""
    note = _("It has {usable:,} usable rows; {usual:,.0f} are usual for such a period.")
    return note.format(usable=arrived.usable, usual=usual)


def _of_the_future(arrived: Arrived) -> str:
    if arrived.period is None or arrived.period.start <= arrived.received_at.astimezone(LONDON).date():
        return ""
    return _("Its period, {period}, had not begun when it was received.").format(period=arrived.period.words)


def _of_another_length(arrived: Arrived, earlier: Sequence[DeliveryRow]) -> str:
    lengths = {row.period.months for row in earlier if row.period is not None}
    told = {row.period for row in earlier if row.period is not None}
    if arrived.period is None or len(told) < _ENOUGH_TO_KNOW or len(lengths) != 1:
        return ""
    (usual,) = lengths
    if arrived.period.months == usual:
        return ""
    note = _("It is for {months} months, where every earlier one is for {usual}.")
    return note.format(months=arrived.period.months, usual=usual)


def _overlapping(arrived: Arrived, earlier: Sequence[DeliveryRow]) -> str:
    period = arrived.period
    if period is None:
        return ""
    for row in earlier:
        other = row.period
        if other is not None and other != period and other.start < period.end and period.start < other.end:
            note = _("Its period, {period}, overlaps with that of delivery {number}, {other}.")
            return note.format(period=period.words, number=row.number, other=other.words)
    return ""
