"""What is worked out for areas that have an index: who is in the group, how surely, and among the worst."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from joinedup.measures.localities import statistics
from joinedup.measures.localities.columns import Column
from joinedup.measures.localities.definitions import Localities, Part
from joinedup.measures.localities.result import (
    FEW_RESIDENTS,
    PART_MISSING,
    LocalityRow,
    PartFlag,
    PartValue,
    Verdict,
)
from joinedup.measures.localities.statistics import Chance, Floats, Marks
from joinedup.measures.localities.turning import Values, Variation, variations


@dataclass(frozen=True)
class Gathered:
    """The numbers at hand: ``columns`` of the parts, in order, and of what is ranked ``beside`` them."""

    definition: Localities
    parts: tuple[Part, ...]
    columns: Sequence[Column]
    beside: Sequence[Column]
    people: Mapping[str, int]

    def left_out(self, code: str) -> tuple[str, ...]:
        """Why an area has no index; empty where it has one."""
        flags = []
        few = self.definition.fewest_residents
        if few and code in self.people and self.people[code] <= few:
            flags.append(FEW_RESIDENTS)
        cells = [one.cells.get(code) for one in self.columns]
        if any(cell is None or not np.isfinite([cell.value, cell.weight]).all() for cell in cells):
            flags.append(PART_MISSING)
        return tuple(flags)


@dataclass(frozen=True)
class Judged:
    """What was worked out for the areas that have an index, in their order. ``worst`` is things by areas:
    the parts, then what is ranked beside them."""

    gathered: Gathered
    codes: list[str]
    given: Values
    of_parts: Floats
    index: Floats
    ranks: NDArray[np.int32]
    inside: Marks
    turned: tuple[Variation, ...]
    chance: Chance
    worst: Marks

    @cached_property
    def place(self) -> Mapping[str, int]:
        """Which element is of which area."""
        return {code: at for at, code in enumerate(self.codes)}


def judge(gathered: Gathered, codes: list[str]) -> Judged:
    """The index of these areas, of which every part is known, and how sure it is."""
    definition, columns = gathered.definition, gathered.columns
    values = np.array([one.array(codes, "value") for one in columns])
    weights = np.array([one.array(codes, "weight") for one in columns])
    given = Values(definition, gathered.parts, values, weights)
    of_parts = given.of_parts()
    index = statistics.composite(of_parts, given.part_weights)
    ranked = np.array([*values, *(np.nan_to_num(one.array(codes, "value")) for one in gathered.beside)])
    rules = statistics.Rules(
        given.part_weights,
        given.base_weights(definition.base),
        definition.at_least,
        definition.top,
        definition.worst,
    )
    return Judged(
        gathered,
        codes,
        given,
        of_parts,
        index,
        statistics.ranks(index),
        given.group(index),
        variations(given),
        statistics.by_chance(ranked, _counts(gathered, codes), rules),
        statistics.worst(ranked, definition.worst),
    )


def _counts(gathered: Gathered, codes: Sequence[str]) -> list[statistics.Counted]:
    """What is drawn again. Beside the index an area may lack what a count is divided by: its rate is then 0,
    and it is never among the worst."""
    drawn = []
    for row, one in enumerate([*gathered.columns, *gathered.beside]):
        if one.counted:
            exposures = one.array(codes, "denominator")
            counts = np.nan_to_num(one.array(codes, "numerator"))
            drawn.append(statistics.Counted(row, counts, np.where(exposures > 0, exposures, np.inf)))
    return drawn


def part_value(column: Column, code: str, found: Judged, row: int) -> PartValue:
    """One thing of one area, with its index and whether it is among the worst where the area has an index."""
    cell = column.cells.get(code)
    if cell is None:
        return PartValue(None, None, None, None, None, (PartFlag.NOT_KNOWN.value,))
    at = found.place.get(code)
    of_index = at is not None and row < len(found.given.parts)
    return PartValue(
        cell.numerator,
        cell.denominator,
        float(cell.value) if np.isfinite(cell.value) else None,
        float(found.of_parts[row, at]) if of_index else None,
        None if at is None else bool(found.worst[row, at]),
        cell.flags,
    )


def judged(row: LocalityRow, found: Judged, at: int) -> LocalityRow:
    """An area's row with what was worked out for it."""
    chance = found.chance
    turned = tuple(one.name for one in found.turned if one.inside[at] != found.inside[at])
    return replace(
        row,
        index=float(found.index[at]),
        lower=float(chance.lower[at]),
        upper=float(chance.upper[at]),
        rank=int(found.ranks[at]),
        rank_lower=int(chance.rank_lower[at]),
        rank_upper=int(chance.rank_upper[at]),
        inside=bool(found.inside[at]),
        among=float(chance.among[at]),
        verdict=verdict(bool(found.inside[at]), float(chance.among[at]), turned, found.given.definition.sure),
        turned_by=turned,
        worst_in=int(found.worst[:, at].sum()),
        worst_in_all=float(chance.worst_in_all[at]),
    )


def verdict(inside: bool, among: float, turned: Sequence[str], sure: float) -> Verdict:
    """Surely one: in the group, in it in nearly all draws, and however the index is turned; the other way
    round surely not; else perhaps."""
    if not turned and inside and among >= sure:
        return Verdict.SURELY
    if not turned and not inside and among <= 1 - sure:
        return Verdict.SURELY_NOT
    return Verdict.PERHAPS
