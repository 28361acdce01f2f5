"""Rows of JSON: an array of objects, or an object on each line. The names are those of all objects together.

It is read twice: for the names, and for the rows. One object at a time is in memory.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading.rows import (
    MOST_CHARACTERS_OF_ROW,
    MOST_COLUMNS,
    Cell,
    Displayed,
    Part,
    Row,
    Sighted,
    Strange,
)
from joinedup.feeds.reading.text import encoding_of, lines

_CHUNK = 1 << 16
_BLANK = re.compile(r"[ \t\r\n]*")
_NOT_AN_OBJECT = "not-an-object"


class _Twice(Exception):
    """An object has a name twice."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


# Numbers stay as they are written: 1.50 has two decimals, and a long number all its digits.
_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_float=Displayed, parse_constant=Displayed)


def parts(file: Path) -> Iterator[Part]:
    """The one table that it is."""
    yield Part(_Rows(file), "json", padded=True, header_is_first=True)


class _Rows:
    """The names as row 0, then the objects."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._names: dict[str, int] | None = None

    def __iter__(self) -> Iterator[Row]:
        names = self._all_names()
        yield Row(0, list(names))
        for number, (found, raw, fault) in enumerate(_objects(self._file), 1):
            if fault:
                yield Row(number, (), raw, fault)
                continue
            cells: list[Cell] = [None] * len(names)
            for name, value in found.items():
                cells[names[name]] = _cell(value)
            yield Row(number, cells)

    def _all_names(self) -> dict[str, int]:
        if self._names is None:
            self._names = {}
            for found, _, _ in _objects(self._file):
                for name in found:
                    self._names.setdefault(name, len(self._names))
                if len(self._names) > MOST_COLUMNS:
                    raise BadInput(
                        f"The objects have more than {MOST_COLUMNS:,} different names",
                        next_step="Check that each object is one row",
                    )
        return self._names


def _cell(value: Any) -> Cell:
    return Strange("not-one-value") if isinstance(value, dict | list) else value


def _objects(file: Path) -> Iterator[tuple[dict[str, Any], str, str]]:
    """Each object, or the text and fault of what is none."""
    content = lines(file, encoding_of(file), "utf-8", Sighted(), limited=False)
    buffer = _Buffer(content)
    if buffer.skip() != "[":
        yield from _of_lines(buffer)
        return
    buffer.at += 1
    if buffer.skip() == "]":
        return
    while True:
        buffer.skip()
        yield _judged(*_next(buffer))
        separator = buffer.skip()
        buffer.at += 1
        if separator == "]":
            return
        if separator != ",":
            raise _cut_off(buffer.ended)


def _of_lines(buffer: _Buffer) -> Iterator[tuple[dict[str, Any], str, str]]:
    """One object on each line; a line that holds none spoils itself only."""
    for line in buffer.lines():
        text = line.strip()
        if not text:
            continue
        try:
            value, end = _DECODER.raw_decode(text)
        except _Twice:
            yield {}, text, "name-twice"
        except (ValueError, RecursionError):
            yield {}, text, "unreadable-json"
        else:
            yield _judged(value, text) if end == len(text) else ({}, text, "unreadable-json")


def _judged(value: Any, raw: str) -> tuple[dict[str, Any], str, str]:
    return (value, "", "") if isinstance(value, dict) else ({}, raw, _NOT_AN_OBJECT)


def _next(buffer: _Buffer) -> tuple[Any, str]:
    """The next value of an array, reading on until it is whole."""
    while True:
        try:
            value, end = _DECODER.raw_decode(buffer.text, buffer.at)
        except _Twice:
            raise BadInput(
                "An object has the same name twice", next_step="Ask its owner to mend the export"
            ) from None
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


def _cut_off(ended: bool) -> BadInput:
    what = "The JSON ends too early: it is cut off" if ended else "The file is no JSON array of objects"
    return BadInput(what, next_step="Ask for it again")


class _Buffer:
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
