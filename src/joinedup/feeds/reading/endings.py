"""Whether a text file ends in the middle of a row: then it was cut off, and nobody knows what is missing."""

from __future__ import annotations

from pathlib import Path

from joinedup.errors import BadInput
from joinedup.feeds.intake.careful import BLANK
from joinedup.feeds.reading.footers import Footers

_LOOKED_AT = 1 << 16


def refuse_cut_off(file: Path, delimiter: str, least: int, footers: str | None) -> None:
    """Raise BadInput where the last line of a UTF-8 file has no end and fewer than ``least`` cells.

    One of blanks, or of the mark with which DOS ended a file, is no row. A line with quotes in it is left to
    whoever reads it: it may belong to a cell that began above it.
    """
    with file.open("rb") as content:
        content.seek(0, 2)
        content.seek(max(0, content.tell() - _LOOKED_AT))
        tail = content.read()
    last = max(tail.rfind(b"\n"), tail.rfind(b"\r"))
    line = tail[last + 1 :]
    if (
        last < 0
        or not line.strip(BLANK.encode())
        or b'"' in line
        or line.count(delimiter.encode()) >= least - 1
    ):
        return
    if Footers(footers).match(line.decode("utf-8", "replace")):
        return
    raise BadInput(
        "The file ends in the middle of its last row, so it was cut off",
        next_step="Ask for it again; if that line is a footer, say so under footers in the contract",
    )
