"""What linked records tell across agencies: who is seen by several, who comes again after what, who comes
from where, what happens around a place, and how young people enter and move on.

They read the record book only: its records, its person keys, and where those whom they name live.
"""

from joinedup.measures.linked.catalogue import LINKED, linked_named
from joinedup.measures.linked.computing import linked
from joinedup.measures.linked.definitions import Definition
from joinedup.measures.linked.result import Cell, LinkedFigure, LinkedQuery, LinkedRow

__all__ = [
    "LINKED",
    "Cell",
    "Definition",
    "LinkedFigure",
    "LinkedQuery",
    "LinkedRow",
    "linked",
    "linked_named",
]
