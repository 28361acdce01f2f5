"""Reoffending counted naively, one person and one day at a time: the oracle of the tests."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from naive_repeats import on_from

from joinedup.measures.reoffending.definitions import Ages, Counts, Lives, Once, Reoffending, Taken
from joinedup.terms import Period


@dataclass(frozen=True)
class Entry:
    """Somebody enters by a way, on a day."""

    unit: str
    way: int
    day: dt.date
    adult_month: dt.date | None = None
    lives_here: bool | None = None


@dataclass(frozen=True)
class Offence:
    """An offence of somebody, proven on a day."""

    unit: str
    proof: int
    offence: str
    offended: dt.date
    proven: dt.date


def followed(measure: Reoffending, period: Period, entries: Sequence[Entry], ways: set[int]) -> list[Entry]:
    """Whom the measure follows, and from which entry."""
    inside = [one for one in entries if one.way in ways and period.start <= one.day < period.end]
    first_day = min((one.day for one in inside), default=None)
    if measure.cohort.taken is Taken.FIRST_SNAPSHOT:
        inside = [one for one in inside if one.day == first_day]
    if measure.cohort.taken is Taken.QUARTERLY_SNAPSHOTS:
        inside = [one for one in inside if one.day.month % 3 == 0]
    kept: dict[object, Entry] = {}
    for one in sorted(inside, key=lambda one: (one.day, one.way)):
        grown = one.adult_month and one.day >= one.adult_month
        young = one.adult_month and not grown and one.day >= on_from(one.adult_month, -96)
        if measure.ages is Ages.ADULTS and not grown:
            continue
        if measure.ages is Ages.YOUNG and not young:
            continue
        if measure.lives is Lives.PARTNERSHIP and not one.lives_here:
            continue
        kept.setdefault((one.unit, one.day) if measure.once is Once.ENTRY else one.unit, one)
    return list(kept.values())


def reoffences(
    measure: Reoffending, entry: Entry, offences: Sequence[Offence], proofs: set[int], earlier: int = 0
) -> int:
    """How many reoffences one entry has."""
    clock = on_from(entry.day, measure.starts_after - earlier)
    ends = on_from(entry.day, measure.starts_after - earlier + measure.follow_up)
    known = on_from(entry.day, measure.starts_after - earlier + measure.follow_up + measure.wait)
    found = set()
    for one in offences:
        if one.unit != entry.unit or one.proof not in proofs:
            continue
        if clock < one.offended <= ends and one.proven <= known:
            found.add(one.proven if measure.counts is Counts.OCCASIONS else one.offence)
    return len(found)
