"""Squares: one number each, from wherever they are looked at."""

from __future__ import annotations

from dataclasses import replace

from joinedup.measures import FigureQuery
from joinedup.terms import AreaLevel, Period


def by_area(answer):
    return {row.area_code: row.numerator for row in answer.rows}


def ask(**changes):
    return FigureQuery("recorded-crime", **changes)


def test_a_square_has_one_number_from_wherever_it_is_looked_at(town):
    town.crimes("2024-05", {"W2 by the border": 2, "W3 by the border": 3, "W1": 1, "W4": 4})
    may = Period.parse("2024-05")
    square = ask(period=may, level=AreaLevel.SQUARE)
    every = by_area(town.figure(square))
    (border,) = [code for code, count in every.items() if count == 5]
    for district, others in (("D1", [1]), ("D2", [4])):
        figure = town.figure(replace(square, areas=(district,)))
        found = by_area(figure)
        assert found.pop(border) == 5
        assert list(found.values()) == others
        assert any("counted whole" in note for note in figure.notes)
    alone = town.figure(replace(square, areas=(border,)))
    assert by_area(alone) == {border: 5}
    assert not any("counted whole" in note for note in alone.notes)
    districts = by_area(town.figure(ask(period=may, level=AreaLevel.DISTRICT, areas=("D1", "D2"))))
    assert districts == {"D1": 3, "D2": 7}


def test_a_filter_on_squares_notices_points_that_nobody_placed_yet(town):
    town.crimes("2024-05", {"W3": 2, "W1": 1})
    query = ask(period=Period.parse("2024-05"), level=AreaLevel.SQUARE, areas=("D2",))
    assert list(by_area(town.figure(query)).values()) == [2]
