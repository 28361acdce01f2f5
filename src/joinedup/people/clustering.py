"""People from pairs: average linkage under rules, cut at three thresholds.

Two groups join if the mean weight over all pairs across them is high enough, so that one strong link between
two crowds of strangers does not make them one (as connected components would). A pair that was never compared
counts with a weight of its own. Groups that contradict each other do not join.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.people.contracting import contracted
from joinedup.people.evidence import PROVEN, SUPPORTED
from joinedup.people.growing import Groups, Join
from joinedup.people.scoring import Pairs
from joinedup.people.settling import (
    Between,
    Bounded,
    Labels,
    between,
    components,
    cores,
    near_each_other,
    settled,
)

_AS_GOOD_AS = 100  # supporting pairs: what the same number of an agency counts for
_SUPPORT = ((SUPPORTED, 1), (PROVEN, _AS_GOOD_AS))
"""How many contradictions a pair outweighs: one number of an agency is as good as very many."""
_PARTS = 1_000_000  # of a bit: weights are added up as whole numbers, so that no order of adding matters

Decisions = Sequence[tuple[int, int]]
Joined = tuple[Labels, Labels, NDArray[np.float64]]
"""Joins: one, other, and at what mean in millionths of a bit."""


@dataclass(frozen=True)
class Thresholds:
    """Mean weights in bits from which groups join: in the strict, the best and the loose clustering."""

    strict: float = 2.0
    best: float = -3.0
    loose: float = -6.0


@dataclass(frozen=True)
class Rules:
    """How groups join. ``highest`` and ``lowest`` bound what one pair can say; ``unseen`` is the weight of a
    pair that was not compared; groups stay apart where of the pairs across that contradict or support each
    other more than ``tolerated`` contradict.
    """

    highest: float = 15.0
    lowest: float = -10.0
    unseen: float = -8.0
    tolerated: float = 0.2


@dataclass(frozen=True)
class Clusterings:
    """The cluster of each description, numbered from 0 by first member; strict within best within loose."""

    strict: Labels
    best: Labels
    loose: Labels


def cluster(
    count: int,
    pairs: Pairs,
    contradicting: NDArray[np.int8],
    thresholds: Thresholds | None = None,
    rules: Rules | None = None,
    must: Decisions = (),
    cannot: Decisions = (),
    *,
    carefully: bool = False,
) -> Clusterings:
    """Cluster ``count`` descriptions. ``contradicting`` says of each pair whether it contradicts (above 0) or
    supports (below 0), as ``contradictions`` has it.

    ``must`` are pairs that are one person and ``cannot`` pairs that are not, by decision: both bind, and
    where they contradict each other ``cannot`` yields. ``carefully``: grow every group, and take nothing
    that ``settling`` or ``contracting`` knows at once; the answer is the same.
    """
    at, how = thresholds or Thresholds(), rules or Rules()
    lines = [_whole(one) for one in (at.strict, at.best, at.loose)]
    carefully = carefully or how.unseen >= at.loose  # else what is not compared would join by itself
    decided = np.array([*must, *cannot], dtype=np.int64).ravel()
    told = _bounded(pairs, contradicting, how)
    core = np.arange(count) if carefully else cores(count, told, decided, _whole(how.highest))
    known = between(core, told, _support(contradicting), _whole(how.unseen))
    del told
    joined = [_of_cores(core, how)]
    label, height = np.zeros(count, dtype=np.int64), np.full(count, np.inf)
    if not carefully:
        bound = np.array(must, dtype=np.int64).reshape(-1, 2)
        label = near_each_other(count, known, bound, lines[-1])
        known = known.only(label[known.one] == label[known.other])
        line = settled(label, core, known, decided, lines)
        easy = line[label[known.one]] < len(lines)
        joined.append(_of_settled(known.only(easy), line[label], lines))
        held = np.zeros(count, dtype=np.bool_)
        held[decided] = True
        found = contracted(
            core,
            known.only(~easy),
            held,
            until=lines[-1],
            unseen=_whole(how.unseen),
            tolerated=how.tolerated,
        )
        joined.append((found.one, found.other, found.weight))
        core, known, height = found.core, found.known, found.height
        label = near_each_other(count, known, bound, lines[-1])
        known = known.only(label[known.one] == label[known.other])
    with _no_collecting():
        for part in _parts(label, core, known, must, cannot):
            groups = Groups(part.sizes, part.cannot, _whole(how.unseen), how.tolerated)
            groups.add(part.between)
            joined.append(_of_part(part, groups.join(part.must, lines[-1]), height))
    left, right, weight = (np.concatenate(columns) for columns in zip(*joined, strict=True))
    every = Pairs(left, right, weight)
    return Clusterings(*(_labels(count, every.above(level)) for level in lines))


def _whole(bits: float) -> int:
    return round(bits * _PARTS)


def _bounded(pairs: Pairs, contradicting: NDArray[np.int8], how: Rules) -> Bounded:
    weight = np.rint(np.clip(pairs.weight, how.lowest, how.highest) * _PARTS).astype(np.int64)
    return Bounded(pairs.left, pairs.right, weight, contradicting)


def _support(contradicting: NDArray[np.int8]) -> Labels:
    """Of each pair how many contradictions it outweighs."""
    return np.select(
        [contradicting == SUPPORTED, contradicting == PROVEN], [1, _AS_GOOD_AS], default=0
    ).astype(np.int64)


def _of_cores(core: Labels, how: Rules) -> Joined:
    """The joins within cores."""
    several = np.flatnonzero(core != np.arange(len(core)))
    return core[several], several, np.full(len(several), float(_whole(how.highest)))


def _of_settled(known: Between, line: Labels, lines: Sequence[int]) -> Joined:
    """The joins of components that are settled; ``line`` of each description."""
    return known.one, known.other, np.array(lines, dtype=np.float64)[line[known.one]]


def _of_part(part: _Part, joins: Sequence[Join], begun: NDArray[np.float64]) -> Joined:
    """The joins of a component that was grown; ``begun``: of each core the lowest of the joins that made it.

    A join counts no higher than those that made its two sides: cut between them, the two that stand for the
    sides would be together without the others, whose evidence brought them together.
    """
    height = dict(enumerate(begun[part.members].tolist()))
    found = np.array(joins, dtype=np.float64).reshape(-1, 3)
    for row in found:
        one, other = int(row[0]), int(row[1])
        row[2] = height[one] = min(row[2], height[one], height[other])
    left, right = (part.members[found[:, side].astype(np.int64)] for side in (0, 1))
    return left, right, found[:, 2]


@contextmanager
def _no_collecting() -> Iterator[None]:
    """Growing makes many small things and no circles of them: looking for such took a third of its time."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


@dataclass(frozen=True)
class _Part:
    """A component by itself: its cores in ascending order with their sizes, and by their places in it what is
    known between them (as ``Groups.add`` wants it) and the decisions."""

    members: Labels
    sizes: Sequence[int]
    between: Sequence[tuple[int, int, int, int, int, int]]
    must: Decisions
    cannot: Decisions


def _parts(
    label: Labels, core: Labels, known: Between, must: Decisions, cannot: Decisions
) -> Iterator[_Part]:
    """The components of ``known`` and those with decisions, one after another."""
    size = np.bincount(core, minlength=len(core))
    heads = np.flatnonzero(size)
    heads = heads[np.argsort(label[heads], kind="stable")]
    begins = np.searchsorted(label[heads], np.arange(int(label.max(initial=-1)) + 2))
    place = np.empty(len(core), dtype=np.int64)
    place[heads] = np.arange(len(heads)) - begins[label[heads]]
    order = np.argsort(label[known.one], kind="stable")
    of = label[known.one][order]
    decided = _decided(label, place[core], must, cannot)
    numbers = np.union1d(of, np.array(list(decided), dtype=np.int64))
    ends = zip(*(np.searchsorted(of, numbers, side=side).tolist() for side in ("left", "right")), strict=True)
    for number, (start, end) in zip(numbers.tolist(), ends, strict=True):
        members = heads[begins[number] : begins[number + 1]]
        rows = _rows(known.only(order[start:end]), place)
        yield _Part(members, size[members].tolist(), rows, *decided.get(number, ([], [])))


def _rows(known: Between, place: Labels) -> list[tuple[int, int, int, int, int, int]]:
    columns = (place[known.one], place[known.other], known.total, known.known, known.against, known.support)
    return list(zip(*(column.tolist() for column in columns), strict=True))


def _decided(
    label: Labels, place: Labels, must: Decisions, cannot: Decisions
) -> dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]]:
    """The decisions by component, by places; that two of different components are not one needs no saying."""
    found: dict[int, tuple[list[tuple[int, int]], list[tuple[int, int]]]] = {}
    for which, several in enumerate((must, cannot)):
        for one, other in several:
            if label[one] == label[other]:
                both = found.setdefault(int(label[one]), ([], []))
                both[which].append((int(place[one]), int(place[other])))
    return found


def _labels(count: int, joined: Pairs) -> Labels:
    return _by_first(components(count, joined.left, joined.right))


def _by_first(labels: Labels) -> Labels:
    """The same groups, numbered in the order of their first members."""
    groups = int(labels.max(initial=-1)) + 1
    first = np.empty(groups, dtype=np.int64)
    first[labels[::-1]] = np.arange(len(labels))[::-1]
    order = np.empty(groups, dtype=np.int64)
    order[np.argsort(first, kind="stable")] = np.arange(groups)
    return order[labels]
