"""The attack that a protected table has to stand before it leaves: linear programs over its own sums.

The attacker knows every shown cell, every sum between cells, and that a hidden count is at least ``least``. A
program's answer is a table that fits everything shown (a witness); cells that differ widely between witnesses
are safe, and those that never do are found out. The certificate is the least and greatest value over all
witnesses. See docs/decisions/0007-closed-tables-are-one-system.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from joinedup.release.linked_table import Counts, LinkedTable
from joinedup.release.protection import Hidden

if TYPE_CHECKING:
    from scipy.sparse import coo_matrix

_SWEEPS = 6  # random directions that settle most cells at once
_SEED = 20_240_401
_TOLERANCE = 1e-6

Numbers = NDArray[np.float64]


@dataclass
class _Program:
    """Equations over the hidden cells of one layer, and the widest range each was seen to take."""

    cells: NDArray[np.int64]
    sums: coo_matrix
    totals: Numbers
    least: int
    low: Numbers
    high: Numbers

    def try_direction(self, weights: Numbers) -> None:
        """Find the table that fits and has the least weighted sum; widen the ranges by it."""
        from scipy.optimize import linprog  # slow to import, and open data needs no attack

        answer = linprog(weights, A_eq=self.sums, b_eq=self.totals, bounds=(self.least, None), method="highs")
        if answer.status == 3:  # unbounded: cap the cells, so that a witness comes out
            cap = float(self.high.max()) * 4 + 1000
            answer = linprog(
                weights, A_eq=self.sums, b_eq=self.totals, bounds=(self.least, cap), method="highs"
            )
        if answer.status == 0:
            self.low = np.minimum(self.low, answer.x)
            self.high = np.maximum(self.high, answer.x)

    def narrow(self, width: float) -> NDArray[np.intp]:
        """The positions of cells that no two witnesses take further apart than ``width``."""
        return np.flatnonzero(self.high - self.low < width - _TOLERANCE)


def exposed(table: LinkedTable, hidden: Hidden, width: float, *, least: int = 1) -> list[int]:
    """The hidden cells that an attacker can bound more closely than ``width``, in any layer."""
    found: set[int] = set()
    for layer in table.layers:
        program = _program(table, layer, hidden, least)
        if program is not None:
            found.update(int(cell) for cell in _found_out(program, width))
    return sorted(found)


def _found_out(program: _Program, width: float) -> NDArray[np.int64]:
    random = np.random.default_rng(_SEED)
    for _ in range(_SWEEPS):
        narrow = program.narrow(width)
        if not narrow.size:
            break
        weights = np.zeros(program.cells.size)
        weights[narrow] = random.normal(size=narrow.size)
        program.try_direction(weights)
        program.try_direction(-weights)
    settled: list[int] = []
    for position in program.narrow(width):
        if program.high[position] - program.low[position] >= width - _TOLERANCE:
            continue
        direction = np.zeros(program.cells.size)
        direction[position] = 1.0
        program.try_direction(direction)
        program.try_direction(-direction)
        if program.high[position] - program.low[position] < width - _TOLERANCE:
            settled.append(int(position))
    return np.asarray(program.cells[settled], dtype=np.int64)


def _program(table: LinkedTable, layer: Counts, hidden: Hidden, least: int) -> _Program | None:
    from scipy.sparse import coo_matrix

    cells = np.flatnonzero(hidden)
    if not cells.size:
        return None
    place = np.full(hidden.size, -1, dtype=np.int64)
    place[cells] = np.arange(cells.size)
    rows: list[NDArray[np.int64]] = []
    columns: list[NDArray[np.int64]] = []
    signs: list[Numbers] = []
    totals: list[Numbers] = []
    start = 0
    for block in table.blocks:
        lines = block[hidden[block].any(axis=1)]
        if not len(lines):
            continue
        sign = np.ones(lines.shape[1])
        sign[-1] = -1.0
        there = hidden[lines]
        totals.append(-(layer[lines] * sign * ~there).sum(axis=1))
        line, position = np.nonzero(there)
        rows.append(line + start)
        columns.append(place[lines[line, position]])
        signs.append(sign[position])
        start += len(lines)
    sums = coo_matrix(
        (np.concatenate(signs), (np.concatenate(rows), np.concatenate(columns))), shape=(start, cells.size)
    )
    truth = layer[cells].astype(np.float64)
    return _Program(cells, sums, np.concatenate(totals), least, truth.copy(), truth.copy())
