"""The rounded cube: every table a sum of its leaves, and an attacker is left four values or more."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from attacker import Attacker
from hypothesis import given, settings
from hypothesis import strategies as st

from joinedup.release.rounding import round_cube
from joinedup.release.suppression.cells import margin
from joinedup.release.suppression.levels import numbered
from sampling import examples

SHAPE = (6, 4, 3)
TABLES = [
    *itertools.product(
        [numbered(range(6)), numbered([0, 0, 0, 1, 1, 1]), numbered([0] * 6)],
        [numbered(range(4)), numbered([0] * 4)],
        [numbered(range(3)), numbered([0] * 3)],
    )
]


def cube(seed, mean=6.0):
    return np.random.default_rng(seed).poisson(mean, size=SHAPE)


@settings(max_examples=examples(30, 3), deadline=None)
@given(st.lists(st.integers(0, 30), min_size=72, max_size=72), st.integers(0, 2**40))
def test_each_leaf_takes_a_multiple_next_to_it_and_zeros_and_multiples_stay(counts, seed):
    counts = np.array(counts).reshape(SHAPE)
    rounded = round_cube(counts, TABLES, seed)
    assert (rounded.leaves % 5 == 0).all()
    assert (np.abs(rounded.leaves - counts) <= 4).all()
    assert (rounded.leaves[counts % 5 == 0] == counts[counts % 5 == 0]).all()
    errors = [np.abs(rounded.total(cut) - margin(counts, cut)).max() for cut in TABLES]
    assert rounded.greatest_error == max(errors)


@pytest.mark.parametrize("seed", range(3))
def test_totals_are_closer_than_without_choosing(seed):
    counts = cube(seed)
    random = np.random.default_rng(seed)
    plain = counts - counts % 5 + 5 * (random.random(SHAPE) * 5 < counts % 5)
    worst = max(np.abs(margin(plain - counts, cut)).max() for cut in TABLES)
    assert round_cube(counts, TABLES, seed).greatest_error < worst


def test_the_same_seed_rounds_in_the_same_way_and_another_in_another():
    counts = cube(1)
    first, second, other = (round_cube(counts, TABLES, seed).leaves for seed in (5, 5, 6))
    assert (first == second).all()
    assert (first != other).any()


def releases(seed, months=12, late=0.015):
    """A cube as released each month while late records come in, and what was true each time."""
    random = np.random.default_rng(seed)
    counts = [cube(seed, 8.0)]
    for _ in range(months - 1):
        counts.append(counts[-1] + random.poisson(counts[-1] * late))
    rounded, before = [], None
    for month, now in enumerate(counts):
        made = round_cube(now, TABLES, 100 * seed + month, before=before)
        rounded.append(made)
        before = (now, made.leaves)
    return counts, rounded


def reader_of(rounded, *, errors_known=True):
    """Somebody who holds every release, knows that counts only grow, and was told the greatest error."""
    size = int(np.prod(SHAPE))
    attacker = Attacker(size * len(rounded))
    for number, made in enumerate(rounded):
        start = number * size
        for leaf, seen in enumerate(made.leaves.ravel().tolist()):
            attacker.knows([start + leaf], max(0, seen - 4), seen + 4)
            if number:
                attacker.knows([start + leaf], 0, less=[start - size + leaf])
        places = np.arange(size).reshape(SHAPE)
        for cut in TABLES if errors_known else []:
            groups = [np.asarray(level.of) for level in cut]
            total = made.total(cut)
            for node in np.ndindex(total.shape):
                inside = places[
                    np.ix_(*(np.flatnonzero(of == one) for of, one in zip(groups, node, strict=True)))
                ]
                seen = int(total[node])
                members = (inside.ravel() + start).tolist()
                attacker.knows(members, seen - made.greatest_error, seen + made.greatest_error)
    return attacker


@pytest.mark.parametrize("seed", range(2))
def test_twelve_revised_releases_leave_every_leaf_at_least_four_values(seed):
    _, rounded = releases(seed)
    size = int(np.prod(SHAPE))
    attacker = reader_of(rounded)
    leaves = [[place] for place in range(size * len(rounded))]
    assert attacker.finds(leaves, 3) == []


def test_rounding_every_cell_for_itself_is_taken_apart():
    """Nearest 5, totals rounded by themselves: a line of parts that all went the same way gives them away."""
    counts = np.array([7, 7, 7, 7])
    nearest = (counts + 2) // 5 * 5
    total = (int(counts.sum()) + 2) // 5 * 5
    attacker = Attacker(4)
    for leaf, seen in enumerate(nearest.tolist()):
        attacker.knows([leaf], seen - 2, seen + 2)
    attacker.knows(range(4), total - 2, total + 2)
    assert attacker.bounds([0])[1] - attacker.bounds([0])[0] < 3
    assert nearest.sum() != total  # and it does not even add up


ONE = (numbered([0]), numbered([0]), numbered([0]))


def next_after(before, shown, now, seeds=60):
    """What a single leaf may be shown as, after it was ``before`` and shown so."""
    was, seen, count = (np.full((1, 1, 1), one) for one in (before, shown, now))
    return {int(round_cube(count, [ONE], seed, before=(was, seen)).leaves[0, 0, 0]) for seed in range(seeds)}


def test_a_leaf_never_moves_against_its_count():
    assert next_after(2, 5, 3) == {5}  # grew: no lower
    assert next_after(3, 0, 2) == {0}  # shrank: no higher
    assert next_after(3, 5, 2) == {0, 5}


def test_a_leaf_that_moves_on_may_go_either_way_so_that_no_day_tells_that_it_is_a_multiple():
    assert next_after(3, 0, 4) == {0, 5}
    assert next_after(4, 0, 6) == {5, 10}


def test_a_rounding_that_does_not_fit_what_was_counted_before_binds_nothing():
    """As after an erasure, when the edition before can no longer be counted as it was."""
    assert next_after(4, 10, 4) == {0, 5}


def test_a_leaf_is_right_on_average_over_all_releases():
    growing = np.array([1, 2, 3, 4]).reshape(4, 1, 1, 1)
    sums = np.zeros(4)
    for seed in range(600):
        before = None
        for number, count in enumerate(growing):
            leaves = round_cube(count, [], 10 * seed + number, before=before).leaves
            sums[number] += leaves[0, 0, 0]
            before = (count, leaves)
    assert np.abs(sums / 600 - [1, 2, 3, 4]).max() < 0.4


def test_a_leaf_that_has_not_changed_keeps_its_rounding():
    counts = cube(3)
    first = round_cube(counts, TABLES, 1)
    again = round_cube(counts, TABLES, 2, before=(counts, first.leaves))
    assert (again.leaves == first.leaves).all()
