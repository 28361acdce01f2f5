"""Why a pair stands together or apart: by its weight, through others, as somebody decided, or by a rule."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.clustering import Thresholds, cluster
from joinedup.people.evidence import (
    BIRTHS,
    BY_DECISION,
    BY_OTHERS,
    BY_RULE,
    BY_WEIGHT,
    NONE,
    PROVEN,
    SUPPORTED,
    THROUGH,
)
from joinedup.people.scoring import Pairs
from joinedup.people.ways import DECIDED, ways

LINE = Thresholds().best


def told(count, weights, against=None, must=(), cannot=()):
    """Cluster, and say of each pair why it stands as it does."""
    keys = sorted(weights)
    left, right = np.array(keys, dtype=np.int64).reshape(-1, 2).T
    pairs = Pairs(left, right, np.array([weights[key] for key in keys], dtype=np.float64))
    marks = np.array([(against or {}).get(key, NONE) for key in keys], dtype=np.int8)
    best = cluster(count, pairs, marks, must=must, cannot=cannot).best
    found = ways(pairs, marks, best, range(len(keys)), must, cannot)
    return best, dict(zip(keys, found, strict=True))


def test_a_weight_over_the_line_is_enough_though_it_is_below_nought():
    best, why = told(2, {(0, 1): LINE + 0.5})
    assert best[0] == best[1] and why[0, 1].because == BY_WEIGHT


def test_a_weight_under_the_line_is_enough_to_keep_two_apart():
    assert told(2, {(0, 1): LINE - 0.5})[1][0, 1].because == BY_WEIGHT


def test_two_that_are_unlike_stand_together_through_who_is_like_both():
    best, why = told(4, {(0, 1): 9.0, (1, 2): 8.0, (0, 2): -6.0, (2, 3): 7.0, (1, 3): 6.0, (0, 3): -1.0})
    assert len(set(best.tolist())) == 1
    assert (why[0, 2].because, why[0, 2].steps) == (THROUGH, ((1, 9.0), (2, 8.0)))
    assert why[0, 3].because == BY_WEIGHT  # its weight is over the line


def test_of_two_ways_as_strong_the_shorter_is_told():
    weights = {(0, 2): 5.0, (1, 2): 6.0, (0, 3): 9.0, (3, 4): 9.0, (1, 4): 5.0, (0, 1): -5.0}
    more = {(2, 3): 4.0, (2, 4): 4.0, (0, 4): 4.0, (1, 3): 4.0}
    best, why = told(5, {**weights, **more})
    assert len(set(best.tolist())) == 1
    assert why[0, 1].steps == ((2, 5.0), (1, 6.0))


def test_a_decision_is_told_whether_it_is_of_the_two_or_on_the_way():
    weights = {(0, 1): -7.0, (1, 2): 12.0, (0, 2): -4.0, (2, 3): -9.0, (3, 4): 12.0}
    best, why = told(5, weights, must=[(1, 0)], cannot=[(4, 3)])
    assert len(set(best[:3].tolist())) == 1 and best[3] != best[4]
    assert why[0, 1].because == BY_DECISION
    assert (why[0, 2].because, why[0, 2].steps) == (THROUGH, ((1, DECIDED), (2, 12.0)))
    assert why[3, 4].because == BY_DECISION


def test_a_rule_keeps_two_apart_and_the_others_of_either_may_as_well():
    assert told(2, {(0, 1): 12.0}, {(0, 1): BIRTHS})[1][0, 1].because == BY_RULE
    crowd = {
        **dict.fromkeys(itertools.combinations(range(4), 2), 10.0),
        **dict.fromkeys(itertools.combinations(range(4, 8), 2), 10.0),
        (3, 4): 9.0,
    }
    best, why = told(8, crowd)
    assert best[3] != best[4] and why[3, 4].because == BY_OTHERS


@pytest.mark.parametrize(
    ("others", "against", "cannot"),
    [
        ({(0, 2): 9.0}, {}, [(0, 2)]),
        ({(0, 2): 9.0}, {(0, 2): BIRTHS}, []),
        ({(0, 2): -10.0, (0, 3): -10.0, (1, 3): 12.0, (2, 3): -10.0}, {}, []),
    ],
    ids=["decision", "rule", "mean"],
)
def test_whatever_between_the_others_keeps_two_apart_they_are_apart_by_others(others, against, cannot):
    best, why = told(4, {(0, 1): 12.0, (1, 2): 8.0, **others}, against, cannot=cannot)
    assert best[0] == best[1] != best[2] and why[1, 2].because == BY_OTHERS


def test_a_rule_that_is_outweighed_is_told_by_the_way_through_those_that_do():
    weights = {(0, 1): 10.0, (0, 2): 9.0, (1, 2): 9.0}
    best, why = told(3, weights, {(0, 2): BIRTHS, (1, 2): PROVEN, (0, 1): SUPPORTED})
    assert len(set(best.tolist())) == 1
    assert (why[0, 2].because, why[0, 2].steps) == (THROUGH, ((1, 10.0), (2, 9.0)))


def every_way(left, right, weights):
    """Every way from one to the other without using their own pair, by the weights of its steps."""
    beside = {}
    for (one, other), bits in weights.items():
        if (one, other) != (left, right):
            beside.setdefault(one, {})[other] = beside.setdefault(other, {})[one] = bits

    def walk(at, seen, bits):
        if at == right:
            yield bits
            return
        for there, weight in beside.get(at, {}).items():
            if there not in seen:
                yield from walk(there, {*seen, there}, [*bits, weight])

    return list(walk(left, {left}, []))


@given(
    st.dictionaries(
        st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda pair: pair[0] < pair[1]),
        st.integers(-9, 14),
        min_size=4,
    )
)
def test_no_other_way_has_a_stronger_weakest_step_nor_is_as_strong_and_shorter(weights):
    best, why = told(6, weights)
    for (left, right), way in why.items():
        together = best[left] == best[right]
        assert (way.because == THROUGH) == bool(way.steps) and (together or not way.steps)
        if not way.steps:
            assert not together or weights[left, right] >= LINE
            continue
        bits = [step for _at, step in way.steps]
        at = [left, *(there for there, _step in way.steps)]
        edges = [weights[min(pair), max(pair)] for pair in itertools.pairwise(at)]
        assert edges == bits and at[-1] == right and len(at) == len(set(at)) > 2
        inside = {pair: w for pair, w in weights.items() if best[pair[0]] == best[pair[1]] == best[left]}
        others = every_way(left, right, inside)
        assert min(bits) == max(map(min, others))
        assert len(bits) == min(len(one) for one in others if min(one) == min(bits))


@pytest.mark.parametrize("weight", [-9.0, LINE - 0.1])
def test_who_stands_together_under_the_line_always_has_a_way(weight):
    """Groups join at the line, so some pair between them is at it."""
    best, why = told(3, {(0, 1): 12.0, (1, 2): 12.0, (0, 2): weight})
    assert len(set(best.tolist())) == 1 and len(why[0, 2].steps) == 2
