"""People: who is the same person across agencies.

Its doors: ``link`` links the workspace's own records and hands person keys to the record book, ``link_alone``
those of a restricted feed by themselves, ``evaluate`` judges them by a truth that is known, ``link_table``
links any table of persons. They are imported when they are first asked for: Splink is slow to import, and
most commands link nobody.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.people.evaluating import Evaluation, evaluate
    from joinedup.people.linking import Linked, link_table
    from joinedup.people.running import Told, link, link_alone

__all__ = ["Evaluation", "Linked", "Told", "evaluate", "link", "link_alone", "link_table"]

when_asked(
    __name__,
    {
        "evaluating": ("Evaluation", "evaluate"),
        "linking": ("Linked", "link_table"),
        "running": ("Told", "link", "link_alone"),
    },
)
