"""Batch suppression by linear programs: what to hide so that nothing hidden can be bounded closely.

A program looks for other counts that fit every sum, move some hidden cells by the width they need, leave
zeros and what was shown before as they are, take no hidden cell below one, and move as little as can be of
what is still shown. What it moves is hidden. Its answers are the witnesses: between them every hidden cell
spans the width, so they prove the result to whoever checks them (``auditing``).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from joinedup.release.suppression.cells import CellSystem, Marks
from joinedup.release.suppression.groups import small_groups
from joinedup.release.suppression.programs import TOLERANCE, Group, Numbers, Programs
from joinedup.release.suppression.rules import Threshold

_SEED = 20_260_401  # the order in which cells are taken: the same counts are always hidden in the same way
_WORTH_IT = 0.9  # another random direction is tried where the last left fewer than this part wanting
_PROGRAMS = 30  # about as many programs as a large system is given for each round


@dataclass(frozen=True)
class Suppression:
    """What is hidden; the witnesses, one row of changes each; and what could not be protected (then nothing
    may leave)."""

    hidden: Marks
    witnesses: Numbers
    unprotected: tuple[Group, ...] = ()


def costs_of(system: CellSystem) -> Numbers:
    """The root of each count: large cells cost more to hide than small ones, but not as many times more."""
    return np.sqrt(system.values.clip(1))


def suppress(system: CellSystem, rule: Threshold, costs: Numbers | None = None) -> Suppression:
    """Hide the cells that ``rule`` names, and with them what protects them at least cost.

    ``costs`` is the worth of each cell to the reader, above 0 (None: the root of its count).
    """
    run = _Run(system, rule, costs_of(system) if costs is None else costs)
    run.protect_cells()
    run.protect_groups()
    return Suppression(run.hidden, run.witnesses(), tuple(run.unprotected))


@dataclass
class _Run:
    """The state of one suppression: what is hidden so far, and how far each cell was seen to go."""

    system: CellSystem
    rule: Threshold
    costs: Numbers
    unprotected: list[Group] = field(default_factory=list)

    def __post_init__(self) -> None:
        system = self.system
        small = self.rule.primary(system.values)
        self.hidden = system.hidden | (small & system.published & ~system.frozen)
        self.latent = small & system.sensitive
        self.low, self.high = np.zeros(system.size), np.zeros(system.size)
        self._found: list[Numbers] = []
        self._known = (system.published & (system.values == 0) & ~self.hidden) | (
            system.frozen & ~self.hidden
        )
        self._programs = Programs(system, self._known)
        self._columns = system.sums.tocsc()
        self._random = np.random.default_rng(_SEED)

    def witnesses(self) -> Numbers:
        """The changes found, one row each."""
        return np.array(self._found).reshape(len(self._found), self.system.size)

    def protect_cells(self) -> None:
        """Until each hidden cell spans its width, or is known to be beyond protection."""
        lost: set[int] = set()
        self._roam()
        while True:
            wanting = [cell for cell in self._narrow() if cell not in lost]
            if not wanting:
                break
            lost |= self._move([(cell,) for cell in self._batch(wanting)])
        self.unprotected += [(cell,) for cell in sorted(lost)]

    def protect_groups(self) -> None:
        """The same for small sums of hidden cells that share a sum."""
        lost: set[Group] = set()
        while True:
            groups = small_groups(self.system, self.hidden, self.rule)
            narrow = [g for g in groups if g not in lost and self._width(g) < self.rule.span - TOLERANCE]
            if not narrow:
                break
            for group in narrow:
                if self._width(group) < self.rule.span - TOLERANCE:
                    lost |= {group} if self._fails([group]) else set()
            self.protect_cells()
        self.unprotected += sorted(lost)

    def _narrow(self) -> NDArray[np.intp]:
        protected = (self.hidden & self.system.published) | self.latent
        return np.flatnonzero(protected & (self.high - self.low < self.rule.span - TOLERANCE))

    def _roam(self) -> None:
        """Move what wants moving as far as it goes without hiding more, while that brings something."""
        programs = self._free_programs()
        wanting = self._narrow()
        while wanting.size:
            weights = np.zeros(self.system.size)
            weights[wanting] = self._random.choice((-1.0, 1.0), size=wanting.size)
            for sign in (1, -1):
                change = programs.roaming(sign * weights, self.rule.span)
                if change is not None:
                    self._keep(change)
            before, wanting = wanting.size, self._narrow()
            if wanting.size > _WORTH_IT * before:
                break

    def _free_programs(self) -> Programs:
        """Programs over what is hidden or unpublished: they hide nothing more."""
        free = (self.hidden | ~self.system.published) & ~self._known
        return Programs(self.system, ~free)

    def _batch(self, wanting: Sequence[int]) -> list[int]:
        """Cells of which no two share a sum, in an order that is random and always the same."""
        most = 1 + len(wanting) // _PROGRAMS
        order = self._random.permutation(np.asarray(wanting))
        batch: list[int] = []
        used: set[int] = set()
        for cell in order:
            rows = self._columns.indices[self._columns.indptr[cell] : self._columns.indptr[cell + 1]].tolist()
            if used.isdisjoint(rows):
                used.update(rows)
                batch.append(int(cell))
            if len(batch) == most:
                break
        return batch

    def _move(self, batch: list[Group]) -> set[int]:
        """Move a batch, in halves where it cannot move as one; gives back the cells beyond protection."""
        if len(batch) == 1 and not self._stretch(batch[0][0], self._free_programs()):
            return set()
        if not self._fails(batch):
            return set()
        if len(batch) == 1:
            return self._stretch(batch[0][0], self._programs)
        middle = len(batch) // 2
        return self._move(batch[:middle]) | self._move(batch[middle:])

    def _fails(self, batch: Sequence[Group]) -> bool:
        """Whether they cannot move together: small ones up and larger ones down, or the other way round."""
        for turned in (1, -1):
            targets = {group: self._amount(group, turned * self._way(group)) for group in batch}
            change = self._programs.cheapest(targets, self._prices()) if all(targets.values()) else None
            if change is not None:
                self._keep(change)
                return False
        return True

    def _way(self, group: Group) -> int:
        """Down where there is room below, for then smaller cells beside it have not to give way."""
        room = self.system.values[list(group)] - self.system.least[list(group)]
        return -1 if len(group) == 1 and room.sum() >= self.rule.span else 1

    def _amount(self, group: Group, sign: int) -> float:
        """How far a group still has to go this way to span its width."""
        cells = list(group)
        if len(group) > 1:
            return sign * self.rule.span
        gone = self.high[cells[0]] if sign < 0 else -self.low[cells[0]]
        return sign * max(0.0, self.rule.span - gone)

    def _stretch(self, cell: int, programs: Programs) -> set[int]:
        """As far up and as far down as it goes; the cell itself where that is not far enough."""
        for sign in (1, -1):
            change = programs.furthest(cell, sign * self.rule.span, self._prices())
            if change is not None:
                self._keep(change)
        return {cell} if self.high[cell] - self.low[cell] < self.rule.span - TOLERANCE else set()

    def _prices(self) -> Numbers:
        return np.where(self.hidden | ~self.system.published, 0.0, self.costs)

    def _keep(self, change: Numbers) -> None:
        self._found.append(change)
        self.hidden |= (change != 0) & self.system.published & ~self.system.frozen
        self.low, self.high = np.minimum(self.low, change), np.maximum(self.high, change)

    def _width(self, group: Group) -> float:
        moved = self.witnesses()[:, list(group)].sum(axis=1)
        return float(moved.max(initial=0) - moved.min(initial=0))
