"""Proven reoffending: the single measure, the six before it, and a bridge from any to any other.

Measures are objects whose parts (cohort, ages, clock, follow-up, wait, proof…) are fields; all are counted on
the same linked people, so that what each part moves can be told exactly.
"""

from joinedup.measures.reoffending.bridging import Step
from joinedup.measures.reoffending.catalogue import REOFFENDING, SIX, reoffending_named
from joinedup.measures.reoffending.computing import Bridge, bridge, reoffending, sql_of
from joinedup.measures.reoffending.definitions import PARTS, Reoffending, alike, differing
from joinedup.measures.reoffending.needs import by_need_of, needs
from joinedup.measures.reoffending.wording import part_says, part_title

__all__ = [
    "PARTS",
    "REOFFENDING",
    "SIX",
    "Bridge",
    "Reoffending",
    "Step",
    "alike",
    "bridge",
    "by_need_of",
    "differing",
    "needs",
    "part_says",
    "part_title",
    "reoffending",
    "reoffending_named",
    "sql_of",
]
