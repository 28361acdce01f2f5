"""The queue as it is there for one person: pairs of feeds they may know, whose records stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from joinedup.errors import NotFound
from joinedup.people import reviewing
from joinedup.people.chains import chain
from joinedup.people.judging import Estimate, Stratum, estimated
from joinedup.people.reviewing import Mentioned, Pair
from joinedup.records import RecordBook
from joinedup.release.comparing import standing
from joinedup.terms import Viewer

if TYPE_CHECKING:
    from joinedup.workspace import Workspace

_SAME, _DIFFERENT = "same", "different"


@dataclass(frozen=True)
class Contradiction:
    """A pair decided to be two people, and the pairs whose decisions make them one."""

    number: int
    others: tuple[int, ...]


@dataclass(frozen=True)
class Quality:
    """How good the latest linkage is, by decisions. ``lacking``: how many strata no decision tells of;
    ``is_whole``: whether it drew pairs of feeds that this person may know, and no others."""

    precision: Estimate
    recall: Estimate
    lacking: int
    is_whole: bool


@dataclass(frozen=True)
class Queue:
    """The pairs that wait, and those that somebody decided on, each in the order in which they were drawn."""

    waiting: Sequence[Pair]
    decided: Sequence[Pair]

    @property
    def has_any(self) -> bool:
        """Whether there is any pair at all."""
        return bool(self.waiting or self.decided)

    def next_for(self, viewer: Viewer, *, after: int | None = None) -> int | None:
        """The pair that this person looks at next, other than ``after``; None where none waits.

        In an order of their own that has nothing to do with how pairs were drawn: neither does it hint at a
        weight, nor do two people meet at each pair.
        """
        numbers = [one.number for one in self.waiting if one.number != after]
        return min(numbers, key=lambda number: _place(viewer, number), default=None)

    def contradictions(self) -> list[Contradiction]:
        """Decisions that cannot all be right."""
        same = [one for one in self.decided if one.verdict == _SAME]
        different = [one for one in self.decided if one.verdict == _DIFFERENT]
        ways = ((one.number, chain(same, *_both(one))) for one in different)
        return [Contradiction(number, tuple(way)) for number, way in ways if way]


def queue_of(workspace: Workspace, feeds: Collection[str]) -> Queue:
    """The pairs of these feeds, without those of which a record is restricted or no longer stands."""
    waiting, decided = reviewing.waiting(feeds), reviewing.reviewed(feeds)
    there = standing(workspace, {one for each in (*waiting, *decided) for one in _both(each)})
    return Queue(*([one for one in some if there.issuperset(_both(one))] for some in (waiting, decided)))


def pair_of(workspace: Workspace, number: int, feeds: Collection[str]) -> Pair:
    """One pair. Raises NotFound where there is none for who may know these feeds."""
    found = reviewing.pair(number, feeds)
    if standing(workspace, _both(found)) != set(_both(found)):
        raise NotFound("There is no such pair to review", where=str(number))
    return found


def quality_of(workspace: Workspace, queue: Queue, feeds: Collection[str]) -> Quality:
    """What the decisions tell of the latest linkage."""
    delivered = {feed for feed, *_rest in RecordBook(workspace).feeds()}
    everything = [*reviewing.waiting(delivered), *reviewing.reviewed(delivered)]
    latest = max((one.linkage for one in everything), default=0)
    drawn = [one for one in everything if one.linkage == latest]
    strata = _strata([one for one in (*queue.waiting, *queue.decided) if one.linkage == latest])
    precision, recall = estimated(strata)
    is_whole = all({side.feed for side in _both(one)} <= set(feeds) for one in drawn)
    return Quality(precision, recall, sum(one.decided == 0 for one in strata), is_whole)


def _place(viewer: Viewer, number: int) -> bytes:
    return blake2b(f"{viewer.username} {number}".encode(), digest_size=8).digest()


def _both(pair: Pair) -> tuple[Mentioned, Mentioned]:
    return pair.drawn.left, pair.drawn.right


def _strata(pairs: Sequence[Pair]) -> list[Stratum]:
    of_stratum: dict[int, list[Pair]] = {}
    for one in pairs:
        of_stratum.setdefault(one.drawn.stratum, []).append(one)
    return [
        Stratum(
            some[0].drawn.stratum_pairs,
            sum(one.verdict in {_SAME, _DIFFERENT} for one in some),
            sum(one.verdict == _SAME for one in some),
            some[0].drawn.together,
        )
        for some in of_stratum.values()
    ]
