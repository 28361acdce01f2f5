"""People: who is the same person across agencies.

Its doors: ``link`` links the workspace's own records and hands person keys to the record book, ``evaluate``
judges them by a truth that is known, ``link_table`` links any table of persons.
"""

from __future__ import annotations

from joinedup.people.evaluating import Evaluation, evaluate
from joinedup.people.linking import Linked, link_table
from joinedup.people.running import Told, link

__all__ = ["Evaluation", "Linked", "Told", "evaluate", "link", "link_table"]
