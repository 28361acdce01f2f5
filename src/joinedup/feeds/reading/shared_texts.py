"""The table of texts of an XLSX workbook, which its cells name by number."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Mapping

from joinedup.feeds.reading.markup import MOST_CELLS, Markup, deeper, local, too_large

MOST_CHARACTERS = 100_000_000
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")


def unescaped(text: str) -> str:
    """Characters that XML cannot hold are written as _x000D_ in workbooks."""
    if "_x" not in text:
        return text
    return _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text)


class _SharedTexts:
    """The handlers of reading it. What tells how to pronounce texts is left out."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self._parts: list[str] = []
        self._within = self._aside = False
        self._characters = self._levels = 0

    def start(self, name: str, _: Mapping[str, str]) -> None:
        self._levels = deeper(self._levels)
        name = local(name)
        if name == "si":
            self._parts = []
        elif name == "rPh":
            self._aside = True
        elif name == "t":
            self._within = not self._aside

    def end(self, name: str) -> None:
        self._levels -= 1
        name = local(name)
        if name == "si":
            self.texts.append(unescaped("".join(self._parts)))
            self._characters += len(self.texts[-1])
            if self._characters > MOST_CHARACTERS or len(self.texts) > MOST_CELLS:
                raise too_large(f"more than {MOST_CELLS:,} different texts, or very long ones")
        elif name == "rPh":
            self._aside = False
        elif name == "t":
            self._within = False

    def characters(self, text: str) -> None:
        if self._within:
            self._parts.append(text)


def shared_texts(package: zipfile.ZipFile, name: str) -> list[str]:
    """All of them, of the part of this name."""
    shared, markup = _SharedTexts(), Markup(package, name)
    markup.handle(shared.start, shared.end, shared.characters)
    for _ in markup.pieces():
        pass
    return shared.texts
