"""Why a linkage put two descriptions together or kept them apart, where their own weight does not say so.

Pure functions over arrays. Groups join by the mean of all the evidence between them, so two stand together
through others; which, is told by the strongest way from one to the other: that whose weakest step is as
strong as can be (the widest path, Pollack 1960), and of such ways the shortest.
"""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.people.clustering import Thresholds
from joinedup.people.evidence import BY_DECISION, BY_OTHERS, BY_RULE, BY_WEIGHT, THROUGH
from joinedup.people.scoring import Pairs

DECIDED = float("inf")
"""The bits of a step that somebody decided."""
_LINE = Thresholds().best

Edges = list[tuple[int, int, float]]


@dataclass(frozen=True)
class Way:
    """Why a pair stands as it does (one of the codes of ``evidence``); ``steps`` where it is through others:
    each description on the way from the left one, the right one last, and the bits of the step to it."""

    because: str
    steps: tuple[tuple[int, float], ...] = ()


def ways(
    pairs: Pairs,
    contradicting: NDArray[np.int8],
    cluster_of: NDArray[np.int64],
    places: Iterable[int],
    must: Collection[tuple[int, int]] = (),
    cannot: Collection[tuple[int, int]] = (),
) -> list[Way]:
    """Why the pairs at these places stand as they do in the best clustering (``cluster_of``, by description).

    ``contradicting``, ``must`` and ``cannot`` as in ``clustering.cluster``.
    """
    same, different = ({(min(pair), max(pair)) for pair in some} for some in (must, cannot))
    told = []
    for place in places:
        left, right = int(pairs.left[place]), int(pairs.right[place])
        enough = pairs.weight[place] >= _LINE
        if cluster_of[left] != cluster_of[right]:
            why = _why_apart((left, right) in different, bool(contradicting[place] > 0), bool(enough))
            told.append(Way(why))
        elif (left, right) in same:
            told.append(Way(BY_DECISION))
        elif enough and contradicting[place] <= 0:
            told.append(Way(BY_WEIGHT))
        else:
            steps = _strongest(left, right, _edges(pairs, cluster_of, place, same))
            told.append(Way(THROUGH, tuple(steps)) if steps else Way(BY_WEIGHT))
    return told


def _why_apart(decided: bool, contradict: bool, enough: bool) -> str:
    if decided:
        return BY_DECISION
    if contradict:
        return BY_RULE
    return BY_OTHERS if enough else BY_WEIGHT


def _edges(
    pairs: Pairs, cluster_of: NDArray[np.int64], place: int, same: Collection[tuple[int, int]]
) -> Edges:
    """The pairs of a pair's cluster other than itself, and what was decided of it, the strongest first."""
    number = cluster_of[pairs.left[place]]
    there = (cluster_of[pairs.left] == number) & (cluster_of[pairs.right] == number)
    there[place] = False
    columns = (pairs.left[there].tolist(), pairs.right[there].tolist(), pairs.weight[there].tolist())
    decided = [(*pair, DECIDED) for pair in same if cluster_of[pair[0]] == cluster_of[pair[1]] == number]
    return sorted([*decided, *zip(*columns, strict=True)], key=lambda edge: (-edge[2], edge))


def _strongest(left: int, right: int, edges: Edges) -> list[tuple[int, float]]:
    """The steps of the strongest way, none where nothing leads from one to the other."""
    weakest = _weakest(left, right, edges)
    beside: dict[int, dict[int, float]] = defaultdict(dict)
    for one, other, bits in edges:
        if weakest is not None and bits >= weakest:
            for here, there in ((one, other), (other, one)):
                beside[here].setdefault(there, bits)
    return _shortest(left, right, beside)


def _weakest(left: int, right: int, edges: Edges) -> float | None:
    """The bits of the edge that, the strongest first, joins one to the other; None where none does."""
    group: dict[int, set[int]] = {}
    for one, other, bits in edges:
        here, there = (group.setdefault(at, {at}) for at in (one, other))
        if here is not there:
            here |= there
            group.update(dict.fromkeys(there, here))
        if right in group.get(left, ()):
            return bits
    return None


def _shortest(left: int, right: int, beside: Mapping[int, Mapping[int, float]]) -> list[tuple[int, float]]:
    came_from: dict[int, int] = {left: left}
    reached = deque([left])
    while reached and right not in came_from:
        here = reached.popleft()
        for there in sorted(beside.get(here, ())):
            if there not in came_from:
                came_from[there] = here
                reached.append(there)
    steps: list[tuple[int, float]] = []
    at = right
    while at in came_from and at != left:
        steps.append((at, beside[came_from[at]][at]))
        at = came_from[at]
    return steps[::-1]
