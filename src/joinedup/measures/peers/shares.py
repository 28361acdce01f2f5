"""How far shares of areas of unlike size differ beyond chance, and beyond the spread of their peers.

The same as ``statistics`` does of rates, with its sources: an area's own share is drawn from a beta
distribution with the mean and the variance of the family, its count from a binomial distribution with that
share. Pure functions over arrays of one length; ``counts`` of ``totals``, which are whole and above 0.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from joinedup.measures.peers.statistics import (
    FEW_EXPECTED,
    LEAST_FOR_SPREAD,
    SURE,
    WINSORISED,
    Family,
    Floats,
    Ranks,
    any_place,
    left_of_normal,
    ranks_of,
)

_SEED = 20240501
_CHANCES = 1_999
_MOST_SPREAD = 0.99  # of the greatest variance that shares of a mean can have


def family_of(counts: ArrayLike, totals: ArrayLike) -> Family:
    """The family's share, and the variance of shares between areas by moments, as ``statistics.family_of``
    tells it of rates, with the binomial variance of chance in the place of the Poisson one."""
    counts, totals = _floats(counts), _floats(totals)
    share = float(counts.sum() / totals.sum())
    if len(counts) < LEAST_FOR_SPREAD:
        return Family(share, None)
    if share in {0.0, 1.0} or chance_of_so_much(counts, totals) >= SURE:
        return Family(share, 0.0)
    weights = totals / (share * (1 - share))
    z = (counts / totals - share) * np.sqrt(weights)
    squares = float(np.sum(z**2))
    if np.median(totals * min(share, 1 - share)) >= FEW_EXPECTED:
        low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
        squares = float(np.sum(np.clip(z, low, high) ** 2)) / left_of_normal(WINSORISED)
    scale = float(weights.sum() - np.sum(weights**2) / weights.sum())
    variance = max(0.0, (squares - (len(z) - 1)) / scale)
    return Family(share, min(variance, _MOST_SPREAD * share * (1 - share)))


def chance_of_so_much(counts: ArrayLike, totals: ArrayLike) -> float:
    """How likely areas of one share differ at least as much as these: Pearson's chi-squared.

    Where an area expects fewer than five with or without, by drawing as many with over the areas (always the
    same ``_CHANCES`` times), for the distribution is not the tabled one there.
    """
    counts, totals = _floats(counts), _floats(totals)
    share = counts.sum() / totals.sum()
    expected = totals * share
    scale = expected * (1 - share)
    told = float(np.sum((counts - expected) ** 2 / scale))
    if min(expected.min(), (totals - expected).min()) >= FEW_EXPECTED:
        return float(special.chdtrc(len(counts) - 1, told))
    drawn = np.random.default_rng(_SEED).multivariate_hypergeometric(
        totals.astype(np.int64), int(counts.sum()), size=_CHANCES, method="marginals"
    )
    as_much = np.sum((drawn - expected) ** 2 / scale, axis=1) >= told * (1 - 1e-9)
    return float((1 + as_much.sum()) / (1 + _CHANCES))


def _beta(family: Family) -> tuple[float, float]:
    """The two shapes of the beta distribution of the areas' own shares; only where they differ."""
    assert family.variance  # noqa: S101 - asked of families that differ
    whole = family.rate * (1 - family.rate) / family.variance - 1
    return family.rate * whole, (1 - family.rate) * whole


def spread(family: Family) -> tuple[float, float]:
    """Between which shares the middle 95 % of areas' own lie; of families that differ."""
    low, high = special.betaincinv(*_beta(family), np.array([0.025, 0.975]))
    return float(low), float(high)


def limits(family: Family, totals: ArrayLike, share: float, *, chance_alone: bool) -> tuple[Floats, Floats]:
    """Between which counts ``share`` of areas of these totals lie; counts may be broken numbers.

    By chance alone (binomial), or with the spread of the family too (beta-binomial), between whole counts in
    proportion (Spiegelhalter, appendix A.1.1).
    """
    shapes = None if chance_alone or not family.differs else _beta(family)
    both = [(1 - share) / 2, (1 + share) / 2]
    found: dict[int, tuple[float, float]] = {}
    whole = _floats(totals).astype(np.int64)
    for total in set(whole.tolist()):
        at_most = np.cumsum(_chances(total, family.rate, shapes))
        low, high = (_quantile(at_most, one) for one in both)
        found[total] = low, high
    pairs = np.array([found[total] for total in whole.tolist()])
    return pairs[:, 0], pairs[:, 1]


def _chances(total: int, share: float, shapes: tuple[float, float] | None) -> Floats:
    """How likely each count from 0 to the total is."""
    count = np.arange(total + 1, dtype=np.float64)
    ways = -np.log(total + 1) - special.betaln(total - count + 1, count + 1)
    if shapes is None:
        logs = ways + special.xlogy(count, share) + special.xlog1py(total - count, -share)
    else:
        a, b = shapes
        logs = ways + special.betaln(count + a, total - count + b) - special.betaln(a, b)
    return np.exp(logs)


def _quantile(at_most: Floats, probability: float) -> float:
    """The count below which this probability lies, between whole counts in proportion; where that is not
    passed before the total, the total: nobody has more."""
    high = int(np.searchsorted(at_most, probability, side="left"))
    if high >= len(at_most) - 1:
        return float(len(at_most) - 1)
    before = float(at_most[high - 1]) if high else 0.0
    over = (float(at_most[high]) - probability) / (float(at_most[high]) - before)
    return max(0.0, high - max(over, 0.0))


def posterior(family: Family, counts: ArrayLike, totals: ArrayLike) -> tuple[Floats, Floats]:
    """The two shapes of the beta distribution of each area's own share, given its count; by Jeffreys' prior
    where the areas are too few to tell their spread."""
    counts, totals = _floats(counts), _floats(totals)
    a, b = (0.5, 0.5) if family.variance is None else _beta(family)
    return counts + a, totals - counts + b


def shrunken(
    family: Family, counts: ArrayLike, totals: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Each area's share as its count and its peers tell it together: its mean, and the interval around it;
    NaN where the areas are too few, and the family's with its exact interval where they differ by chance."""
    counts, totals = _floats(counts), _floats(totals)
    if family.variance is None:
        none = np.full(counts.shape, np.nan)
        return none, none, none
    tail = (1 - confidence) / 2
    if not family.differs:
        hits, among = counts.sum(), totals.sum()
        low = special.betaincinv(hits, among - hits + 1, tail) if hits else 0.0
        high = special.betaincinv(hits + 1, among - hits, 1 - tail) if hits < among else 1.0
        return tuple(np.full(counts.shape, one) for one in (family.rate, low, high))  # type: ignore[return-value]
    a, b = posterior(family, counts, totals)
    return a / (a + b), special.betaincinv(a, b, tail), special.betaincinv(a, b, 1 - tail)


def ranks(family: Family, counts: ArrayLike, totals: ArrayLike, confidence: float = 0.95) -> Ranks:
    """Ranks by draws of the areas' own shares, the highest share being 1."""
    counts = _floats(counts)
    if family.variance is not None and not family.differs:
        return any_place(len(counts))
    a, b = posterior(family, counts, totals)
    return ranks_of(lambda random, size: random.beta(a, b, size=size), len(counts), confidence)


def _floats(values: ArrayLike) -> NDArray[np.float64]:
    return np.asarray(values, dtype=np.float64)
