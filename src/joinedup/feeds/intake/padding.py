"""Blanks at the ends of cells: fixed-width exports pad them, people type them, and equal keys then differ.

They are taken off, and the receipt says so. Taking them off costs as much as reading, so the survey looks at
the bytes first whether a file has any. A word of the contract that has them itself ("On or near ") is no
padding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from joinedup.feeds.contract import Column, Contract
from joinedup.feeds.intake.sql_parts import BLANKS, listed

_NO_BREAK = "\u00a0".encode()


def own_words(contract: Contract) -> tuple[bytes, ...]:
    """The words of a contract that begin or end with a blank, as bytes of UTF-8."""
    return tuple({word.encode() for column in contract.columns for word in _own_words_of(column)})


def _own_words_of(column: Column) -> list[str]:
    said = [*column.unknown, *column.refused]
    if column.codes is not None:
        said += [text for code in column.codes.codes for text in code.spellings(column.match)]
    return sorted({word for word in said if word != word.strip(BLANKS)})


class Ends:
    """Looks for blanks at the ends of cells, chunk by chunk.

    Rather finds some where none are (within quotes) than none where some are.
    """

    def __init__(self, delimiter: bytes, words: Iterable[bytes]) -> None:
        self.found = False
        self._delimiter = delimiter
        self._words = tuple(words)
        self._overlap = max(map(len, self._words), default=0) + 2  # with the delimiters around the word
        self._tail = b"\n"  # of what was looked at before, and from where on it is judged with what follows
        self._from = 0

    def look(self, chunk: bytes, *, quoted: bool, last: bool, controls: bool = True) -> None:
        """Look at the next chunk; ``quoted``: whether there was a quote so far; ``controls``: whether the
        chunk may have control characters other than line feeds."""
        if self.found:
            return
        whole = self._tail + chunk + (b"\n" if last else b"")
        first, end = self._from, len(whole) if last else max(0, len(whole) - self._overlap)
        self._tail = whole[-2 * self._overlap :]
        self._from = end - len(whole) + len(self._tail)
        tabs = controls and self._delimiter != b"\t" and b"\t" in chunk
        if tabs or (not whole.isascii() and _NO_BREAK in whole):
            self.found = True
            return
        borders = self._delimiter + (b'\r\n"' if quoted else b"\n")
        self.found = any(first <= at < end and not self._is_own(whole, at) for at in _meeting(whole, borders))

    def _is_own(self, whole: bytes, at: int) -> bool:
        """Whether the blank belongs to a word of the contract that fills its cell."""
        for word in self._words:
            end = at + 1 if whole[at] == ord(" ") else at + 1 + len(word)
            start = end - len(word)
            if start > 0 and whole[start:end] == word:
                around = {whole[start - 1], whole[end] if end < len(whole) else ord("\n")}
                return around <= {*self._delimiter, *b"\r\n"}
        return False


def _meeting(whole: bytes, borders: bytes) -> list[int]:
    """Where a blank and one of these bytes stand side by side."""
    import numpy as np

    content = np.frombuffer(whole, dtype=np.uint8)
    blank = content == ord(" ")
    border = content == borders[0]
    for other in borders[1:]:
        border |= content == other
    together = (blank[:-1] & border[1:]) | (border[:-1] & blank[1:])
    return np.flatnonzero(together).tolist() if together.any() else []


def without(cell: str) -> str:
    """The cell without the blanks at its ends, NULL where nothing else is in it, as SQL."""
    return f"nullif(trim({cell}, '{BLANKS}'), '')"


def cells_without(rows: str, contract: Contract) -> str:
    """A table expression: these rows with their cells (c0, c1, …) without blanks, each beside what it was.

    That is r0, r1, …. A word of the contract that fills its cell stays as it is: so does the row's content.
    """
    cells = [f"c{index}" for index in range(len(contract.columns))]
    both = []
    for cell, column in zip(cells, contract.columns, strict=True):
        own = _own_words_of(column)
        kept = f"CASE WHEN {cell} IN {listed(own)} THEN {cell} ELSE {without(cell)} END" if own else ""
        both.append(f"{cell} AS r{cell[1:]}, {kept or without(cell)} AS {cell}")
    return f"(SELECT * EXCLUDE ({', '.join(cells)}), {', '.join(both)} FROM {rows})"


def notes(padded: Mapping[str, int]) -> Iterator[str]:
    """What is said of the cells that were padded, by column."""
    padded = {name: count for name, count in padded.items() if count}
    if padded:
        yield (
            f"Blanks before or after the text of cells, now taken off: {sum(padded.values()):,} cells "
            f"({', '.join(padded)})."
        )
