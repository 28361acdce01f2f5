"""The levels at which a dimension of tables is published: wards and districts, quarters and years.

A dimension has atoms, the finest pieces that any level is made of; a level puts each atom into one of its
groups or into none. Where wards and census areas cross each other, the atoms are their overlaps.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.errors import BadInput

NO_GROUP = -1


@dataclass(frozen=True)
class Level:
    """One level: the group of each atom, or ``NO_GROUP``; groups are numbered from 0 in their order."""

    of: tuple[int, ...]

    def __post_init__(self) -> None:
        if self.of != _numbers([None if one == NO_GROUP else one for one in self.of]):
            raise BadInput("The groups of a level are numbered in the order in which they come")

    @property
    def size(self) -> int:
        """How many groups it has."""
        return max(self.of, default=NO_GROUP) + 1

    def refines(self, other: Level) -> bool:
        """Whether every group of ``other`` is a sum of groups of this level."""
        inside: dict[int, int] = {}
        for own, theirs in zip(self.of, other.of, strict=True):
            if own == NO_GROUP:
                if theirs != NO_GROUP:
                    return False
            elif inside.setdefault(own, theirs) != theirs:
                return False
        return True

    def within(self, coarser: Level) -> NDArray[np.int64]:
        """For each group of this level, the group of ``coarser`` that it lies in, or ``NO_GROUP``."""
        inside = np.full(self.size, NO_GROUP, dtype=np.int64)
        for own, theirs in zip(self.of, coarser.of, strict=True):
            if own != NO_GROUP:
                inside[own] = theirs
        return inside

    def joined(self, other: Level) -> Level:
        """The coarsest level that refines both: its groups are the overlaps of theirs."""
        pairs = list(zip(self.of, other.of, strict=True))
        return numbered([None if pair == (NO_GROUP, NO_GROUP) else pair for pair in pairs])

    def common(self, other: Level) -> Level:
        """The finest level that both refine: its groups are what is a sum of groups of either."""
        leader = list(range(self.size + other.size + 1))

        def lead(node: int) -> int:
            while leader[node] != node:
                node = leader[node]
            return node

        for own, theirs in zip(self.of, other.of, strict=True):
            first = own if own != NO_GROUP else self.size + other.size
            second = self.size + theirs if theirs != NO_GROUP else self.size + other.size
            leader[lead(first)] = lead(second)
        outside = lead(self.size + other.size)
        found = [
            NO_GROUP if NO_GROUP in {own, theirs} else lead(own)
            for own, theirs in zip(self.of, other.of, strict=True)
        ]
        return numbered([None if one in {NO_GROUP, outside} else one for one in found])


def numbered(labels: Sequence[object]) -> Level:
    """The level whose groups are the distinct labels in the order of first sight; None is no group."""
    return Level(_numbers(labels))


def _numbers(labels: Sequence[object]) -> tuple[int, ...]:
    numbers: dict[object, int] = {}
    return tuple(NO_GROUP if label is None else numbers.setdefault(label, len(numbers)) for label in labels)
