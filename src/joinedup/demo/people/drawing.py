"""Drawing many things at once: by weights, by weights within a group, and without replacement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np


def by_weights(stream: np.random.Generator, weights: Sequence[float] | np.ndarray, n: int) -> np.ndarray:
    """``n`` positions of ``weights``, each as often as its weight says (with replacement)."""
    totals = np.cumsum(np.asarray(weights, dtype=np.float64))
    drawn = np.searchsorted(totals, stream.random(n) * totals[-1], side="right")
    return np.minimum(drawn, len(totals) - 1)


def by_rows(stream: np.random.Generator, weights: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """For each of ``rows`` a column of ``weights`` (a matrix, groups × choices) by that row's weights."""
    totals = np.cumsum(weights, axis=1)
    flat = (totals / totals[:, -1:] + np.arange(len(weights))[:, None]).ravel()
    found = np.searchsorted(flat, stream.random(len(rows)) + rows, side="right")
    return np.clip(found - rows * weights.shape[1], 0, weights.shape[1] - 1)


def happens(stream: np.random.Generator, chance: float | np.ndarray, n: int) -> np.ndarray:
    """``n`` yes or no, yes with ``chance`` (one number, or one for each)."""
    return stream.random(n) < chance


def between(stream: np.random.Generator, span: Sequence[int], n: int) -> np.ndarray:
    """``n`` whole numbers from the first of ``span`` to before the second."""
    return stream.integers(span[0], span[1], n)


def rank_in_group(groups: np.ndarray) -> np.ndarray:
    """0, 1, 2… for the members of each group in the order in which they stand."""
    order = np.argsort(groups, kind="stable")
    ordered = groups[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    lengths = np.diff(np.r_[starts, len(ordered)])
    ranks = np.empty(len(groups), dtype=np.int64)
    ranks[order] = np.arange(len(groups)) - np.repeat(starts, lengths)
    return ranks


def last_digit(values: np.ndarray, weights: Sequence[int]) -> np.ndarray:
    """The modulus-11 check digit of nine-digit numbers, 10 for none (NHS Data Dictionary, NHS NUMBER)."""
    total = np.zeros(len(values), dtype=np.int64)
    rest = values.copy()
    for weight in reversed(weights):
        total += (rest % 10) * weight
        rest //= 10
    return (11 - total % 11) % 11


class GroupDraw:
    """Draws members of given groups by their weights: somebody from those who live at a place.

    ``weights`` and ``groups`` have one entry for each member; a group whose weights are all zero gives -1.
    """

    def __init__(self, weights: np.ndarray, groups: np.ndarray, n_groups: int) -> None:
        """Sort the members by group once; drawing is a binary search."""
        kept = np.flatnonzero((weights > 0) & (groups >= 0))
        few = (
            np.int16 if n_groups <= np.iinfo(np.int16).max else np.int64
        )  # numpy sorts short integers by radix
        small = groups[kept].astype(few)
        by_group = np.argsort(small, kind="stable")
        self._order, ordered = kept[by_group], small[by_group]
        self._totals = np.cumsum(weights[self._order], dtype=np.float64)
        ends = np.searchsorted(ordered, np.arange(n_groups, dtype=few), side="right")
        starts = np.searchsorted(ordered, np.arange(n_groups, dtype=few), side="left")
        below = np.r_[0.0, self._totals]
        self._low, self._high = below[starts], below[ends]
        self._last = np.maximum(ends - 1, 0)

    def draw(self, stream: np.random.Generator, groups: np.ndarray) -> np.ndarray:
        """One member for each of ``groups``, or -1 where the group is empty (or itself negative)."""
        asked = np.maximum(groups, 0)
        low, high = self._low[asked], self._high[asked]
        aim = low + stream.random(len(groups)) * (high - low)
        if not len(self._order):
            return np.full(len(groups), -1)
        at = np.minimum(np.searchsorted(self._totals, aim, side="right"), self._last[asked])
        return np.where((high > low) & (groups >= 0), self._order[at], -1)
