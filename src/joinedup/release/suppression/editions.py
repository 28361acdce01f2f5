"""A table published again after late records came: the new edition and all before it as one system.

Whoever holds them all knows more than each tells: that counts mostly grow, so that a hidden cell is at least
what it was when it was shown, and a cell hidden twice is at least what it was the first time. What fell (a
record was taken back) is given to the attacker as known. A new edition hides what those before it hid.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from joinedup.release.suppression.cells import Block, CellSystem, Marks
from joinedup.release.suppression.levels import NO_GROUP, Level

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Pairs = list[tuple[int, int]]
Places = NDArray[np.int64]


@dataclass(frozen=True)
class Edition:
    """A system at one date of knowledge: its blocks, and the label of each atom on each dimension.

    ``hidden`` marks what it hides, for one that is out; None for the one in the making.
    """

    system: CellSystem
    blocks: Sequence[Block]
    labels: tuple[Sequence[Hashable], ...]
    hidden: Marks | None = None


def in_one(earlier: Sequence[Edition], new: Edition) -> tuple[CellSystem, slice]:
    """The system of the new edition with all earlier ones, oldest first; and where the new one stands in it.

    A cell of one edition and the same cell of the next are tied by what came between, which is not negative.
    """
    systems = [_out(edition) for edition in earlier]
    fresh = new.system
    starts = np.cumsum([0, *(one.size for one in systems)])
    ties: list[tuple[int, int]] = []
    for place, (older, newer) in enumerate(_steps(earlier, new)):
        last = place == len(earlier) - 1
        below = fresh if last else systems[place + 1]
        tied, below = _tied(systems[place], older, below, newer)
        ties += [(one + starts[place], other + starts[place + 1]) for one, other in tied]
        if last:
            fresh = below
        else:
            systems[place + 1] = below
    whole = _stacked([*systems, fresh], ties)
    return whole, slice(int(starts[-1]), int(starts[-1]) + fresh.size)


def _steps(earlier: Sequence[Edition], new: Edition) -> Iterator[tuple[Edition, Edition]]:
    yield from zip(earlier, [*earlier[1:], new], strict=True)


def _out(edition: Edition) -> CellSystem:
    """What is out can be hidden no more, and shown no more."""
    if edition.hidden is None:
        raise ValueError("an earlier edition says what it hid")
    system = edition.system
    return replace(system, frozen=system.published & ~edition.hidden, hidden=edition.hidden.copy())


def _tied(old: CellSystem, older: Edition, new: CellSystem, newer: Edition) -> tuple[Pairs, CellSystem]:
    """Which cells need a tie, and the newer system with what it takes over from the older one."""
    least, hidden = new.least.copy(), new.hidden.copy()
    ties: Pairs = []
    for was, now in same_cells(older, newer):
        known, grown = old.frozen[was], new.values[now] >= old.values[was]
        after = known & grown
        least[now[after]] = np.maximum(least[now[after]], old.values[was[after]])
        hidden[now] |= old.hidden[was] & ~new.frozen[now]
        open_ = ~known & ~(new.frozen[now] & old.frozen[was])
        ties += list(zip(was[open_].tolist(), now[open_].tolist(), strict=True))
    return ties, replace(new, least=least, hidden=hidden)


def same_cells(older: Edition, newer: Edition) -> Iterator[tuple[Places, Places]]:
    """Cells of both that are made of the same atoms, block by block: where they stand in each."""
    for block in newer.blocks:
        for other in older.blocks:
            places = [
                _same_groups(mine, theirs, labels, before)
                for mine, theirs, labels, before in zip(
                    block.cut, other.cut, newer.labels, older.labels, strict=True
                )
            ]
            if all(len(now) for _was, now in places):
                was = np.ravel_multi_index(np.ix_(*(was for was, _now in places)), other.shape)
                now = np.ravel_multi_index(np.ix_(*(now for _was, now in places)), block.shape)
                yield was.ravel() + other.start, now.ravel() + block.start


def _same_groups(
    mine: Level, theirs: Level, labels: Sequence[Hashable], before: Sequence[Hashable]
) -> tuple[list[int], list[int]]:
    known = {atoms: group for group, atoms in enumerate(_members(theirs, before))}
    found = [(known[atoms], group) for group, atoms in enumerate(_members(mine, labels)) if atoms in known]
    return [was for was, _now in found], [now for _was, now in found]


def _members(level: Level, labels: Sequence[Hashable]) -> list[frozenset[Hashable]]:
    groups: list[set[Hashable]] = [set() for _group in range(level.size)]
    for label, group in zip(labels, level.of, strict=True):
        if group != NO_GROUP:
            groups[group].add(label)
    return [frozenset(group) for group in groups]


def _stacked(systems: Sequence[CellSystem], ties: Sequence[tuple[int, int]]) -> CellSystem:
    from scipy.sparse import block_diag, csr_matrix, hstack, vstack

    sums = block_diag([one.sums for one in systems], format="csr")
    was = np.array([one for one, _ in ties], dtype=np.int64)
    now = np.array([other for _, other in ties], dtype=np.int64)
    values = np.concatenate([one.values for one in systems])
    between = values[now] - values[was]
    count, rows = len(ties), np.arange(len(ties))
    tied: csr_matrix = csr_matrix(
        (
            np.concatenate([np.ones(count), -np.ones(count)]),
            (np.concatenate([rows, rows]), np.concatenate([now, was])),
        ),
        shape=(count, values.size),
    )
    minus = csr_matrix((-np.ones(count), (rows, rows)), shape=(count, count))
    whole = vstack([hstack([sums, csr_matrix((sums.shape[0], count))]), hstack([tied, minus])]).tocsr()
    no = np.zeros(count, dtype=np.bool_)

    def joined(name: str, more: NDArray[np.generic]) -> NDArray[np.generic]:
        return np.concatenate([*(getattr(one, name) for one in systems), more])

    return CellSystem(
        values=np.concatenate([values, between]),
        published=joined("published", no).astype(np.bool_),
        least=joined("least", np.minimum(between, 0)).astype(np.int64),
        sums=whole,
        frozen=joined("frozen", no).astype(np.bool_),
        hidden=joined("hidden", no).astype(np.bool_),
        sensitive=joined("sensitive", no).astype(np.bool_),
    )
