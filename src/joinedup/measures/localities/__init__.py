"""Vulnerable localities: an index of small areas by what happens there and who lives there.

Its door: ``localities_named`` (the definitions), ``parts_of``, ``measures_of``, ``questions`` (which figures
it needs) and ``compute``, from figures that may be shown; ``release.localities`` is the door for people.
"""

from joinedup.measures.localities.catalogue import (
    VULNERABLE_LOCALITIES,
    localities_known,
    localities_named,
)
from joinedup.measures.localities.computing import compute, measures_of, parts_of, questions
from joinedup.measures.localities.definitions import Base, Kind, Localities, Part, Per
from joinedup.measures.localities.result import (
    LEVELS,
    Agreement,
    LocalityFigure,
    LocalityQuery,
    LocalityRow,
    OverlayRow,
    PartFlag,
    PartValue,
    Verdict,
)

__all__ = [
    "LEVELS",
    "VULNERABLE_LOCALITIES",
    "Agreement",
    "Base",
    "Kind",
    "Localities",
    "LocalityFigure",
    "LocalityQuery",
    "LocalityRow",
    "OverlayRow",
    "Part",
    "PartFlag",
    "PartValue",
    "Per",
    "Verdict",
    "compute",
    "localities_known",
    "localities_named",
    "measures_of",
    "parts_of",
    "questions",
]
