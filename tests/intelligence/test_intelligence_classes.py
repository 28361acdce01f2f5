"""Classes of the map."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from joinedup.hub.intelligence.classes import shade
from joinedup.terms import Form

pytestmark = pytest.mark.usefixtures("words")


@given(st.lists(st.integers(0, 500), min_size=1, max_size=120))
def test_more_is_never_drawn_paler_and_the_legend_counts_every_area(counts):
    shading = shade(Form.COUNT, [(count, None, None, False) for count in counts])
    steps = [int(key.removeprefix("class-")) for key in shading.keys]
    for one, its in zip(counts, steps, strict=True):
        assert all(its <= other_step for other, other_step in zip(counts, steps, strict=True) if one <= other)
    assert sum(item.areas for item in shading.legend) == len(counts)
    assert all(item.areas for item in shading.legend)
    assert len(shading.legend) <= 5


def test_the_ramps_ends_are_used_even_when_few_values_differ():
    shading = shade(Form.RATE, [(value, None, None, False) for value in (10.0, 20.0, 30.0)])
    assert shading.keys == ("class-1", "class-3", "class-5")
    assert [item.label for item in shading.legend] == ["10.0", "20.0", "30.0"]


def test_a_change_has_a_colour_only_where_the_interval_makes_it_clear():
    cells = [
        (-0.4, -0.6, -0.2, False),
        (-0.1, -0.15, -0.05, False),
        (0.5, -0.1, 1.9, False),
        (0.1, 0.02, 0.2, False),
        (2.0, 0.5, 5.0, False),
        (None, None, None, False),
        (None, None, None, True),
    ]
    shading = shade(Form.CHANGE, cells)
    assert shading.keys == ("down-2", "down-1", "same", "up-1", "up-2", "none", "hidden")
    assert [item.label for item in shading.legend][-2:] == ["no figure", "not shown, to protect people"]


def test_few_and_none_before_have_classes_of_their_own_and_undelivered_is_named():
    cells = [
        (-0.4, -0.6, -0.2, False),
        (None, None, None, False),
        (-0.4, -0.6, -0.2, False),
        (None, None, None, False),
    ]
    shading = shade(Form.CHANGE, cells, ["few", "no-base", "", ""], undelivered=True)
    assert shading.keys == ("few", "no-base", "down-2", "none")
    assert [item.label for item in shading.legend][-3:] == [
        "few: see table",
        "none the year before",
        "not all months delivered",
    ]


def test_classes_that_would_share_an_edge_have_a_digit_more():
    values = (2.0, 8.15, 8.21, 14.9, 20.0, 21.0, 30.0, 33.0, 40.0, 50.0)
    shading = shade(Form.RATE, [(value, None, None, False) for value in values])
    assert [item.label for item in shading.legend][:2] == ["2.00 to 8.15", "8.21 to 14.90"]


def test_four_districts_are_four_classes_and_the_legend_says_so():
    shading = shade(Form.RATE, [(value, None, None, False) for value in (1.5, 2.5, 3.5, 4.5)])
    assert shading.method == "Each area is its own class."


def test_no_figures_at_all_have_a_legend_that_says_so():
    shading = shade(Form.RATE, [(None, None, None, False)] * 3)
    assert [(item.label, item.areas) for item in shading.legend] == [("no figure", 3)]
