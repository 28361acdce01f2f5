"""An attacker of rounded cubes, written apart: it knows how leaves are rounded, and asks what they may be.

For each leaf it holds what every edition showed, and for each two editions after one another in which
direction the count went, if it knows. It tries every whole number that each edition leaves (``between``), and
keeps those from which some way through all editions leads. That is exact: a leaf's editions bind each other
in a chain, and sums of leaves say nothing that the leaves do not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

Knows = Callable[[int, int], bool]
"""Whether two counts, one after the other, agree with what is known of the way between."""


def grew(before: int, now: int) -> bool:
    """The count did not fall."""
    return now >= before


def shrank(before: int, now: int) -> bool:
    """The count did not rise."""
    return now <= before


def anything(before: int, now: int) -> bool:
    """Nothing is known."""
    return True


def between(seen: int) -> set[int]:
    """What a leaf that reads ``seen`` may be: nothing that rounds to another multiple only, nor below 0."""
    return set(range(max(0, seen - 4), seen + 5))


def possible(seen: Sequence[int], known: Sequence[Knows], *, keeps: bool = True) -> list[set[int]]:
    """The counts that each edition of a leaf may have had. ``known`` has a fact for each step.

    ``keeps``: it knows too that an unchanged leaf is never rounded anew, so what reads otherwise has changed.
    """

    def step(before: int, now: int, number: int) -> bool:
        changed = not keeps or seen[number] == seen[number + 1] or before != now
        return changed and known[number](before, now)

    left = [between(one) for one in seen]
    for _ in range(len(seen)):  # a chain is settled after its length in rounds
        for number in range(len(known)):
            first, second = left[number], left[number + 1]
            left[number] = {one for one in first if any(step(one, other, number) for other in second)}
            left[number + 1] = {other for other in second if any(step(one, other, number) for one in first)}
    return left
