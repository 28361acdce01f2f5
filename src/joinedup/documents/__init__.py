"""Documents: the strategic assessment, written from figures as an accessible page and a tagged PDF.

Its doors: ``write``, and ``check_report`` for the figures of what others have published.
"""

from joinedup.documents.claims import CheckedReport, check_report
from joinedup.documents.writing import WrittenDocument, write

__all__ = ["CheckedReport", "WrittenDocument", "check_report", "write"]
