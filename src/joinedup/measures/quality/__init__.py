"""How good the data is: measures of quality by feed, owner, field and month, with numerator and denominator.

They read the record book only: its deliveries, field states, promises and records.
"""

from joinedup.measures.quality.computing import QualityFigure, QualityQuery, QualityRow, quality, together
from joinedup.measures.quality.definitions import QUALITY, QualityMeasure, quality_measure

__all__ = [
    "QUALITY",
    "QualityFigure",
    "QualityMeasure",
    "QualityQuery",
    "QualityRow",
    "quality",
    "quality_measure",
    "together",
]
