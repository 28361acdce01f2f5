"""The text of a PDF, page by page. Runs in the reading process only."""

from __future__ import annotations

import io

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from joinedup.documents.claims.passages import MOST_PASSAGES, Passage, passages_of
from joinedup.errors import BadInput

MOST_PAGES = 1_000


def read_pdf(content: bytes) -> list[Passage]:
    """Its passages, numbered on each page from 1. Raises BadInput where it is locked, damaged or too long.

    A table of a PDF is only lines of text: what stands in its columns cannot be told.
    """
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted and not reader.decrypt(""):
            raise BadInput(
                "The PDF is locked with a password",
                next_step="Save it without a password, then check it again",
            )
        if len(reader.pages) > MOST_PAGES:
            raise BadInput(f"The PDF has more than {MOST_PAGES:,} pages", next_step="Check it in parts")
        return _pages(reader)
    except (PyPdfError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise BadInput(
            "The PDF is damaged or cut off", next_step="Ask for it again, or check its text"
        ) from None


def _pages(reader: PdfReader) -> list[Passage]:
    passages: list[Passage] = []
    for number, page in enumerate(reader.pages, 1):
        passages.extend(passages_of(page.extract_text(), number))
        if len(passages) > MOST_PASSAGES:
            raise BadInput("The PDF holds more text than any report does", next_step="Check it in parts")
    return passages
