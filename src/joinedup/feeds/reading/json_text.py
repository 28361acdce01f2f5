"""JSON read value by value, as far as it is needed, so that memory stays bounded."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading.rows import MOST_CHARACTERS_OF_ROW, Displayed, Sighted
from joinedup.feeds.reading.text import encoding_of, lines

_CHUNK = 1 << 16
_BLANK = re.compile(r"[ \t\r\n]*")


class NameTwice(Exception):
    """An object has a name twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise NameTwice
    return found


# Numbers stay as they are written: 1.50 has two decimals, and a long number all its digits.
DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Displayed, parse_constant=Displayed)


def opened(file: Path) -> Buffer:
    """The text of a file, in whatever encoding it is."""
    return Buffer(lines(file, encoding_of(file), "utf-8", Sighted(), limited=False))


class Buffer:
    """Text that is read as far as it is needed."""

    def __init__(self, content: Iterator[str]) -> None:
        self._content = content
        self.text = ""
        self.at = 0
        self.ended = False

    def more(self) -> bool:
        """Read on; False at the end."""
        pieces = [self.text[self.at :]]
        wanted = _CHUNK
        for piece in self._content:
            pieces.append(piece)
            wanted -= len(piece)
            if wanted <= 0:
                break
        else:
            self.ended = True
        self.text, self.at = "".join(pieces), 0
        return len(pieces) > 1

    def skip(self) -> str:
        """Pass blanks over; the character that follows, empty at the end."""
        while True:
            found = _BLANK.match(self.text, self.at)
            self.at = found.end() if found else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if not self.more():
                return ""

    def lines(self) -> Iterator[str]:
        """What is left, line by line."""
        yield from io.StringIO(self.text[self.at :], newline="")
        yield from self._content


def next_value(buffer: Buffer) -> tuple[Any, str]:
    """The value that begins here and its text, reading on until it is whole."""
    while True:
        try:
            value, end = DECODER.raw_decode(buffer.text, buffer.at)
        except NameTwice:
            raise _name_twice() from None
        except RecursionError:
            raise BadInput(
                "The JSON has lists within lists far deeper than any real file",
                next_step="Check that each object is one row",
            ) from None
        except ValueError:
            whole = False
        else:
            whole = end < len(buffer.text) or buffer.ended
        if whole:
            raw = buffer.text[buffer.at : end]
            buffer.at = end
            return value, raw
        if len(buffer.text) - buffer.at > MOST_CHARACTERS_OF_ROW or not buffer.more():
            raise _cut_off(buffer.ended)


def elements(buffer: Buffer) -> Iterator[tuple[Any, str]]:
    """The values of the array that begins here, each with its text."""
    buffer.at += 1
    if buffer.skip() == "]":
        buffer.at += 1
        return
    while True:
        buffer.skip()
        yield next_value(buffer)
        if _ends(buffer, "]"):
            return


def members(buffer: Buffer) -> Iterator[str]:
    """The names in the object that begins here; whoever asks for the next has passed this one's value."""
    buffer.at += 1
    if buffer.skip() == "}":
        buffer.at += 1
        return
    seen: set[str] = set()
    while True:
        buffer.skip()
        name, _ = next_value(buffer)
        if not isinstance(name, str) or buffer.skip() != ":":
            raise _cut_off(buffer.ended)
        if name in seen:
            raise _name_twice()
        seen.add(name)
        buffer.at += 1
        buffer.skip()
        yield name
        if _ends(buffer, "}"):
            return


def _ends(buffer: Buffer, end: str) -> bool:
    """Pass the separator; whether it is the end."""
    separator = buffer.skip()
    buffer.at += 1
    if separator not in {end, ","} or not separator:
        raise _cut_off(buffer.ended)
    return separator == end


def _name_twice() -> BadInput:
    return BadInput("An object has the same name twice", next_step="Ask its owner to mend the export")


def _cut_off(ended: bool) -> BadInput:
    what = "The JSON ends too early: it is cut off" if ended else "The file is no JSON array of objects"
    return BadInput(what, next_step="Ask for it again")
