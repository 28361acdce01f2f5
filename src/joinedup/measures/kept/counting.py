"""Counting what is to be kept: every level and breakdown of some months, in one pass over their records."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Collection, Iterator, Sequence

import pyarrow as pa
import pyarrow.compute as pc

from joinedup.measures import answering
from joinedup.measures.area_axis import UNPLACED
from joinedup.measures.definition import UNSTATED, Measure
from joinedup.measures.kept.naming import UNDATED, months_of
from joinedup.measures.kept.scope import LEVELS, hangs_on_its_month
from joinedup.records import Reader
from joinedup.terms import Engine, Period
from joinedup.workspace import Workspace

AT_ONCE = 12
"""Months that are counted in one go, so that large books fit into memory."""


def schema(measure: Measure) -> pa.Schema:
    """The columns of kept counts: an empty ``breakdown`` is all, an empty month is none known."""
    texts = [(name, pa.string()) for name in ("level", "breakdown", "value", "area")]
    numbers = [("total", pa.int64()), *([("hits", pa.int64())] if measure.has_hit else [])]
    return pa.schema([("month", pa.date32()), *texts, *numbers])


def counted(
    workspace: Workspace, reader: Reader, measure: Measure, parts: Collection[str]
) -> pa.Table | None:
    """The counts of these parts; None where a point could not be placed.

    Raises as counting them for a figure does.
    """
    tables = []
    for period, condition in _passes(measure, parts):
        records = answering.opened(workspace, reader, measure, period, Engine.DUCKDB)
        text = kept_sql(measure, condition)
        answer = records.ask(text)
        if _has_unplaced(answer):
            records.place_missing()
            answer = records.ask(text)
            if _has_unplaced(answer):
                return None
        tables.append(answer.cast(schema(measure)))
    return pa.concat_tables(tables) if tables else schema(measure).empty_table()


def _has_unplaced(answer: pa.Table) -> bool:
    return bool(pc.any(pc.equal(answer["area"], UNPLACED)).as_py())


def _passes(measure: Measure, parts: Collection[str]) -> Iterator[tuple[Period | None, str]]:
    """For each pass which segments to open, and which records to count."""
    months = months_of(dict.fromkeys(parts, ""))
    if not hangs_on_its_month(measure):
        yield None, _either(months, UNDATED in parts)
        return
    for start in range(0, len(months), AT_ONCE):
        some = months[start : start + AT_ONCE]
        yield Period(some[0], Period.of_month(some[-1]).end), _either(some, undated=False)
    if UNDATED in parts:
        yield None, _either([], undated=True)


def _either(months: Sequence[dt.date], undated: bool) -> str:
    listed = ", ".join(f"DATE '{month}'" for month in months)
    conditions = []
    if months:
        span = f"counted.month BETWEEN DATE '{months[0]}' AND DATE '{months[-1]}'"
        conditions.append(f"({span} AND counted.month IN ({listed}))")
    if undated:
        conditions.append("counted.month IS NULL")
    return " OR ".join(conditions)


def kept_sql(measure: Measure, condition: str) -> str:
    """One SELECT that gives the columns of ``schema``: the records that meet the condition, by every level
    and, one at a time, every breakdown. Areas and values are those of ``sql.figure_sql``."""
    areas = {level: f'"area of {level}"' for level in LEVELS}
    placed = [
        f"CASE WHEN counted.point IS NULL THEN 'unlocated' WHEN points.point IS NULL THEN '{UNPLACED}' "
        f"ELSE coalesce(points.{level}, 'outside') END AS {name}"
        for level, name in areas.items()
    ]
    cut = [f"coalesce(counted.{name}, '{UNSTATED}') AS {name}" for name in measure.breakdowns]
    hits = ["count_if(counted.hit) AS hits"] if measure.has_hit else []
    columns = ["counted.month", *placed, *cut, "count(*) AS total", *hits]
    sums = ["CAST(sum(total) AS BIGINT) AS total"]
    sums += ["CAST(sum(hits) AS BIGINT) AS hits"] if measure.has_hit else []
    selects = [
        f"SELECT month, '{level}' AS level, '{breakdown}' AS breakdown, {breakdown or repr('')} AS value, "
        f"{name} AS area, {', '.join(sums)} FROM base GROUP BY ALL"
        for level, name in areas.items()
        for breakdown in ("", *measure.breakdowns)
    ]
    body = textwrap.indent(textwrap.dedent(measure.sql).strip(), "    ")
    return (
        f"WITH counted AS (\n{body}\n),\nbase AS MATERIALIZED (\n    SELECT {', '.join(columns)}\n"
        "    FROM counted LEFT JOIN points ON points.point = counted.point\n"
        f"    WHERE {condition}\n    GROUP BY ALL\n)\n" + "\nUNION ALL ".join(selects)
    )
