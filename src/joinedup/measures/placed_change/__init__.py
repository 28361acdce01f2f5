"""A count at a place before and after a day, beside comparison areas. No verdict of cause.

Its door: ``spans_of`` (which months), ``within_reach`` (the measure cut by a circle), ``read_change`` (over
monthly counts).
"""

from joinedup.measures.placed_change.circle import REACH, within_reach
from joinedup.measures.placed_change.reading import ChangeReading, ReadRow, read_change
from joinedup.measures.placed_change.spans import Spans, spans_of
from joinedup.measures.placed_change.statistics import ratio_of_ratios

__all__ = [
    "REACH",
    "ChangeReading",
    "ReadRow",
    "Spans",
    "ratio_of_ratios",
    "read_change",
    "spans_of",
    "within_reach",
]
