"""Reading a written page as a stranger would: with a parser of XML, knowing nothing of how it was made."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.entities import html5
from xml.etree import ElementTree

_VOID = re.compile(r"<(meta|br|hr|img|col|link)\b([^>]*?)/?>")
_SVG = "{http://www.w3.org/2000/svg}"


@dataclass
class Page:
    """One page; ``root`` is its tree."""

    text: str

    def __post_init__(self) -> None:
        body = self.text[self.text.index("<body>") : self.text.index("</body>") + len("</body>")]
        body = _VOID.sub(r"<\1\2/>", body)
        body = re.sub(r"&(?!amp;|lt;|gt;|quot;|#)(\w+;)", lambda match: html5[match[1]], body)
        body = re.sub(r"\shidden(?=[\s>])", ' hidden=""', body)
        self.root = ElementTree.fromstring(body)
        self.main = next(self.root.iter("main"))

    def all(self, tag: str) -> list[ElementTree.Element]:
        """Every element of a name inside the main part."""
        return list(self.main.iter(tag))

    @property
    def drawings(self) -> list[str]:
        """The alternative text of every chart and map."""
        return [drawing.get("aria-label", "") for drawing in self.main.iter(f"{_SVG}svg")]

    def section(self, title: str) -> str:
        """The words of the section with this heading, without charts."""
        for section in self.all("section"):
            heading = next(iter(section))
            if words(heading) == title:
                return words(section)
        raise AssertionError(f"There is no section {title}")


def words(element: ElementTree.Element) -> str:
    """All text of an element but its drawings, white space put in order."""
    return " ".join("".join(_texts(element)).split())


def _texts(element: ElementTree.Element):
    if element.tag == f"{_SVG}svg":
        return
    yield element.text or ""
    for child in element:
        yield from _texts(child)
        yield child.tail or ""
