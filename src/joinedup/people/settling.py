"""What can be said of clusters at once, before any group has to be grown: pure functions over arrays.

Most people are a few descriptions of which every pair agrees, so that however they are joined the answer is
the same. ``clustering`` grows groups one by one only where that is not so. Each function here says why its
answer is that of growing; the tests hold both against each other.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Labels = NDArray[np.int64]
Several = NDArray[np.bool_]
_ROUNDS = 2  # of parting components: more part hardly any


def components(count: int, left: Labels, right: Labels) -> Labels:
    """The connected component of each of ``count`` descriptions."""
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right)), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


@dataclass(frozen=True)
class Bounded:
    """Pairs of descriptions with their bounded ``weight`` in millionths of a bit, and whether they contradict
    (above 0) or support (below 0) each other, as ``contradictions`` has it."""

    left: Labels
    right: Labels
    weight: NDArray[np.int64]
    against: NDArray[np.int8]


def cores(count: int, pairs: Bounded, decided: Labels, highest: int) -> Labels:
    """Of each description the first of those with which it joins before anything else can: itself, for most.

    Those are sets of which every two are a pair of the highest weight that there is and none contradicts:
    they join first, in whatever order, for no other pair of theirs is as high and may join. None of them is
    in ``decided``.
    """
    top = (pairs.weight >= highest) & (pairs.against <= 0)
    of = components(count, pairs.left[top], pairs.right[top])
    groups = int(of.max(initial=-1)) + 1
    size = np.bincount(of, minlength=groups)
    whole = np.bincount(of[pairs.left[top]], minlength=groups) == size * (size - 1) // 2
    whole[of[decided]] = False
    return np.where(whole[of], _first(of, groups)[of], np.arange(count))


def _first(of: Labels, groups: int) -> Labels:
    """The first member of each group."""
    first = np.empty(groups, dtype=np.int64)
    first[of[::-1]] = np.arange(len(of))[::-1]
    return first


@dataclass(frozen=True)
class Between:
    """Two cores each (``one`` < ``other``), and of the pairs between them the sum of weights, the number, how
    many contradict, and how many contradictions the others outweigh; ``mean`` of all pairs that there could
    be, those that were not compared included."""

    one: Labels
    other: Labels
    total: Labels
    known: Labels
    against: Labels
    support: Labels
    mean: NDArray[np.float64]

    def only(self, kept: Several | Labels) -> Between:
        """Some of them."""
        return Between(
            self.one[kept],
            self.other[kept],
            self.total[kept],
            self.known[kept],
            self.against[kept],
            self.support[kept],
            self.mean[kept],
        )

    def beside(self, more: Between) -> Between:
        """These and more."""
        return Between(
            np.concatenate([self.one, more.one]),
            np.concatenate([self.other, more.other]),
            np.concatenate([self.total, more.total]),
            np.concatenate([self.known, more.known]),
            np.concatenate([self.against, more.against]),
            np.concatenate([self.support, more.support]),
            np.concatenate([self.mean, more.mean]),
        )


def between(core: Labels, pairs: Bounded, support: Labels, unseen: int) -> Between:
    """Pairs of descriptions as pairs of their cores, in ascending order; those within a core are left out.

    ``support``: of each pair how many contradictions it outweighs.
    """
    left, right = core[pairs.left], core[pairs.right]
    apart = np.flatnonzero(left != right)
    key = np.minimum(left, right)[apart] * len(core) + np.maximum(left, right)[apart]
    order = np.argsort(key)
    key, apart = key[order], apart[order]
    starts = np.flatnonzero(np.append(True, key[1:] != key[:-1])) if len(key) else np.zeros(0, dtype=np.int64)

    def summed(values: NDArray[np.int64]) -> Labels:
        return np.add.reduceat(values[apart], starts) if len(starts) else np.zeros(0, dtype=np.int64)

    one, other = key[starts] // max(len(core), 1), key[starts] % max(len(core), 1)
    size = np.bincount(core, minlength=len(core))
    across = size[one] * size[other]
    total, known = summed(pairs.weight), np.diff(np.append(starts, len(key)))
    against = summed((pairs.against > 0).astype(np.int64))
    mean = (total + (across - known) * unseen) / across
    return Between(one, other, total, known, against, summed(support), mean)


def near_each_other(count: int, known: Between, must: Labels, loose: int) -> Labels:
    """The components in which groups can grow: what is in two of them never joins.

    Two groups join by a mean of at least ``loose``, so two cores across have as much; and if any pair across
    contradicts, another supports. So a group hangs together by cores with as much, and it hangs together by
    those of them that do not contradict, and those that support: components of both kinds are parted by each
    other. ``must``: what is decided to be one person, of cores.
    """
    label = np.zeros(count, dtype=np.int64)
    enough = known.mean >= loose
    for _ in range(_ROUNDS):
        inside = label[known.one] == label[known.other]
        for edge in (inside & enough, inside & ((enough & (known.against == 0)) | (known.support > 0))):
            left = np.append(known.one[edge], must[:, 0])
            found = components(count, left, np.append(known.other[edge], must[:, 1]))
            label = np.unique(label * count + found, return_inverse=True)[1]
    return label


def settled(label: Labels, core: Labels, known: Between, decided: Labels, lines: Sequence[int]) -> Labels:
    """Of each component the first of ``lines`` (falling) at which all its cores join, 0 to the last; or
    ``len(lines)`` where that is to be found out by growing, or there is nothing to join.

    They join at a line where every two cores know of each other, none contradicts, nobody decided, and all
    means lie between that line and the one before: then so does every mean of some of them.
    """
    groups = int(label.max(initial=-1)) + 1
    size = np.bincount(label[core == np.arange(len(core))], minlength=groups)
    of = label[known.one]
    found = np.full(groups, len(lines), dtype=np.int64)
    above = np.inf
    for place, line in enumerate(lines):
        there = (known.mean >= line) & (known.mean < above) & (known.against == 0)
        every = np.bincount(of[there], minlength=groups) == size * (size - 1) // 2
        found[every & (size > 1)] = place
        above = line
    found[label[decided]] = len(lines)
    return found
