"""Joins of groups that growing would find in any order, found for all groups at once: over arrays.

Growing (``growing.Groups``) joins the nearest two groups of all, again and again. Two groups that are each
other's nearest are joined there with each other before either is joined with any other: the mean across to
other groups that join meanwhile is never above the means across to each of them (it is their mean, weighted),
and that to a group of which nothing is known is below the line. So all such twos are joined at once, and
those of what comes out, until few are left. This holds

- where nearest is said of every group about which anything is known, one with which it may not join included:
  together with another it might;
- where several are as near, if nearest is the one with the lowest number, as in growing: what joins of the
  others has a higher one, for a group has the number of its first member;
- where nobody decided about either group: such are left as they are.

The tests hold it against growing every group one by one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.people.settling import Between, Labels, Several

FEW = 200  # joins in a round: with fewer it is quicker to grow what is left one by one
_FAR = -np.inf


@dataclass(frozen=True)
class Contracted:
    """What came out: of each description the first of its group (``core``), what is known between groups now,
    and the joins: ``one``, ``other`` and how high each counts. ``height``: of each group the lowest of its
    joins."""

    core: Labels
    known: Between
    one: Labels
    other: Labels
    weight: NDArray[np.float64]
    height: NDArray[np.float64]


def contracted(
    core: Labels, known: Between, held: Several, *, until: int, unseen: int, tolerated: float
) -> Contracted:
    """Join what is nearest to each other, until a round joins fewer than ``FEW`` twos.

    ``core``: of each description the first of its group; ``held``: of each whether its group is left alone.
    ``until``: the mean from which groups join; ``unseen`` and ``tolerated`` as in ``clustering.Rules``,
    weights in millionths of a bit.
    """
    count = len(core)
    size = np.bincount(core, minlength=count)
    root, height = np.arange(count), np.full(count, np.inf)
    ones: list[Labels] = []
    others: list[Labels] = []
    weights: list[NDArray[np.float64]] = []
    while True:
        joined = np.flatnonzero(_nearest_to_each_other(count, known, held, max(until, unseen + 1), tolerated))
        if len(joined) < FEW:
            break
        one, other = known.one[joined], known.other[joined]
        height[one] = np.minimum(known.mean[joined], np.minimum(height[one], height[other]))
        ones.append(one)
        others.append(other)
        weights.append(height[one])
        root[other] = one
        size[one] += size[other]
        now = np.arange(count)
        now[other] = one
        known = _between_what_joined(now, size, known, unseen)
    while (root[root] != root).any():
        root = root[root]
    nothing = [np.zeros(0, dtype=np.int64)]
    return Contracted(
        root[core],
        known,
        np.concatenate(ones or nothing),
        np.concatenate(others or nothing),
        np.concatenate(weights or [np.zeros(0)]),
        height,
    )


def _nearest_to_each_other(
    count: int, known: Between, held: Several, until: int, tolerated: float
) -> Several:
    """Which of the twos are nearest to each other, and may join."""
    best = np.full(count, _FAR)
    np.maximum.at(best, known.one, known.mean)
    np.maximum.at(best, known.other, known.mean)
    nearest = np.full(count, count)
    ones, others = (known.mean == best[end] for end in (known.one, known.other))
    np.minimum.at(nearest, known.one[ones], known.other[ones])
    np.minimum.at(nearest, known.other[others], known.one[others])
    found: Several = (nearest[known.one] == known.other) & (nearest[known.other] == known.one)
    found &= (known.mean >= until) & ~held[known.one] & ~held[known.other]
    found &= known.against <= tolerated * (known.against + known.support)
    return found


def _between_what_joined(now: Labels, size: Labels, known: Between, unseen: int) -> Between:
    """What is known between groups after some of them have another number ``now``."""
    left, right = now[known.one], now[known.other]
    moved = (left != known.one) | (right != known.other)
    touched = np.zeros(len(now), dtype=bool)
    touched[now[now != np.arange(len(now))]] = True
    moved |= touched[left] | touched[right]
    changed = np.flatnonzero(moved & (left != right))
    key = np.minimum(left, right)[changed] * len(now) + np.maximum(left, right)[changed]
    order = np.argsort(key)
    key, changed = key[order], changed[order]
    starts = np.flatnonzero(np.diff(key, prepend=-1))

    def summed(values: Labels) -> Labels:
        return np.add.reduceat(values[changed], starts) if len(starts) else np.zeros(0, dtype=np.int64)

    one, other = key[starts] // len(now), key[starts] % len(now)
    total, pairs = summed(known.total), summed(known.known)
    across = size[one] * size[other]
    mean = (total + (across - pairs) * unseen) / across
    changed_now = Between(one, other, total, pairs, summed(known.against), summed(known.support), mean)
    return known.only(~moved).beside(changed_now)
