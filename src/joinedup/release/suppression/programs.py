"""Linear programs over a system of cells: other counts that fit everything shown (witnesses).

A witness is told as what it adds to the true counts, cell by cell.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from joinedup.release.suppression.cells import CellSystem, Marks

if TYPE_CHECKING:
    from scipy.sparse import csc_matrix

Numbers = NDArray[np.float64]
Group = tuple[int, ...]
"""Cells whose sum is meant; one cell for itself."""

TOLERANCE = 1e-6
_FAR = 1000.0  # what a cell's own movement is worth beside a paid one's


class Programs:
    """Programs over the cells of one system that may move at all."""

    def __init__(self, system: CellSystem, still: Marks) -> None:
        """``still`` cells keep their true count: what is shown for good, and what is known to be zero."""
        self._size = system.size
        self._cells = np.flatnonzero(~still)
        self._place = np.full(system.size, -1, dtype=np.int64)
        self._place[self._cells] = np.arange(self._cells.size)
        sums: csc_matrix = system.sums[:, self._cells].tocsr()
        self._sums = sums[np.diff(sums.indptr) > 0].tocsc()
        self._least = (system.least - system.values)[self._cells].astype(np.float64)

    def cheapest(self, targets: Mapping[Group, float], costs: Numbers) -> Numbers | None:
        """The change that moves each target by at least so much (down where negative), and costs least.

        A cell costs ``costs`` for each one that it moves, either way. None where nothing fits.
        """
        low, high = self._least.copy(), np.full(self._cells.size, np.inf)
        groups: dict[Group, float] = {}
        for group, amount in targets.items():
            if len(group) > 1:
                groups[group] = amount
                continue
            place = self._place[group[0]]
            if place < 0:
                return None
            if amount > 0:
                low[place] = max(low[place], amount)
            else:
                high[place] = min(high[place], amount)
        if (low > high).any():
            return None
        return self._solved(low, high, costs[self._cells], groups)

    def furthest(self, cell: int, most: float, costs: Numbers) -> Numbers | None:
        """The change that moves a cell as far towards ``most`` as it goes, and then costs least."""
        place = self._place[cell]
        if place < 0:
            return None
        low, high = self._least.copy(), np.full(self._cells.size, np.inf)
        price = costs[self._cells].copy()
        far = _FAR * max(1.0, float(price.max(initial=0)))
        if most > 0:
            low[place], high[place], price[place] = 0, most, -far
        else:
            low[place], high[place], price[place] = max(low[place], most), 0, far
        return self._solved(low, high, price, {}, free={int(place)})

    def roaming(self, weights: Numbers, most: float) -> Numbers | None:
        """The change that goes farthest in the direction of ``weights``; no cell of them by over ``most``."""
        weight = weights[self._cells]
        drawn = weight != 0
        low = np.where(drawn, np.maximum(self._least, -most), self._least)
        high = np.where(drawn, most, np.inf)
        return self._solved(low, high, -weight, {}, free=range(self._cells.size))

    def _solved(
        self,
        low: Numbers,
        high: Numbers,
        price: Numbers,
        groups: Mapping[Group, float],
        free: Collection[int] = (),
    ) -> Numbers | None:
        """Cells with a price move down in a column of their own, so that both ways cost."""
        from scipy.optimize import linprog  # slow to import, and open data needs no suppression
        from scipy.sparse import hstack

        paid = np.setdiff1d(np.flatnonzero(price > 0), np.array(list(free), dtype=np.int64))
        downs = -low[paid]
        low = low.copy()
        low[paid] = np.maximum(low[paid], 0)
        rows, limits = self._group_rows(groups, paid)
        answer = linprog(
            np.concatenate([price, price[paid]]),
            A_eq=hstack([self._sums, -self._sums[:, paid]]).tocsc(),
            b_eq=np.zeros(self._sums.shape[0]),
            A_ub=rows,
            b_ub=limits,
            bounds=np.column_stack(
                [np.concatenate([low, np.zeros(paid.size)]), np.concatenate([high, np.maximum(downs, 0)])]
            ),
            method="highs",
        )
        if answer.status != 0:
            return None
        moved = answer.x[: self._cells.size].copy()
        moved[paid] -= answer.x[self._cells.size :]
        change = np.zeros(self._size)
        change[self._cells] = np.where(np.abs(moved) < TOLERANCE, 0, moved)
        return change

    def _group_rows(
        self, groups: Mapping[Group, float], paid: NDArray[np.intp]
    ) -> tuple[csc_matrix | None, Numbers | None]:
        """A row for each target that is a sum of several cells: the sum moves at least so far."""
        from scipy.sparse import csr_matrix, hstack

        if not groups:
            return None, None
        rows = np.concatenate([[row] * len(group) for row, group in enumerate(groups)])
        places = self._place[np.concatenate([list(group) for group in groups])]
        signs = np.concatenate([[-np.sign(amount)] * len(group) for group, amount in groups.items()])
        there = places >= 0
        plain = csr_matrix(
            (signs[there], (rows[there], places[there])), shape=(len(groups), self._cells.size)
        )
        return hstack([plain, -plain[:, paid]]).tocsc(), -np.abs(np.array(list(groups.values())))
