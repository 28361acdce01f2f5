"""Documents: the strategic assessment, written from figures as an accessible page and a tagged PDF.

Its door: ``write``.
"""

from joinedup.documents.writing import WrittenDocument, write

__all__ = ["WrittenDocument", "write"]
