"""Spark: the same figure on DuckDB and on Spark, over more and more rows: both curves.

    python bench/spark.py [--rows 1000000 5000000 20000000] [--times 5]

The file of ``delivery.py`` is delivered, then its changed copy (1 % of rows revised, 0.1 % gone), so that
what was superseded has to be left out. The figure is recorded crime of every ward and month by type. Each
engine answers in a process of its own: once from the start (of Spark, of Java), then so many times more, of
which the median counts. Prints seconds and ratio for each size; ends with 1 where the figures differ, or
where DuckDB is not the faster one.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from importlib.metadata import version
from pathlib import Path

from delivery import PERIOD, apart, deliver_file, make_files, new_workspace

from joinedup.terms import AreaLevel, Engine, Every

Counts = dict[tuple[str, str, str], int]


def ask(folder: Path, engine: Engine, times: int) -> tuple[list[float], Counts]:
    """Seconds of each asking, and the count of each ward, month and type."""
    from joinedup.measures import FigureQuery, figure
    from joinedup.workspace import Workspace

    workspace = Workspace.open(folder)
    asked = FigureQuery(
        "recorded-crime",
        level=AreaLevel.WARD,
        period=PERIOD,
        every=Every.MONTH,
        by=("type",),
        engine=engine,
    )
    seconds = []
    for _ in range(times + 1):
        started = time.perf_counter()
        found = figure(workspace, asked)
        seconds.append(time.perf_counter() - started)
    workspace.close()
    counts = {(row.area_code, str(row.period), row.breakdowns["type"]): row.numerator for row in found.rows}
    return seconds, counts


def measured(scratch: Path, rows: int, times: int) -> float:
    """Make so many rows, ask both engines; DuckDB's share of Spark's time. Exits where they differ."""
    files = make_files(scratch, rows)
    folder = scratch / "workspace"
    apart(new_workspace, folder)
    for file in files:
        apart(deliver_file, file, folder)
        file.unlink()
    seconds, counts = {}, {}
    for engine in Engine:
        seconds[engine], counts[engine] = apart(ask, folder, engine, times)
    if counts[Engine.DUCKDB] != counts[Engine.SPARK]:
        sys.exit(f"The figures differ at {rows:,} rows")
    usual = {engine: statistics.median(spent[1:]) for engine, spent in seconds.items()}
    for engine, spent in seconds.items():
        print(
            f"{rows:>12,} rows  {engine:<7} first {spent[0]:7.2f} s, then "
            f"{min(spent[1:]):6.2f} / {usual[engine]:6.2f} / {max(spent[1:]):6.2f} s (least / median / most)",
            flush=True,
        )
    ratio = usual[Engine.DUCKDB] / usual[Engine.SPARK]
    alike = len(counts[Engine.SPARK])
    print(f"{rows:>12,} rows  {alike:,} equal counts; DuckDB takes {ratio:.2f} of Spark's time")
    return ratio


def main() -> int:
    """Each size in turn; 1 where DuckDB was the slower one."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 5_000_000, 20_000_000])
    options.add_argument("--times", type=int, default=5)
    chosen = options.parse_args()
    print(f"duckdb {version('duckdb')}, pyspark {version('pyspark')}, {os.cpu_count()} cores")
    ratios = []
    for rows in chosen.rows:
        with tempfile.TemporaryDirectory(prefix="joinedup-bench-") as name:
            ratios.append(measured(Path(name), rows, chosen.times))
    return int(max(ratios) > 1)


if __name__ == "__main__":
    sys.exit(main())
