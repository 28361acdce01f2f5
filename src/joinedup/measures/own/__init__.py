"""Measures of the partnership's own: a TOML file each in the workspace's folder ``measures/``.

``reading`` makes a definition of a file, ``plain_sql`` and ``fields`` say what its SQL may do beyond what
holds for every measure, ``ledger`` keeps each version as it was added, ``library`` says which are in force.
Whether one may be shown to somebody is decided where it is decided for any measure: in ``release``.
"""

from joinedup.measures.own.library import BrokenMeasure, Library, library
from joinedup.measures.own.reading import OwnMeasure, read_file

__all__ = ["BrokenMeasure", "Library", "OwnMeasure", "library", "read_file"]
