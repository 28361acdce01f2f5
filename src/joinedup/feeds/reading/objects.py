"""Rows of JSON: an array of objects, an object on each line, one object, or the lists of objects in one.

The names are those of all objects together. It is read twice: for the names, and for the rows. One object at
a time is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.reading import object_lists
from joinedup.feeds.reading.json_text import DECODER, Buffer, NameTwice, elements, next_value, opened
from joinedup.feeds.reading.rows import MOST_COLUMNS, Cell, Part, Row, Sighted, Strange

_NOT_AN_OBJECT = "not-an-object"
# Each object, or the text and fault of what is none.
_Objects = Callable[[], Iterator[tuple[dict[str, Any], str, str]]]


def parts(file: Path) -> Iterator[Part]:
    """The tables that it may be: more than one only where one object holds lists, or is itself a row."""
    buffer = opened(file)
    usual = _Rows(lambda: _array_or_lines(file))
    if buffer.skip() != "{":
        yield _part(usual)
        return
    try:
        found = object_lists.within(file)
    except BadInput:
        if not usual.all_names():
            raise
        found = None
    if found is None or _is_one_line(buffer):
        yield _part(usual)
    elif not found.lists:
        yield _part(_Rows(lambda: _only_one(file)))
    if found is not None:
        for name in found.lists:
            yield _part(_Rows(_of_list(file, found, name)), found.told)


def _part(rows: _Rows, within: str = "") -> Part:
    sighted = Sighted(within=within)
    return Part(rows, "json", padded=True, sighted=sighted, header_is_first=True)


class _Rows:
    """The names as row 0, then the objects."""

    def __init__(self, objects: _Objects) -> None:
        self._objects = objects
        self._names: dict[str, int] | None = None

    def __iter__(self) -> Iterator[Row]:
        names = self.all_names()
        yield Row(0, list(names))
        for number, (found, raw, fault) in enumerate(self._objects(), 1):
            if fault:
                yield Row(number, (), raw, fault)
                continue
            cells: list[Cell] = [None] * len(names)
            for name, value in found.items():
                cells[names[name]] = _cell(value)
            yield Row(number, cells)

    def all_names(self) -> dict[str, int]:
        """The names of all objects, with their places."""
        if self._names is None:
            self._names = {}
            for found, _, _ in self._objects():
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


def _array_or_lines(file: Path) -> Iterator[tuple[dict[str, Any], str, str]]:
    buffer = opened(file)
    if buffer.skip() == "[":
        yield from (_judged(*value) for value in elements(buffer))
    else:
        yield from _of_lines(buffer)


def _only_one(file: Path) -> Iterator[tuple[dict[str, Any], str, str]]:
    """One object, over several lines."""
    buffer = opened(file)
    buffer.skip()
    yield _judged(*next_value(buffer))


def _of_list(file: Path, found: object_lists.Found, name: str) -> _Objects:
    return lambda: (_judged(*value) for value in found.rows(file, name))


def _is_one_line(buffer: Buffer) -> bool:
    """Whether all that is left is on one line."""
    filled = (line for line in buffer.lines() if line.strip())
    next(filled, "")
    return next(filled, None) is None


def _of_lines(buffer: Buffer) -> Iterator[tuple[dict[str, Any], str, str]]:
    """One object on each line; a line that holds none spoils itself only."""
    for line in buffer.lines():
        text = line.strip()
        if not text:
            continue
        try:
            value, end = DECODER.raw_decode(text)
        except NameTwice:
            yield {}, text, "name-twice"
        except (ValueError, RecursionError):
            yield {}, text, "unreadable-json"
        else:
            yield _judged(value, text) if end == len(text) else ({}, text, "unreadable-json")


def _judged(value: Any, raw: str) -> tuple[dict[str, Any], str, str]:
    return (value, "", "") if isinstance(value, dict) else ({}, raw, _NOT_AN_OBJECT)
