"""Offences before and after a day for each month at liberty, beside people who offended as much before.

Those beside whom somebody stands are chosen by what is known on that day only: not by what they did or what
became of them afterwards.

Pure functions over arrays. People are numbers from 0; days are ``datetime64[D]``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.intervals import poisson, ratio
from joinedup.measures.linked import cells
from joinedup.measures.linked.cells import COUNT, RATIO, Z
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell
from joinedup.measures.repeats.counting import day_after

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]
Days = NDArray[np.datetime64]
PER_MONTH = "per person and month"
MONTH = 365.25 / 12  # days
ALIKE = 1.0
"""Months at liberty before by which two people may differ and still be set beside each other."""

_FEW = 2


@dataclass(frozen=True)
class Offences:
    """One element for each proven offence: whose, on which day it was committed and on which proven."""

    unit: Integers
    day: Days
    proven: Days


@dataclass(frozen=True)
class Custody:
    """One element for each time in custody: whose, its first day and the first day after it."""

    unit: Integers
    begins: Days
    ends: Days


@dataclass(frozen=True)
class Windows:
    """The days of one person's two windows: from ``begins`` to ``anchor``, from there to ``ends``; an offence
    counts if it is proven by ``wait`` months after its window."""

    begins: np.datetime64
    anchor: np.datetime64
    ends: np.datetime64
    wait: int


@dataclass(frozen=True)
class Both:
    """Offences and months at liberty before and after, of one person each."""

    offences: tuple[Floats, Floats]
    months: tuple[Floats, Floats]


def windows(anchor: np.datetime64, months: int, wait: int) -> Windows:
    """As many months on either side of a day; a month that has no such day ends with its last."""
    return Windows(day_after(anchor, -months), anchor, day_after(anchor, months), wait)


def counted(offences: Offences, window: Windows, units: int) -> tuple[Integers, Integers]:
    """By person the offences in either window."""
    found = []
    for first, last in ((window.begins, window.anchor), (window.anchor, window.ends)):
        told = offences.proven < day_after(last, window.wait)
        inside = (offences.day >= first) & (offences.day < last) & told
        found.append(np.bincount(offences.unit[inside], minlength=units))
    return found[0], found[1]


def at_liberty(custody: Custody, window: Windows, units: int) -> tuple[Floats, Floats]:
    """By person the months of either window that they were not in custody; times there do not overlap."""
    found = []
    for first, last in ((window.begins, window.anchor), (window.anchor, window.ends)):
        begins, ends = np.maximum(custody.begins, first), np.minimum(custody.ends, last)
        days = np.maximum((ends - begins).astype(np.int64), 0)
        inside = np.bincount(custody.unit, weights=days, minlength=units)
        free = np.asarray((float((last - first).astype(np.int64)) - inside) / MONTH, dtype=np.float64)
        found.append(free)
    return found[0], found[1]


def without_overlaps(custody: Custody) -> Custody:
    """The same days in custody, each once."""
    order = np.lexsort((custody.begins, custody.unit))
    unit, begins, ends = custody.unit[order], custody.begins[order], custody.ends[order]
    latest: dict[int, np.datetime64] = {}
    for at in range(len(unit)):
        known = latest.get(int(unit[at]))
        if known is not None and begins[at] < known:
            begins[at] = min(known, ends[at])
        latest[int(unit[at])] = ends[at] if known is None else max(known, ends[at])
    return Custody(unit, begins, ends)


@dataclass(frozen=True)
class Compared:
    """The cohort's own numbers, and those of the people who were compared with each of them (None: nobody
    offended as much before, or they themselves did not offend)."""

    cohort: Both
    others: Both
    matched: NDArray[np.bool_]


def compared(
    anchors: Mapping[int, np.datetime64],
    offences: Offences,
    custody: Custody,
    taken_on: Days,
    clock: tuple[int, int],
) -> Compared:
    """Each person of the cohort, beside the mean of those who were not on the caseload by that day and had
    exactly as many offences, in about as many months at liberty, in the same time before.

    ``taken_on`` has the day on which each person first came onto the caseload, ever (none: NaT); whoever
    comes later stays among the others. ``clock`` is the months of a window and those of the wait. Who
    offended in none of the months before is beside nobody: of people without an offence only those are known
    who have one at another time.
    """
    months, wait = clock
    units = len(taken_on)
    rows: list[Sequence[float]] = []
    matched = []
    for unit, anchor in anchors.items():
        window = windows(anchor, months, wait)
        before, after = counted(offences, window, units)
        free_before, free_after = at_liberty(custody, window, units)
        own = [before[unit], after[unit], free_before[unit], free_after[unit]]
        not_yet = np.isnat(taken_on) | (taken_on > anchor)
        near = np.abs(free_before - free_before[unit]) <= ALIKE
        alike = np.flatnonzero(not_yet & near & (before == before[unit]))
        has = bool(before[unit]) and len(alike) > 0
        mean = [float(one[alike].mean()) if has else 0.0 for one in (before, after, free_before, free_after)]
        rows.append([*(float(one) for one in own), *mean])
        matched.append(has)
    table = np.array(rows, dtype=np.float64).reshape(-1, 8)
    cohort = Both((table[:, 0], table[:, 1]), (table[:, 2], table[:, 3]))
    beside = Both((table[:, 4], table[:, 5]), (table[:, 6], table[:, 7]))
    return Compared(cohort, beside, np.array(matched, dtype=np.bool_))


def cells_of(found: Compared) -> list[Cell]:
    """Rates before and after and their ratio, of the cohort; of those of it who have others beside them, and
    of these others. The interval of a ratio is over people, each with both times."""
    people = len(found.matched)
    told = [Cell("people", ALL, COUNT, people, None, float(people))]
    told += _rates("", found.cohort, np.ones(people, dtype=np.bool_), whole=True)
    told.append(cells.share("with-others-beside", ALL, int(found.matched.sum()), people))
    told += _rates("matched-", found.cohort, found.matched, whole=True)
    told += _rates("others-", found.others, found.matched, whole=False)
    told.append(_against(found))
    return told


def _against(found: Compared) -> Cell:
    """The cohort's ratio against that of the others beside them, with an interval over the cohort's people,
    each with their own others."""
    own, others = (_moved(both, found.matched) for both in (found.cohort, found.others))
    if own is None or others is None:
        return Cell("against-others", ALL, RATIO)
    value, people = own[0] / others[0], int(found.matched.sum())
    cell = Cell("against-others", ALL, RATIO, value=value)
    if people < _FEW:
        return cell
    half = Z * float(np.sqrt(np.sum((own[1] - others[1]) ** 2) * people / (people - 1)))
    return replace(cell, lower=value * float(np.exp(-half)), upper=value * float(np.exp(half)))


def _moved(both: Both, among: NDArray[np.bool_]) -> tuple[float, Floats] | None:
    """The ratio of after to before, and by how much each person moves its logarithm; None where there is
    none."""
    (before, after), (first, last) = _chosen(both, among)
    sums = [float(one.sum()) for one in (before, after, first, last)]
    if not all(one > 0 for one in sums):
        return None
    value = sums[1] / sums[3] / (sums[0] / sums[2])
    moved: Floats = after / sums[1] - last / sums[3] - before / sums[0] + first / sums[2]
    return value, moved


def _rates(which: str, both: Both, among: NDArray[np.bool_], *, whole: bool) -> list[Cell]:
    """``whole``: of people with offences of their own; else of means, which have no interval."""
    (before, after), (first, last) = _chosen(both, among)
    return [
        _rate(f"{which}before", before, first, whole=whole),
        _rate(f"{which}after", after, last, whole=whole),
        _ratio(f"{which}ratio", both, among, whole=whole),
    ]


def _chosen(both: Both, among: NDArray[np.bool_]) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Offences and months of some of the people."""
    (before, after), (first, last) = both.offences, both.months
    return (before[among], after[among]), (first[among], last[among])


def _rate(of: str, offences: Floats, months: Floats, *, whole: bool) -> Cell:
    """Offences for each month at liberty, with the interval over people."""
    cell = cells.ratio_of_sums(of, ALL, PER_MONTH, offences, months)
    if not whole:
        return Cell(of, ALL, PER_MONTH, value=cell.value)
    if cell.lower is None or cell.upper is None or not np.isclose(cell.lower, cell.upper):
        return cell
    # All are alike, or have none: what is not sure is the count itself.
    lower, upper = (float(one.item()) / float(months.sum()) for one in poisson(offences.sum()))
    return replace(cell, lower=lower, upper=upper)


def _ratio(of: str, both: Both, among: NDArray[np.bool_], *, whole: bool) -> Cell:
    """After against before; the variance of its logarithm is linearised over people (W. G. Cochran, "Sampling
    Techniques", 3rd edition, 1977, section 2.11), for both times are of the same ones."""
    offences, months = _chosen(both, among)
    before, after = (float(one.sum()) for one in offences)
    first, last = (float(one.sum()) for one in months)
    cell = Cell(of, ALL, RATIO, round(after), round(before)) if whole else Cell(of, ALL, RATIO)
    if not before or first <= 0 or last <= 0:
        return cell
    told, people = _moved(both, among), len(offences[0])
    if told is None:  # nothing after: the exact upper limit of a ratio of two counts, for lack of a spread
        upper = float(ratio(0, before)[1]) * first / last
        return replace(cell, value=0.0, lower=0.0, upper=upper) if whole else replace(cell, value=0.0)
    value, moved = told
    if not whole or people < _FEW:
        return replace(cell, value=value)
    half = Z * float(np.sqrt(np.sum(moved**2) * people / (people - 1)))
    return replace(cell, value=value, lower=value * float(np.exp(-half)), upper=value * float(np.exp(half)))
