"""The queue as it is there for one person: pairs of feeds they may know, whose records stand."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import TYPE_CHECKING

from joinedup.errors import NotFound
from joinedup.people import reviewing
from joinedup.people.chains import chain
from joinedup.people.reviewing import Mentioned, Pair
from joinedup.release.comparing import standing
from joinedup.release.linkage_quality import pairs_of
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
class Queue:
    """The pairs that wait, and those that somebody decided on, each in the order in which they were drawn."""

    waiting: Sequence[Pair]
    decided: Sequence[Pair]

    @property
    def pairs(self) -> list[Pair]:
        """All of them."""
        return [*self.waiting, *self.decided]

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
    return Queue(*pairs_of(workspace, feeds))


def pair_of(workspace: Workspace, number: int, feeds: Collection[str]) -> Pair:
    """One pair. Raises NotFound where there is none for who may know these feeds."""
    found = reviewing.pair(number, feeds)
    if standing(workspace, _both(found)) != set(_both(found)):
        raise NotFound("There is no such pair to review", where=str(number))
    return found


def _place(viewer: Viewer, number: int) -> bytes:
    return blake2b(f"{viewer.username} {number}".encode(), digest_size=8).digest()


def _both(pair: Pair) -> tuple[Mentioned, Mentioned]:
    return pair.drawn.left, pair.drawn.right
