"""From entries and proofs to numbers: pure functions over the tables of one linkage."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import duckdb
import numpy as np
import pandas as pd

from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import SHARE, Cell
from joinedup.measures.reoffending.counting_sql import counted_sql
from joinedup.measures.reoffending.definitions import Reoffending
from joinedup.terms import Period

PER_100, EACH, CHANGE = "per 100 people", "for each who reoffends", "change"
REOFFENDED, FREQUENCY, OF_EACH, BEFORE, AGAINST = (
    "reoffended",
    "reoffences-per-100",
    "reoffences-per-reoffender",
    "baseline-per-100",
    "against-baseline",
)
_SUMS = ("reoffences", "entries", "again")


@dataclass(frozen=True)
class Tables:
    """The tables ``entry`` and ``proof`` of one linkage (columns: ``gathering.ENTRY``, ``gathering.PROVEN``),
    and which of their numbers are a measure's."""

    entries: pd.DataFrame
    proofs: pd.DataFrame


def outcomes(
    cursor: duckdb.DuckDBPyConnection,
    tables: Tables,
    measure: Reoffending,
    period: Period,
    ways: Sequence[int],
    proofs: Sequence[int],
    earlier: int = 0,
) -> pd.DataFrame:
    """Each entry that the measure follows, with its ``reoffences`` (see ``counted_sql``)."""
    _register(cursor, tables)
    found: pd.DataFrame = cursor.execute(counted_sql(measure, period, ways, proofs, earlier)).df()
    return found


def _register(cursor: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Make both tables, with types of their own: a column that is empty throughout has none of pandas."""
    cursor.register("given_entries", tables.entries)
    cursor.register("given_proofs", tables.proofs)
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE entry AS
            SELECT CAST(unit AS VARCHAR) AS unit, CAST(way AS INTEGER) AS way, CAST(day AS DATE) AS day,
                CAST(adult_month AS DATE) AS adult_month, CAST(lives_here AS BOOLEAN) AS lives_here
            FROM given_entries"""
    )
    cursor.execute(
        """CREATE OR REPLACE TEMP TABLE proof AS
            SELECT CAST(unit AS VARCHAR) AS unit, CAST(proof AS INTEGER) AS proof,
                CAST(offence AS VARCHAR) AS offence, CAST(offended AS DATE) AS offended,
                CAST(proven AS DATE) AS proven
            FROM given_proofs"""
    )
    cursor.unregister("given_entries")
    cursor.unregister("given_proofs")


def cells_of(found: pd.DataFrame, names: Sequence[str]) -> list[Cell]:
    """The share who reoffended, reoffences for 100 people and for each who did, for all and by way in.

    ``names``: of the ways in, by number.
    """
    groups: list[tuple[str, pd.DataFrame]] = [(ALL, found)]
    if len(found["way"].unique()) > 1:
        groups += [(name, found[found["way"] == way]) for way, name in enumerate(names)]
    made = []
    for group, rows in groups:
        if len(rows) or group == ALL:
            made += _of_group(group, rows)
    return made


def _of_group(group: str, rows: pd.DataFrame) -> list[Cell]:
    people = _by_person(rows)
    number, entries, again = (people[name].to_numpy(dtype=np.float64) for name in _SUMS)
    if entries.max(initial=1) > 1:  # the entries of one person are not independent
        share = cells.ratio_of_sums(REOFFENDED, group, SHARE, again, entries)
        share = replace(share, upper=None if share.upper is None else min(share.upper, 1.0))
    else:
        share = cells.share(REOFFENDED, group, int(again.sum()), len(rows))
    return [
        share,
        cells.ratio_of_sums(FREQUENCY, group, PER_100, number, entries, 100),
        cells.ratio_of_sums(OF_EACH, group, EACH, number, again),
    ]


def _by_person(rows: pd.DataFrame) -> pd.DataFrame:
    """Each person's reoffences, entries, and entries after which they reoffended."""
    told = rows.assign(entries=1, again=rows["reoffences"] > 0)
    return told.groupby("unit")[list(_SUMS)].sum()


def cells_against(found: pd.DataFrame, before: pd.DataFrame) -> list[Cell]:
    """Reoffences of the time before for 100 people, and how many more or fewer there are now.

    The interval of the change is over people, each with both times. Of people who were chosen for what they
    did it says nothing about what the choice itself made fall.
    """
    now, then = _by_person(found), _by_person(before)
    first, last = (one["reoffences"].to_numpy(dtype=np.float64) for one in (then, now.reindex(then.index)))
    ratio = cells.ratio_of_sums(AGAINST, ALL, CHANGE, last, first)
    entries = then["entries"].to_numpy(dtype=np.float64)
    change = replace(
        ratio, value=_less_one(ratio.value), lower=_less_one(ratio.lower), upper=_less_one(ratio.upper)
    )
    return [cells.ratio_of_sums(BEFORE, ALL, PER_100, first, entries, 100), change]


def _less_one(ratio: float | None) -> float | None:
    return None if ratio is None else ratio - 1
