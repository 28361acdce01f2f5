"""Counts that are kept ready, so that a figure need not read its records: equal to these, or not there.

See ``docs/decisions/0031``. Its door: ``kept`` (what the engine asks first), ``is_kept``; ``make``, ``drop``
and ``listed`` (the command). Whether they are equal is looked at by ``measures.comparing_kept``.
"""

from joinedup.measures.kept.keeping import KeptFile, drop, listed, make
from joinedup.measures.kept.reading import Kept, kept
from joinedup.measures.kept.scope import is_kept

__all__ = ["Kept", "KeptFile", "drop", "is_kept", "kept", "listed", "make"]
