"""What the levels weigh, learnt from the table alone: nobody says which pairs are the same person.

``u`` is counted among pairs drawn at random; ``m`` by expectation maximisation among pairs that agree on a
block (Winkler 1988; Fellegi and Sunter 1969). Pairs that agree on births teach what names, homes and numbers
are worth; pairs that agree on names teach births and homes. Everything is deterministic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from joinedup.errors import BadInput
from joinedup.people.blocking import TRAINING_BLOCKS
from joinedup.people.comparisons import ALL, Comparison, can_compare
from joinedup.people.descriptions import present_columns
from joinedup.people.model import Model, Shares

_RANDOM_PAIRS = 2_000_000
_BLOCK_PAIRS = 1_500_000
_FIRST_MATCH_SHARE = 0.1  # of the pairs of a block, before anything is learnt
_ROUNDS = 200
_CORRECTIONS = 3  # times that u is freed of pairs of one person and m learnt anew
_PRIOR_PAIRS = 20.0  # what is believed of m beforehand weighs like so many pairs
_LEAST = 1e-7


@dataclass(frozen=True)
class Patterns:
    """Levels of comparisons (-1: nothing to compare) with the number of pairs that have them.

    ``levels`` has one row for each pattern and one column for each comparison of ``names``.
    """

    names: tuple[str, ...]
    levels: NDArray[np.int64]
    counts: NDArray[np.float64]


@dataclass(frozen=True)
class Block:
    """What the pairs that agree ``on`` some columns show: one of ``parts`` of them was looked at, and a share
    ``known`` of all pairs have these columns at all.
    """

    on: tuple[str, ...]
    patterns: Patterns
    parts: int
    known: float


Learnt = tuple[
    dict[str, NDArray[np.float64]], float
]  # m by comparison, and how many pairs were of one person


def train(connection: duckdb.DuckDBPyConnection, described: str, trained_on: str) -> Model:
    """A model from the descriptions of a table, of the comparisons that the table allows."""
    present = present_columns(connection, described)
    comparisons = [one for one in ALL if can_compare(one, present)]
    by_chance = _shares_by_chance(connection, described, comparisons)
    blocks = [block for block in TRAINING_BLOCKS if present.issuperset(block)]
    if not blocks:
        raise BadInput("A model cannot learn without dates of birth or names in two parts")
    taught = [_of_block(connection, described, comparisons, block) for block in blocks]
    count = connection.execute(f"SELECT count(*) FROM {described}").fetchall()[0][0]
    u, prior = by_chance, 0.0
    for _ in range(_CORRECTIONS):
        learnt = [maximised(block.patterns, u) for block in taught]
        m = {one.name: _together(learnt, one.name, u[one.name]) for one in comparisons}
        prior = _prior(learnt, taught, m, count)
        u = {name: _of_strangers(by_chance[name], m[name], prior) for name in m}
    shares = {
        name: tuple(Shares(float(a), float(b)) for a, b in zip(m[name], u[name], strict=True)) for name in m
    }
    return Model(shares, prior, trained_on, int(count))


def maximised(patterns: Patterns, u: Mapping[str, NDArray[np.float64]]) -> Learnt:
    """Expectation maximisation of m with u held."""
    m = {name: _believed(u[name]) for name in patterns.names}
    share = _FIRST_MATCH_SHARE
    chance = np.zeros(len(patterns.counts))
    for _ in range(_ROUNDS):
        odds = np.log(share / (1 - share)) + _log_ratio(patterns, m, u)
        chance = 1 / (1 + np.exp(-np.clip(odds, -500, 500)))
        matched = chance * patterns.counts
        before = share
        share = float(np.clip(matched.sum() / max(patterns.counts.sum(), 1), 1e-6, 1 - 1e-4))
        for position, name in enumerate(patterns.names):
            m[name] = _share(patterns.levels[:, position], matched, u[name])
        if abs(share - before) < 1e-7:
            break
    return m, float((chance * patterns.counts).sum())


def _log_ratio(
    patterns: Patterns, m: Mapping[str, NDArray[np.float64]], u: Mapping[str, NDArray[np.float64]]
) -> NDArray[np.float64]:
    total = np.zeros(len(patterns.counts))
    for position, name in enumerate(patterns.names):
        level = patterns.levels[:, position]
        ratio = np.append(np.log(m[name] / u[name]), 0.0)  # level -1 takes the last: nothing to compare
        total += ratio[level]
    return total


def _believed(u: NDArray[np.float64]) -> NDArray[np.float64]:
    """m before anything is learnt: nearly all on the first level, the rest by the root of u (a level that is
    rare by chance is rare with one person too).
    """
    rest = np.sqrt(u[1:])
    return np.append(0.8, 0.2 * rest / rest.sum())


def _share(
    level: NDArray[np.int64], pairs: NDArray[np.float64], u: NDArray[np.float64]
) -> NDArray[np.float64]:
    known = level >= 0
    seen = np.bincount(level[known], weights=pairs[known], minlength=len(u)) + _PRIOR_PAIRS * _believed(u)
    return seen / seen.sum()


def _together(learnt: Sequence[Learnt], name: str, u: NDArray[np.float64]) -> NDArray[np.float64]:
    """The mean of what the blocks taught of a comparison, each counted by the root of its pairs."""
    told = [(m[name], np.sqrt(pairs + 1)) for m, pairs in learnt if name in m]
    if not told:
        return _believed(u)
    return np.average([shares for shares, _ in told], axis=0, weights=[weight for _, weight in told])


def _prior(
    learnt: Sequence[Learnt], taught: Sequence[Block], m: Mapping[str, NDArray[np.float64]], count: int
) -> float:
    """The chance that two descriptions drawn at random are of one person: what each block found, made up for
    what it cannot see; the geometric mean of the blocks.
    """
    found = []
    for (_, pairs), block in zip(learnt, taught, strict=True):
        seen = block.known * float(np.prod([m[name][0] for name in block.on if name in m]))
        found.append(pairs * block.parts / max(seen, 0.01) / max(count * (count - 1) / 2, 1))
    return float(np.clip(np.exp(np.mean(np.log(np.maximum(found, 1e-9)))), 1e-9, 0.1))


def _of_strangers(
    by_chance: NDArray[np.float64], m: NDArray[np.float64], prior: float
) -> NDArray[np.float64]:
    """u without the pairs of one person that are among pairs drawn at random; at least a tenth is left."""
    shares = np.maximum((by_chance - prior * m) / (1 - prior), by_chance / 10)
    return np.maximum(shares / shares.sum(), _LEAST)


def level_sql(comparison: Comparison) -> str:
    """The level of a pair as SQL: from 0 for the strongest, -1 where there is nothing to compare."""
    cases = [f"WHEN {comparison.unknown} THEN -1"]
    cases += [f"WHEN {level.sql} THEN {number}" for number, level in enumerate(comparison.levels[:-1])]
    return f"CASE {' '.join(cases)} ELSE {len(comparison.levels) - 1} END AS {comparison.name}"


def patterns_of(
    connection: duckdb.DuckDBPyConnection, described: str, comparisons: Sequence[Comparison], pairs: str
) -> Patterns:
    """Count the patterns of pairs; ``pairs`` is a SELECT of ``left`` and ``right`` descriptions."""
    names = tuple(one.name for one in comparisons)
    columns = sorted({column for one in comparisons for column in one.columns})
    both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE pairs_to_learn_from AS {pairs}")
    rows = connection.execute(
        f"""SELECT {", ".join(names)}, count(*) AS pairs FROM (
                SELECT {", ".join(map(level_sql, comparisons))} FROM (
                    SELECT {both} FROM pairs_to_learn_from AS p
                    JOIN {described} AS l ON l.description = p.left_one
                    JOIN {described} AS r ON r.description = p.right_one))
            GROUP BY ALL ORDER BY ALL"""
    ).fetchnumpy()
    levels = np.column_stack([np.asarray(rows[name], dtype=np.int64) for name in names])
    return Patterns(names, levels, np.asarray(rows["pairs"], dtype=np.float64))


def _shares_by_chance(
    connection: duckdb.DuckDBPyConnection, described: str, comparisons: Sequence[Comparison]
) -> dict[str, NDArray[np.float64]]:
    """u of each level, from pairs of descriptions at fixed distances in a shuffled order."""
    count = connection.execute(f"SELECT count(*) FROM {described}").fetchall()[0][0]
    rounds = max(1, min(_RANDOM_PAIRS // max(count, 1), count - 1))
    sampled = min(count, _RANDOM_PAIRS)
    pairs = f"""
        WITH shuffled AS (SELECT description, row_number() OVER (ORDER BY hash(description)) - 1 AS place
                          FROM {described}),
            stepped AS (SELECT description, (place + step) % {max(count, 1)} AS other
                        FROM shuffled CROSS JOIN (SELECT unnest(range(1, {rounds + 1})) AS step)
                        WHERE place < {sampled})
        SELECT l.description AS left_one, r.description AS right_one
        FROM stepped AS l JOIN shuffled AS r ON r.place = l.other"""
    patterns = patterns_of(connection, described, comparisons, pairs)
    shares = {}
    for position, one in enumerate(comparisons):
        level = patterns.levels[:, position]
        known = level >= 0
        seen = np.bincount(level[known], weights=patterns.counts[known], minlength=len(one.levels)) + 0.5
        shares[one.name] = seen / seen.sum()
    return shares


def _of_block(
    connection: duckdb.DuckDBPyConnection,
    described: str,
    comparisons: Sequence[Comparison],
    block: Sequence[str],
) -> Block:
    """Patterns of the pairs that agree on a block; where they are very many, of a part of the blocks."""
    there = " AND ".join(f"{name} IS NOT NULL" for name in block)
    total, known = connection.execute(
        f"""SELECT coalesce(sum(n * (n - 1) / 2), 0), coalesce(sum(n), 0) / (SELECT count(*) FROM {described})
            FROM (SELECT count(*) AS n FROM {described} WHERE {there} GROUP BY {", ".join(block)})"""
    ).fetchall()[0]
    parts = max(1, int(total // _BLOCK_PAIRS))
    equal = " AND ".join(f"l.{name} = r.{name}" for name in block)
    left = ", ".join(f"l.{name}" for name in block)
    pairs = f"""SELECT l.description AS left_one, r.description AS right_one FROM {described} AS l
                JOIN {described} AS r ON {equal} AND l.description < r.description
                WHERE hash({left}) % {parts} = 0"""
    taught = [one for one in comparisons if not set(block) & set(one.columns)]
    return Block(tuple(block), patterns_of(connection, described, taught, pairs), parts, float(known) ** 2)
