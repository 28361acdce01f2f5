"""Of which measures counts are kept, and which questions they answer; all else is counted directly."""

from __future__ import annotations

import functools
from collections.abc import Collection

from sqlglot import exp

from joinedup.measures.definition import Measure
from joinedup.measures.placed_change.circle import REACH
from joinedup.measures.query import FigureQuery
from joinedup.measures.sql_check import POINTS
from joinedup.terms import AreaLevel, Engine

LEVELS = (AreaLevel.DISTRICT, AreaLevel.WARD, AreaLevel.MSOA, AreaLevel.LSOA)
"""The levels that counts are kept by."""

FROM = {AreaLevel.ALL: AreaLevel.DISTRICT, AreaLevel.PARTNERSHIP: AreaLevel.DISTRICT} | {
    level: level for level in LEVELS
}
"""By which kept level each level is answered: everything, and the partnership, are sums of districts."""

_BY_CHANCE = (exp.First, exp.Last, exp.AnyValue, exp.ArgMax, exp.ArgMin, exp.Window)


@functools.lru_cache(maxsize=256)
def is_kept(measure: Measure) -> bool:
    """Whether counts of the measure may be kept: of placed records, where a month's count hangs on nothing
    but that month's records, or on all records that are looked up and not on which months are asked."""
    if not measure.placed or measure.stated_area is not None or measure.has_amount:
        return False
    if REACH in measure.breakdowns:  # made for one circle, and asked for once
        return False
    if not (measure.additive_over_areas and measure.additive_over_time):
        return False
    return hangs_on_its_month(measure) or _looks_up(measure)


def hangs_on_its_month(measure: Measure) -> bool:
    """Whether the SQL reads one view row by row, so that no record counts for more than its own month."""
    select = measure.select()
    source = select.args["from_"].this
    whole = ("joins", "group", "having", "distinct", "qualify", "order", "with_")
    return (
        len(measure.record_types) == 1
        and isinstance(source, exp.Table)
        and source.name.lower() == measure.record_types[0].value
        and not any(select.args.get(part) for part in whole)
        and len(list(select.find_all(exp.Select))) == 1
        and not list(select.find_all(exp.AggFunc, exp.Window))
    )


def _looks_up(measure: Measure) -> bool:
    """Whether it joins several record types, which are asked whole, and leaves nothing to chance."""
    select = measure.select()
    reads_points = any(table.name.lower() == POINTS for table in select.find_all(exp.Table))
    return len(measure.record_types) > 1 and not reads_points and not list(select.find_all(*_BY_CHANCE))


def answers(measure: Measure, query: FigureQuery, narrowed: Collection[str]) -> bool:
    """Whether kept counts can answer: as known now, by areas of a kept level, over one breakdown at most."""
    return (
        query.as_at is None
        and query.engine is Engine.DUCKDB
        and query.vintage is None
        and query.level in FROM
        and len({*query.by, *narrowed}) <= 1
        and is_kept(measure)
    )
