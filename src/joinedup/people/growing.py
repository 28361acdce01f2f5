"""Groups that grow: average linkage under rules, the nearest two first (Sokal and Michener 1958)."""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Sequence

Join = tuple[int, int, float]
Near = tuple[int, int, int, int]
"""Of two groups the sum of weights across, and the numbers of pairs, contradictions and supports."""


class Groups:
    """Groups that grow, weights in millionths of a bit: sums are exact, so their order changes nothing.

    ``sizes``: how many descriptions each group has to begin with; ``cannot``: groups that stay apart.
    ``unseen`` and ``tolerated`` as in ``clustering.Rules``.
    """

    def __init__(
        self, sizes: Sequence[int], cannot: Sequence[tuple[int, int]], unseen: int, tolerated: float
    ) -> None:
        self._size = list(sizes)
        self._unseen, self._tolerated = unseen, tolerated
        self._near: defaultdict[int, dict[int, Near]] = defaultdict(dict)
        self._cannot: defaultdict[int, set[int]] = defaultdict(set)
        for a, b in cannot:
            self._cannot[a].add(b)
            self._cannot[b].add(a)

    def add(self, pairs: Iterable[tuple[int, int, int, int, int, int]]) -> None:
        """Take in what is known of two groups: one, other, and as ``Near`` has it."""
        near = self._near
        for a, b, total, known, against, support in pairs:
            near[a][b] = near[b][a] = (total, known, against, support)

    def join(self, must: Sequence[tuple[int, int]], until: int) -> list[Join]:
        """Join the nearest groups until none is nearer than ``until``: (one, other, mean weight), falling."""
        joins: list[Join] = []
        current = list(range(len(self._size)))
        for a, b in must:
            one, other = _root(current, a), _root(current, b)
            if one != other:
                joins.append((one, other, float("inf")))
                current[other] = one
                self._merge(one, other)
        queue = list(self._first(until))
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

    def _first(self, until: int) -> Iterable[tuple[float, int, int]]:
        """What may join to begin with."""
        for a, near in self._near.items():
            for b in near:
                if a < b and (mean := self._mean(a, b)) >= until and self._may(a, b):
                    yield -mean, a, b

    def _mean(self, a: int, b: int) -> float:
        total, known, _, _ = self._near[a][b]
        across = self._size[a] * self._size[b]
        return (total + (across - known) * self._unseen) / across

    def _may(self, a: int, b: int) -> bool:
        if b in self._cannot.get(a, ()):
            return False
        _, _, against, support = self._near[a][b]
        return against <= self._tolerated * (against + support)

    def _merge(self, a: int, b: int) -> Iterable[int]:
        """Put group b into a; returns the groups near a."""
        mine, gone = self._near[a], self._near[b]
        mine.pop(b, None)
        gone.pop(a, None)
        for other, (total, known, against, support) in gone.items():
            before = mine.get(other, (0, 0, 0, 0))
            mine[other] = (before[0] + total, before[1] + known, before[2] + against, before[3] + support)
            theirs = self._near[other]
            del theirs[b]
            theirs[a] = mine[other]
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
