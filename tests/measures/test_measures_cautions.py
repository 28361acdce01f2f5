"""What stands beside a number so that it cannot mislead."""

from __future__ import annotations

from math import sqrt

from joinedup.measures import FEW_FOR_A_PERCENTAGE


def test_a_count_is_shown_as_a_percentage_only_where_chance_moves_it_by_less_than_about_a_fifth() -> None:
    assert 1 / sqrt(FEW_FOR_A_PERCENTAGE) < 0.185 < 1 / sqrt(FEW_FOR_A_PERCENTAGE - 1)
