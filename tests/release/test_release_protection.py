"""Hidden cells stay hidden: no lone one in any row or column, and an independent attacker finds none."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from joinedup.release.linked_table import Dimension, link
from joinedup.release.protecting import withstanding
from joinedup.release.protection import primary, protect

THRESHOLD = 5


@st.composite
def tables(draw, largest=4):
    """Counts of areas × periods × breakdown, small ones and zeros often, and the districts of the areas."""
    shape = draw(st.tuples(st.integers(1, largest + 1), st.integers(1, largest), st.integers(1, 3)))
    counts = draw(
        st.lists(
            st.one_of(st.integers(0, 6), st.integers(0, 60)),
            min_size=int(np.prod(shape)),
            max_size=int(np.prod(shape)),
        )
    )
    districts = tuple(draw(st.integers(-1, 1)) for _ in range(shape[0]))
    return np.array(counts).reshape(shape), districts


def _linked(counts, districts):
    dimensions = (
        Dimension(counts.shape[0], (districts,)),
        Dimension(counts.shape[1]),
        Dimension(counts.shape[2]),
    )
    return link([counts], dimensions), dimensions


def _hidden_members(counts, districts):
    table, dimensions = _linked(counts, districts)
    hidden = withstanding(table, THRESHOLD)
    assert hidden is not None
    return table.members(dimensions, hidden), table, hidden


def test_margins_are_sums_of_their_members():
    counts = np.arange(12).reshape(3, 2, 2)
    table, _ = _linked(counts, (0, 0, 1))
    whole = table.layers[0].reshape(table.shape)
    assert table.shape == (3 + 2 + 1, 2 + 1, 2 + 1)
    assert whole[3, 0, 0] == counts[:2, 0, 0].sum()  # the first district
    assert whole[5, 2, 2] == counts.sum()  # everything
    for block in table.blocks:
        flat = table.layers[0][block]
        assert (flat[:, :-1].sum(axis=1) == flat[:, -1]).all()


@given(tables())
def test_small_counts_are_hidden_and_no_line_has_exactly_one_hidden_cell(table_and_districts):
    counts, districts = table_and_districts
    table, dimensions = _linked(counts, districts)
    hidden = protect(table, THRESHOLD)
    members = table.members(dimensions, hidden)
    assert members[(counts > 0) & (counts < THRESHOLD)].all()
    for block in table.blocks:
        assert not (hidden[block].sum(axis=1) == 1).any()
    for axis in range(3):  # the plain rows and columns, said without the product's own lines
        if counts.shape[axis] > 1:
            whole = hidden.reshape(table.shape)
            lines = np.take(whole, range(counts.shape[axis]), axis=axis).sum(axis=axis)
            sums = np.take(whole, whole.shape[axis] - 1, axis=axis)
            assert not ((lines == 1) & ~sums).any()


@settings(max_examples=15)
@given(tables(largest=3))
def test_the_same_table_is_always_hidden_in_the_same_way(table_and_districts):
    first = _hidden_members(*table_and_districts)[0]
    assert (first == _hidden_members(*table_and_districts)[0]).all()


@given(tables())
def test_nothing_is_hidden_where_nothing_is_small(table_and_districts):
    counts, districts = table_and_districts
    safe = np.where(counts > 0, counts + THRESHOLD, 0)
    assert not _hidden_members(safe, districts)[0].any()


def _attack(counts, hidden, districts, whole_hidden, shape):
    """Least and greatest value of each hidden count, by linear programs written without the product's code.

    The attacker has every total of every combination of sums that is shown, and the zeros.
    """
    cells = [tuple(cell) for cell in np.argwhere(hidden)]
    groups = [[{index} for index in range(size)] for size in counts.shape]
    for district in sorted({number for number in districts if number >= 0}):
        groups[0].append({index for index, number in enumerate(districts) if number == district})
    for axis, size in enumerate(counts.shape):
        if size > 1:
            groups[axis].append(set(range(size)))
    visible = ~whole_hidden.reshape(shape)
    rows, totals = [], []
    for node in itertools.product(*(range(len(one)) for one in groups)):
        if not visible[node]:
            continue
        members = [groups[axis][place] for axis, place in enumerate(node)]
        inside = [1.0 if all(cell[axis] in members[axis] for axis in range(3)) else 0.0 for cell in cells]
        if any(inside):
            shown = sum(int(counts[cell]) for cell in itertools.product(*members) if not hidden[cell])
            total = sum(int(counts[cell]) for cell in itertools.product(*members))
            rows.append(inside)
            totals.append(total - shown)
    bounds = []
    for place in range(len(cells)):
        goal = np.zeros(len(cells))
        goal[place] = 1.0
        options = {"bounds": (1, 10_000), "method": "highs"}
        if rows:
            options |= {"A_eq": np.array(rows), "b_eq": np.array(totals, dtype=float)}
        low, high = linprog(goal, **options), linprog(-goal, **options)
        assert low.status == high.status == 0
        bounds.append((low.fun, -high.fun))
    return dict(zip(cells, bounds, strict=True))


@settings(max_examples=20)
@given(tables(largest=2))
def test_an_attacker_with_linear_programs_finds_no_hidden_count(table_and_districts):
    counts, districts = table_and_districts
    hidden, table, whole = _hidden_members(counts, districts)
    for low, high in _attack(counts, hidden, districts, whole, table.shape).values():
        assert high - low >= THRESHOLD - 1 - 1e-6


def test_two_ones_that_share_a_total_of_two_are_not_left_to_give_each_other_away():
    counts = np.array([[1, 1, 40, 50]]).reshape(4, 1, 1)
    hidden, _, _ = _hidden_members(counts, (0, 0, 0, 0))
    assert hidden[:, 0, 0].tolist() == [True, True, True, False]


def test_the_attack_does_find_what_only_small_counts_hidden_gives_away():
    from joinedup.release.attack import exposed

    counts = np.array([[3, 20], [30, 40]]).reshape(2, 2, 1)
    table, _ = _linked(counts, (0, 0))
    assert exposed(table, primary(table, THRESHOLD), THRESHOLD - 1) == [0]


def test_layers_fall_together():
    hits = np.array([20, 30, 40, 50]).reshape(4, 1, 1)
    misses = np.array([2, 30, 40, 50]).reshape(4, 1, 1)
    dimensions = (Dimension(4, ((0, 0, 0, 0),)), Dimension(1), Dimension(1))
    table = link([hits, misses], dimensions)
    hidden = table.members(dimensions, withstanding(table, THRESHOLD))
    assert hidden[:, 0, 0].tolist() == [True, True, False, False]


@pytest.mark.parametrize("seed", range(2))
def test_a_table_of_wards_and_months_keeps_most_of_its_count(seed):
    random = np.random.default_rng(seed)
    counts = random.negative_binomial(2, 0.05, size=(40, 12, 1))
    districts = tuple(index // 10 for index in range(40))
    hidden, _, _ = _hidden_members(counts, districts)
    assert counts[~hidden].sum() > 0.8 * counts.sum()
