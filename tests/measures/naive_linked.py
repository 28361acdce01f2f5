"""Figures of linked people counted naively, one person and one day at a time: the oracle of the tests."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from naive_repeats import on_from

from joinedup.measures.linked.spells import Spell
from joinedup.terms import Period

Seen = tuple[int, int, dt.date]
"""A person, an agency or kind, and the day."""


def agencies_at_once(seen: Sequence[Seen], months: int) -> dict[int, int]:
    """By person the most different agencies in any window that begins with one of their records."""
    most: dict[int, int] = defaultdict(int)
    for person, _agency, begins in seen:
        ends = on_from(begins, months)
        inside = {agency for who, agency, day in seen if who == person and begins <= day < ends}
        most[person] = max(most[person], len(inside))
    return dict(most)


def comes_again(
    seen: Sequence[Seen], months: int, period: Period, until: dt.date
) -> tuple[dict[int, tuple[int, bool, bool]], int]:
    """By person the kind of the first (-1: several), whether anything came later, whether the same; and how
    many people's months still run."""
    found, running = {}, 0
    for person in sorted({who for who, _kind, _day in seen}):
        own = [(day, kind) for who, kind, day in seen if who == person and day >= period.start]
        if not own or min(own)[0] >= period.end:
            continue
        first = min(own)[0]
        kinds = {kind for day, kind in own if day == first}
        kind = kinds.pop() if len(kinds) == 1 else -1
        if on_from(first, months) > until:
            running += 1
            continue
        later = [one for day, one in own if first < day < on_from(first, months)]
        found[person] = kind, bool(later), kind in later
    return found, running


def moved(
    young: Sequence[Spell],
    adult: Sequence[Spell],
    months: dict[str, dt.date],
    period: Period,
    before: int,
    after: int,
    until: dt.date,
) -> dict[str, str]:
    """What became of each person who came of age: moved, stayed, neither, immature; not those who are not
    eligible."""
    became = {}
    for unit, month in months.items():
        last = on_from(month, 1) - dt.timedelta(1)
        held = [
            one
            for one in young
            if one.unit == unit and one.started <= last and (one.ended is None or one.ended >= month)
        ]
        if not held or not period.start <= month < period.end:
            continue
        opens, ends = on_from(month, -before), on_from(month, after + 1)
        began = [one for one in adult if one.unit == unit and opens <= one.started < ends]
        new = [
            one for one in began if all((one.case, one.started) != (own.case, own.started) for own in held)
        ]
        if ends > until:
            became[unit] = "immature"
        elif new:
            became[unit] = "moved"
        elif any(one.ended is None or one.ended >= ends for one in held):
            became[unit] = "stayed"
        else:
            became[unit] = "neither"
    return became
