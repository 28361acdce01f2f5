"""Why two descriptions are, or are not, held to be one person: the evidence in words and in bits."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np

from joinedup.people.comparisons import BY_NAME
from joinedup.people.contradictions import WORDS, contradictions
from joinedup.people.model import Model
from joinedup.people.scoring import DECIMALS, Pairs, predicted_pairs, scorer

_NOTHING = "nothing to compare"


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence about a pair: its level in words, its weight in bits, and how much of the weight
    is for the value's being rarer (or commoner) than others.
    """

    comparison: str
    words: str
    weight: float
    of_rarity: float


@dataclass(frozen=True)
class Explanation:
    """Where a pair begins (``prior``, bits), what each comparison adds, where it ends (``weight``), and the
    rule that keeps both apart, in words, if one does.
    """

    prior: float
    evidence: tuple[Evidence, ...]
    weight: float
    apart_because: str | None


def explain(
    connection: duckdb.DuckDBPyConnection, described: str, model: Model, one: int, other: int
) -> Explanation:
    """The evidence about two descriptions of a table, the strongest for it first.

    No value of a person is in it, only what agrees. The weights sum to ``weight`` within rounding.
    """
    left, right = sorted((one, other))
    connection.execute(
        f"""CREATE OR REPLACE TEMP TABLE asked_pair AS
            SELECT 'asked' AS match_key, CAST({int(left)} AS BIGINT) AS join_key_l,
                CAST({int(right)} AS BIGINT) AS join_key_r"""
    )
    linker = scorer(connection, described, model, detail=True)
    predicted = predicted_pairs(linker, "asked_pair")
    answer = connection.execute(f"SELECT * FROM {predicted}")
    names = [column[0] for column in answer.description or ()]
    row = dict(zip(names, answer.fetchall()[0], strict=True))
    connection.execute(f"DROP TABLE {predicted}")
    told = [_evidence(name, row) for name in model.shares if f"gamma_{name}" in row]
    pair = Pairs(np.array([left]), np.array([right]), np.array([row["match_weight"]]))
    broken = int(contradictions(connection, described, pair, model)[0])
    return Explanation(
        prior=round(float(np.log2(model.prior / (1 - model.prior))), DECIMALS),
        evidence=tuple(sorted(told, key=lambda one: -one.weight)),
        weight=round(float(row["match_weight"]), DECIMALS),
        apart_because=WORDS.get(broken),
    )


def _evidence(name: str, row: dict[str, float]) -> Evidence:
    """Splink numbers levels from 0 for the last; -1 is where there is nothing to compare."""
    level, levels = int(row[f"gamma_{name}"]), BY_NAME[name].levels
    words = levels[len(levels) - 1 - level].words if level >= 0 else _NOTHING
    rarity = float(row.get(f"mw_tf_adj_{name}") or 0.0)
    return Evidence(name, words, round(float(row[f"mw_{name}"]) + rarity, DECIMALS), round(rarity, DECIMALS))
