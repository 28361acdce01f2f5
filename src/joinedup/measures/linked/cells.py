"""Numbers with their intervals: shares, medians and quartiles of clustered values, rates and ratios."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from scipy import special

from joinedup.measures.intervals import CONFIDENCE, poisson, ratio, wilson
from joinedup.measures.linked.result import SHARE, Cell

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
METRES, DAYS = "metres", "days"
PER_100_000, PER_KM2, RATIO, COUNT = "per 100,000", "per square kilometre", "ratio", "count"
FOR_NEED = "for each in need"
MEDIAN = "median"
QUARTERS = {MEDIAN: 0.5, "lower-quartile": 0.25, "upper-quartile": 0.75}
Z = float(special.ndtri((1 + CONFIDENCE) / 2))
_FEW_PEOPLE = 2
_LEAST_FOR_QUARTERS = 6


def share(of: str, group: str, hits: int, total: int) -> Cell:
    """A share with Wilson's interval; no value where there is nothing to share."""
    if not total:
        return Cell(of, group, SHARE, hits, total)
    lower, upper = wilson(hits, total)
    return Cell(of, group, SHARE, hits, total, hits / total, float(lower), float(upper))


def rate(of: str, group: str, count: int, residents: int) -> Cell:
    """For 100,000 residents, with the exact Poisson interval of the count."""
    if not residents:
        return Cell(of, group, PER_100_000, count, None)
    lower, upper = poisson(count)
    each = 100_000 / residents
    return Cell(
        of,
        group,
        PER_100_000,
        count,
        residents,
        count * each,
        float(lower.item()) * each,
        float(upper.item()) * each,
    )


def rate_ratio(of: str, group: str, count: int, beside: int, base: float, base_beside: float) -> Cell:
    """How many times as much there is for each unit of its base (residents, square kilometres) as beside it:
    the ratio of two Poisson rates, with the exact conditional interval. Numerator and denominator are the two
    counts. No value where one of both has no base."""
    if not base or not base_beside:
        return Cell(of, group, RATIO, count, beside)
    lower, upper = (float(one) for one in ratio(count, beside))
    scale = base_beside / base
    value = count / beside * scale if beside else None
    return Cell(
        of,
        group,
        RATIO,
        count,
        beside,
        value,
        None if math.isnan(lower) else lower * scale,
        upper * scale if math.isfinite(upper) else None,
    )


def ratio_of_sums(of: str, group: str, unit: str, number: Floats, among: Floats, scale: int = 1) -> Cell:
    """The sum of ``number`` over the sum of ``among`` (one value of each person), times ``scale``.

    The interval is normal, with the variance of a ratio over people drawn at random, for several offences of
    one person come together: W. G. Cochran, "Sampling Techniques", 3rd edition (1977), section 2.11. None
    for fewer than two people.
    """
    total, base = float(number.sum()), float(among.sum())
    if not base:
        return Cell(of, group, unit, round(total), round(base))
    value = total / base
    people = int(((among > 0) | (number > 0)).sum())
    if people < _FEW_PEOPLE:
        return Cell(of, group, unit, round(total), round(base), value * scale)
    residual = number - value * among
    error = float(np.sqrt((residual**2).sum() * people / (people - 1))) / base
    half = Z * error
    lower, upper = max(value - half, 0.0) * scale, (value + half) * scale
    return Cell(of, group, unit, round(total), round(base), value * scale, lower, upper)


def quantiles(of: str, group: str, unit: str, values: Floats, cluster: Integers) -> list[Cell]:
    """Median and quartiles of values of which several may be of one ``cluster`` (a person).

    The median of an even number of values is the mean of the middle two. The interval is Woodruff's: the
    variance of the share of values at or below the quantile, from the clusters' totals, turned back into
    values. R. S. Woodruff, "Confidence intervals for medians and other position measures", JASA 47 (1952).
    With fewer than six clusters there is none, and no quartile: either would say nothing.
    """
    n, units = len(values), len(np.unique(cluster))
    ordered = np.sort(values)
    cells = []
    for name, part in QUARTERS.items():
        if not n or (units < _LEAST_FOR_QUARTERS and name != MEDIAN):
            cells.append(Cell(f"{of}-{name}", group, unit, n, units))
            continue
        found = float(np.median(ordered)) if name == MEDIAN else float(_at(ordered, part))
        lower = upper = None
        if units >= _LEAST_FOR_QUARTERS:
            half = Z * _error(values, cluster, found, part)
            ends = (float(_at(ordered, min(max(part + sign * half, 0.0), 1.0))) for sign in (-1, 1))
            lower, upper = (choose(found, end) for choose, end in zip((min, max), ends, strict=True))
        cells.append(Cell(f"{of}-{name}", group, unit, n, units, found, lower, upper))
    return cells


def _at(ordered: Floats, part: float) -> float:
    """The smallest value that at least this part of the values do not exceed."""
    return float(ordered[max(math.ceil(round(part * len(ordered), 9)) - 1, 0)])


def _error(values: Floats, cluster: Integers, found: float, part: float) -> float:
    """The standard error of the share of values at or below one, with clusters drawn and not values."""
    _, number = np.unique(cluster, return_inverse=True)
    beyond = (values <= found) - part
    totals = np.bincount(number, weights=beyond)
    clusters = len(totals)
    return float(np.sqrt((totals**2).sum() * clusters / (clusters - 1))) / len(values)
