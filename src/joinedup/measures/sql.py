"""The SQL of a figure: the measure's own SELECT, joined to areas and periods, added up."""

from __future__ import annotations

import datetime as dt
import textwrap
from collections.abc import Sequence

from joinedup.measures.area_axis import AreaAxis, listed
from joinedup.measures.definition import UNSTATED, Measure

Pairs = Sequence[tuple[int, dt.date]]


def figure_sql(
    measure: Measure, axis: AreaAxis, by: Sequence[str], where: dict[str, list[str]], pairs: Pairs
) -> str:
    """One SELECT that gives ``part``, ``area``, each breakdown, ``total`` and (with a hit) ``hits``.

    ``pairs`` say which months make up which part (see ``plan.counted_pairs``); ``where`` keeps the values
    listed for each breakdown.
    """
    months = [month for _, month in pairs]
    cut = sorted({*by, *where}, key=list(measure.breakdowns).index)
    cells = ["area", "month", *by]
    conditions = [
        f"counted.month BETWEEN DATE '{min(months)}' AND DATE '{max(months)}'",
        *([axis.condition] if axis.condition else []),
        *(f"coalesce(counted.{name}, '{UNSTATED}') IN {listed(values)}" for name, values in where.items()),
    ]
    columns = [
        f"{axis.expression} AS area",
        "counted.month",
        *(f"coalesce(counted.{name}, '{UNSTATED}') AS {name}" for name in cut if name in by),
        *(["counted.hit"] if measure.has_hit else []),
        *(["counted.amount"] if measure.has_amount else []),
    ]
    join = "\n    LEFT JOIN points ON points.point = counted.point" if axis.joins_points else ""
    total = "CAST(sum(amount) AS BIGINT)" if measure.has_amount else "count(*)"
    sums = [f"{total} AS total", *(["count_if(hit) AS hits"] if measure.has_hit else [])]
    results = ["CAST(sum(total) AS BIGINT) AS total"]
    results += ["CAST(sum(hits) AS BIGINT) AS hits"] if measure.has_hit else []
    body = textwrap.indent(textwrap.dedent(measure.sql).strip(), "    ")
    return (
        f"WITH counted AS (\n{body}\n),\n"
        f"placed AS (\n    SELECT\n        {_stacked(columns, 8)}\n    FROM counted{join}\n"
        f"    WHERE {_joined(conditions)}\n),\n"
        f"monthly AS (\n    SELECT {', '.join([*cells, *sums])}\n    FROM placed\n"
        f"{_only_areas(axis)}    GROUP BY {', '.join(cells)}\n),\n"
        f"{parts_sql(pairs)}\n"
        f"SELECT {', '.join(['part', 'area', *by, *results])}\n"
        "FROM monthly JOIN parts ON parts.month = monthly.month\n"
        f"GROUP BY {', '.join(['part', 'area', *by])}"
    )


def _only_areas(axis: AreaAxis) -> str:
    return "" if axis.open_ended else f"    WHERE area IN {listed([*axis.codes, 'unplaced'])}\n"


def parts_sql(pairs: Pairs) -> str:
    """The pairs as the common table ``parts`` (part, month), a line for each part."""
    lines: dict[int, list[str]] = {}
    for part, month in pairs:
        lines.setdefault(part, []).append(f"({part}, DATE '{month}')")
    rows = ",\n        ".join(", ".join(cells) for cells in lines.values())
    return f"parts AS (\n    SELECT * FROM (VALUES\n        {rows}\n    ) AS listed (part, month)\n)"


def _stacked(columns: Sequence[str], indent: int) -> str:
    return (",\n" + " " * indent).join(columns)


def _joined(conditions: Sequence[str]) -> str:
    return "\n        AND ".join(conditions)


def unplaced_sql(measure: Measure) -> str:
    """The points of the measure's records that the view ``points`` does not hold."""
    body = textwrap.indent(textwrap.dedent(measure.sql).strip(), "    ")
    return (
        f"WITH counted AS (\n{body}\n)\nSELECT DISTINCT counted.point FROM counted\n"
        "LEFT JOIN points ON points.point = counted.point\n"
        "WHERE counted.point IS NOT NULL AND points.point IS NULL"
    )
