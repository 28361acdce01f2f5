"""The gate's own attack on a suppression, and the certificate that it held.

A witness proves something only if it fits: every sum holds, nothing shown has moved, no hidden count is below
what it is known to be at least. All that is checked here from the numbers alone, whoever found them.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np

from joinedup.release.suppression.cells import CellSystem, Marks
from joinedup.release.suppression.groups import small_groups
from joinedup.release.suppression.programs import TOLERANCE, Group, Numbers
from joinedup.release.suppression.rules import Threshold
from joinedup.release.suppression.suppressing import Suppression


@dataclass(frozen=True)
class Certificate:
    """What an attacker can at best say of each hidden cell: from ``low`` to ``high`` or more widely.

    ``found`` are the cells and small sums that are bounded more closely than the width: with any, nothing may
    leave.
    """

    low: Numbers
    high: Numbers
    found: tuple[Group, ...]
    witnesses: int

    @property
    def holds(self) -> bool:
        """Whether nothing is found."""
        return not self.found

    def digest(self, system: CellSystem, hidden: Marks) -> str:
        """What was attacked and what came out, as one SHA-256: for the ledger."""
        parts = (
            system.values,
            hidden,
            np.round(self.low).astype(np.int64),
            np.round(self.high).astype(np.int64),
        )
        whole = hashlib.sha256()
        for part in parts:
            whole.update(np.ascontiguousarray(part).tobytes())
        return whole.hexdigest()


def certify(system: CellSystem, suppression: Suppression, rule: Threshold) -> Certificate:
    """Check a suppression from its witnesses alone; it fails closed on what no fitting witness proves."""
    hidden = suppression.hidden
    fitting = [change for change in suppression.witnesses if fits(system, hidden, change)]
    changes = np.array(fitting).reshape(len(fitting), system.size)
    low = changes.min(axis=0, initial=0)
    high = changes.max(axis=0, initial=0)
    small = rule.primary(system.values)
    must_hide = small & system.published & ~system.frozen
    must_span = (hidden & system.published) | (small & system.sensitive)
    narrow = (
        (must_span & (high - low < rule.span - TOLERANCE)) | (must_hide & ~hidden) | (system.hidden & ~hidden)
    )
    found: list[Group] = [(int(cell),) for cell in np.flatnonzero(narrow)]
    for group in small_groups(system, hidden, rule):
        moved = changes[:, list(group)].sum(axis=1)
        if moved.max(initial=0) - moved.min(initial=0) < rule.span - TOLERANCE:
            found.append(group)
    return Certificate(system.values + low, system.values + high, tuple(found), len(fitting))


def fits(system: CellSystem, hidden: Marks, change: Numbers) -> bool:
    """Whether the true counts with this change agree with all that anybody knows."""
    if np.abs(system.sums @ change).max(initial=0) > TOLERANCE * max(1.0, np.abs(change).max(initial=0)):
        return False
    moves = change != 0
    shown = system.published & ~hidden | system.frozen
    return not (moves & shown).any() and bool((system.values + change >= system.least - TOLERANCE).all())
