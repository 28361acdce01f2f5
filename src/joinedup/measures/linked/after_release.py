"""Counting what happened to people after their release: pure functions over arrays, one element a person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from joinedup.measures.intervals import poisson
from joinedup.measures.linked import cells
from joinedup.measures.linked.before_after import MONTH
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.incidence import HAPPENED, HINDERED, LOST, incidence
from joinedup.measures.linked.released import Outcome
from joinedup.measures.linked.result import SHARE, Cell
from joinedup.terms import Flag

Integers = NDArray[np.int64]
Booleans = NDArray[np.bool_]
NEVER = 10_000_000
"""The day, after the release, of what was never seen."""
MONTHS_EACH = "months each"


@dataclass(frozen=True)
class Released:
    """The people released, from their first release: how many ``releases`` there were, and of each person
    the place, the length of sentence (empty: not told) and whether another record knows them."""

    releases: int
    place: Sequence[str]
    length: Sequence[str]
    known: Booleans

    def groups(self) -> dict[str, Booleans]:
        """Everybody, and each place and length of sentence that is told, with whose it is."""
        found = {ALL: np.ones(len(self.place), dtype=np.bool_)}
        for told in (self.place, self.length):
            names = np.array(told, dtype=np.object_)
            found |= {name: names == name for name in sorted(set(told) - {""})}
        return found


@dataclass(frozen=True)
class Course:
    """What became of each person in one respect: days after the release, 0 the day itself. ``happened`` is
    its first day and ``hindered`` that of what came between (``NEVER``: not seen); ``through`` is the last
    day of which feeds have told (below 0: none)."""

    happened: Integers
    hindered: Integers
    through: Integers

    def ended(self, *, at_liberty: bool = False) -> tuple[Integers, Integers]:
        """How long each is followed and why no longer, of those who are followed at all. On one day it
        happens before what hinders it. ``at_liberty``: who is hindered is lost from sight."""
        seen = self.through >= 0
        happened, hindered, through = (one[seen] for one in (self.happened, self.hindered, self.through))
        time = np.minimum(np.minimum(happened, hindered), through)
        cause = np.where(hindered == time, LOST if at_liberty else HINDERED, LOST)
        return time, np.where(happened == time, HAPPENED, cause).astype(np.int64)

    def of(self, people: Booleans) -> Course:
        """Of these people only."""
        return Course(self.happened[people], self.hindered[people], self.through[people])


@dataclass(frozen=True)
class Followed:
    """An outcome with everybody's course, and for how many days after its release everybody of the period
    has been told of; ``flags`` of what feeds left out."""

    outcome: Outcome
    course: Course
    ran: int
    flags: frozenset[Flag] = frozenset()

    def has_run(self, months: int) -> bool:
        """Whether the clock has run for whoever was released on the period's last day."""
        return self.ran >= days_of(months)


def days_of(months: int) -> int:
    """So many months in whole days: 30, 91, 183 and 365 for 1, 3, 6 and 12."""
    return round(months * MONTH)


def cells_of(
    released: Released, followed: Sequence[Followed], months: Sequence[int], custody: Followed
) -> list[Cell]:
    """How many were released, of which groups, and what happened to them, of all by each of ``months``; of
    each group by the longest of these whose clock has run (none: the shortest)."""
    people = len(released.place)
    lower, upper = (float(one.item()) for one in poisson(people))
    found = [
        Cell("released", ALL, cells.COUNT, people, None, float(people), lower, upper),
        Cell("releases", ALL, cells.COUNT, released.releases, None, float(released.releases)),
        cells.share("known-elsewhere", ALL, int(released.known.sum()), people),
        *_shares("by-place", released.place),
        *_shares("by-length", released.length),
        _liberty(custody, months[-1]),
    ]
    groups = released.groups()
    for one in followed:
        found += [cell for by in months for cell in _happens(one, by, ALL, groups[ALL])]
        by = max((month for month in months if one.has_run(month)), default=months[0])
        for name, own in groups.items():
            if name != ALL:
                found += _happens(one, by, name, own)
    return found


def as_mostly_written(names: pd.Series[str]) -> pd.Series[str]:
    """Names that differ in capitals alone, each as it is most often written; of several, the first by ABC."""
    written = names.dropna().value_counts().reset_index(name="times")
    written.columns = pd.Index(["name", "times"])
    written["low"] = written["name"].str.lower()
    most = written.sort_values(["times", "name"], ascending=[False, True]).drop_duplicates("low")
    return names.str.lower().map(dict(zip(most["low"], most["name"], strict=True)))


def _shares(of: str, told: Sequence[str]) -> list[Cell]:
    """The share of each value, of those of whom it is told; and of how many it is not."""
    known = [one for one in told if one]
    found = [cells.share(of, name, known.count(name), len(known)) for name in sorted(set(known))]
    return [*found, cells.share(f"{of}-not-known", ALL, len(told) - len(known), len(told))]


def happens(outcome: Outcome, months: int, *, at_liberty: bool = False) -> str:
    """What a number of an outcome within so many months is called."""
    within = f"within-{months}-months" if months > 1 else "within-1-month"
    return f"{outcome.name}-at-liberty-{within}" if at_liberty else f"{outcome.name}-{within}"


def _happens(one: Followed, months: int, group: str, people: Booleans) -> list[Cell]:
    course, day = one.course.of(people), days_of(months)
    found = [_cell(happens(one.outcome, months), group, course.ended(), day)]
    if one.outcome.at_liberty:
        free = happens(one.outcome, months, at_liberty=True)
        found.append(_cell(free, group, course.ended(at_liberty=True), day))
    flags = one.flags if one.has_run(months) else one.flags | {Flag.NOT_YET_MATURE}
    if not (course.through >= day).any():
        found = [Cell(cell.of, group, SHARE, None, cell.denominator) for cell in found]
    return [replace(cell, flags=flags) for cell in found]


def _cell(of: str, group: str, ended: tuple[Integers, Integers], day: int) -> Cell:
    told = incidence(*ended, day)
    return Cell(of, group, SHARE, told.happened, told.followed, told.value, told.lower, told.upper)


def _liberty(custody: Followed, months: int) -> Cell:
    """Months out of custody, and alive, of each person within so many; no number before the clock has run."""
    of = f"months-at-liberty-of-{months}"
    if not custody.has_run(months):
        flags = custody.flags | {Flag.NOT_YET_MATURE}
        return Cell(of, ALL, MONTHS_EACH, None, len(custody.course.through), flags=flags)
    days = np.minimum(np.minimum(custody.course.happened, custody.course.hindered), days_of(months))
    free = days.astype(np.float64) / MONTH
    cell = cells.ratio_of_sums(of, ALL, MONTHS_EACH, free, np.ones(len(free)))
    return replace(cell, flags=custody.flags)


def first_days(
    unit: Integers, day: NDArray[np.datetime64], released: NDArray[np.datetime64], earliest: int
) -> Integers:
    """By person the first of their days, in days after the release, that is not before the day ``earliest``.

    ``unit`` is the number of each row's person among the released (below 0: of nobody released).
    """
    found = np.full(len(released), NEVER, dtype=np.int64)
    there = (unit >= 0) & ~np.isnat(day)
    unit, after = unit[there], (day[there] - released[unit[there]]).astype(np.int64)
    kept = after >= earliest
    np.minimum.at(found, unit[kept], after[kept])
    return found


def of_several(days: Mapping[object, Integers], people: int) -> Integers:
    """By person the first of several days."""
    found = np.full(people, NEVER, dtype=np.int64)
    for one in days.values():
        found = np.minimum(found, one)
    return found
