"""The text of a Word file: headings, paragraphs, lists and tables. Runs in the reading process only.

What was deleted with changes tracked is left out, what was inserted is taken. Nothing outside is fetched.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Mapping

from joinedup.documents.claims.passages import MOST_PASSAGES, Passage, Shape, tidy
from joinedup.errors import BadInput
from joinedup.feeds.reading.markup import Markup, deeper, local

_MAIN_PART = re.compile(r"word/document\d*\.xml")
_LEFT_OUT = frozenset({"del", "moveFrom", "instrText", "delText", "Fallback", "footnoteReference"})
_STANDS_FOR = {"tab": "\t", "br": " ", "cr": " ", "noBreakHyphen": "-"}
_HEADING = re.compile(r"(?:heading|title|subtitle)\d*", re.IGNORECASE)


def read_docx(content: bytes) -> list[Passage]:
    """Its passages, numbered from 1. Raises BadInput where it is locked, damaged, too large or another."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            name = next((name for name in package.namelist() if _MAIN_PART.fullmatch(name)), None)
            if name is None:
                raise BadInput("The file is a package, but no Word file", next_step="Save it as DOCX or PDF")
            return _Body().read(package, name)
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, ValueError):
        raise BadInput("The Word file is damaged or cut off", next_step="Save it again with Word") from None


class _Body:
    """Gathers the paragraphs and tables of the main part, in the order in which they stand."""

    def __init__(self) -> None:
        self._passages: list[Passage] = []
        self._levels = 0
        self._left_out = 0
        self._in_text = False
        self._words: list[str] = []
        self._shape = Shape.PARAGRAPH
        self._tables = 0
        self._rows: list[list[str]] = []

    def read(self, package: zipfile.ZipFile, name: str) -> list[Passage]:
        """All passages. What is no sound XML, or made to fill memory, is refused in one sentence."""
        markup = Markup(package, name)
        markup.handle(self._start, self._end, self._characters)
        try:
            for _piece in markup.pieces():
                if len(self._passages) > MOST_PASSAGES:
                    raise BadInput("too much")
        except BadInput:  # in words of workbooks
            raise BadInput(
                "The Word file cannot be read: it is damaged, locked, or holds far more than a report does",
                next_step="Save it again with Word, or as PDF",
            ) from None
        return self._passages

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._levels = deeper(self._levels)
        tag = local(name)
        if self._left_out or tag in _LEFT_OUT:
            self._left_out += 1
        elif tag == "t":
            self._in_text = True
        elif tag in _STANDS_FOR:
            self._words.append(_STANDS_FOR[tag])
        elif tag == "numPr":
            self._shape = Shape.ITEM if self._shape is Shape.PARAGRAPH else self._shape
        elif tag == "pStyle":
            style = next((value for key, value in attributes.items() if local(key) == "val"), "")
            self._shape = Shape.HEADING if _HEADING.fullmatch(style) else self._shape
        elif tag in {"tbl", "tr", "tc"}:
            self._start_of_table(tag)

    def _start_of_table(self, tag: str) -> None:
        if tag == "tbl":
            self._tables += 1
        elif self._tables == 1 and tag == "tr":
            self._rows.append([])
        elif self._tables == 1:
            self._words.clear()

    def _end(self, name: str) -> None:
        self._levels -= 1
        tag = local(name)
        if self._left_out:
            self._left_out -= 1
        elif tag == "t":
            self._in_text = False
        elif tag == "p" and self._tables:
            self._words.append(" ")
        elif tag == "p":
            self._close_paragraph()
        elif tag == "tc" and self._tables == 1 and self._rows:
            self._rows[-1].append(tidy("".join(self._words)))
            self._words.clear()
        elif tag == "tbl":
            self._tables -= 1
            if not self._tables:
                self._close_table()

    def _characters(self, text: str) -> None:
        if self._in_text and not self._left_out:
            self._words.append(text)

    def _close_paragraph(self) -> None:
        text = tidy("".join(self._words))
        if text:
            self._passages.append(Passage(len(self._passages) + 1, self._shape, text))
        self._words.clear()
        self._shape = Shape.PARAGRAPH

    def _close_table(self) -> None:
        number = len(self._passages) + 1
        self._passages.append(Passage(number, Shape.TABLE, "", None, tuple(tuple(row) for row in self._rows)))
        self._rows.clear()
        self._words.clear()
        self._shape = Shape.PARAGRAPH
