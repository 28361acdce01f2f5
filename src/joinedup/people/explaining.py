"""Why two descriptions are, or are not, held to be one person: the evidence as codes and in bits."""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa
from splink import DuckDBAPI, Linker

from joinedup.people.comparisons import BY_NAME
from joinedup.people.contradictions import contradictions
from joinedup.people.descriptions import RARE, present_columns, rarity
from joinedup.people.evidence import RULES, code_of
from joinedup.people.model import Model, settings
from joinedup.people.scoring import Pairs, used
from joinedup.people.weighing import DECIMALS

_NOTHING = "nothing"  # to compare


@dataclass(frozen=True)
class Evidence:
    """One kind of evidence about a pair: its code (``evidence.in_words`` has the words), its weight in bits,
    and how much of the weight is for the value's being rarer (or commoner) than others.
    """

    comparison: str
    code: str
    weight: float
    of_rarity: float


@dataclass(frozen=True)
class Explanation:
    """Where a pair begins (``prior``, bits), what each comparison adds, where it ends (``weight``), and the
    code of the rule that keeps both apart, if one does.
    """

    prior: float
    evidence: tuple[Evidence, ...]
    weight: float
    apart_because: str | None


def explain(
    connection: duckdb.DuckDBPyConnection,
    described: str,
    model: Model,
    one: int,
    other: int,
    one_each: Collection[str] = (),
) -> Explanation:
    """The evidence about two descriptions of a table, the strongest for it first.

    No value of a person is in it, only what agrees. The weights sum to ``weight`` within rounding.
    """
    return explain_all(connection, described, model, [(one, other)], one_each)[0]


def explain_all(
    connection: duckdb.DuckDBPyConnection,
    described: str,
    model: Model,
    asked: Sequence[tuple[int, int]],
    one_each: Collection[str] = (),
) -> list[Explanation]:
    """The same for many pairs of descriptions, in their order; ``one_each`` as in ``contradictions``."""
    if not asked:
        return []
    both = np.array([sorted(pair) for pair in asked], dtype=np.int64)
    connection.register("asked_given", pa.table({"l": both[:, 0], "r": both[:, 1]}))
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE asked_pair AS
           SELECT DISTINCT 'asked' AS match_key, l AS join_key_l, r AS join_key_r FROM asked_given"""
    )
    connection.unregister("asked_given")
    predicted = predicted_pairs(connection, described, model, "asked_pair")
    answer = connection.execute(f"SELECT * FROM {predicted}")
    names = [column[0] for column in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    connection.execute(f"DROP TABLE {predicted}")
    by_pair = {tuple(sorted((row["description_l"], row["description_r"]))): row for row in rows}
    told = [by_pair[left, right] for left, right in both.tolist()]
    weights = np.array([row["match_weight"] for row in told], dtype=np.float64)
    broken = contradictions(connection, described, Pairs(both[:, 0], both[:, 1], weights), model, one_each)
    return [_explained(model, row, int(rule)) for row, rule in zip(told, broken, strict=True)]


def predicted_pairs(connection: duckdb.DuckDBPyConnection, described: str, model: Model, asked: str) -> str:
    """Have Splink weigh the pairs of a table (``match_key``, ``join_key_l``, ``join_key_r``); the name of the
    answer, in which the level and weight of each comparison stand."""
    present = present_columns(connection, described)
    api = DuckDBAPI(connection=connection)
    said = settings(used(model, present), model)
    linker = Linker(api.register(described), said, log_level=logging.ERROR, validate_settings=False)
    for column in RARE:
        if column in present:
            rarity(connection, described, column, f"rarity_of_{column}")
            linker.table_management.register_term_frequency_lookup(
                api.register(f"rarity_of_{column}"), column
            )
    wanted = api.table_to_splink_dataframe(asked, asked)
    linker.table_management.register_blocked_pairs_for_predict(wanted)
    return str(linker.inference.predict(warning_mode="never").physical_name)


def _explained(model: Model, row: dict[str, float], broken: int) -> Explanation:
    told = [_evidence(name, row) for name in model.shares if f"gamma_{name}" in row]
    return Explanation(
        prior=round(float(np.log2(model.prior / (1 - model.prior))), DECIMALS),
        evidence=tuple(sorted(told, key=lambda one: -one.weight)),
        weight=round(float(row["match_weight"]), DECIMALS),
        apart_because=RULES.get(broken),
    )


def _evidence(name: str, row: dict[str, float]) -> Evidence:
    """Splink numbers levels from 0 for the last; -1 is where there is nothing to compare."""
    level, levels = int(row[f"gamma_{name}"]), BY_NAME[name].levels
    found = levels[len(levels) - 1 - level].code if level >= 0 else _NOTHING
    rarity = float(row.get(f"mw_tf_adj_{name}") or 0.0)
    weight = round(float(row[f"mw_{name}"]) + rarity, DECIMALS)
    return Evidence(name, code_of(name, found), weight, round(rarity, DECIMALS))
