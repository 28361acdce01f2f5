"""People: who is the same person across agencies.

Its doors: ``link`` links the workspace's own records and hands person keys to the record book, ``link_alone``
those of a restricted feed by themselves, ``evaluate`` judges them by a truth that is known, ``link_table``
links any table of persons. They are imported when they are first asked for: Splink is slow to import, and
most commands link nobody.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joinedup.people.evaluating import Evaluation, evaluate
    from joinedup.people.linking import Linked, link_table
    from joinedup.people.running import Told, link, link_alone

__all__ = ["Evaluation", "Linked", "Told", "evaluate", "link", "link_alone", "link_table"]

_PARTS = {
    "evaluating": ("Evaluation", "evaluate"),
    "linking": ("Linked", "link_table"),
    "running": ("Told", "link", "link_alone"),
}
_WHERE = {name: part for part, names in _PARTS.items() for name in names}

if not TYPE_CHECKING:  # a type checker would otherwise take every name for a public one

    def __getattr__(name: str) -> Any:
        """Import a public name when it is first asked for."""
        if name not in _WHERE:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = getattr(import_module(f"{__name__}.{_WHERE[name]}"), name)
        globals()[name] = found
        return found
