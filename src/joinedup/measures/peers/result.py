"""What comparing areas with their peers gives: a row for each area, and the family they are of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from joinedup.measures.result import FigureRow


class Verdict(StrEnum):
    """Where an area stands among its peers. ``higher`` and ``lower`` are outside the limits within which
    99.8 % of areas like these lie, ``rather-higher`` and ``rather-lower`` outside those of 95 %.
    """

    HIGHER = "higher"
    RATHER_HIGHER = "rather-higher"
    NO_DIFFERENT = "no-different"
    RATHER_LOWER = "rather-lower"
    LOWER = "lower"
    NOT_JUDGED = "not-judged"

    @property
    def words(self) -> str:
        """As people say it."""
        return {
            Verdict.HIGHER: _("higher than its peers"),
            Verdict.RATHER_HIGHER: _("rather higher than its peers"),
            Verdict.NO_DIFFERENT: _("no different from its peers"),
            Verdict.RATHER_LOWER: _("rather lower than its peers"),
            Verdict.LOWER: _("lower than its peers"),
            Verdict.NOT_JUDGED: _("not compared"),
        }[self]


@dataclass(frozen=True)
class PeerRow:
    """One area among its peers. Rates are in the figure's unit; None where there is nothing to compare.

    ``warning`` and ``alarm`` are the limits within which 95 % and 99.8 % of areas of its size lie,
    ``by_chance`` those of 99.8 % if all had the family's own rate. ``shrunken`` is the rate that its count
    and its peers tell together, with its interval. ``rank`` is the middle place (1: the highest rate) with
    its interval, ``among_highest`` how likely it is one of the highest fifth.
    """

    row: FigureRow
    verdict: Verdict
    beyond_chance: bool | None = None
    warning: tuple[float, float] | None = None
    alarm: tuple[float, float] | None = None
    by_chance: tuple[float, float] | None = None
    shrunken: float | None = None
    shrunken_interval: tuple[float, float] | None = None
    rank: int | None = None
    rank_interval: tuple[int, int] | None = None
    among_highest: float | None = None

    @property
    def words(self) -> str:
        """The verdict as people say it: what is far from the family, as others are too, is said to be so."""
        if self.verdict is Verdict.NO_DIFFERENT and self.beyond_chance and self.by_chance:
            above = (self.row.value or 0) > self.by_chance[1]
            return (
                _("above the whole, as others are: no different from its peers")
                if above
                else _("below the whole, as others are: no different from its peers")
            )
        return self.verdict.words

    def to_json(self) -> Mapping[str, Any]:
        """What a row of the public table has beside those of the figure."""
        return {
            "verdict": self.verdict.value,
            "beyond_chance": self.beyond_chance,
            **_pair("limit_95", self.warning),
            **_pair("limit_99_8", self.alarm),
            **_pair("chance_limit_99_8", self.by_chance),
            "shrunken": self.shrunken,
            **_pair("shrunken", self.shrunken_interval),
            "rank": self.rank,
            **_pair("rank", self.rank_interval),
            "chance_among_highest_fifth": self.among_highest,
        }


def _pair(name: str, both: tuple[float, float] | None) -> dict[str, float | None]:
    lower, upper = both or (None, None)
    return {f"{name}_lower": lower, f"{name}_upper": upper}


@dataclass(frozen=True)
class Comparison:
    """Areas beside their family: its events, what they are divided by, its rate and how its areas spread.

    ``spread`` are the rates between which the middle 95 % of the areas' own rates lie; None where the areas
    are too few to tell, or differ by chance alone (``differs`` says which: None, or False).
    """

    rows: Sequence[PeerRow]
    numerator: int
    denominator: int
    rate: float
    differs: bool | None
    spread: tuple[float, float] | None
    compared: int
    notes: tuple[str, ...]
