"""The views of a measure in a Spark session: what DuckDB's views hold, read from the same files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from joinedup import places
from joinedup.measures import views as in_duckdb
from joinedup.measures.definition import Measure
from joinedup.measures.spark.columns import SPARK, View, reads_fractions, refuse_unreadable, view_of
from joinedup.measures.sql_check import POINTS
from joinedup.records import Reader, VersionFiles
from joinedup.terms import Period
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import Column, DataFrame, SparkSession

_NAMED_BY = {"delivery": "int", "row_number": "bigint", "known_from": "timestamp_ntz"}
"""What names a version within its feed."""


def define(
    workspace: Workspace, reader: Reader, spark: SparkSession, measure: Measure, period: Period | None
) -> list[str]:
    """Make the record views and ``points`` in the session; returns the fields no record carries.

    Their columns are those of DuckDB's views. Raises BadInput where the measure reads one that Spark cannot.
    """
    cursor = reader.connection()
    lacking = in_duckdb.define(workspace, reader, cursor, measure, period)
    files = reader.version_files(measure.record_types, measure.sources, period=period)
    for kind in measure.record_types:
        wanted = _columns(cursor, kind.value)
        view = view_of(wanted, (_lowered(one.shape.columns) for one in files[kind]))
        refuse_unreadable(measure, kind.value, view, wanted)
        if reads_fractions(measure, kind.value, wanted):
            spark.conf.set("spark.sql.parquet.enableVectorizedReader", "false")
        frames = [_standing(spark, one, view) for one in files[kind]] or [_empty(spark, view.columns)]
        reduce(lambda one, other: one.unionAll(other), frames).createOrReplaceTempView(kind.value)
    define_points(workspace, spark)
    return lacking


def define_points(workspace: Workspace, spark: SparkSession) -> None:
    """Make the view ``points``, with what is placed now."""
    points = places.points_files(workspace)
    in_files = {one.source: SPARK[one.kind] for one in points.columns if one.source}
    read = _read(spark, points.files, in_files) if points.files else _empty(spark, in_files)
    columns = [
        _named(one.source, SPARK[one.kind], one.name) if one.source else _null(SPARK[one.kind], one.name)
        for one in points.columns
    ]
    read.select(*columns).createOrReplaceTempView(POINTS)


def _columns(cursor: duckdb.DuckDBPyConnection, view: str) -> dict[str, str]:
    return _lowered((str(row[0]), str(row[1])) for row in cursor.execute(f'DESCRIBE "{view}"').fetchall())


def _lowered(columns: Iterable[tuple[str, str]]) -> dict[str, str]:
    return {name.lower(): kind for name, kind in columns}


def _standing(spark: SparkSession, files: VersionFiles, view: View) -> DataFrame:
    """The rows of files of one shape that count, with the view's columns."""
    from pyspark.sql import functions

    shape = files.shape
    own = _lowered(shape.columns)
    read = {name: SPARK[own[name]] for name in view.columns if name in own} | _NAMED_BY
    rows = _read(spark, shape.arrived, read)
    if shape.ended:
        rows = rows.join(_read(spark, shape.ended, _NAMED_BY), on=list(_NAMED_BY), how="left_anti")
    if files.hidden.num_rows:
        hidden = spark.createDataFrame(files.hidden)
        rows = rows.join(functions.broadcast(hidden), on=["delivery", "row_number"], how="left_anti")
    told = {"feed": shape.feed, "source": shape.source, "owner": shape.owner}
    columns = []
    for name, kind in view.columns.items():
        if name in told:
            columns.append(functions.lit(told[name]).alias(name))
        else:
            columns.append(_named(name, kind, name) if name in own else _null(kind, name))
    return rows.select(*columns)


def _read(spark: SparkSession, files: Iterable[Path], columns: Mapping[str, str]) -> DataFrame:
    """These columns of Parquet files. The schema is told, for Spark refuses to infer one with a UUID."""
    schema = ", ".join(f"`{name}` {kind}" for name, kind in columns.items())
    return spark.read.schema(schema).parquet(*(file.absolute().as_uri() for file in files))


def _empty(spark: SparkSession, columns: Mapping[str, str]) -> DataFrame:
    return spark.range(0).select(*(_null(kind, name) for name, kind in columns.items()))


def _named(source: str, kind: str, name: str) -> Column:
    from pyspark.sql import functions

    return functions.col(f"`{source}`").cast(kind).alias(name)


def _null(kind: str, name: str) -> Column:
    from pyspark.sql import functions

    return functions.lit(None).cast(kind).alias(name)
