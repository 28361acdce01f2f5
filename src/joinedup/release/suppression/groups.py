"""Small sums of hidden cells: two that are known to come to three together tell as much as one."""

from __future__ import annotations

import itertools

import numpy as np

from joinedup.release.suppression.cells import CellSystem, Marks
from joinedup.release.suppression.rules import Threshold

_MOST_IN_A_LINE = 40  # of longer lines only the smallest cells are paired; their sums are the narrowest


def small_groups(system: CellSystem, hidden: Marks, rule: Threshold) -> list[tuple[int, ...]]:
    """Every group of two or more hidden cells that are parts of one sum and together too small to show."""
    found: set[tuple[int, ...]] = set()
    small = hidden & system.published & (system.values > 0) & (system.values < rule.span)
    sums = system.sums
    for row in range(sums.shape[0]):
        line = slice(sums.indptr[row], sums.indptr[row + 1])
        parts = sums.indices[line][sums.data[line] > 0]
        members = parts[small[parts]]
        members = members[np.argsort(system.values[members], kind="stable")][:_MOST_IN_A_LINE]
        found.update(_groups(np.sort(members).tolist(), system, rule))
    return sorted(found)


def _groups(members: list[int], system: CellSystem, rule: Threshold) -> set[tuple[int, ...]]:
    return {
        group
        for size in range(2, min(rule.span, len(members)) + 1)
        for group in itertools.combinations(members, size)
        if system.values[list(group)].sum() <= rule.span
    }
