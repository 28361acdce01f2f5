"""A table of a report as columns: which hold counts, shares, changes, and which row is the total."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from joinedup.documents.claims.quantities import Kind, Number, Said

_CELL = re.compile(
    r"^[(\[]?\s*(?P<sign>[+\-−–]?)\s*(?P<pound>£?)\s*(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)\s*"
    r"(?P<percent>%|per cent)?"
    r"\s*[)\]]?[*†‡]?$"
)
_TOTAL = re.compile(r"^\W*(?:grand\s+|overall\s+)?(?:total|all|overall)\b", re.IGNORECASE)
_WITHIN = re.compile(r"\b(?:of which|including|sub-?total|of these|of whom)\b", re.IGNORECASE)
_SHARE_HEAD = re.compile(r"%|\bper ?cent|\bpercent|\bshare\b|\bproportion\b", re.IGNORECASE)
_MOVED_HEAD = re.compile(
    r"\bchange|\bdiff|\bvariance\b|\bvar\b|\+\s*/\s*[-–−]|\bincrease\b|\breduction\b|\bdecrease\b|±",
    re.IGNORECASE,
)
_NOT_A_COUNT = re.compile(
    r"\brates?\b|\baverage\b|\bmean\b|\bmedian\b|\bper\b|\branks?\b|\bscore\b|\bratio\b|\bage\b|\bindex\b|\btarget\b|\bref\b|\bno\.?$",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b((?:19|20)\d\d)\b")


class Holds(StrEnum):
    """What a column holds."""

    LABEL = "label"
    COUNT = "count"
    SHARE = "share"
    CHANGE = "change"
    DIFFERENCE = "difference"
    OTHER = "other"


@dataclass(frozen=True)
class Column:
    """One column: its head, what it holds, and the number in each row (None where there is none)."""

    head: str
    holds: Holds
    cells: tuple[Number | None, ...]

    @property
    def year(self) -> int | None:
        """The first year that its head names."""
        match = _YEAR.search(self.head)
        return int(match[1]) if match else None


@dataclass(frozen=True)
class Table:
    """Rows and columns with numbers. ``head`` is that of the labels.

    ``total`` is the place of the total's row; None: there is none.
    """

    head: str
    labels: tuple[str, ...]
    columns: tuple[Column, ...]
    total: int | None
    texts: tuple[str, ...]

    @property
    def body(self) -> range:
        """The places of the rows that are no total."""
        return range(len(self.labels) if self.total is None else self.total)

    @property
    def has_rows_within(self) -> bool:
        """Whether some row says that it is a part of another."""
        return any(_WITHIN.search(self.labels[place]) for place in self.body)

    def of(self, holds: Holds) -> list[Column]:
        """The columns that hold such a thing."""
        return [column for column in self.columns if column.holds is holds]


def table_of(rows: Sequence[Sequence[str]]) -> Table | None:
    """The table, or None where its rows are of unlike length or hold no numbers under a head."""
    width = max((len(row) for row in rows), default=0)
    full = [row for row in rows if len(row) == width]
    if width < 2 or len(full) < 3:
        return None
    head, body = full[0], full[1:]
    if any(cell_number(cell) for cell in head[1:] if not _YEAR.fullmatch(cell.strip())):
        return None
    labels = tuple(row[0] for row in body)
    columns = tuple(_column(head[place], [row[place] for row in body]) for place in range(1, width))
    totals = [place for place, label in enumerate(labels) if _TOTAL.match(label)]
    total = totals[0] if totals == [len(labels) - 1] else None
    if totals and total is None:
        return None  # totals within: its rows are of several kinds
    return Table(head[0], labels, columns, total, tuple(" | ".join(row) for row in body))


def cell_number(cell: str) -> Number | None:
    """The number that a cell is, if it is one and nothing else."""
    match = _CELL.match(cell.strip())
    if match is None:
        return None
    kind = Kind.SHARE if match["percent"] else Kind.MONEY if match["pound"] else Kind.COUNT
    value = Fraction(match["digits"].replace(",", ""))
    decimals = len(match["digits"].partition(".")[2])
    half = Fraction(1, 2 * 10**decimals) if decimals or kind is Kind.SHARE else Fraction(0)
    sign = 0 if not match["sign"] else 1 if match["sign"] == "+" else -1
    least = max(value - half, Fraction(0))
    return Number(kind, value, least, value + half, Said.EXACTLY, 0, 0, cell.strip(), decimals, "", sign)


def _column(head: str, cells: Sequence[str]) -> Column:
    numbers = tuple(cell_number(cell) for cell in cells)
    return Column(head, _holds(head, numbers), numbers)


def _holds(head: str, numbers: Sequence[Number | None]) -> Holds:
    given = [number for number in numbers if number is not None]
    if len(given) * 2 <= len(numbers):
        return Holds.LABEL
    shares = _SHARE_HEAD.search(head) or all(number.kind is Kind.SHARE for number in given)
    signed = any(number.sign for number in given)
    if _MOVED_HEAD.search(head) or signed:
        return Holds.CHANGE if shares else Holds.DIFFERENCE
    if shares:
        return Holds.SHARE
    if _NOT_A_COUNT.search(head) or any(number.decimals and number.kind is Kind.COUNT for number in given):
        return Holds.OTHER
    return Holds.COUNT
