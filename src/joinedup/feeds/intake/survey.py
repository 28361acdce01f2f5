"""Counting a file's records from its bytes, without any CSV reader: what the accounts are checked against.

The survey also says whether the file is *regular*: every quote opens a cell at its very start or closes it at
its very end, one kind of line end, no NUL. Regular files go the quick way, if besides each record has as
many delimiters as it should (so no line is empty).
"""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from joinedup.errors import BadInput
from joinedup.feeds.intake.padding import Ends

_CHUNK = 1 << 17  # stays in the processor's cache while it is looked at several times
MOST_BYTES_OF_LINE = 2 << 20
MOST_EMPTY_BYTES = 1 << 20  # of line ends and nothing else, over whole chunks
_QUOTE, _NEWLINE, _RETURN, _NUL = b'"', b"\n", b"\r", b"\0"
_FIRST_PRINTED = 32  # in ASCII; what is below are control characters


@dataclass(frozen=True)
class Survey:
    """Lines that end a record (the header included), delimiters between cells, whether it is regular.

    The counts are exact for regular files only. ``quoted``: whether there is any quote at all; ``padded``:
    whether cells may begin or end with a blank; ``ends_in_cells``: line ends within quotes.
    """

    records: int
    delimiters: int
    regular: bool
    quoted: bool = True
    padded: bool = True
    ends_in_cells: int = 0


class _Counter:
    """Counts over chunks; what a border between two chunks could hide is carried over."""

    def __init__(self, delimiter: bytes) -> None:
        self.records = self.delimiters = 0
        self.lines = 0  # line ends, within quotes or not
        self.irregular = self.quoted = False
        self.controls = False  # whether the last chunk has any but plain line ends: tabs, returns, NUL
        self.inside = 0  # 1 while within quotes
        self._plain_ends = self._pair_ends = 0
        self._delimiter = delimiter

    def take(self, before: bytes, chunk: bytes, after: bytes) -> None:
        """Count one chunk, given the byte before it and the byte after it (b"" at the ends of the file)."""
        import numpy as np

        content = np.frombuffer(chunk, dtype=np.uint8)  # counts frequent bytes far faster than ``bytes``
        ends = int(np.count_nonzero(content == ord(_NEWLINE)))
        self.controls = int(np.count_nonzero(content < _FIRST_PRINTED)) > ends
        returns = chunk.count(_RETURN) if self.controls else 0
        pairs = (chunk + after).count(b"\r\n") if returns else 0
        self.lines += ends
        self._pair_ends += pairs
        self._plain_ends += ends - pairs
        self.irregular |= returns != pairs or (self.controls and _NUL in chunk)
        if self.inside or _QUOTE in chunk:
            self.quoted = True
            self._take_quoted(before, chunk, after)
        else:
            self.records += ends
            self.delimiters += int(np.count_nonzero(content == ord(self._delimiter)))

    def _take_quoted(self, before: bytes, chunk: bytes, after: bytes) -> None:
        import numpy as np

        content = np.frombuffer(chunk, dtype=np.uint8)
        quotes = np.flatnonzero(content == ord(_QUOTE))
        newlines = np.flatnonzero(content == ord(_NEWLINE))
        between = np.flatnonzero(content == ord(self._delimiter))
        self.records += self._outside(quotes, newlines)
        self.delimiters += self._outside(quotes, between)
        around = np.concatenate(
            [
                np.frombuffer(before or _NEWLINE, dtype=np.uint8),
                content,
                np.frombuffer(after or _NEWLINE, dtype=np.uint8),
            ]
        )
        opening = quotes[self.inside :: 2]
        closing = quotes[1 - self.inside :: 2]
        may_precede = np.frombuffer(self._delimiter + _NEWLINE + _QUOTE, dtype=np.uint8)
        may_follow = np.frombuffer(self._delimiter + _NEWLINE + _RETURN + _QUOTE, dtype=np.uint8)
        well_opened = np.isin(around[opening], may_precede).all()
        well_closed = np.isin(around[closing + 2], may_follow).all()
        self.irregular |= not (well_opened and well_closed)
        self.inside = (self.inside + len(quotes)) % 2

    def _outside(self, quotes: Any, positions: Any) -> int:
        """How many of these positions are outside quotes."""
        import numpy as np

        return int(((np.searchsorted(quotes, positions) + self.inside) % 2 == 0).sum())

    @property
    def mixed_ends(self) -> bool:
        """Whether both kinds of line end occur."""
        return self._plain_ends > 0 and self._pair_ends > 0


class _Lengths:
    """Refuses what no real file has, which would take memory or time without end further on.

    A line within one chunk is shorter than the chunk: only those over a border between chunks are measured.
    """

    def __init__(self) -> None:
        self._open = 0  # bytes since the last line end
        self._empty = 0  # bytes of whole chunks that are line ends only

    def check(self, chunk: bytes, counter: _Counter) -> None:
        """Raise BadInput, naming the line, where this chunk makes a line or a run of empty lines too long."""
        end = _NEWLINE if _NEWLINE in chunk else _RETURN
        first = chunk.find(end)
        if self._open + (first if first >= 0 else len(chunk)) > MOST_BYTES_OF_LINE:
            raise BadInput(
                f"A line is longer than {MOST_BYTES_OF_LINE >> 20} MB",
                where=f"line {counter.lines + 1:,}",
                next_step="Check that the file is a CSV with a line for each row",
            )
        self._open = len(chunk) - chunk.rfind(end) - 1 if first >= 0 else self._open + len(chunk)
        self._empty = 0 if chunk.strip(b"\r\n") else self._empty + len(chunk)
        if self._empty >= MOST_EMPTY_BYTES:
            raise BadInput(
                "The file has more empty lines in a row than any real one",
                where=f"from about line {max(1, counter.lines - self._empty):,}",
                next_step="Delete them, or ask for the file again",
            )


def survey(file: Path, delimiter: str = ",", words: Sequence[bytes] = ()) -> Survey:
    """Survey a plain file. ``words``: those of the contract that have blanks at their ends.

    Raises BadInput, naming the line, where it is not UTF-8, a line is far too long, or there are far too many
    empty lines.
    """
    counter = _Counter(delimiter.encode())
    lengths = _Lengths()
    ends = Ends(delimiter.encode(), words)
    decoder = codecs.getincrementaldecoder("utf-8")()
    before, last = b"", b""
    for chunk, after in _with_next(file):
        _check_encoding(decoder, chunk, counter, final=not after)
        lengths.check(chunk, counter)
        counter.take(before, chunk, after)
        ends.look(chunk, quoted=counter.quoted, last=not after, controls=counter.controls)
        before = last = chunk[-1:]
    ends_in_cells = counter.lines - counter.records
    if last not in (b"", _NEWLINE):
        counter.records += 1
    regular = not counter.irregular and not counter.mixed_ends and not counter.inside
    return Survey(counter.records, counter.delimiters, regular, counter.quoted, ends.found, ends_in_cells)


def _with_next(file: Path) -> Iterator[tuple[bytes, bytes]]:
    """Each chunk and the first byte of the next; a byte order mark at the very start is left out."""
    with file.open("rb") as content:
        chunk = content.read(_CHUNK).removeprefix(codecs.BOM_UTF8)
        while chunk:
            following = content.read(_CHUNK)
            yield chunk, following[:1]
            chunk = following


def _check_encoding(
    decoder: codecs.IncrementalDecoder, chunk: bytes, counter: _Counter, *, final: bool
) -> None:
    if chunk.isascii() and not decoder.getstate()[0]:
        return
    try:
        decoder.decode(chunk, final)
    except UnicodeDecodeError as error:
        line = counter.lines + 1 + chunk.count(_NEWLINE, 0, error.start)
        raise BadInput(
            "The file is not UTF-8",
            where=f"about line {line}",
            next_step='Save it as UTF-8, or, if its owner agrees, put encoding = "cp1252" in the contract',
        ) from None
