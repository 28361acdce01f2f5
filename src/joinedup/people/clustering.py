"""People from pairs: average linkage under rules, cut at three thresholds.

Two groups join if the mean weight over all pairs across them is high enough, so that one strong link between
two crowds of strangers does not make them one (as connected components would). A pair that was never compared
counts with a weight of its own. Groups that contradict each other do not join.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

from joinedup.people.evidence import PROVEN, SUPPORTED
from joinedup.people.scoring import Pairs

_AS_GOOD_AS = 100  # supporting pairs: what the same number of an agency counts for

Labels = NDArray[np.int64]


@dataclass(frozen=True)
class Thresholds:
    """Mean weights in bits from which groups join: in the strict, the best and the loose clustering."""

    strict: float = 2.0
    best: float = -3.0
    loose: float = -6.0


@dataclass(frozen=True)
class Rules:
    """How groups join. ``highest`` and ``lowest`` bound what one pair can say; ``unseen`` is the weight of a
    pair that was not compared; groups stay apart where of the pairs across that contradict or support each
    other more than ``tolerated`` contradict.
    """

    highest: float = 15.0
    lowest: float = -10.0
    unseen: float = -8.0
    tolerated: float = 0.2


@dataclass(frozen=True)
class Clusterings:
    """The cluster of each description, numbered from 0 by first member; strict within best within loose."""

    strict: Labels
    best: Labels
    loose: Labels


def components(count: int, pairs: Pairs) -> Labels:
    """The connected component of each of ``count`` descriptions."""
    ones = np.ones(len(pairs.left), dtype=np.int8)
    graph = coo_array((ones, (pairs.left, pairs.right)), shape=(count, count))
    return connected_components(graph, directed=False)[1].astype(np.int64)


def cluster(
    count: int,
    pairs: Pairs,
    contradicting: NDArray[np.int8],
    thresholds: Thresholds | None = None,
    rules: Rules | None = None,
    must: Sequence[tuple[int, int]] = (),
    cannot: Sequence[tuple[int, int]] = (),
) -> Clusterings:
    """Cluster ``count`` descriptions. ``contradicting`` says of each pair whether it contradicts (above 0) or
    supports (below 0), as ``contradictions`` has it.

    ``must`` are pairs that are one person and ``cannot`` pairs that are not, by decision: both bind, and
    where they contradict each other ``cannot`` yields.
    """
    at, how = thresholds or Thresholds(), rules or Rules()
    decided = np.array([*must, *cannot], dtype=np.int64).reshape(-1, 2)
    label = _near_each_other(count, pairs, decided, at, how)
    easy, rest = _settled(label, pairs, contradicting, decided, at, how)
    left, right, weight = [pairs.left[easy]], [pairs.right[easy]], [np.full(int(easy.sum()), np.inf)]
    for part in _parts(label, pairs, contradicting, rest, must, cannot):
        groups = _Groups(len(part.members), how, part.cannot)
        groups.add(part.pairs)
        joins = np.array(groups.join(part.must, at.loose), dtype=np.float64).reshape(-1, 3)
        left.append(part.members[joins[:, 0].astype(np.int64)])
        right.append(part.members[joins[:, 1].astype(np.int64)])
        weight.append(joins[:, 2])
    joined = Pairs(*(np.concatenate(one) for one in (left, right, weight)))
    return Clusterings(*(_labels(count, joined.above(level)) for level in (at.strict, at.best, at.loose)))


def _near_each_other(
    count: int, pairs: Pairs, decided: NDArray[np.int64], at: Thresholds, how: Rules
) -> Labels:
    """The components in which groups can grow: what is in two of them never joins."""
    near = np.clip(pairs.weight, how.lowest, how.highest) >= at.loose
    left, right = (
        np.append(side[near], decided[:, place]) for place, side in enumerate((pairs.left, pairs.right))
    )
    return components(count, Pairs(left, right, pairs.weight))


def _settled(
    label: Labels,
    pairs: Pairs,
    contradicting: NDArray[np.int8],
    decided: NDArray[np.int64],
    at: Thresholds,
    how: Rules,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """The pairs that join components of which nothing can be in doubt, and the pairs within the others.

    Such a component has a weight for every pair of its members, each enough for the strict clustering, and no
    contradiction or decision: however its members are joined, the mean is enough.
    """
    inside = label[pairs.left] == label[pairs.right]
    weight = np.clip(pairs.weight, how.lowest, how.highest)
    sure = inside & (weight >= at.strict) & (contradicting <= 0)
    groups = int(label.max(initial=0)) + 1
    size = np.bincount(label, minlength=groups)
    settled = np.bincount(label[pairs.left[sure]], minlength=groups) == size * (size - 1) // 2
    settled[label[decided[:, 0]]] = False
    of_settled = settled[label[pairs.left]]
    return inside & of_settled, inside & ~of_settled


@dataclass(frozen=True)
class _Part:
    """A component by itself: its members in ascending order, and by their places in it its pairs (one, other,
    weight, as ``contradictions`` has it) and decisions."""

    members: NDArray[np.int64]
    pairs: Sequence[tuple[int, int, float, int]]
    must: Sequence[tuple[int, int]]
    cannot: Sequence[tuple[int, int]]


def _parts(
    label: Labels,
    pairs: Pairs,
    contradicting: NDArray[np.int8],
    rest: NDArray[np.bool_],
    must: Sequence[tuple[int, int]],
    cannot: Sequence[tuple[int, int]],
) -> Iterator[_Part]:
    """The components that have pairs in ``rest`` or decisions, one after another."""
    order = np.argsort(label, kind="stable")
    begins = np.searchsorted(label[order], np.arange(int(label.max(initial=-1)) + 2))
    place = np.empty(len(label), dtype=np.int64)
    place[order] = np.arange(len(label)) - begins[label[order]]
    chosen = np.flatnonzero(rest)
    chosen = chosen[np.argsort(label[pairs.left[chosen]], kind="stable")]
    of = label[pairs.left[chosen]]
    decided: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
    for which, several in enumerate((must, cannot)):
        for one, other in several:
            both = decided.setdefault(int(label[one]), ([], []))
            both[which].append((int(place[one]), int(place[other])))
    for number in sorted({*np.unique(of).tolist(), *decided}):
        some = chosen[np.searchsorted(of, number) : np.searchsorted(of, number, side="right")]
        rows = zip(
            place[pairs.left[some]].tolist(),
            place[pairs.right[some]].tolist(),
            pairs.weight[some].tolist(),
            contradicting[some].tolist(),
            strict=True,
        )
        yield _Part(order[begins[number] : begins[number + 1]], list(rows), *decided.get(number, ([], [])))


def _labels(count: int, joined: Pairs) -> Labels:
    return _by_first(components(count, joined))


def _by_first(labels: Labels) -> Labels:
    """The same groups, numbered in the order of their first members."""
    _, first, inverse = np.unique(labels, return_index=True, return_inverse=True)
    order = np.empty(len(first), dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(len(first))
    return order[inverse]


_SUPPORT = {SUPPORTED: 1, PROVEN: _AS_GOOD_AS}
"""How many contradictions a pair outweighs: one number of an agency is as good as very many."""


class _Groups:
    """Groups that grow. ``_near`` has of each two that know of each other the sum of weights and the numbers
    of pairs, contradictions and supports.
    """

    def __init__(self, count: int, rules: Rules, cannot: Sequence[tuple[int, int]]) -> None:
        self._rules = rules
        self._size = [1] * count
        self._near: defaultdict[int, dict[int, tuple[float, int, int, int]]] = defaultdict(dict)
        self._cannot: defaultdict[int, set[int]] = defaultdict(set)
        for a, b in cannot:
            self._cannot[a].add(b)
            self._cannot[b].add(a)

    def add(self, pairs: Iterable[tuple[int, int, float, int]]) -> None:
        """Take in pairs: one, other, weight, and whether they contradict or support each other."""
        lowest, highest, near = self._rules.lowest, self._rules.highest, self._near
        for a, b, weight, against in pairs:
            bounded = lowest if weight < lowest else min(weight, highest)
            near[a][b] = near[b][a] = (bounded, 1, against > 0, _SUPPORT.get(against, 0))

    def join(self, must: Sequence[tuple[int, int]], until: float) -> list[tuple[int, int, float]]:
        """Join the nearest groups until none is nearer than ``until``: (one, other, mean weight), falling."""
        joins: list[tuple[int, int, float]] = []
        current = list(range(len(self._size)))
        for a, b in must:
            one, other = _root(current, a), _root(current, b)
            if one != other:
                joins.append((one, other, np.inf))
                current[other] = one
                self._merge(one, other)
        queue = [
            (-self._mean(a, b), a, b)
            for a, near in self._near.items()
            for b in near
            if a < b and self._may(a, b)
        ]
        queue = [item for item in queue if -item[0] >= until]
        heapq.heapify(queue)
        while queue:
            height, a, b = heapq.heappop(queue)
            if b not in self._near[a] or -height != self._mean(a, b) or not self._may(a, b):
                continue
            joins.append((a, b, -height))
            for other in self._merge(a, b):
                mean = self._mean(a, other)
                if mean >= until and self._may(a, other):
                    heapq.heappush(queue, (-mean, min(a, other), max(a, other)))
        return joins

    def _mean(self, a: int, b: int) -> float:
        total, known, _, _ = self._near[a][b]
        across = self._size[a] * self._size[b]
        return (total + (across - known) * self._rules.unseen) / across

    def _may(self, a: int, b: int) -> bool:
        if b in self._cannot.get(a, ()):
            return False
        _, _, against, support = self._near[a][b]
        return against <= self._rules.tolerated * (against + support)

    def _merge(self, a: int, b: int) -> Iterable[int]:
        """Put group b into a; returns the groups near a."""
        mine, gone = self._near[a], self._near[b]
        mine.pop(b, None)
        gone.pop(a, None)
        for other, (total, known, against, support) in gone.items():
            before = mine.get(other, (0.0, 0, 0, 0))
            mine[other] = (before[0] + total, before[1] + known, before[2] + against, before[3] + support)
            self._near[other].pop(b)
            self._near[other][a] = mine[other]
        self._size[a] += self._size[b]
        self._near[b] = {}
        for other in self._cannot.pop(b, ()):
            self._cannot[other].discard(b)
            self._cannot[other].add(a)
            self._cannot[a].add(other)
        return list(mine)


def _root(current: list[int], one: int) -> int:
    while current[one] != one:
        one = current[one]
    return one
