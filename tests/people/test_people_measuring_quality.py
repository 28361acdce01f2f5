"""Quality measures: by hand, and against counting every pair."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.measuring_quality import b_cubed, pairwise


def test_the_example_by_hand():
    truth = ["a", "a", "a", "b", "b"]
    found = [1, 1, 2, 2, 2]
    assert pairwise(found, truth).precision == pytest.approx(2 / 4)  # 1-2, 4-5 of 1-2, 3-4, 3-5, 4-5
    assert pairwise(found, truth).recall == pytest.approx(2 / 4)
    assert b_cubed(found, truth).precision == pytest.approx((1 + 1 + 1 / 3 + 2 / 3 + 2 / 3) / 5)
    assert b_cubed(found, truth).recall == pytest.approx((2 / 3 + 2 / 3 + 1 / 3 + 1 + 1) / 5)


def test_the_truth_itself_is_perfect_and_nothing_found_finds_nothing():
    truth = [1, 1, 2, 2, 2]
    assert pairwise(truth, truth).f1 == b_cubed(truth, truth).f1 == 1
    assert pairwise([1, 2, 3, 4, 5], truth).recall == 0
    assert pairwise([], []).f1 == b_cubed([], []).f1 == 1


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 3)), min_size=2, max_size=30))
def test_against_counting(labels):
    found, truth = zip(*labels, strict=True)
    pairs = list(itertools.combinations(range(len(labels)), 2))
    put = {pair for pair in pairs if found[pair[0]] == found[pair[1]]}
    belong = {pair for pair in pairs if truth[pair[0]] == truth[pair[1]]}
    measured = pairwise(found, truth)
    assert measured.precision == pytest.approx(len(put & belong) / len(put) if put else 1)
    assert measured.recall == pytest.approx(len(put & belong) / len(belong) if belong else 1)
    clusters = [{j for j, other in enumerate(found) if other == one} for one in found]
    people = [{j for j, other in enumerate(truth) if other == one} for one in truth]
    shares = [len(c & p) / len(c) for c, p in zip(clusters, people, strict=True)]
    assert b_cubed(found, truth).precision == pytest.approx(sum(shares) / len(shares))
