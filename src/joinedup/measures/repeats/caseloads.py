"""How far caseloads overlap: exactly where people are known in all, else the least and most there can be."""

from __future__ import annotations

import itertools
from collections.abc import Collection, Hashable, Mapping
from dataclasses import dataclass

from joinedup.errors import BadInput


@dataclass(frozen=True)
class Range:
    """The least and the most that a number of people can be; equal where it is known."""

    least: int
    most: int


@dataclass(frozen=True)
class Bounds:
    """What the sizes of caseloads alone allow: ``memberships`` in all, and how many people they are.

    ``on_none`` are those of the population on no caseload; None where no population is given.
    """

    memberships: int
    people: Range
    on_none: Range | None
    combinations: Mapping[tuple[str, ...], Range]


def bounds(sizes: Mapping[str, int], population: int | None = None, *, all_of_it: bool = True) -> Bounds:
    """The least and most that caseloads of these sizes can overlap, where nobody may link them.

    ``population`` is how many people there are to be on them; with ``all_of_it`` everybody on a caseload is
    one of these. ``combinations`` gives, for each set of caseloads (in the order of ``sizes``), how many are
    on exactly these. Sharp: each end can be reached (M. Fréchet's bounds, for sets of which only the sizes
    are known). Raises BadInput for a caseload that is larger than the population it is of.
    """
    whole = sum(sizes.values())
    _check(sizes, population if all_of_it else None)
    within = population if all_of_it and population is not None else whole
    people = Range(max(sizes.values(), default=0), min(whole, within))
    on_none = None
    if population is not None:
        most = population - people.least if all_of_it else population
        on_none = Range(max(population - whole, 0), most)
    return Bounds(
        whole,
        people,
        on_none,
        {chosen: _exactly(chosen, sizes, within) for chosen in _combinations(sizes)},
    )


def _check(sizes: Mapping[str, int], population: int | None) -> None:
    for name, size in sizes.items():
        if size < 0:
            raise BadInput("A caseload has no fewer than no people", where=name)
        if population is not None and size > population:
            raise BadInput(
                f"A caseload of {size:,} cannot be of {population:,} people",
                where=name,
                next_step="Say that not all on it are of the population",
            )


def _combinations(sizes: Collection[str]) -> list[tuple[str, ...]]:
    """Every set of caseloads but the empty one, fewest first."""
    return [chosen for number in range(1, len(sizes) + 1) for chosen in itertools.combinations(sizes, number)]


def _exactly(chosen: Collection[str], sizes: Mapping[str, int], within: int) -> Range:
    """How many of ``within`` people can be on all that are chosen and on no other."""
    parts = [size if name in chosen else within - size for name, size in sizes.items()]
    return Range(max(sum(parts) - (len(parts) - 1) * within, 0), min(parts))


def combinations(members: Mapping[str, Collection[Hashable]]) -> dict[tuple[str, ...], int]:
    """How many people are on exactly each set of caseloads, from the person keys on each.

    Every set is there, also those that nobody is on; the empty one is not.
    """
    sets = {name: frozenset(keys) for name, keys in members.items()}
    found = dict.fromkeys(_combinations(sets), 0)
    for key in frozenset().union(*sets.values()):
        found[tuple(name for name, keys in sets.items() if key in keys)] += 1
    return found
