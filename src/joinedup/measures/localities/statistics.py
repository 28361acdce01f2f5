"""The index, who is in the group, and how sure that is: pure functions over arrays.

``values`` are parts by areas: each area's rate, share or score of each part. ``weights_in_whole`` has the
same shape: how much an area's value counts in the whole's (what a rate is divided by; residents for a
score).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy  # its parts are slow to import: each when it is asked for
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Marks = NDArray[np.bool_]

DRAWS = 2_000
CONFIDENCE = 0.95
_ROUNDING = 1e-9  # of an index, about 100
_SEED = 20121001
_HALF = 0.5  # events: what the prior weighs
_AT_ONCE = 2_000_000  # numbers of one part held in memory


def whole_of(values: Floats, weights_in_whole: Floats) -> Floats:
    """The whole's value of each part: the mean of the areas' values, weighted.

    With what a rate is divided by as weights this is the ratio of the sums.
    """
    total: Floats = (values * weights_in_whole).sum(axis=-1) / weights_in_whole.sum(axis=-1)
    return total


def indexes(values: Floats, whole: Floats) -> Floats:
    """100 times each area's value over the whole's, of each part; 0 where the whole has none."""
    safe = np.where(whole > 0, whole, 1.0)
    found: Floats = 100.0 * values / safe[..., None] * (whole > 0)[..., None]
    return found


def composite(of_parts: Floats, part_weights: ArrayLike) -> Floats:
    """The weighted mean of the parts' indexes of each area."""
    weights = np.asarray(part_weights, dtype=np.float64)
    mean: Floats = np.tensordot(weights / weights.sum(), of_parts, axes=(0, 0))
    return mean


def cut_of(index: Floats, at_least: float | None, top: float | None) -> Floats:
    """From which index on an area is in the group; for several draws (draws by areas) one for each."""
    if at_least is not None:
        return np.full(index.shape[:-1], at_least)
    assert top is not None  # noqa: S101 - a definition has one of the two
    return _highest(index, top)


def members(index: Floats, at_least: float | None, top: float | None) -> Marks:
    """Which areas are in the group. Areas as high as the last of the top share are in it too, and what
    rounding alone keeps below."""
    found: Marks = index >= cut_of(index, at_least, top)[..., None] - _ROUNDING
    return found


def worst(values: Floats, share: float) -> Marks:
    """Which areas are among the worst ``share`` by one thing; those as high as the last of them too.

    An area of which the value is 0 is never among the worst, however few have more.
    """
    found: Marks = (values >= _highest(values, share)[..., None]) & (values > 0)
    return found


def _highest(values: Floats, share: float) -> Floats:
    """The value of the last of the highest ``share`` of areas; a part of an area counts as a whole one."""
    number = values.shape[-1]
    take = min(number, math.ceil(round(share * number, 9)))
    found: Floats = np.partition(values, number - take, axis=-1)[..., number - take]
    return found


@dataclass(frozen=True)
class Counted:
    """A part whose numerators are counts: which row of the values it is, and what they are divided by."""

    row: int
    counts: Floats
    exposures: Floats


@dataclass(frozen=True)
class Chance:
    """What drawing the counts again gives for each area: the share of draws in the group, the interval of the
    index and of the rank (1: the highest), and the share of draws among the worst of everything."""

    among: Floats
    lower: Floats
    upper: Floats
    rank_lower: Floats
    rank_upper: Floats
    worst_in_all: Floats


@dataclass(frozen=True)
class Rules:
    """What a definition says of the parts that are at hand. ``weights_in_whole`` and ``part_weights`` are of
    the parts of the index; what is ranked beside them has its values alone."""

    part_weights: Floats
    weights_in_whole: Floats
    at_least: float | None
    top: float | None
    worst: float


def by_chance(values: Floats, counted: Sequence[Counted], rules: Rules, draws: int = DRAWS) -> Chance:
    """Draw every rate again from what its count leaves possible; always the same draws.

    A rate behind a Poisson count has a gamma distribution (A. Gelman and others, "Bayesian data analysis",
    3rd edition, section 2.6); the prior has the rate of all areas as its mean and weighs as half an event, so
    that an area without a count is not taken for one where nothing can happen. Intervals hold what was
    found. Rows of ``values`` beyond ``part_weights`` are ranked beside the index and are no part of it.
    """
    random = np.random.default_rng(_SEED)
    parts, number = len(rules.part_weights), values.shape[1]
    index = np.empty((draws, number))
    all_worst = np.zeros(number)
    at_once = max(1, _AT_ONCE // number)
    for first in range(0, draws, at_once):
        some = min(at_once, draws - first)
        again: dict[int, Floats] = {one.row: _rates(random, one, (some, number)) for one in counted}
        index[first : first + some] = _index_of(values[:parts], again, rules)
        everything = np.ones((some, number), dtype=np.bool_)
        for row in range(len(values)):
            everything &= worst(again.get(row, values[row]), rules.worst)
        all_worst += everything.sum(axis=0)
    return _told(index, _index_of(values[:parts], {}, rules), all_worst / draws, rules)


def _rates(random: np.random.Generator, one: Counted, shape: tuple[int, int]) -> Floats:
    """Rates that could be behind the counts."""
    whole = max(float(np.sum(one.counts)), _HALF) / float(np.sum(one.exposures))
    drawn = random.gamma(one.counts + _HALF, size=shape) / (one.exposures + _HALF / whole)
    return np.asarray(drawn, dtype=np.float64)


def _index_of(values: Floats, again: dict[int, Floats], rules: Rules) -> Floats:
    """The index of each area in each draw, with the values of some parts drawn again."""
    share = rules.part_weights / rules.part_weights.sum()
    total: Floats | float = 0.0
    for row, fixed in enumerate(values):
        drawn = again.get(row, fixed)
        total = total + share[row] * indexes(drawn, whole_of(drawn, rules.weights_in_whole[row]))
    return np.asarray(total, dtype=np.float64)


def _told(index: Floats, found: Floats, worst_in_all: Floats, rules: Rules) -> Chance:
    tail = (1 - CONFIDENCE) / 2
    among = members(index, rules.at_least, rules.top).mean(axis=0)
    lower, upper = np.quantile(index, [tail, 1 - tail], axis=0)
    places = ranks(index)
    rank_lower, rank_upper = np.quantile(places, [tail, 1 - tail], axis=0, method="inverted_cdf")
    lower, upper = np.minimum(lower, found), np.maximum(upper, found)
    rank = ranks(found)
    rank_lower, rank_upper = np.minimum(rank_lower, rank), np.maximum(rank_upper, rank)
    return Chance(among, lower, upper, rank_lower, rank_upper, worst_in_all)


def ranks(index: Floats) -> NDArray[np.int32]:
    """The place of each area, 1 being the highest index; areas alike stand in their order."""
    order = np.argsort(-index, axis=-1, kind="stable")
    places = np.empty(index.shape, dtype=np.int32)
    numbers = np.arange(1, index.shape[-1] + 1, dtype=np.int32)
    np.put_along_axis(places, order, np.broadcast_to(numbers, index.shape), axis=-1)
    return places


def rank_correlation(one: ArrayLike, other: ArrayLike) -> tuple[float, float, float] | None:
    """Spearman's correlation of two things and its 95 % interval; None of fewer than five, or where one of
    them does not vary.

    The interval is by Fisher's z with the standard error ``sqrt((1 + r squared / 2) / (n - 3))``: D. Bonett
    and T. Wright, "Sample size requirements for estimating Pearson, Kendall and Spearman correlations",
    Psychometrika 65 (2000).
    """
    first, second = (scipy.stats.rankdata(np.asarray(each, dtype=np.float64)) for each in (one, other))
    number = len(first)
    if number < 5 or np.ptp(first) == 0 or np.ptp(second) == 0:
        return None
    found = float(np.clip(np.corrcoef(first, second)[0, 1], -1, 1))
    if abs(found) > 1 - 1e-12:
        return found, found, found
    half = float(scipy.stats.norm.ppf((1 + CONFIDENCE) / 2)) * math.sqrt((1 + found**2 / 2) / (number - 3))
    return found, math.tanh(math.atanh(found) - half), math.tanh(math.atanh(found) + half)
