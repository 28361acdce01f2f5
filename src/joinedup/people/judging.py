"""How good a linkage is, by what people decided of pairs that were drawn from strata: precision and recall.

Pure functions. A stratum of pairs of like weight is known by its size; some of its pairs were drawn and
looked at. The number of true pairs of a stratum is its size times the share found the same (stratified
estimation, Cochran, Sampling Techniques, 1977, chapter 5); of a group of people both its pairs and its true
pairs are the size times their share of those looked at (domain estimation, section 5A.14). Intervals rest on
2,000 draws of the shares from their posterior with Jeffreys' prior, so that a stratum of which all were alike
still has a width. Pairs of which nobody can tell are left out of what is the same, and give the least and the
most that it could be, whichever way they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS = 2_000
_SEED = 20_261_129
_BOUNDS = (2.5, 97.5)
_JEFFREYS = 0.5
_LEAST = 1e-9  # where there is nothing, to divide by

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """Pairs of like weight: how many there are, how many were decided, how many of these are the same, and of
    how many nobody could tell.

    ``together``: whether the linkage puts pairs of this stratum together. Of a group of people these are its
    pairs alone, and ``others`` those of other people that were looked at; a pair of two groups is half of
    either.
    """

    pairs: int
    decided: float
    same: float
    together: bool
    unsure: float = 0
    others: float = 0

    @property
    def looked_at(self) -> float:
        """All pairs that somebody said something of."""
        return self.decided + self.unsure + self.others


@dataclass(frozen=True)
class Estimate:
    """A share between 0 and 1 with its interval of 95 %; None where nothing can be said yet.

    ``least`` and ``most``: what the share could be, whatever the pairs are of which nobody could tell. Of
    precision they are those of all of them different, and all the same; recall is least where those put
    together are different and those kept apart the same.
    """

    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    least: float | None = None
    most: float | None = None


def estimated(strata: Sequence[Stratum]) -> tuple[Estimate, Estimate]:
    """Precision and recall of the pairs that are put together, of all pairs that the linkage compared.

    Nothing is said before each stratum that has pairs has one that was looked at, and of those only the least
    and the most while of a stratum nobody could tell of any.
    """
    there = [one for one in strata if one.pairs]
    if not there or any(not one.looked_at for one in there):
        return Estimate(), Estimate()
    table = _Table.of(there)
    bounds = [_bounds(both) for both in table.shares(*table.bounds())]
    if ((table.decided == 0) & (table.unsure > 0)).any():
        precision, recall = (Estimate(least=least, most=most) for least, most in bounds)
        return precision, recall
    found, drawn = table.shares(*table.observed()), table.shares(*table.drawn())
    precision, recall = (
        _estimate(float(value[0]), spread, of) for value, spread, of in zip(found, drawn, bounds, strict=True)
    )
    return precision, recall


@dataclass(frozen=True)
class _Table:
    """Strata as columns; in what is made of them each row is one way in which they could be."""

    pairs: Numbers
    decided: Numbers
    same: Numbers
    together: NDArray[np.bool_]
    unsure: Numbers
    others: Numbers

    @classmethod
    def of(cls, strata: Sequence[Stratum]) -> _Table:
        numbers = {
            name: np.array([getattr(one, name) for one in strata], dtype=np.float64)
            for name in ("pairs", "decided", "same", "unsure", "others")
        }
        return cls(together=np.array([one.together for one in strata]), **numbers)

    def observed(self) -> tuple[Numbers, Numbers]:
        """Of each stratum the share of its pairs that are of the group, and the share of these that are the
        same, as they were found."""
        return self._of_group()[None, :], (self.same / np.maximum(self.decided, _LEAST))[None, :]

    def drawn(self) -> tuple[Numbers, Numbers]:
        """Draws of both from their posteriors."""
        random = np.random.default_rng(_SEED)
        size = (_DRAWS, len(self.pairs))
        same = random.beta(self.same + _JEFFREYS, self.decided - self.same + _JEFFREYS, size=size)
        if not self.others.any():
            return np.ones((1, len(self.pairs))), same
        inside = self.decided + self.unsure
        return random.beta(inside + _JEFFREYS, self.others + _JEFFREYS, size=size), same

    def bounds(self) -> tuple[Numbers, Numbers]:
        """Both, where those that nobody could tell are (first) such that precision and recall are least, and
        such that they are most."""
        inside = np.maximum(self.decided + self.unsure, _LEAST)
        ways = [np.where(self.together, 0, 1), np.where(self.together, 1, 0)]
        return self._of_group()[None, :], np.array([(self.same + self.unsure * way) / inside for way in ways])

    def shares(self, of_group: Numbers, same: Numbers) -> tuple[Numbers, Numbers]:
        """Precision and recall for each row; NaN where there is nothing to divide by."""
        pairs = of_group * self.pairs
        true = same * pairs
        right = true[:, self.together].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return right / pairs[:, self.together].sum(axis=1), right / true.sum(axis=1)

    def _of_group(self) -> Numbers:
        inside = self.decided + self.unsure
        return inside / (inside + self.others)


def _bounds(both: Numbers) -> tuple[float | None, float | None]:
    """The least and the most; neither where one way has nothing to divide by."""
    return (None, None) if np.isnan(both).any() else (float(both[0]), float(both[1]))


def _estimate(value: float, spread: Numbers, of: tuple[float | None, float | None]) -> Estimate:
    if np.isnan(value):
        return Estimate(least=of[0], most=of[1])
    lower, upper = np.nanpercentile(spread, _BOUNDS)
    return Estimate(value, float(min(lower, value)), float(max(upper, value)), *of)
