"""Two measures side by side: a row for each group, and the answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from joinedup.terms import Flag, Period

ALL = "all"


@dataclass(frozen=True)
class SideRow:
    """One group, in both sources, over the months that both have whole.

    ``group`` is a value of the breakdown, an area's code, or ``all`` for all of them together. What is not
    ``known`` to both (not stated, without a place, outside, never carried by one of them) has a row.
    ``first`` and ``second`` are counts, None where no record of that source ever carries the group; ``ratio``
    is first / second, with its exact interval. ``first_share`` and ``second_share`` are shares of their own
    source (``first_of``, ``second_of``): of the groups known to both, and for others of all that is counted;
    ``share_ratio`` is the one over the other.
    """

    area_code: str
    area_name: str
    group: str
    label: str
    known: bool
    first: int | None
    second: int | None
    ratio: float | None
    lower: float | None
    upper: float | None
    first_of: int
    second_of: int
    first_share: float | None
    second_share: float | None
    share_ratio: float | None
    share_lower: float | None
    share_upper: float | None
    flags: tuple[Flag, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """The row as plain values."""
        return {**vars(self), "flags": [str(flag) for flag in self.flags]}


@dataclass(frozen=True)
class SideBySide:
    """The answer: rows, the months that both sources have whole, those left out, and sentences."""

    rows: Sequence[SideRow]
    months: tuple[Period, ...]
    left_out: tuple[Period, ...]
    notes: tuple[str, ...]
