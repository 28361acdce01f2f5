"""Who and what it happens to again: named definitions of repeats, how many there are, and how much is theirs.

They read the record book only: its records, its person keys and its linkages. ``bounds`` and ``combinations``
say how far caseloads overlap.
"""

from joinedup.measures.repeats.caseloads import Bounds, Range, bounds, combinations
from joinedup.measures.repeats.catalogue import REPEATS, repeat_named
from joinedup.measures.repeats.computing import repeats, shared
from joinedup.measures.repeats.concentration import FewerThanSeen
from joinedup.measures.repeats.definitions import Repeat
from joinedup.measures.repeats.result import Answer, RepeatFigure, RepeatQuery, RepeatRow, Share, Shared
from joinedup.measures.repeats.wording import told_beside

__all__ = [
    "REPEATS",
    "Answer",
    "Bounds",
    "FewerThanSeen",
    "Range",
    "Repeat",
    "RepeatFigure",
    "RepeatQuery",
    "RepeatRow",
    "Share",
    "Shared",
    "bounds",
    "combinations",
    "repeat_named",
    "repeats",
    "shared",
    "told_beside",
]
