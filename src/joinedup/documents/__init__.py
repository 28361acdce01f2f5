"""Documents: the strategic assessment, written from figures as an accessible page and a tagged PDF.

Its doors: ``write``, and ``check_report`` for the figures of what others have published.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from joinedup.doors import when_asked

if TYPE_CHECKING:
    from joinedup.documents.claims import CheckedReport, check_report
    from joinedup.documents.writing import WrittenDocument, write

__all__ = ["CheckedReport", "WrittenDocument", "check_report", "write"]

when_asked(
    __name__,
    {
        "claims": ("CheckedReport", "check_report"),
        "writing": ("WrittenDocument", "write"),
    },
)
