"""How good a linkage is, by what people decided of pairs that were drawn from strata: precision and recall.

Pure functions. A stratum of pairs of like weight is known by its size; some of its pairs were drawn and
looked at. The number of true pairs of a stratum is its size times the share found the same (stratified
estimation, Cochran, Sampling Techniques, 1977, chapter 5); of a group of people it is the size times the
share found the same and of the group, and so is the number of its pairs (domain estimation, section 5A.14).
Intervals rest on 2,000 draws of the shares from their posterior with Jeffreys' prior, so that a stratum of
which all were alike still has a width. Pairs of which nobody can tell are left out of the estimate, and give
the least and the most that it could be, whichever way they are.
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

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Stratum:
    """Pairs of like weight: how many there are, how many were decided, how many of these are the same, and of
    how many nobody could tell.

    ``together``: whether the linkage puts pairs of this stratum together. Of a group of people these are its
    pairs alone, ``others`` those decided of other people, ``others_unsure`` those of which nobody could tell;
    a pair of two groups is half of either.
    """

    pairs: int
    decided: float
    same: float
    together: bool
    unsure: float = 0
    others: float = 0
    others_unsure: float = 0

    @property
    def looked_at(self) -> float:
        """All pairs that somebody said something of."""
        return self.decided + self.unsure + self.others + self.others_unsure


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

    Nothing is said before each stratum that has pairs has at least one decision, and no least or most before
    each has one that was looked at.
    """
    there = [one for one in strata if one.pairs]
    if not there or any(not one.looked_at for one in there):
        return Estimate(), Estimate()
    table = _Table.of(there)
    bounds = table.bounds()
    if (table.decided + table.others == 0).any():
        return Estimate(least=bounds[0][0], most=bounds[0][1]), Estimate(
            least=bounds[1][0], most=bounds[1][1]
        )
    found = [table.shares(table.observed()), table.shares(table.drawn())]
    precision, recall = (
        _estimate(values[0], spread, of) for values, spread, of in zip(*found, bounds, strict=True)
    )
    return precision, recall


@dataclass(frozen=True)
class _Table:
    """Strata as columns. Rows of what is drawn are draws."""

    pairs: Numbers
    decided: Numbers
    same: Numbers
    together: NDArray[np.bool_]
    unsure: Numbers
    others: Numbers
    others_unsure: Numbers

    @classmethod
    def of(cls, strata: Sequence[Stratum]) -> _Table:
        numbers = {
            name: np.array([getattr(one, name) for one in strata], dtype=np.float64)
            for name in ("pairs", "decided", "same", "unsure", "others", "others_unsure")
        }
        return cls(together=np.array([one.together for one in strata]), **numbers)

    def observed(self) -> tuple[Numbers, Numbers]:
        """The share of each stratum that is the same, and that is different."""
        of = self.decided + self.others
        return (self.same / of)[None, :], ((self.decided - self.same) / of)[None, :]

    def drawn(self) -> tuple[Numbers, Numbers]:
        """Draws of both from their posterior: a Dirichlet, of the whole a beta, by gammas."""
        random = np.random.default_rng(_SEED)
        counts = [self.same, self.decided - self.same]
        if (self.others + self.others_unsure).any():
            counts.append(self.others)
        drawn = np.array([random.gamma(one + _JEFFREYS, size=(_DRAWS, len(one))) for one in counts])
        same, different = (drawn / drawn.sum(axis=0))[:2]
        return same, different

    def shares(self, of: tuple[Numbers, Numbers]) -> tuple[Numbers, Numbers]:
        """Precision and recall for each row of shares; NaN where there is nothing to divide by."""
        same, different = (share * self.pairs for share in of)
        right = same[:, self.together].sum(axis=1)
        with np.errstate(invalid="ignore", divide="ignore"):
            return right / (same + different)[:, self.together].sum(axis=1), right / same.sum(axis=1)

    def bounds(self) -> tuple[tuple[float | None, float | None], tuple[float | None, float | None]]:
        """The least and the most of precision and of recall."""
        of = self.decided + self.unsure + self.others + self.others_unsure
        ways = []
        for those_together, those_apart in ((0, 1), (1, 0)):
            same = self.same + self.unsure * np.where(self.together, those_together, those_apart)
            shares = (same / of)[None, :], ((self.decided + self.unsure - same) / of)[None, :]
            ways.append([float(one[0]) for one in self.shares(shares)])
        least, most = ways
        precision, recall = (
            tuple(None if np.isnan(one) else one for one in both) for both in zip(least, most, strict=True)
        )
        return (precision[0], precision[1]), (recall[0], recall[1])


def _estimate(value: float, spread: Numbers, of: tuple[float | None, float | None]) -> Estimate:
    if np.isnan(value):
        return Estimate(least=of[0], most=of[1])
    lower, upper = np.nanpercentile(spread, _BOUNDS)
    return Estimate(float(value), float(min(lower, value)), float(max(upper, value)), *of)
