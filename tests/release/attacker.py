"""An attacker of published tables, written apart from the product's own audit.

It knows nothing of suppression patterns, links between tables or witnesses. It thinks of the atoms (each
area's, period's and category's own count) as unknown numbers that are not negative, writes down one fact for
each published cell (its value; or, hidden, at least one), and lets linear programs say how little and how
much anything it is curious about can come to. With several releases each has atoms of its own.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence

import numpy as np
from scipy.optimize import LinearConstraint, linprog, milp
from scipy.sparse import csr_matrix

EVERYTHING = 1e5


class Attacker:
    """Facts about unknown atoms, and what follows from them."""

    def __init__(self, atoms: int) -> None:
        self.atoms = atoms
        self.facts: list[tuple[dict[int, float], float, float]] = []

    def knows(
        self, members: Iterable[int], low: float, high: float = np.inf, less: Iterable[int] = ()
    ) -> None:
        """The sum of ``members``, less that of ``less``, lies between ``low`` and ``high``."""
        terms = dict.fromkeys(members, 1.0)
        for one in less:
            terms[one] = terms.get(one, 0.0) - 1.0
        self.facts.append((terms, low, high))

    def reads(self, tables, counts, hidden, atoms, *, hidden_means_at_least=1) -> None:
        """Published tables: groups of atoms, with the value or (hidden) no more than that it is not zero."""
        for key, members in tables.items():
            true = int(counts.ravel()[members].sum())
            low, high = (hidden_means_at_least, np.inf) if hidden[key] else (true, true)
            self.knows((atoms[one] for one in members), low, high)

    def bounds(self, goal: Iterable[int], *, whole: bool = False) -> tuple[float, float]:
        """The least and greatest that a sum of atoms can be."""
        aim = np.zeros(self.atoms)
        aim[list(goal)] = 1.0
        low, high = self._extreme(aim, whole), self._extreme(-aim, whole)
        return float(aim @ low), float(aim @ high)

    def finds(self, goals: Sequence[Sequence[int]], closer_than: float, *, whole: bool = False) -> list[int]:
        """Which goals it can bound more closely than that; random aims settle most of the others at once."""
        random = np.random.default_rng(7)
        matrix = _rows([dict.fromkeys(goal, 1.0) for goal in goals], self.atoms)
        low, high = np.full(len(goals), np.inf), np.full(len(goals), -np.inf)
        open_ = np.arange(len(goals))
        for _ in range(12):
            if not open_.size:
                return []
            weights = np.zeros(len(goals))
            weights[open_] = random.normal(size=open_.size)
            aim = np.asarray(matrix.T @ weights).ravel()
            for sign in (1, -1):
                seen = matrix @ self._extreme(sign * aim, whole)
                low, high = np.minimum(low, seen), np.maximum(high, seen)
            open_ = np.flatnonzero(high - low < closer_than - 1e-6)
        found = []
        for goal in open_:
            least, most = self.bounds(goals[goal], whole=whole)
            if most - least < closer_than - 1e-6:
                found.append(int(goal))
        return found

    def _extreme(self, aim, whole):
        matrix = _rows([terms for terms, _, _ in self.facts], self.atoms)
        low = np.array([low for _, low, _ in self.facts])
        high = np.array([high for _, _, high in self.facts])
        if whole:
            answer = milp(
                aim,
                constraints=LinearConstraint(matrix, low, high),
                bounds=(0, EVERYTHING),
                integrality=np.ones(self.atoms),
            )
            assert answer.x is not None, "the facts contradict each other"
            return np.round(answer.x)
        same = low == high
        over, under = ~same & np.isfinite(high), ~same & np.isfinite(low)
        inequalities = _stack([matrix[over], -matrix[under]])
        limits = np.concatenate([high[over], -low[under]])
        answer = linprog(
            aim,
            A_eq=matrix[same] if same.any() else None,
            b_eq=low[same] if same.any() else None,
            A_ub=inequalities if limits.size else None,
            b_ub=limits if limits.size else None,
            bounds=(0, EVERYTHING),
            method="highs",
        )
        assert answer.status == 0, "the facts contradict each other"
        return answer.x


def _rows(terms, width):
    lengths = [len(one) for one in terms]
    rows = np.repeat(np.arange(len(terms)), lengths)
    columns = np.array([place for one in terms for place in one], dtype=np.int64)
    values = np.array([value for one in terms for value in one.values()])
    return csr_matrix((values, (rows, columns)), shape=(len(terms), width))


def _stack(matrices):
    from scipy.sparse import vstack

    return vstack(matrices).tocsr()


def cells_of(levels_of_tables, shape):
    """{(table, group on each dimension): the flat atoms in it}, said from the levels alone, cell by cell."""
    found = {}
    for number, levels in enumerate(levels_of_tables):
        groups = [sorted(set(level) - {-1}) for level in levels]
        members = [
            {group: [atom for atom, of in enumerate(level) if of == group] for group in set(level)}
            for level in levels
        ]
        for node in itertools.product(*groups):
            inside = itertools.product(*(members[axis][group] for axis, group in enumerate(node)))
            found[(number, *node)] = [int(np.ravel_multi_index(place, shape)) for place in inside]
    return found


def small_sums(cells, counts, hidden, most, *, siblings):
    """Pairs and threes of hidden cells, side by side in a table, that together are too small to show."""
    small = [key for key in cells if hidden[key] and 0 < counts.ravel()[cells[key]].sum() < most]
    found = []
    for size in (2, 3):
        for group in itertools.combinations(small, size):
            if siblings(group) and sum(counts.ravel()[cells[key]].sum() for key in group) <= most:
                found.append([atom for key in group for atom in cells[key]])
    return found


def side_by_side(group):
    """Whether cells are of one table and differ on one dimension only."""
    return (
        len({key[0] for key in group}) == 1
        and sum(len(set(axis)) > 1 for axis in zip(*group, strict=True)) == 1
    )
