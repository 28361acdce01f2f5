"""The header against the contract: which column is where, what is missing, twice, moved, renamed or extra.

A file without a header line begins with data, so that no cell of a header is ever echoed: a column of the
contract is told by its name there, any other by its position.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from joinedup.errors import BadInput
from joinedup.feeds.reading.expected import Expected
from joinedup.feeds.reading.invisible import visible
from joinedup.feeds.reading.rows import MOST_COLUMNS, Cell, Part, Row

_TOLD = 10  # a file of another kind may have thousands of columns


@dataclass(frozen=True)
class Header:
    """A header row that may fit.

    ``positions`` has, for each of the contract's columns, where it is in the file (None: absent);
    ``width`` is how many cells a row has, down to ``least`` where the last ones have no name. ``outside`` are
    the file's own names of its ``extra`` columns: for the owner of the file alone.
    """

    row: int
    above: int
    positions: tuple[int | None, ...]
    width: int
    least: int
    extra: tuple[int, ...]
    renamed: tuple[tuple[str, int], ...]
    repeated: tuple[str, ...]
    nameless: int
    expected: Expected = field(repr=False)
    outside: tuple[str, ...] = field(default=(), repr=False)

    @property
    def missing(self) -> list[str]:
        """Columns that the file must have and has not."""
        return [name for name, needed in self._absent() if needed]

    @property
    def left_out(self) -> list[str]:
        """Columns that may be absent, and are."""
        return [name for name, needed in self._absent() if not needed]

    def _absent(self) -> Iterator[tuple[str, bool]]:
        for column, position in zip(self.expected.columns, self.positions, strict=True):
            if position is None:
                yield column.name, column.needed

    @property
    def found(self) -> int:
        """How many of the contract's columns it has."""
        return sum(position is not None for position in self.positions)

    @property
    def fits(self) -> bool:
        """Whether rows can be read under it."""
        return self.found > 0 and not self.missing and not self.repeated

    @property
    def has_more(self) -> bool:
        """Whether the file has columns outside the contract, under a name or none."""
        return bool(self.extra or self.nameless)

    def notes(self) -> Iterator[str]:
        """What was normalised."""
        if self.renamed:
            told = _first([f"{name} (column {at + 1})" for name, at in self.renamed])
            yield f"These columns have another name in the file: {told}."
        there = [position for position in self.positions if position is not None]
        if there != sorted(there):
            yield "The columns stand in another order than in the contract."
        if self.left_out:
            yield f"These columns are not in the file and were read as empty: {_first(self.left_out)}."
        if self.extra:
            told = _first([str(at + 1) for at in self.extra])
            yield f"Not in the contract, so left out and not stored: column {told}."
        if self.nameless:
            yield f"Columns without a name, left out and not stored: {self.nameless:,}."


def match(row: Row, expected: Expected, above: int = 0) -> Header:
    """A row taken as a header."""
    if len(row.cells) > MOST_COLUMNS:
        raise BadInput(
            f"The file has more than {MOST_COLUMNS:,} columns",
            next_step="Check the delimiter, and that it has a line for each row",
        )
    names = [_plain(cell) for cell in row.cells]
    spoken = {
        _plain(name): index for index, column in enumerate(expected.columns) for name in column.names[::-1]
    }
    own = {column.name: index for index, column in enumerate(expected.columns)}
    positions: list[int | None] = [None] * len(expected.columns)
    renamed, repeated, extra = [], [], []
    for at, name in enumerate(names):
        index = spoken.get(name)
        if index is None:
            if name:
                extra.append(at)
        elif positions[index] is not None:
            repeated.append(expected.columns[index].name)
        else:
            positions[index] = at
            if own.get(str(row.cells[at])) != index:
                renamed.append((expected.columns[index].name, at))
    named = [at for at, name in enumerate(names) if name]
    return Header(
        row=row.number,
        above=above,
        positions=tuple(positions),
        width=len(names),
        least=named[-1] + 1 if named else 0,
        extra=tuple(extra),
        renamed=tuple(renamed),
        repeated=tuple(dict.fromkeys(repeated)),
        nameless=len(names) - len(named),
        expected=expected,
        outside=tuple(" ".join(visible(str(row.cells[at])).split()) for at in extra),
    )


def _plain(cell: Cell) -> str:
    """A name as people mean it: capitals, outer and doubled blanks and what cannot be seen do not count."""
    return " ".join(visible(str(cell)).split()).casefold() if cell is not None else ""


def find(part: Part, expected: Expected, within: int | None = None) -> Header | None:
    """The header among a part's first rows: the first that fits, else the one that comes nearest to it."""
    best: Header | None = None
    for above, row in enumerate(part.head[: within or expected.header_within]):
        header = match(row, expected, above)
        if header.fits:
            return header
        if best is None or (header.found, -above) > (best.found, -best.above):
            best = header
    return best


def refusal(header: Header | None, expected: Expected, elsewhere: str = "") -> BadInput:
    """Why no header fits, told without echoing it. ``elsewhere``: what the file seems to be."""
    what = f"The header is not what the contract of {expected.feed} says"
    if header is None:
        return BadInput("The file is empty: it has not even a header", next_step="Ask for it again")
    parts = []
    if header.found * 2 < len(expected.columns):
        parts.append("the first line does not look like this feed's header")
    if header.missing:
        parts.append(f"missing: {_first(header.missing)}")
    if header.repeated:
        parts.append(f"there twice: {_first(header.repeated)}")
    if header.missing and header.extra:
        parts.append(f"not in the contract: column {_first([str(at + 1) for at in header.extra])}")
    advice = "Check that this is the right feed; if the owner changed the file, change the contract"
    return BadInput(what, where="; ".join(parts), next_step=elsewhere or advice)


def nearest(headers: Iterable[Header | None]) -> Header | None:
    """Of headers that do not fit, the one with the most of the contract's columns."""
    return max((one for one in headers if one is not None), key=lambda one: one.found, default=None)


def _first(items: Sequence[str]) -> str:
    """The first few, and how many more there are."""
    told = ", ".join(items[:_TOLD])
    return f"{told} and {len(items) - _TOLD:,} more" if len(items) > _TOLD else told
