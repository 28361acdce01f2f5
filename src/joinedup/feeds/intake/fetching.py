"""Fetching some lines of a file by their numbers, in one pass over its bytes."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_CHUNK = 1 << 18  # bytes; stays in the processor's cache while it is looked at
_MOST_BYTES = 1 << 25  # of lines that are handed on together


def fetch(file: Path, numbers: Any) -> Iterator[tuple[Any, list[str]]]:
    """The lines of these numbers (an ascending array; the header is line 0), without their ends, as many at a
    time as memory allows, with their numbers. For files in which no line end is within quotes."""
    lines: list[str] = []
    first = size = 0
    for found in _found(file, numbers):
        lines += found
        size += sum(map(len, found))
        if size > _MOST_BYTES:
            yield numbers[first : first + len(lines)], lines
            first, size, lines = first + len(lines), 0, []
    if lines:
        yield numbers[first : first + len(lines)], lines


def _found(file: Path, numbers: Any) -> Iterator[list[str]]:
    """The lines of these numbers, chunk by chunk."""
    import numpy as np

    first = wanted = 0  # the number of the first line in the chunk, and how many lines were found
    with file.open("rb") as content:
        chunk = content.read(_CHUNK).removeprefix(codecs.BOM_UTF8)
        while chunk and wanted < len(numbers):
            ends = np.flatnonzero(np.frombuffer(chunk, dtype=np.uint8) == ord("\n"))
            upto = int(np.searchsorted(numbers, first + len(ends)))
            if upto > wanted:
                yield _cut(chunk, ends, numbers[wanted:upto] - first)
            first, wanted = first + len(ends), upto
            rest, following = chunk[ends[-1] + 1 if len(ends) else 0 :], content.read(_CHUNK)
            chunk = rest + (following or b"\n") if rest or following else b""


def _cut(chunk: bytes, ends: Any, places: Any) -> list[str]:
    """The lines at these places, counted from 0; ``ends`` are the positions of all line ends."""
    import numpy as np

    starts = np.concatenate([[0], ends[:-1] + 1])
    return [
        chunk[start:end].removesuffix(b"\r").decode()
        for start, end in zip(starts[places].tolist(), ends[places].tolist(), strict=True)
    ]
