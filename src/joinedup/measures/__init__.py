"""Measures: what every figure means, and the engine that computes it.

Its door: ``catalogue`` (definitions), ``figure`` (compute one), ``explain`` (why one moved), and the shapes
of question and answer.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.measures.cautions import FEW_FOR_A_PERCENTAGE
    from joinedup.measures.definition import UNSTATED, Break, Measure, StatedArea
    from joinedup.measures.engine import compute, delivered_period, figure
    from joinedup.measures.leaves import Leaves, figure_of_leaves
    from joinedup.measures.movement import Explanation, Movement, Reason, explain
    from joinedup.measures.query import FigureQuery
    from joinedup.measures.registry import catalogue, measure_named, names_taken, own_measures, words_taken
    from joinedup.measures.result import Figure, FigureRow

__all__ = [
    "FEW_FOR_A_PERCENTAGE",
    "UNSTATED",
    "Break",
    "Explanation",
    "Figure",
    "FigureQuery",
    "FigureRow",
    "Leaves",
    "Measure",
    "Movement",
    "Reason",
    "StatedArea",
    "catalogue",
    "compute",
    "delivered_period",
    "explain",
    "figure",
    "figure_of_leaves",
    "measure_named",
    "names_taken",
    "own_measures",
    "words_taken",
]

when_asked(
    __name__,
    {
        "cautions": ("FEW_FOR_A_PERCENTAGE",),
        "definition": ("UNSTATED", "Break", "Measure", "StatedArea"),
        "engine": ("compute", "delivered_period", "figure"),
        "leaves": ("Leaves", "figure_of_leaves"),
        "movement": ("Explanation", "Movement", "Reason", "explain"),
        "query": ("FigureQuery",),
        "registry": ("catalogue", "measure_named", "names_taken", "own_measures", "words_taken"),
        "result": ("Figure", "FigureRow"),
    },
)
