"""Pairs found and compared on Spark: blocks by SQL in Spark's dialect, compared in its workers as anywhere.

Descriptions go to Spark as a file of this process's private scratch folder, which is taken away afterwards.
"""

from __future__ import annotations

import tempfile
from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from joinedup.people.blocking import Blocks, pairs_sql
from joinedup.people.comparing_batches import SHARE, Comparer
from joinedup.people.comparisons import Comparison
from joinedup.people.scoring import Described, Pairs
from joinedup.spark import in_dialect, session, told_in_sentences
from joinedup.workspace import Workspace

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_DESCRIBED, _FRESH, _PAIRS = "described", "fresh", "pairs"  # views in Spark
_SHARES = "shares_of_descriptions"
_ROWS_AT_ONCE = 50_000
# Spark has no whole numbers without a sign. Tokens are only asked whether they are equal.
_SIGNED = "list_transform({}, lambda one: CAST(CAST(one AS HUGEINT) - 9223372036854775808 AS BIGINT))"


class InSpark:
    """Comparing on Spark (``scoring.Comparing``). Raises MissingPart where pyspark or Java is not there."""

    def __init__(self, workspace: Workspace) -> None:
        session.require_installed()
        self._workspace = workspace

    def sharing(self, among: Described, shared: Blocks, fresh: str, floor: float) -> Iterator[Pairs]:
        """As in ``scoring.Comparing``, in one portion: what memory cannot hold Spark writes to the disk."""
        with self._described(among, shared.columns()) as (spark, folder):
            if fresh:
                _viewed(spark, among, f"SELECT description FROM {fresh}", folder / _FRESH)
                rows = f"SELECT d.* FROM {_DESCRIBED} AS d LEFT SEMI JOIN {_FRESH} USING (description)"
                spark.sql(rows).createOrReplaceTempView(_FRESH)
            found = spark.sql(in_dialect(pairs_sql(_DESCRIBED, shared, _FRESH if fresh else "")))
            found.createOrReplaceTempView(_PAIRS)
            pairs = _compared(spark, among, floor)
        yield pairs

    def compare(self, among: Described, pairs: str) -> Pairs:
        """As in ``scoring.Comparing``."""
        with self._described(among) as (spark, folder):
            _viewed(spark, among, f"SELECT l, r FROM {pairs}", folder / _PAIRS)
            return _compared(spark, among, -np.inf)

    @contextmanager
    def _described(
        self, among: Described, columns: Collection[str] = ()
    ) -> Iterator[tuple[SparkSession, Path]]:
        """A session that has the descriptions (what is compared of them, and these columns) with how rare
        their values are; and a folder for more files."""
        told = {*columns, *(column for one in among.asked() for column in one.columns)}
        with told_in_sentences("compare the pairs", "the linkage"):
            spark = session.opened(self._workspace)
            spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", _ROWS_AT_ONCE)
            with tempfile.TemporaryDirectory(dir=self._workspace.spark_folder) as folder:
                _viewed(spark, among, _described_sql(among, told), Path(folder) / _DESCRIBED)
                among.connection.unregister(_SHARES)
                yield spark, Path(folder)


def _described_sql(among: Described, told: Collection[str]) -> str:
    """SELECT of these columns of the descriptions, and how rare their values are, by types that Spark has."""
    kinds = among.connection.execute(f"SELECT name, type FROM pragma_table_info('{among.table}')").fetchall()
    columns = [
        f"{_SIGNED.format(name)} AS {name}" if kind == "UBIGINT[]" else name
        for name, kind in kinds
        if name in told
    ]
    shares = {f"{SHARE}{name}": share for name, share in among.shares.items()}
    count = among.connection.execute(f"SELECT count(*) FROM {among.table}").fetchall()[0][0]
    among.connection.register(_SHARES, pa.table({"description": np.arange(count), **shares}))
    listed = ", ".join(["description", *columns, *shares])
    return f"SELECT {listed} FROM {among.table} JOIN {_SHARES} USING (description)"


def _viewed(spark: SparkSession, among: Described, rows: str, file: Path) -> None:
    """Make a view in Spark of rows that DuckDB has, as a file and by the name of the file."""
    among.connection.sql(rows).write_parquet(str(file))
    spark.read.parquet(file.absolute().as_uri()).createOrReplaceTempView(file.name)


def _compared(spark: SparkSession, among: Described, floor: float) -> Pairs:
    """The pairs of the view ``pairs``, compared, without those below ``floor``."""
    asked = among.asked()
    comparer = Comparer(asked, tuple(among.shares), among.model, floor)
    kinds = ["l bigint", "r bigint", "weight double", *(f"{one.name} tinyint" for one in asked)]
    rows = _both(spark, asked, comparer.rare).mapInArrow(comparer.compared, ", ".join(kinds)).toArrow()
    left, right = (np.asarray(rows[name].to_numpy(), np.int64) for name in "lr")
    levels = {one.name: np.asarray(rows[one.name].to_numpy(), np.int8) for one in asked}
    return Pairs(left, right, np.asarray(rows["weight"].to_numpy(), np.float64), levels)


def _both(spark: SparkSession, asked: Sequence[Comparison], rare: Sequence[str]) -> DataFrame:
    """The pairs with what both sides tell."""
    columns = sorted({column for one in asked for column in one.columns})
    columns += [f"{SHARE}{name}" for name in rare]
    both = ", ".join(f"l.{name} AS {name}_l, r.{name} AS {name}_r" for name in columns)
    return spark.sql(
        f"""SELECT p.l, p.r, {both} FROM {_PAIRS} AS p
            JOIN {_DESCRIBED} AS l ON l.description = p.l
            JOIN {_DESCRIBED} AS r ON r.description = p.r"""
    )
