"""Stable person keys: nothing changes in silence, and what need not change does not."""

from __future__ import annotations

import uuid

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.keys import NOBODY, handed_on

KNOWN = [uuid.UUID(int=number) for number in range(1, 6)]


def handed(clusters, old):
    return handed_on(np.array(clusters, dtype=np.int64), np.array(old, dtype=np.int64), KNOWN)


def test_who_was_never_linked_gets_a_key_of_their_own():
    found = handed([0, 0, 1], [NOBODY] * 3)
    assert len(set(found.keys)) == 2
    assert not set(found.keys) & set(KNOWN)
    assert (found.merged, found.split) == ([], [])


def test_a_cluster_that_grew_keeps_its_key():
    found = handed([0, 0, 0, 1], [2, 2, NOBODY, 1])
    assert found.keys == [KNOWN[2], KNOWN[1]]
    assert (found.merged, found.split) == ([], [])


def test_of_two_keys_that_meet_the_one_with_fewer_mentions_leads_to_the_other():
    found = handed([0, 0, 0], [1, 0, 1])
    assert found.keys == [KNOWN[1]]
    assert found.merged == [(KNOWN[0], KNOWN[1])]
    assert found.split == []


def test_of_a_cluster_that_fell_apart_the_larger_part_keeps_the_key():
    found = handed([0, 1, 1], [3, 3, 3])
    assert found.keys[1] == KNOWN[3] and found.keys[0] not in KNOWN
    assert found.split == [(KNOWN[3], found.keys[0])]
    assert found.merged == []


def test_a_mention_that_went_from_one_person_to_another_is_told_and_both_keep_their_keys():
    found = handed([0, 0, 1, 1, 1], [0, 0, 1, 1, 0])
    assert found.keys == [KNOWN[0], KNOWN[1]]
    assert found.split == [(KNOWN[0], KNOWN[1])]


def test_a_key_whose_mentions_all_went_to_others_leads_to_where_most_went():
    clusters = [0, 0, 0, 1, 1, 1, 1, 0, 1, 1]
    old = [0, 0, 0, 1, 1, 1, 1, 2, 2, 2]
    found = handed(clusters, old)
    assert found.keys == [KNOWN[0], KNOWN[1]]
    assert found.merged == [(KNOWN[2], KNOWN[1])]
    assert found.split == [(KNOWN[2], KNOWN[0])]


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(-1, 4)), min_size=1, max_size=30))
def test_every_mention_that_changed_its_key_is_told_and_no_key_is_given_twice(mentions):
    numbers = {cluster: place for place, cluster in enumerate(sorted({cluster for cluster, _ in mentions}))}
    clusters, old = [numbers[cluster] for cluster, _ in mentions], [key for _, key in mentions]
    found = handed(clusters, old)
    assert len(set(found.keys)) == len(found.keys) == len(numbers)
    told = {*found.merged, *found.split}
    changed = {
        (KNOWN[key], found.keys[cluster])
        for cluster, key in zip(clusters, old, strict=True)
        if key != NOBODY and KNOWN[key] != found.keys[cluster]
    }
    assert changed == told
    assert not {key for key, _ in found.merged} & set(found.keys)  # what leads elsewhere is nobody's key
    again = handed_on(np.array(clusters), np.array(clusters), found.keys)
    assert list(again.keys) == list(found.keys) and not again.merged and not again.split
