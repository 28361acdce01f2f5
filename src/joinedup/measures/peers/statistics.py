"""How far counts of areas of unlike size differ beyond chance, and beyond the spread of their peers.

Pure functions over arrays of one length, an element for each area. ``counts`` are events, ``exposures`` what
they are divided by (residents); a rate is events for one of these.

The model: an area's own rate is drawn from a gamma distribution with the mean and the variance of the
family, its count from a Poisson distribution with that rate. Sources: D. J. Spiegelhalter, "Funnel plots for
comparing institutional performance", Statistics in Medicine 24 (2005), for the limits, and "Handling
over-dispersion of performance indicators", Quality and Safety in Health Care 14 (2005), for the variance;
D. Clayton and J. Kaldor, "Empirical Bayes estimates of age-standardized relative risks", Biometrics 43
(1987), for shrinkage; H. Goldstein and D. J. Spiegelhalter, "League tables and their limitations", JRSS A 159
(1996), for ranks.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

LEAST_FOR_SPREAD = 10
"""Of fewer areas nobody can tell how much they differ beyond chance."""

FEW_EXPECTED = 5.0
"""Below so many events expected in an area its distance from the family is no normal one."""

SURE = 0.05
"""Areas are said to differ where chance alone would make them differ so much less often than this."""

WINSORISED = 0.1
"""The share of areas at either end whose distance is taken for that of the next within."""

WARNING, ALARM = 0.95, 0.998
DRAWS = 10_000
_SEED = 20240501
_CHANCES = 1_999  # families drawn, to tell what chance alone makes
_MOST_DRAWN = 4_000_000  # numbers at a time: 32 MB

Floats = NDArray[np.float64]
Draw = Callable[[np.random.Generator, tuple[int, int]], Floats]
"""Draws of the areas' own rates: (draws, areas)."""


@dataclass(frozen=True)
class Family:
    """The rate of all areas together, and the variance of their own rates (0: they differ by chance alone;
    None: too few of them to tell).
    """

    rate: float
    variance: float | None

    @property
    def differs(self) -> bool:
        """Whether the areas' own rates are known to differ."""
        return bool(self.variance)

    def gamma(self) -> tuple[float, float]:
        """Shape and rate of the gamma distribution of the areas' own rates; only where they differ."""
        assert self.variance  # noqa: S101 - asked of families that differ
        return self.rate**2 / self.variance, self.rate / self.variance


def family_of(counts: ArrayLike, exposures: ArrayLike) -> Family:
    """The family's rate, and the variance of rates between areas by moments.

    With z the distance of a rate from the family's in standard errors of chance alone, a tenth of them
    winsorised at either end, and w the inverse variances of chance, the variance between the areas is
    ``(sum of z squared - (n - 1)) / (sum of w - sum of w squared / sum of w)``, at least 0. Winsorising
    keeps one extreme area from making room for itself; the sum is divided by the share of it that would be
    left of normal distances, so that it is not made smaller where none is extreme (P. J. Huber, "Robust
    Statistics", 1981). Where most areas expect few events nothing is winsorised, for the few that have some
    are what there is to see. The variance is 0 where chance alone would make the areas differ as much as they
    do (``chance_of_so_much``).
    """
    counts, exposures = _floats(counts), _floats(exposures)
    rate = float(counts.sum() / exposures.sum()) if exposures.sum() > 0 else 0.0
    if len(counts) < LEAST_FOR_SPREAD:
        return Family(rate, None)
    if rate == 0 or chance_of_so_much(counts, exposures) >= SURE:
        return Family(rate, 0.0)
    weights = exposures / rate
    z = (counts / exposures - rate) * np.sqrt(weights)
    squares = float(np.sum(z**2))
    if np.median(exposures * rate) >= FEW_EXPECTED:
        low, high = np.quantile(z, [WINSORISED, 1 - WINSORISED])
        squares = float(np.sum(np.clip(z, low, high) ** 2)) / left_of_normal(WINSORISED)
    scale = float(weights.sum() - np.sum(weights**2) / weights.sum())
    return Family(rate, max(0.0, (squares - (len(z) - 1)) / scale))


def chance_of_so_much(counts: ArrayLike, exposures: ArrayLike) -> float:
    """How likely areas of one rate differ at least as much as these: Pearson's chi-squared.

    Where an area expects fewer than five events, by drawing the same total over the areas (always the same
    ``_CHANCES`` times), for the distribution is not the tabled one there.
    """
    counts, exposures = _floats(counts), _floats(exposures)
    share = exposures / exposures.sum()
    expected = counts.sum() * share
    told = float(np.sum((counts - expected) ** 2 / expected))
    if expected.min() >= FEW_EXPECTED:
        return float(special.chdtrc(len(counts) - 1, told))
    drawn = np.random.default_rng(_SEED).multinomial(int(counts.sum()), share, size=_CHANCES)
    as_much = np.sum((drawn - expected) ** 2 / expected, axis=1) >= told * (1 - 1e-9)
    return float((1 + as_much.sum()) / (1 + _CHANCES))


def left_of_normal(winsorised: float) -> float:
    """What is left of a normal distribution's variance where this share of it is winsorised at each end."""
    end = float(special.ndtri(1 - winsorised))
    density = float(np.exp(-(end**2) / 2) / np.sqrt(2 * np.pi))
    return 1 - 2 * winsorised - 2 * end * density + 2 * winsorised * end**2


def limits(
    family: Family, exposures: ArrayLike, share: float, *, chance_alone: bool
) -> tuple[Floats, Floats]:
    """Between which counts ``share`` of areas of these exposures lie; counts may be broken numbers.

    By chance alone (Poisson), or with the spread of the family too (negative binomial). A count is whole, so
    the limits lie between the counts at which the probability is passed, in proportion (Spiegelhalter,
    appendix A.1.1).
    """
    expected = _floats(exposures) * family.rate
    if chance_alone or not family.differs:
        return _quantile(expected, (1 - share) / 2, None), _quantile(expected, (1 + share) / 2, None)
    shape, _ = family.gamma()
    return _quantile(expected, (1 - share) / 2, shape), _quantile(expected, (1 + share) / 2, shape)


def _at_most(count: Floats, expected: Floats, shape: float | None) -> Floats:
    """The probability of a count of at most this many, each at least -1."""
    known = np.maximum(count, 0)
    if shape is None:
        found = special.gammaincc(known + 1, expected)
    else:
        found = special.betainc(shape, known + 1, shape / (shape + expected))
    return np.where(count < 0, 0.0, np.where(expected > 0, found, 1.0))


def _quantile(expected: Floats, probability: float, shape: float | None) -> Floats:
    """The count below which this probability lies, between whole counts in proportion."""
    low = np.full(expected.shape, -1.0)  # the probability is not reached
    high = np.maximum(1.0, np.ceil(expected))
    while np.any(short := _at_most(high, expected, shape) < probability):
        low, high = np.where(short, high, low), np.where(short, high * 2, high)
    while np.any(high - low > 1):
        middle = np.floor((low + high) / 2)
        reached = _at_most(middle, expected, shape) >= probability
        low, high = np.where(reached, low, middle), np.where(reached, middle, high)
    at, before = _at_most(high, expected, shape), _at_most(low, expected, shape)
    with np.errstate(divide="ignore", invalid="ignore"):
        over = np.where(at > before, (at - probability) / (at - before), 0.0)
    return np.maximum(0.0, high - over)


def spread(family: Family) -> tuple[float, float]:
    """Between which rates the middle 95 % of areas' own lie; of families that differ."""
    shape, rate = family.gamma()
    low, high = special.gammaincinv(shape, [0.025, 0.975]) / rate
    return float(low), float(high)


def posterior(family: Family, counts: ArrayLike, exposures: ArrayLike) -> tuple[Floats, Floats]:
    """Shape and rate of the gamma distribution of each area's own rate, given its count.

    Where the areas are too few to tell their spread, each stands for itself (Jeffreys' prior). Only for
    families of which it is not known that they differ by chance alone.
    """
    counts, exposures = _floats(counts), _floats(exposures)
    if family.variance is None:
        return counts + 0.5, exposures
    shape, rate = family.gamma()
    return counts + shape, exposures + rate


def shrunken(
    family: Family, counts: ArrayLike, exposures: ArrayLike, confidence: float = 0.95
) -> tuple[Floats, Floats, Floats]:
    """Each area's rate as its count and its peers tell it together: its mean, and the interval around it.

    NaN throughout where the areas are too few to learn from; the family's rate, with the interval of its own
    count, where they differ by chance alone.
    """
    counts = _floats(counts)
    if family.variance is None:
        none = np.full(counts.shape, np.nan)
        return none, none, none
    tail = (1 - confidence) / 2
    if not family.differs:
        total, among = counts.sum(), _floats(exposures).sum()
        low = special.gammaincinv(total, tail) / among if total else 0.0
        high = special.gammainccinv(total + 1, tail) / among
        return tuple(np.full(counts.shape, one) for one in (family.rate, low, high))  # type: ignore[return-value]
    shape, rate = posterior(family, counts, exposures)
    return shape / rate, special.gammaincinv(shape, tail) / rate, special.gammainccinv(shape, tail) / rate


@dataclass(frozen=True)
class Ranks:
    """Which place each area takes, the highest rate being 1: the middle one, the interval around it, and how
    likely it is among the highest ``highest`` areas.
    """

    middle: Floats
    lower: Floats
    upper: Floats
    among_highest: Floats
    highest: int


def ranks(family: Family, counts: ArrayLike, exposures: ArrayLike, confidence: float = 0.95) -> Ranks:
    """Ranks by draws of the areas' own rates (``DRAWS`` of them, always the same ones).

    Where the areas differ by chance alone, any of them may take any place.
    """
    counts = _floats(counts)
    if family.variance is not None and not family.differs:
        return any_place(len(counts))
    shape, rate = posterior(family, counts, exposures)
    return ranks_of(
        lambda random, size: random.standard_gamma(shape, size=size) / rate, len(counts), confidence
    )


def any_place(number: int) -> Ranks:
    """The ranks of areas of which any may take any place."""
    every, highest = np.ones(number), max(1, number // 5)
    return Ranks(every * (number + 1) / 2, every, every * number, every * highest / number, highest)


def ranks_of(draw: Draw, number: int, confidence: float = 0.95) -> Ranks:
    """Ranks by draws of the areas' own rates, of ``number`` areas."""
    places, highest = _drawn_places(draw, number), max(1, number // 5)
    tail = (1 - confidence) / 2
    lower, middle, upper = np.quantile(places, [tail, 0.5, 1 - tail], axis=0, method="inverted_cdf")
    return Ranks(middle, lower, upper, np.mean(places <= highest, axis=0), highest)


def _drawn_places(draw: Draw, number: int) -> NDArray[np.int32]:
    """The place of each area in each draw: (draws, areas)."""
    random = np.random.default_rng(_SEED)
    places = np.empty((DRAWS, number), dtype=np.int32)
    at_once = max(1, _MOST_DRAWN // max(1, number))
    for first in range(0, DRAWS, at_once):
        some = places[first : first + at_once]
        drawn = draw(random, (some.shape[0], number))
        order = np.argsort(-drawn, axis=1)
        np.put_along_axis(some, order, np.arange(1, number + 1, dtype=np.int32)[None, :], axis=1)
    return places


def _floats(values: ArrayLike) -> Floats:
    return np.asarray(values, dtype=np.float64)
