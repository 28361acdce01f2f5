"""How good a clustering is beside the truth: pairwise and B-cubed precision, recall and F1."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray


@dataclass(frozen=True)
class Quality:
    """Precision and recall of a clustering, between 0 and 1."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        """The harmonic mean of both."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0


def pairwise(found: ArrayLike, truth: ArrayLike) -> Quality:
    """Of pairs put together how many belong together, and the other way round. Labels of any kind, one for
    each record. Without pairs on a side its share is 1.
    """
    cells, rows, columns = _crossed(found, truth)
    together, put, belong = (float((n * (n - 1) // 2).sum()) for n in (cells, rows, columns))
    return Quality(together / put if put else 1.0, together / belong if belong else 1.0)


def b_cubed(found: ArrayLike, truth: ArrayLike) -> Quality:
    """The mean over records of the share of its cluster that is its person's, and of its person's records
    that are in its cluster (Bagga and Baldwin 1998).
    """
    left, right = _numbered(found), _numbered(truth)
    cells, inverse = np.unique(left * (right.max(initial=0) + 1) + right, return_inverse=True)
    both = np.bincount(inverse, minlength=len(cells))[inverse].astype(np.float64)
    if not len(both):
        return Quality(1.0, 1.0)
    return Quality(
        float((both / np.bincount(left)[left]).mean()), float((both / np.bincount(right)[right]).mean())
    )


def _numbered(labels: ArrayLike) -> NDArray[np.int64]:
    return np.unique(np.asarray(labels), return_inverse=True)[1].astype(np.int64)


def _crossed(
    found: ArrayLike, truth: ArrayLike
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    left, right = _numbered(found), _numbered(truth)
    cells = np.unique(left * (right.max(initial=0) + 1) + right, return_counts=True)[1]
    return cells, np.bincount(left), np.bincount(right)
