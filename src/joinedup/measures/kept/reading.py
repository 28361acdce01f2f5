"""Answering from kept counts: the same table that counting the records gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from joinedup import places
from joinedup.measures.area_axis import AreaAxis, districts_of, listed
from joinedup.measures.definition import Measure
from joinedup.measures.kept import keeping
from joinedup.measures.kept.naming import key_of, rows_of
from joinedup.measures.kept.scope import FROM, answers
from joinedup.measures.query import FigureQuery
from joinedup.measures.sql import Pairs, parts_sql
from joinedup.records import ENVELOPE, Reader
from joinedup.terms import AreaLevel, Period
from joinedup.workspace import Workspace

_ALWAYS = frozenset(ENVELOPE) | {"feed", "source", "owner"}
"""What every view has."""

_GONE = (OSError, pa.ArrowException, ValueError, KeyError, TypeError, duckdb.Error)


@dataclass(frozen=True)
class Kept:
    """The kept counts of one level and breakdown of a measure, read."""

    _workspace: Workspace
    _reader: Reader
    _measure: Measure
    _query: FigureQuery
    _narrowing: Mapping[str, Sequence[str]]
    _counts: pa.Table

    def ask(self, axis: AreaAxis, pairs: Pairs) -> pa.Table:
        """The answer that ``sql.figure_sql`` would have: part, area, breakdowns, total and hits."""
        cursor = self._reader.connection()
        cursor.register("kept counts", self._counts)
        return cursor.sql(self._sql(axis, pairs)).to_arrow_table()

    def lacking(self, period: Period | None) -> list[str]:
        """The fields that the measure reads and no record of the period carries, as ``views.define``."""
        found = []
        for kind in self._measure.record_types:
            there = self._reader.ground(kind, self._measure.sources).columns(period)
            read = self._measure.fields_read.get(kind, frozenset())
            found += sorted(read - there - _ALWAYS)
        return found

    def carried(self) -> frozenset[str]:
        """Every value of the breakdown that a record of any month carries."""
        return frozenset(self._counts["value"].unique().to_pylist())

    def _sql(self, axis: AreaAxis, pairs: Pairs) -> str:
        cut = list(self._query.by)
        conditions = [f"area IN {listed(axis.codes)}"]
        conditions += [f"value IN {listed(values)}" for values in self._narrowing.values()]
        sums = ["CAST(sum(total) AS BIGINT) AS total"]
        sums += ["CAST(sum(hits) AS BIGINT) AS hits"] if self._measure.has_hit else []
        numbers = ["total", *(["hits"] if self._measure.has_hit else [])]
        return (
            f"WITH found AS (\n    SELECT month, {self._area()} AS area, value, {', '.join(numbers)}\n"
            '    FROM "kept counts"\n),\n'
            f"{parts_sql(pairs)}\n"
            f"SELECT {', '.join(['part', 'area', *(f'value AS {name}' for name in cut), *sums])}\n"
            "FROM found JOIN parts ON parts.month = found.month\n"
            f"WHERE {' AND '.join(conditions)}\n"
            f"GROUP BY {', '.join(['part', 'area', *(['value'] if cut else [])])}"
        )

    def _area(self) -> str:
        """SQL for the area of the question's level that a kept area lies in."""
        if self._query.level is AreaLevel.ALL:
            return "'all'"
        if self._query.level is not AreaLevel.PARTNERSHIP:
            return "area"
        inside = listed(area.code for area in districts_of(self._workspace))
        return (
            "CASE WHEN area = 'unlocated' THEN 'unlocated' "
            f"WHEN area IN {inside} THEN 'partnership' ELSE 'outside' END"
        )


def kept(
    workspace: Workspace,
    reader: Reader,
    measure: Measure,
    query: FigureQuery,
    narrowing: Mapping[str, Sequence[str]],
) -> Kept | None:
    """The kept counts that answer the query, brought up to date; None where the records are to be counted."""
    least = workspace.settings.keep_counts_from
    if not (least and answers(measure, query, narrowing)) or rows_of(reader, measure) < least:
        return None
    level = FROM[query.level]
    if query.level is not AreaLevel.ALL and level not in places.placed_by(workspace):
        return None
    key = key_of(workspace, reader, measure)
    if not key.may_be_kept(least):
        return None
    path = key.path(workspace.records_folder)
    if not path.is_file() and not keeping.keep(workspace, reader, measure, key):
        return None
    cut = next(iter({*query.by, *narrowing}), "")
    try:
        with pq.ParquetFile(path, page_checksum_verification=True) as file:
            groups = keeping.about(file).groups
            number = groups.get(keeping.group_name(level.value, cut))
            counts = file.schema_arrow.empty_table() if number is None else file.read_row_group(number)
    except _GONE:  # deleted or damaged just now: the records are there
        return None
    return Kept(workspace, reader, measure, query, narrowing, counts)
