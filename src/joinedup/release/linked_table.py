"""A table with every margin that can be added up from it, and the sums that tie its cells together.

Pure functions over arrays. A table of counts has three dimensions, areas × periods × breakdown; each of them
has members, groups of members (a ward's district, a month's quarter and year) and a total.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.release.suppression.levels import NO_GROUP

Counts = NDArray[np.int64]
Lines = NDArray[np.int64]


@dataclass(frozen=True)
class Dimension:
    """``size`` members; each grouping gives every member the number of its group, or ``NO_GROUP``."""

    size: int
    groupings: tuple[tuple[int, ...], ...] = ()
    has_total: bool = True

    def sums(self) -> list[tuple[int, ...]]:
        """What each further node is the sum of, as members: first the groups, then the total."""
        nodes: list[tuple[int, ...]] = []
        for grouping in self.groupings:
            for group in sorted(set(grouping) - {NO_GROUP}):
                nodes.append(tuple(index for index, of in enumerate(grouping) if of == group))
        if self.size > 1 and self.has_total:
            nodes.append(tuple(range(self.size)))
        return nodes

    def nesting(self) -> list[tuple[int, ...]]:
        """Every sum that holds among members and nodes: indices of the parts, then of their sum.

        A node is the sum of its members, and of the coarsest nodes of each other grouping that fit into it
        with the members left over.
        """
        nodes = self.sums()
        found: set[tuple[int, ...]] = set()
        for place, members in enumerate(nodes):
            node = self.size + place
            found.add((*members, node))
            for grouping in self._node_groups():
                parts = [
                    one for one in grouping if one != node and set(nodes[one - self.size]) < set(members)
                ]
                inside = {index for one in parts for index in nodes[one - self.size]}
                rest = [index for index in members if index not in inside]
                if parts:
                    found.add((*rest, *parts, node))
        return sorted(found)

    def _node_groups(self) -> list[list[int]]:
        groups, start = [], self.size
        for grouping in self.groupings:
            count = len(set(grouping) - {NO_GROUP})
            groups.append(list(range(start, start + count)))
            start += count
        return groups

    @property
    def nodes(self) -> int:
        """How many members and further nodes there are."""
        return self.size + len(self.sums())


@dataclass(frozen=True)
class LinkedTable:
    """Counts of members and margins, flat; and blocks of lines, each row the parts and last their sum.

    ``layers`` are tables of the same shape that stand or fall together (the counts now and those before, the
    hits and the misses of a share): a cell that is hidden is hidden in all. ``spare`` cells are of least use
    to readers, and are the first to be hidden as partners.
    """

    shape: tuple[int, int, int]
    layers: tuple[Counts, ...]
    blocks: tuple[Lines, ...]
    spare: frozenset[int] = frozenset()

    def members(self, dimensions: Sequence[Dimension], hidden: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """The part of a flat array over all cells that is about members: areas × periods × breakdown."""
        first, second, third = (dimension.size for dimension in dimensions)
        return hidden.reshape(self.shape)[:first, :second, :third]


def link(layers: Sequence[Counts], dimensions: Sequence[Dimension]) -> LinkedTable:
    """The linked table of counts of shape (areas, periods, breakdown), one or more layers."""
    areas, periods, breakdown = (dimension.nodes for dimension in dimensions)
    shape = (areas, periods, breakdown)
    whole = tuple(_with_margins(layer, dimensions).ravel() for layer in layers)
    return LinkedTable(shape, whole, tuple(_blocks(shape, dimensions)))


def _with_margins(layer: Counts, dimensions: Sequence[Dimension]) -> Counts:
    counts = layer.astype(np.int64)
    for axis, dimension in enumerate(dimensions):
        sums = [counts.take(list(members), axis=axis).sum(axis=axis) for members in dimension.sums()]
        if sums:
            counts = np.concatenate([counts, np.stack(sums, axis=axis)], axis=axis)
    return counts


def _blocks(shape: tuple[int, int, int], dimensions: Sequence[Dimension]) -> list[Lines]:
    """The lines along each dimension, one block for each sum, repeated over the other two dimensions."""
    cells = np.arange(np.prod(shape), dtype=np.int64).reshape(shape)
    blocks = []
    for axis, dimension in enumerate(dimensions):
        along = np.moveaxis(cells, axis, -1).reshape(-1, shape[axis])
        blocks += [along[:, list(line)] for line in dimension.nesting()]
    return blocks
