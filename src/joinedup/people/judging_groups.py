"""What decisions about drawn pairs say of people of one group: the strata with that group's pairs alone.

Pure functions. A pair of two groups counts half in either.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from joinedup.people.judging import Estimate, Stratum, estimated

ENOUGH = 10
"""Decisions on pairs of a group that an estimate rests on at least: on pairs put together for precision, on
pairs found to be one person for recall."""
_SAME, _UNSURE = "same", "unsure"  # of ``models.Verdict``


@dataclass(frozen=True)
class Looked:
    """A pair that somebody said something of: its stratum, how many pairs that has, whether the linkage put
    them together, what was decided, and the group of either mention."""

    stratum: int
    stratum_pairs: int
    together: bool
    verdict: str
    groups: tuple[str, str]

    def part_of(self, group: str) -> float:
        """How much of the pair is of a group: 0, a half or 1."""
        return self.groups.count(group) / 2


@dataclass(frozen=True)
class GroupEstimate:
    """Precision and recall for people of one group; None where too few decisions are on their pairs.

    ``decided`` and ``unsure`` count pairs, those of two groups half.
    """

    group: str
    decided: float
    unsure: float
    precision: Estimate | None
    recall: Estimate | None


def by_group(looked: Sequence[Looked]) -> list[GroupEstimate]:
    """The estimate for each group that a pair is of."""
    return [_of_group(looked, group) for group in sorted({group for one in looked for group in one.groups})]


def _of_group(looked: Sequence[Looked], group: str) -> GroupEstimate:
    strata = _strata(looked, group)
    precision, recall = estimated(strata)
    together = sum(one.decided for one in strata if one.together)
    same = sum(one.same for one in strata)
    return GroupEstimate(
        group,
        sum(one.decided for one in strata),
        sum(one.unsure for one in strata),
        precision if together >= ENOUGH else None,
        recall if same >= ENOUGH else None,
    )


def _strata(looked: Iterable[Looked], group: str) -> list[Stratum]:
    of_stratum: dict[int, list[Looked]] = {}
    for one in looked:
        of_stratum.setdefault(one.stratum, []).append(one)
    return [_stratum(some, group) for some in of_stratum.values()]


def _stratum(some: Sequence[Looked], group: str) -> Stratum:
    def parts(of: Iterable[Looked]) -> float:
        return sum(one.part_of(group) for one in of)

    inside = parts(some)
    unsure = parts(one for one in some if one.verdict == _UNSURE)
    same = parts(one for one in some if one.verdict == _SAME)
    first = some[0]
    return Stratum(first.stratum_pairs, inside - unsure, same, first.together, unsure, len(some) - inside)
