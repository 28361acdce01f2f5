"""From counts by offence to sums of weights: the SQL's answer, spread over areas, periods and breakdowns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from joinedup.measures.area_axis import AreaAxis
from joinedup.measures.cells import Cells, Counts, cells_from
from joinedup.measures.harm.definitions import CODE
from joinedup.measures.harm.statistics import Floats
from joinedup.measures.harm.weights import Weights


@dataclass(frozen=True)
class Weighed:
    """Sums over the crimes of each cell, in arrays of the shape of ``cells`` (areas, parts, combinations).

    ``crimes`` counts all, ``counted`` those with a weight; ``total`` sums weights, ``squares`` their squares.
    """

    cells: Cells
    crimes: Counts
    counted: Counts
    total: Floats
    squares: Floats


@dataclass(frozen=True)
class Sums:
    """The same before they are spread: a row of ``keys`` for each cell that has a crime."""

    keys: pa.Table
    columns: Mapping[str, Floats]


def weights_of(codes: Sequence[str], weights: Weights) -> Floats:
    """The weight of each code; NaN where it has none."""
    found = [weights.by_code.get(code) for code in codes]
    return np.array([np.nan if one is None else one.value for one in found], dtype=np.float64)


def summed(table: pa.Table, by: Sequence[str], weights: Weights) -> Sums:
    """The answer of the SQL (``part``, ``area``, breakdowns, offence, ``total``) without its offences."""
    count = table["total"].to_numpy().astype(np.float64)
    weight = weights_of(table[CODE].to_pylist(), weights)
    has, weight = ~np.isnan(weight), np.nan_to_num(weight)
    keys = ["part", "area", *by]
    sums = {
        "crimes": count,
        "counted": count * has,
        "weight_sum": count * weight,
        "squares": count * weight**2,
    }
    wide = pa.table({name: table[name] for name in (*keys, CODE)} | {n: pa.array(v) for n, v in sums.items()})
    ordered = wide.sort_by([(name, "ascending") for name in (*keys, CODE)])  # one order, one rounding
    found = ordered.group_by(keys, use_threads=False).aggregate([(name, "sum") for name in sums])
    return Sums(found.select(keys), {name: found[f"{name}_sum"].to_numpy() for name in sums})


def spread(sums: Sums | None, axis: AreaAxis, declared: Mapping[str, tuple[str, ...]], parts: int) -> Weighed:
    """The sums over the whole grid: cells without a crime are zeros. None: there is none at all."""
    if sums is None or not sums.keys.num_rows:
        cells = cells_from(None, axis, declared, parts)
        zeros = np.zeros(cells.total.shape)
        return Weighed(cells, cells.total, cells.total, zeros, zeros)
    # where each cell stands among the rows, counted from 1: a grid of places, by which all sums are spread
    place = pa.array(np.arange(1, sums.keys.num_rows + 1, dtype=np.int64))
    cells = cells_from(sums.keys.append_column("total", place), axis, declared, parts)
    grids = {name: np.concatenate([[0.0], values])[cells.total] for name, values in sums.columns.items()}
    return Weighed(
        cells,
        np.rint(grids["crimes"]).astype(np.int64),
        np.rint(grids["counted"]).astype(np.int64),
        grids["weight_sum"],
        grids["squares"],
    )


def covered(table: pa.Table | None, weights: Weights) -> tuple[dict[str, int], list[tuple[str, int]]]:
    """How many crimes have a weight by each rule, and how many of each code have none, most first."""
    by_rule = Counter(dict.fromkeys(weights.rules, 0))
    without: Counter[str] = Counter()
    if table is not None:
        for code, count in zip(table[CODE].to_pylist(), table["total"].to_pylist(), strict=True):
            weight = weights.by_code.get(code)
            if weight is None:
                without[code] += count
            else:
                by_rule[weight.rule] += count
    return dict(by_rule), sorted(without.items(), key=lambda pair: (-pair[1], pair[0]))


def greatest(
    possible: pa.Table, by: Sequence[str], combinations: Sequence[Mapping[str, str]], weights: Weights
) -> Floats:
    """For each combination the heaviest weight among the offences that any record of it is of; where no
    record is, among those of all. ``possible`` has the offences, by combination."""
    weight = np.nan_to_num(weights_of(possible[CODE].to_pylist(), weights))
    if not len(weight):
        return np.full(len(combinations), max(one.value for one in weights.by_code.values()))
    found: dict[tuple[str, ...], float] = {}
    values = [possible[name].to_pylist() for name in by]
    for key, one in zip(zip(*values, strict=True) if by else [()] * len(weight), weight, strict=True):
        found[key] = max(found.get(key, 0.0), float(one))
    return np.array([found.get(tuple(one[name] for name in by), weight.max()) for one in combinations])
