"""Which unpublished cells an attacker may reason about, so that bounds over the system are the true bounds.

A table is given by its level on each dimension. Tables can be pieced together one after the other, without
any cell beside their common totals, where each new one shares with all those before nothing finer than with
one of them, and crosses none of them on any dimension: whatever fits each table then fits some count of the
atoms (Vorob'ev's theorem; "running intersection" in the theory of graphical models). Where that does not hold
two tables are replaced by their overlap, cell by cell, until it does.
"""

from __future__ import annotations

import itertools
from collections.abc import Collection, Sequence

import numpy as np

from joinedup.release.suppression.levels import Level

Cut = tuple[Level, ...]
"""A table's level on each dimension."""

_MOST_PERMUTED = 6  # beyond it orders are not tried one by one, and tables are joined instead


def refines(fine: Cut, coarse: Cut) -> bool:
    """Whether every cell of ``coarse`` is a sum of cells of ``fine``."""
    return all(one.refines(other) for one, other in zip(fine, coarse, strict=True))


def cells(cut: Cut) -> int:
    """How many cells a table has."""
    return int(np.prod([level.size for level in cut]))


def finest(cuts: Collection[Cut]) -> list[Cut]:
    """Those that are no margin of another."""
    kept: list[Cut] = []
    for cut in dict.fromkeys(cuts):
        if any(refines(other, cut) for other in kept):
            continue
        kept = [other for other in kept if not refines(cut, other)]
        kept.append(cut)
    return kept


def latent(published: Collection[Cut]) -> list[Cut]:
    """The cuts to add to those published: overlaps of tables, and the totals that two tables share."""
    known = list(dict.fromkeys(published))
    added: list[Cut] = []
    while True:
        tops = finest([*known, *added])
        shared = _pieced(tops)
        if shared is not None:
            return [cut for cut in dict.fromkeys([*added, *shared]) if cut not in known and cells(cut)]
        added.append(_cheapest_join(tops))


def _pieced(tops: Sequence[Cut]) -> list[Cut] | None:
    """What each table shares with the one it is joined to, in an order that works; None where none does."""
    if len(tops) == 1:
        return []
    if len(tops) > _MOST_PERMUTED:
        return None
    for order in itertools.permutations(tops):
        shared: list[Cut] = []
        for place, cut in enumerate(order[1:], start=1):
            link = _link(cut, order[:place])
            if link is None:
                break
            shared.append(link)
        else:
            return shared
    return None


def _link(cut: Cut, before: Sequence[Cut]) -> Cut | None:
    """What ``cut`` shares with the one earlier table that tells all that earlier tables tell of it."""
    if any(_crosses(cut, other) for other in before):
        return None
    shared = [_shared(cut, other) for other in before]
    return next((one for one in shared if all(refines(one, other) for other in shared)), None)


def _crosses(one: Cut, other: Cut) -> bool:
    return any(
        not mine.refines(theirs) and not theirs.refines(mine) for mine, theirs in zip(one, other, strict=True)
    )


def _shared(one: Cut, other: Cut) -> Cut:
    return tuple(mine.common(theirs) for mine, theirs in zip(one, other, strict=True))


def _cheapest_join(tops: Sequence[Cut]) -> Cut:
    joins = [
        tuple(mine.joined(theirs) for mine, theirs in zip(one, other, strict=True))
        for one, other in itertools.combinations(tops, 2)
    ]
    return min(joins, key=cells)
