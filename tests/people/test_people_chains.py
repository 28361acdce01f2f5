"""Which decisions make two mentions one person, against a walk over all ways."""

from __future__ import annotations

import itertools
import uuid

from hypothesis import given
from hypothesis import strategies as st

from joinedup.people.chains import chain
from joinedup.people.reviewing import Drawn, Mentioned, Pair


def mention(number):
    return Mentioned("calls", uuid.UUID(int=number), "caller", 1)


def decided(ways):
    return [
        Pair(number, 1, Drawn(mention(left), mention(right), 1.0, True, 1, 9, 9), ())
        for number, (left, right) in enumerate(ways, start=1)
    ]


def test_the_way_is_told_in_its_order_and_the_shorter_one_of_two():
    same = decided([(3, 2), (1, 2), (3, 4), (1, 5), (5, 6), (6, 4), (8, 9)])
    assert chain(same, mention(1), mention(3)) == [2, 1]
    assert chain(same, mention(1), mention(4)) == [2, 1, 3] or chain(same, mention(1), mention(4)) == [
        4,
        5,
        6,
    ]
    assert chain(same, mention(4), mention(8)) == []
    assert chain([], mention(1), mention(2)) == []


both_ends = st.tuples(st.integers(0, 5), st.integers(0, 5)).filter(lambda both: both[0] != both[1])


@given(st.lists(both_ends, max_size=6))
def test_it_is_a_way_and_none_is_shorter(drawn):
    told = chain(decided(drawn), mention(0), mention(1))
    numbered = dict(enumerate(drawn, start=1))

    def leads(order):
        here = 0
        for number in order:
            if here not in numbered[number]:
                return False
            left, right = numbered[number]
            here = right if here == left else left
        return here == 1

    orders = [
        order for length in range(1, len(drawn) + 1) for order in itertools.permutations(numbered, length)
    ]
    fitting = [len(order) for order in orders if leads(order)]
    assert len(told) == min(fitting, default=0)
    assert not told or leads(told)
