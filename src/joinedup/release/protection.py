"""Hiding small counts so that the rows and columns of the table do not give them away.

What it stops: a hidden cell cannot be had by one subtraction in any row, column or margin, and (with the
audit in ``attack``) no combination of the sums of this table bounds it more closely than the protection
width, even for somebody who knows that every hidden count is at least one and that every zero is shown.

What it does not stop: laying tables of different dates of knowledge side by side, or of two measures that
count the same records; knowing some of the people counted; or guessing well. A measure's own tables are one
system (``closed_system``); published tables, and every release before them, are protected as one by
``suppression`` and ``catalogue``. There is no switch that turns this off.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from joinedup.release.linked_table import Lines, LinkedTable

Hidden = NDArray[np.bool_]


def primary(table: LinkedTable, threshold: int) -> Hidden:
    """Cells whose count, in any layer, is from 1 to ``threshold`` - 1. Zeros are shown."""
    hidden = np.zeros(table.layers[0].size, dtype=np.bool_)
    for layer in table.layers:
        hidden |= (layer >= 1) & (layer < threshold)
    return hidden


def protect(table: LinkedTable, threshold: int, already: Hidden | None = None) -> Hidden:
    """Primary cells and their partners, to a fixed point: deterministic, and never less than ``already``.

    Afterwards no line has exactly one hidden cell; and where a line's sum is shown, its hidden counts
    together exceed their least possible total by ``threshold`` - 1 or more, so that "each is at least one"
    settles none of them. Partners are spare cells, then the smallest shown counts of their line, zeros last.
    """
    hidden = primary(table, threshold)
    if already is not None:
        hidden |= already
    order = _cheapness(table)
    changed = True
    while changed:
        changed = False
        for block in table.blocks:
            for line in block[_lacking(table, hidden, block, threshold)]:
                changed |= _hide_partners(table, hidden, line, threshold, order)
    return hidden


def _lacking(table: LinkedTable, hidden: Hidden, block: Lines, threshold: int) -> Hidden:
    """Which lines of a block need (another) partner."""
    there = hidden[block]
    count = there.sum(axis=1)
    lacking = count == 1
    open_sum = (count > 1) & ~there[:, -1]
    for layer in table.layers:
        together = (layer[block] * there).sum(axis=1)
        lacking |= open_sum & (together - count < threshold - 1)
    return np.asarray(lacking, dtype=np.bool_)


def _hide_partners(
    table: LinkedTable, hidden: Hidden, line: NDArray[np.int64], threshold: int, order: NDArray[np.int64]
) -> bool:
    changed = False
    while _lacking(table, hidden, line[None, :], threshold)[0]:
        shown = line[~hidden[line]]
        hidden[shown[np.argmin(order[shown])]] = True
        changed = True
    return changed


def _cheapness(table: LinkedTable) -> NDArray[np.int64]:
    """The rank of each cell as a partner: zeros last; spare ones first; then by count, then by place."""
    counts = np.sum(table.layers, axis=0)
    zero = np.any([layer == 0 for layer in table.layers], axis=0)
    kept = np.ones(counts.size, dtype=np.bool_)
    kept[sorted(table.spare)] = False
    ranked = np.lexsort((np.arange(counts.size), counts, kept, zero))
    rank = np.empty(counts.size, dtype=np.int64)
    rank[ranked] = np.arange(counts.size)
    return rank


def cheapest_neighbour(table: LinkedTable, hidden: Hidden, cell: int) -> int | None:
    """The cell to hide next for the sake of ``cell``: the cheapest shown one that shares a line with it."""
    order = _cheapness(table)
    shown: set[int] = set()
    for block in table.blocks:
        lines = block[(block == cell).any(axis=1)]
        shown.update(int(one) for one in lines.ravel() if not hidden[one])
    return min(shown, key=lambda one: int(order[one]), default=None)
