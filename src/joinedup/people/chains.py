"""Which decisions make two mentions one person: the shortest way from one to the other."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from joinedup.people.reviewing import Mentioned, Pair


def chain(same: Iterable[Pair], left: Mentioned, right: Mentioned) -> list[int]:
    """The numbers of the pairs, decided as the same person, that lead from one mention to the other.

    In the order of the way, as few as there can be; empty where none lead there.
    """
    beside: dict[Mentioned, list[tuple[Mentioned, int]]] = defaultdict(list)
    for one in same:
        beside[one.drawn.left].append((one.drawn.right, one.number))
        beside[one.drawn.right].append((one.drawn.left, one.number))
    ways: dict[Mentioned, list[int]] = {left: []}
    reached = deque([left])
    while reached and right not in ways:
        here = reached.popleft()
        for there, number in sorted(beside[here]):
            if there not in ways:
                ways[there] = [*ways[here], number]
                reached.append(there)
    return ways.get(right, [])
