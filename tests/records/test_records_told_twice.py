"""Numbers that come more than once, beside plain counting."""

from __future__ import annotations

from collections import Counter

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from joinedup.records.told_twice import repeated

FEW = st.integers(0, 2**64 - 1) | st.integers(0, 5) | st.sampled_from([2**63 - 1, 2**63, 2**64 - 1])


@given(st.lists(FEW, max_size=60))
def test_what_comes_twice_is_what_plain_counting_finds(numbers):
    given_ = np.array(numbers, np.uint64)
    expected = sorted(number for number, times in Counter(numbers).items() if times > 1)
    assert repeated(given_).tolist() == expected
