"""Rare and grave events: what few of them over years and areas can tell, and what they cannot.

Its door: ``rare_events`` over a ``Series``, which comes from a file or from a figure's rows.
"""

from joinedup.measures.rare.calculating import rare_events
from joinedup.measures.rare.result import AreaChances, Pair, RareEvents, YearRate
from joinedup.measures.rare.series import AreaYear, Series, read_series, series_of

__all__ = [
    "AreaChances",
    "AreaYear",
    "Pair",
    "RareEvents",
    "Series",
    "YearRate",
    "rare_events",
    "read_series",
    "series_of",
]
