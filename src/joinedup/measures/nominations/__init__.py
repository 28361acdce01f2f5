"""The nomination list for a problem-solving group's period: who and where, why, what agencies know
and do.

It is about people. ``release.nominations`` is its one door.
"""

from joinedup.measures.nominations.definitions import JAG, Nomination
from joinedup.measures.nominations.nominating import nominate
from joinedup.measures.nominations.result import Doing, Known, NominationList, NominationQuery, Nominee

__all__ = ["JAG", "Doing", "Known", "Nomination", "NominationList", "NominationQuery", "Nominee", "nominate"]
