"""Documents: the strategic assessment, written from figures as an accessible page and a tagged PDF.

Its doors: ``write``, and ``check_report`` for the figures of what others have published.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joinedup.documents.claims import CheckedReport, check_report
    from joinedup.documents.writing import WrittenDocument, write

__all__ = ["CheckedReport", "WrittenDocument", "check_report", "write"]

_BEHIND = {
    "CheckedReport": "claims",
    "WrittenDocument": "writing",
    "check_report": "claims",
    "write": "writing",
}


def __getattr__(name: str) -> Any:
    """A door is imported when it is used: the process that parses a report needs no charts."""
    if name not in _BEHIND:
        raise AttributeError(name)
    return getattr(importlib.import_module(f"{__name__}.{_BEHIND[name]}"), name)
