"""A system of cells: every published cell of a set of tables, and every sum that ties them together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from joinedup.release.suppression.joining import Cut, cells, latent, refines
from joinedup.release.suppression.levels import NO_GROUP

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]


@dataclass(frozen=True)
class CellSystem:
    """Cells and the sums among them.

    ``values``: the true counts. ``published``: whether a cell stands in a table at all; the others are only
    reasoned about. ``least``: what an attacker knows a cell to be at least while it is hidden. ``sums`` has a
    row for each sum, its parts with 1 and its total with -1: ``sums @ values`` is 0. ``frozen`` cells were
    shown before, so that they can be hidden no more; ``hidden`` ones were hidden before and stay hidden.
    ``sensitive`` are unpublished cells that need protection like published ones (the overlap of a ward and a
    census area), as against those that are only reasoned with.
    """

    values: Counts
    published: Marks
    least: Counts
    sums: csr_matrix
    frozen: Marks
    hidden: Marks
    sensitive: Marks

    @property
    def size(self) -> int:
        """How many cells there are, published or not."""
        return int(self.values.size)


@dataclass(frozen=True)
class Block:
    """The cells of one table in a system: flat, in the order of its dimensions, from ``start``."""

    cut: Cut
    start: int

    @property
    def shape(self) -> tuple[int, ...]:
        """How many groups each dimension has."""
        return tuple(level.size for level in self.cut)

    @property
    def places(self) -> slice:
        """Where its cells stand."""
        return slice(self.start, self.start + cells(self.cut))


def build(counts: Counts, tables: Collection[Cut]) -> tuple[CellSystem, list[Block]]:
    """The system of these tables over counts of atoms, and where each published table stands in it.

    Zeros that are published are shown, and so known; every other published count is known to be one at least.
    """
    shown = list(dict.fromkeys(tables))
    cuts = [*shown, *latent(shown)]
    blocks, start = [], 0
    for cut in cuts:
        blocks.append(Block(cut, start))
        start += cells(cut)
    values = np.concatenate([margin(counts, cut).ravel() for cut in cuts])
    published = np.zeros(start, dtype=np.bool_)
    published[: sum(cells(cut) for cut in shown)] = True
    nothing = np.zeros(start, dtype=np.bool_)
    system = CellSystem(
        values=values,
        published=published,
        least=(published & (values > 0)).astype(np.int64),
        sums=_sums(blocks),
        frozen=nothing,
        hidden=nothing.copy(),
        sensitive=~published,
    )
    return system, blocks[: len(shown)]


def margin(counts: Counts, cut: Cut) -> Counts:
    """Counts of atoms summed to the groups of each level."""
    for axis, level in enumerate(cut):
        moved = np.moveaxis(counts, axis, 0)
        of = np.asarray(level.of)
        there = of != NO_GROUP
        summed = np.zeros((level.size, *moved.shape[1:]), dtype=np.int64)
        np.add.at(summed, of[there], moved[there])
        counts = np.moveaxis(summed, 0, axis)
    return counts


def _sums(blocks: Sequence[Block]) -> csr_matrix:
    """A row for each cell of a table and each next finer table: the finer cells, less the cell itself."""
    from scipy.sparse import csr_matrix

    rows, columns, signs, height = [], [], [], 0
    for coarse in blocks:
        finer = [one for one in blocks if one.cut != coarse.cut and refines(one.cut, coarse.cut)]
        nearest = _coarsest(finer)
        for fine in nearest:
            place = _within(fine, coarse)
            there = np.flatnonzero(place != NO_GROUP)
            own = np.arange(cells(coarse.cut))
            rows += [place[there] + height, own + height]
            columns += [there + fine.start, own + coarse.start]
            signs += [np.ones(there.size), -np.ones(own.size)]
            height += own.size
    width = blocks[-1].start + cells(blocks[-1].cut)
    if not rows:
        return csr_matrix((0, width))
    data = (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns)))
    return csr_matrix(data, shape=(height, width))


def _coarsest(blocks: Sequence[Block]) -> list[Block]:
    return [
        one
        for one in blocks
        if not any(other.cut != one.cut and refines(one.cut, other.cut) for other in blocks)
    ]


def _within(fine: Block, coarse: Block) -> NDArray[np.int64]:
    """For each cell of a finer table, the cell of the coarser one it is part of, or ``NO_GROUP``."""
    parts = [one.within(other) for one, other in zip(fine.cut, coarse.cut, strict=True)]
    grid = np.meshgrid(*parts, indexing="ij")
    outside = np.any([axis == NO_GROUP for axis in grid], axis=0)
    flat = np.ravel_multi_index([np.where(outside, 0, axis) for axis in grid], coarse.shape)
    return np.where(outside, NO_GROUP, flat).ravel()
