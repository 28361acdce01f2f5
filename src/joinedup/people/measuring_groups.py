"""How good a clustering is for groups of people, beside the truth, with intervals.

Pure functions over arrays. A record is of one group. A pair counts half for each of its two records, so a
pair of two groups is half in either, and the groups together are the whole. Pairs are not independent: the
intervals resample units, that is sets of records which hang together by the clustering or by the truth
(cluster bootstrap, Field and Welsh 2007), 2,000 times, and are the middle 95 %. Where no unit errs, or each
does, resampling knows no error: then the interval is Wilson's (1927) of as many units.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.stats import binomtest

from joinedup.people.measuring_quality import Quality

FEW = 30
"""Units below which a figure is said to rest on few."""
_DRAWS = 2_000
_SEED = 20_261_130
_BOUNDS = (2.5, 97.5)
_DIGITS = 9  # sums of a unit are rounded so far, that units alike are counted as such

Whole = NDArray[np.int64]
Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Share:
    """``right`` of ``of`` (pairs, or records for B-cubed), with its interval of 95 % and how many units it
    rests on. ``value`` is None where there is nothing to divide by."""

    right: float
    of: float
    lower: float | None
    upper: float | None
    units: int

    @property
    def value(self) -> float | None:
        """The share, between 0 and 1."""
        return self.right / self.of if self.of else None

    @property
    def is_of_few(self) -> bool:
        """Whether it rests on fewer units than a figure should."""
        return self.units < FEW


@dataclass(frozen=True)
class GroupQuality:
    """Of the records of one group: pairs put together that belong together (``precision``), pairs that
    belong together and are put so (``recall``), and the same by B-cubed."""

    records: int
    precision: Share
    recall: Share
    b_cubed_precision: Share
    b_cubed_recall: Share

    @property
    def f1(self) -> float | None:
        """Of pairs."""
        return _f1(self.precision, self.recall)

    @property
    def b_cubed_f1(self) -> float | None:
        """Of records."""
        return _f1(self.b_cubed_precision, self.b_cubed_recall)


def per_group(found: ArrayLike, truth: ArrayLike, group: ArrayLike, groups: int) -> list[GroupQuality]:
    """The quality for each of so many groups, numbered from 0. One label for each record."""
    parts = _parts(_numbered(found), _numbered(truth))
    of = np.asarray(group, dtype=np.int64)
    return [_of_group(parts, of == one) for one in range(groups)]


@dataclass(frozen=True)
class _Parts:
    """What each record adds: to pairs right, put together and belonging together, and to B-cubed; and its
    unit."""

    unit: Whole
    right: Numbers
    put: Numbers
    belong: Numbers
    precision: Numbers
    recall: Numbers


def _parts(found: Whole, truth: Whole) -> _Parts:
    cells, inverse = np.unique(found * (truth.max(initial=0) + 1) + truth, return_inverse=True)
    both = np.bincount(inverse, minlength=len(cells))[inverse].astype(np.float64)
    cluster, person = (np.bincount(labels)[labels].astype(np.float64) for labels in (found, truth))
    return _Parts(
        _units(found, truth),
        (both - 1) / 2,
        (cluster - 1) / 2,
        (person - 1) / 2,
        both / cluster,
        both / person,
    )


def _units(found: Whole, truth: Whole) -> Whole:
    """The component of each record, where a cluster and a person are linked by each record of both."""
    clusters = int(found.max(initial=-1)) + 1
    size = clusters + int(truth.max(initial=-1)) + 1
    graph = coo_array((np.ones(len(found), np.int8), (found, clusters + truth)), shape=(size, size))
    return connected_components(graph, directed=False)[1][found].astype(np.int64)


def _of_group(parts: _Parts, there: NDArray[np.bool_]) -> GroupQuality:
    unit = _numbered(parts.unit[there])
    ones = np.ones(len(unit))
    right, put, belong, precision, recall = (
        values[there] for values in (parts.right, parts.put, parts.belong, parts.precision, parts.recall)
    )
    return GroupQuality(
        len(unit),
        _share(unit, right, put),
        _share(unit, right, belong),
        _share(unit, precision, ones),
        _share(unit, recall, ones),
    )


def _share(unit: Whole, right: Numbers, of: Numbers) -> Share:
    """The ratio of two sums over records, with its interval over units."""
    count = int(unit.max(initial=-1)) + 1
    both = [np.bincount(unit, weights=values, minlength=count) for values in (right, of)]
    sums: Numbers = np.array(both, dtype=np.float64).T.round(_DIGITS)
    sums = sums[sums[:, 1] > 0]
    units = len(sums)
    whole = sums.sum(axis=0)
    if not units:
        return Share(0.0, 0.0, None, None, 0)
    lower, upper = _resampled(sums)
    if np.allclose(sums[:, 0], sums[:, 1]):
        lower = float(binomtest(units, units).proportion_ci(method="wilson").low)
    elif not whole[0]:
        upper = float(binomtest(0, units).proportion_ci(method="wilson").high)
    return Share(float(whole[0]), float(whole[1]), lower, upper, units)


def _resampled(sums: Numbers) -> tuple[float, float]:
    """The interval of the ratio of two sums when units are drawn anew; units alike are drawn as one kind."""
    kinds, times = np.unique(sums, axis=0, return_counts=True)
    draws = np.random.default_rng(_SEED).multinomial(len(sums), times / len(sums), size=_DRAWS)
    right, of = (draws @ kinds).T
    lower, upper = np.percentile(right / of, _BOUNDS)
    return float(lower), float(upper)


def _numbered(labels: ArrayLike) -> Whole:
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64)


def _f1(precision: Share, recall: Share) -> float | None:
    if precision.value is None or recall.value is None:
        return None
    return Quality(precision.value, recall.value).f1
