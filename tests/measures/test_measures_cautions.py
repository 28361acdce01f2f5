"""What stands beside a number so that it cannot mislead."""

from __future__ import annotations

import dataclasses
from math import sqrt

from joinedup.measures import FEW_FOR_A_PERCENTAGE, FigureQuery
from joinedup.measures.cautions import of_rates
from joinedup.terms import AreaLevel, Form, Period


def test_a_count_is_shown_as_a_percentage_only_where_chance_moves_it_by_less_than_about_a_fifth():
    assert 1 / sqrt(FEW_FOR_A_PERCENTAGE) < 0.185 < 1 / sqrt(FEW_FOR_A_PERCENTAGE - 1)


def test_a_rate_says_whose_risk_it_is_not_and_when_its_residents_were_counted(town):
    town.crimes("2024-05", {"W1": 8})
    query = FigureQuery(
        "recorded-crime", form=Form.RATE, level=AreaLevel.WARD, period=Period.parse("2024-05")
    )
    notes = " ".join(town.figure(query).notes)
    assert "a high rate is not the risk of a resident" in notes
    assert "where the population has grown since, the true rate is lower" in notes
    counted = dataclasses.replace(query, form=Form.COUNT)
    assert not any("resident" in note for note in town.figure(counted).notes)


def test_residents_are_named_by_their_census_or_at_least_by_their_year():
    assert any("those of Census 2021:" in note for note in of_rates("Census 2021, TS021 ethnic group", 2021))
    assert any("those of 2023:" in note for note in of_rates("Mid-year estimates, ONS", 2023))
