"""Numbers in words."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.hub.intelligence import wording
from joinedup.terms import Form

pytestmark = pytest.mark.usefixtures("words")


@pytest.mark.parametrize(
    ("form", "number", "words"),
    [
        (Form.COUNT, 3204, "3,204"),
        (Form.COUNT, 0, "0"),
        (Form.RATE, 41.234, "41.2"),
        (Form.RATE, 0.4567, "0.46"),
        (Form.CHANGE, -0.124, "−12%"),
        (Form.CHANGE, 2.571, "+257%"),
        (Form.CHANGE, 0.004, "+0.4%"),
        (Form.CHANGE, 0.0, "0%"),
        (Form.RATE, None, "–"),
    ],
)
def test_a_value_is_written_as_people_read_it(form, number, words):
    assert wording.value(form, number) == words


@pytest.mark.parametrize(
    ("lower", "upper", "words"),
    [
        (-0.15, -0.09, "9% to 15% fewer"),
        (0.5, 8.78, "50% to 878% more"),
        (-0.05, 0.03, "5% fewer to 3% more"),
        (0.0, 0.03, "no change to 3% more"),
        (1.2, math.inf, "120% more or above"),
        (None, None, ""),
    ],
)
def test_the_interval_of_a_change_reads_in_order_of_size(lower, upper, words):
    assert wording.change_interval(lower, upper) == words


@given(st.floats(-0.999, 5), st.floats(0, 5))
def test_a_change_is_clear_only_when_its_interval_leaves_no_change_out(lower, width):
    upper = lower + width
    assert wording.is_clear(lower, upper) == (not lower <= 0 <= upper)
