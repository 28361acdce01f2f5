"""A cube of counts whose leaves are rounded to multiples of 5, and whose totals are sums of the leaves.

Every leaf takes one of the two multiples next to it; a multiple stays, so a zero stays. Up or down is chosen
by simulated annealing, so that no total is off by more than 4 where that can be, and by little elsewhere. All
that anybody asks of the cube is a sum of its leaves, so that more questions reveal nothing more. A leaf that
reads 5k is between 5k - 4 and 5k + 4. From one release to the next a leaf never moves against its count, so
that whoever knows in which direction counts went still has all these values (docs/decisions/0020).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from joinedup.release.suppression.cells import Counts, margin
from joinedup.release.suppression.joining import Cut
from joinedup.release.suppression.levels import NO_GROUP

BASE = 5
_PROPOSALS = 40  # for each leaf that can go either way
_HOTTEST, _COLDEST = 300.0, 20.0  # tried on 8,075 cells: colder or slower brings next to nothing
_BEYOND = 3.0  # what it costs a total to be off by more than 4, beside being off at all


@dataclass(frozen=True)
class RoundedCube:
    """The rounded leaves, and by how much any total of the tables it was made for is off at most."""

    leaves: Counts
    greatest_error: int

    def total(self, cut: Cut) -> Counts:
        """A table of the cube: sums of its leaves."""
        return margin(self.leaves, cut)


def round_cube(
    counts: Counts,
    tables: Collection[Cut],
    seed: int,
    *,
    before: tuple[Counts, Counts] | None = None,
    unsure: bool = False,
) -> RoundedCube:
    """Round the leaves of a cube so that the totals of ``tables`` are close.

    ``before``: the counts and the rounded leaves of the release before this one. A leaf whose count is the
    same keeps its rounding; one that grew is shown no lower, one that shrank no higher. Rounding afresh
    would let a leaf go from 5 to 0 and back while its count only grows, and tell it after a few times.
    ``unsure``: the counts before are no longer what they were, but lower (records were erased): a leaf moves
    then only where it surely shrank, or where what was shown is no longer next to its count.
    """
    generator = np.random.default_rng(seed)
    rest = counts % BASE
    chance, up, loose = _free(counts, rest, before, unsure)
    up |= loose & (generator.random(counts.shape) < chance)
    if loose.any():
        up = _annealed(up, rest, loose, tables, generator)
    leaves = counts - rest + BASE * (up & (rest > 0))
    errors = [np.abs(margin(leaves - counts, cut)).max(initial=0) for cut in tables]
    return RoundedCube(leaves, int(max(errors, default=BASE - 1)))


def _free(
    counts: Counts, rest: Counts, before: tuple[Counts, Counts] | None, unsure: bool
) -> tuple[NDArray[np.float64], NDArray[np.bool_], NDArray[np.bool_]]:
    """For each leaf the chance that it goes up, which have to, and which may go either way.

    The chances are such that a leaf is right on average, over its whole way through releases.
    """
    chance = rest / BASE
    if before is None:
        return chance, np.zeros(counts.shape, dtype=np.bool_), rest > 0
    was, seen = before
    lower = counts - rest
    up = (counts >= was) & (seen == lower + BASE) & (rest > 0)
    down = ((counts <= was) | unsure) & (seen == lower) & (rest > 0)
    left = np.clip(was - lower, 0, BASE)  # of the count before, where it was between the same multiples
    grew = (counts > was) & (seen == lower)
    shrank = (counts < was) & (seen == lower + BASE)
    with np.errstate(divide="ignore", invalid="ignore"):
        chance = np.where(grew, (rest - left) / (BASE - left), chance)
        chance = np.where(shrank, rest / left, chance)
    return chance, up, (rest > 0) & ~up & ~down


def _annealed(
    up: NDArray[np.bool_],
    rest: Counts,
    loose: NDArray[np.bool_],
    tables: Collection[Cut],
    generator: np.random.Generator,
) -> NDArray[np.bool_]:
    """Turn one leaf after another where that brings totals closer, at first also where it does not."""
    places, errors = _totals(np.where(rest > 0, np.where(up, BASE - rest, -rest), 0), tables)
    flat = up.ravel().copy()
    candidates = np.flatnonzero(loose)
    proposals = _PROPOSALS * candidates.size
    order = generator.choice(candidates, size=proposals)
    heat = _HOTTEST * (_COLDEST / _HOTTEST) ** (np.arange(proposals) / proposals)
    allowed = -heat * np.log(generator.random(proposals))
    for leaf, worse in zip(order.tolist(), allowed.tolist(), strict=True):
        where = places[leaf]
        now = errors[where]
        then = now + (-BASE if flat[leaf] else BASE)
        if _cost(then) - _cost(now) <= worse:
            errors[where] = then
            flat[leaf] = not flat[leaf]
    return flat.reshape(up.shape)


def _cost(errors: Counts) -> float:
    beyond = np.maximum(np.abs(errors) - (BASE - 1), 0)
    return float((errors * errors).sum() + _BEYOND * (beyond * beyond).sum())


def _totals(errors: Counts, tables: Collection[Cut]) -> tuple[list[NDArray[np.int64]], Counts]:
    """For each leaf the totals it is part of; and by how much each total is off."""
    columns, values, start = [], [], 0
    for cut in tables:
        grid = np.meshgrid(*(np.asarray(level.of) for level in cut), indexing="ij")
        outside = np.any([axis == NO_GROUP for axis in grid], axis=0)
        shape = tuple(level.size for level in cut)
        flat = np.ravel_multi_index([np.where(outside, 0, axis) for axis in grid], shape)
        columns.append(np.where(outside, NO_GROUP, flat + start).ravel())
        values.append(margin(errors, cut).ravel())
        start += values[-1].size
    if not columns:
        return [np.zeros(0, dtype=np.int64)] * errors.size, np.zeros(0, dtype=np.int64)
    whole = np.stack(columns, axis=1)
    return [row[row != NO_GROUP] for row in whole], np.concatenate(values)
