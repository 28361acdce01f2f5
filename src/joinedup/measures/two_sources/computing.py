"""From the months of two released figures to both side by side.

The interval of a ratio of counts is the exact conditional one of two Poisson counts (``intervals.ratio``).
That of the ratio of two shares is the same, over the two wholes taken as they are: a share of a whole varies
less than a count does, so that it covers at least as often as it says.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures import intervals
from joinedup.measures.definition import UNSTATED, Measure
from joinedup.measures.query import FigureQuery
from joinedup.measures.result import OUTSIDE, UNLOCATED, FigureRow
from joinedup.measures.two_sources.result import ALL, SideBySide, SideRow
from joinedup.terms import Every, Flag, Form, Period

_STRAYS = frozenset({UNSTATED, OUTSIDE, UNLOCATED})
_HIDDEN = frozenset({Flag.SUPPRESSED, Flag.ROUNDED})
_LACKING = frozenset({Flag.NO_DATA, Flag.INCOMPLETE_FEED})
_LISTED = 6

_Key = tuple[str, str]
"""An area's code, and a value of the breakdown (an area's own code where there is none)."""


@dataclass
class _Side:
    """What one figure says, months apart: counts by group, the months that are whole, and cautions."""

    counts: dict[Period, dict[_Key, int]] = field(default_factory=dict)
    whole: set[Period] = field(default_factory=set)
    flags: dict[Period, set[Flag]] = field(default_factory=dict)


def question(query: FigureQuery) -> FigureQuery:
    """The figure whose rows can be laid beside another's: counts of single months."""
    return replace(query, form=Form.COUNT, every=Every.MONTH, against=None)


def require_unlike(first: Measure, second: Measure, by: str = "") -> None:
    """Raise BadInput where two measures cannot be laid side by side: they are of one source, do not add up,
    or lack the breakdown ``by`` or have no value of it in common."""
    both = f"{first.name}, {second.name}"
    if set(first.sources) & set(second.sources):
        raise BadInput(
            "These count the same source: what is laid side by side here comes from two",
            where=both,
            next_step="joinedup figure shows each; take one of another source",
        )
    for one in (first, second):
        if not (one.additive_over_areas and one.additive_over_time):
            raise BadInput("Its counts do not add up over areas and months", where=f"measure {one.name}")
    if not by:
        return
    common = [name for name in first.breakdowns if name in second.breakdowns]
    if by not in common:
        raise BadInput(
            f"They are not both cut by {by}",
            where=both,
            next_step=f"Both have: {', '.join(common)}" if common else "They have no breakdown in common",
        )
    values, others = first.breakdowns[by], second.breakdowns[by]
    if values and others and not set(values) & set(others):
        raise BadInput(
            f"They have no value of {by} in common, so nothing can be laid side by side", where=both
        )


def side_by_side(
    first: Sequence[FigureRow],
    second: Sequence[FigureRow],
    measures: tuple[Measure, Measure],
    by: str = "",
    small: int = 0,
) -> SideBySide:
    """Both counts of each group, their ratio, each group's share in its own source, and the ratio of shares.

    ``first`` and ``second`` are the rows of two figures of ``question``, cut by ``by``. Months that are not
    whole in both count in neither and are named. A ratio in which a count is below ``small`` is flagged.
    Raises BadInput where a number is hidden or rounded, or no month is whole in both.
    """
    if any(_HIDDEN & {*row.flags} for rows in (first, second) for row in rows):
        raise BadInput(
            "Two sources are laid side by side only where both may be shown exactly",
            next_step="joinedup figure shows each, as far as you may see it",
        )
    sides = (_read(first, by), _read(second, by))
    asked = sorted(sides[0].counts.keys() | sides[1].counts.keys(), key=lambda one: one.start)
    months = tuple(one for one in asked if one in sides[0].whole and one in sides[1].whole)
    left_out = tuple(one for one in asked if one not in months)
    if not months:
        raise BadInput(
            "There is no month of which both were delivered whole",
            where=", ".join(one.name for one in measures),
            next_step="joinedup figure NAME --every month shows which months each has",
        )
    totals = (_total(sides[0], months), _total(sides[1], months))
    flags = {one for side in sides for month in months for one in side.flags[month]} - {Flag.SMALL_NUMBER}
    rows = _rows(totals, [*first, *second], measures, by)
    rows = [replace(row, flags=_flags(row, flags, small)) for row in rows]
    return SideBySide(
        rows, months, left_out, (*_notes(measures), *_months_left_out(measures, sides, left_out))
    )


def _flags(row: SideRow, flags: set[Flag], small: int) -> tuple[Flag, ...]:
    few = row.first is not None and row.second is not None and min(row.first, row.second) < small
    return tuple(sorted(flags | ({Flag.SMALL_NUMBER} if few else set())))


def _read(rows: Sequence[FigureRow], by: str) -> _Side:
    side = _Side()
    lacking = set()
    for row in rows:
        counts = side.counts.setdefault(row.period, {})
        side.flags.setdefault(row.period, set()).update(row.flags)
        if row.numerator is None or _LACKING & {*row.flags}:
            lacking.add(row.period)
        else:
            counts[row.area_code, row.breakdowns[by] if by else row.area_code] = row.numerator
    side.whole = side.counts.keys() - lacking
    return side


def _total(side: _Side, months: Sequence[Period]) -> dict[_Key, int]:
    sums: dict[_Key, int] = {}
    for month in months:
        for key, count in side.counts[month].items():
            sums[key] = sums.get(key, 0) + count
    return sums


def _rows(
    totals: tuple[Mapping[_Key, int], Mapping[_Key, int]],
    given: Sequence[FigureRow],
    measures: tuple[Measure, Measure],
    by: str,
) -> list[SideRow]:
    """The groups of each whole, what is not known after them, and all together."""
    names = {row.area_code: row.area_name for row in given}
    wholes: dict[str, list[str]] = {}
    for area, group in dict.fromkeys([*totals[0], *totals[1]]):
        wholes.setdefault(area if by else "", []).append(group)
    found = []
    for whole, groups in wholes.items():
        sides = tuple({group: total.get((whole or group, group)) for group in groups} for total in totals)
        for group in _in_order(groups, measures, by):
            label = names.get(group, group) if not by else _label(measures, by, group)
            area = whole or group
            found.append(_row(area, names.get(area, area), group, label, sides))
        found.append(_row(whole or ALL, names.get(whole, ""), ALL, _("All together"), sides))
    return found


def _in_order(groups: Sequence[str], measures: tuple[Measure, Measure], by: str) -> list[str]:
    declared = [value for one in measures for value in one.breakdowns.get(by, {})]
    place = {value: number for number, value in reversed(list(enumerate(declared)))}
    return sorted(groups, key=lambda group: (group in _STRAYS, place.get(group, len(declared))))


def _label(measures: tuple[Measure, Measure], by: str, group: str) -> str:
    first, second = measures
    return first.label(by, group) if group in first.breakdowns[by] else second.label(by, group)


def _row(area: str, name: str, group: str, label: str, sides: Sequence[Mapping[str, int | None]]) -> SideRow:
    counts = (_count(sides[0], group), _count(sides[1], group))
    common = {one for one in sides[0] if one not in _STRAYS and all(side[one] is not None for side in sides)}
    known = group in common or group == ALL
    wholes = [
        sum(count or 0 for one, count in side.items() if one in common or group not in common)
        for side in sides
    ]
    shares = [
        count / of if count is not None and of else None for count, of in zip(counts, wholes, strict=True)
    ]
    scale = wholes[1] / wholes[0] if wholes[0] else None
    ratio, lower, upper = _ratio(*counts, 1.0)
    compared = _ratio(*counts, scale) if scale and group != ALL else (None, None, None)
    return SideRow(
        area_code=area,
        area_name=name,
        group=group,
        label=label,
        known=known,
        first=counts[0],
        second=counts[1],
        ratio=ratio,
        lower=lower,
        upper=upper,
        first_of=wholes[0],
        second_of=wholes[1],
        first_share=shares[0],
        second_share=shares[1],
        share_ratio=compared[0],
        share_lower=compared[1],
        share_upper=compared[2],
    )


def _count(side: Mapping[str, int | None], group: str) -> int | None:
    """The count of a group: what strays and has no row is 0; a value that no record ever carries is None."""
    if group == ALL:
        return sum(count or 0 for count in side.values())
    return 0 if group in _STRAYS and side[group] is None else side[group]


def _ratio(
    first: int | None, second: int | None, scale: float
) -> tuple[float | None, float | None, float | None]:
    """first / second × scale with its interval; None what is not known, or has no end."""
    if first is None or second is None or not first + second:
        return None, None, None
    lower, upper = (float(one) * scale for one in intervals.ratio(first, second))
    return (first / second * scale if second else None), lower, (upper if math.isfinite(upper) else None)


def _notes(measures: tuple[Measure, Measure]) -> list[str]:
    return [
        _(
            "{first} and {second} are two sources, and neither is a part of the other: one event may be in "
            "both, in one or in none, and none is matched here. Their counts are never added."
        ).format(first=measures[0].title, second=measures[1].title),
        _(
            "The ratio of counts rests on what each source covers (which sites, which area). The ratio of "
            "shares does not, as long as each covers all groups alike: above 1, the group is more of the "
            "first source than of the second."
        ),
        _(
            "Shares are of the groups that both sources know; what is not stated, has no place or is known "
            "to one of them only is a share of all that its source counts."
        ),
    ]


def _months_left_out(
    measures: tuple[Measure, Measure], sides: tuple[_Side, _Side], left_out: Sequence[Period]
) -> list[str]:
    said = []
    for measure, side in zip(measures, sides, strict=True):
        lacking = [str(one) for one in left_out if one not in side.whole]
        if lacking:
            more = len(lacking) - _LISTED
            listed = ", ".join(lacking[:_LISTED])
            listed = (
                _("{months} and {number} more").format(months=listed, number=more) if more > 0 else listed
            )
            note = _("Left out of both, since {title} does not have them whole: {months}.")
            said.append(note.format(title=measure.title, months=listed))
    return said
