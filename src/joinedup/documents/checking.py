"""The last look before a document leaves: every number on the page must lead to a working that has its value.

A page that fails is not written. Numbers may stand bare only where they are marked as no figure (dates,
statutes), in names, in what people answered, and in the workings themselves.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

from joinedup.errors import JoinedupError

_EXEMPT = {"plain", "name", "answer", "refs", "workings", "question"}
_VOID = {"meta", "link", "img", "br", "hr", "col", "input", "path", "rect", "line", "circle", "use"}
_DIGIT = re.compile(r"\d")


class _Page(HTMLParser):
    """Walks the main part of a page, gathering cited numbers, workings and numbers that nothing marks."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[tuple[str, bool]] = []
        self.inside_main = False
        self.drawing = 0
        self.bare: list[str] = []
        self.cited: list[tuple[str, str, str]] = []
        self.workings: dict[tuple[str, str], str] = {}
        self.current = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "main":
            self.inside_main = True
        if tag == "svg" or self.drawing:
            self.drawing += tag not in _VOID
            return
        if tag in _VOID:
            return
        classes = set(given.get("class", "").split())
        exempt = bool(classes & _EXEMPT) or "data-figure" in given
        self.open.append((tag, exempt))
        self._note(given)

    def _note(self, given: dict[str, str]) -> None:
        if re.fullmatch(r"f\d+", given.get("id", "")):
            self.current = given["id"].upper()
        if "data-number" not in given:
            return
        if "data-figure" in given:
            self.cited.append((given["data-figure"], given.get("data-part", ""), given["data-number"]))
        elif self.current:
            self.workings[self.current, given.get("data-part", "")] = given["data-number"]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self.drawing and tag not in _VOID:
            self.handle_starttag(tag, attrs)
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.drawing:
            self.drawing -= 1
            return
        if tag == "main":
            self.inside_main = False
        if self.open and tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        looked_at = self.inside_main and not self.drawing
        if looked_at and _DIGIT.search(data) and not any(exempt for _, exempt in self.open):
            self.bare.append(" ".join(data.split())[:60])


def check_page(page: str) -> int:
    """How many cited numbers the page holds. Raises JoinedupError where one does not resolve."""
    read = _Page()
    read.feed(page)
    if read.bare:
        raise JoinedupError(
            "The document has a number that no figure made",
            where=f"“{read.bare[0]}”",
            next_step="Report it as a fault",
        )
    for reference, part, number in read.cited:
        if read.workings.get((reference, part)) != number:
            raise JoinedupError(
                "The document has a number that its workings do not bear out",
                where=f"{reference}, {part}",
                next_step="Report it as a fault",
            )
    return len(read.cited)
