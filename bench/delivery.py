"""Delivery: a police.uk-shaped CSV through joinedup, against DuckDB's bare copy of the same file, in turns.

    python bench/delivery.py [--rows 5000000] [--pairs 5] [--keep FOLDER]

The file is made from the real street months that the demonstration carries: each copy of them is given to
another force, with Crime IDs of its own and its points moved by a millionth of a degree, so that the share
of rows without a Crime ID (18 %), of exact copies among these, and of rows to a point stay as they are. The
changed file has 1 % of rows with another outcome, 0.1 % gone and 0.1 % new. Every run is its own process.

Bare copy: COPY (FROM read_csv) TO parquet, as DuckDB comes. Delivery: the whole of it, from the file to the
acknowledged ledger row, with every boundary set of Teesside loaded: hash, survey, read, check, version,
store, place. Both with the same number of threads. Prints the ratios, pair by pair, of time and of
processor time (steadier on a busy machine), and the most memory that delivery's processes held at once.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path

import duckdb

from joinedup.terms import Period

MONTHS = Path(__file__).parent.parent / "src/joinedup/demo/data/police_uk/street"
PERIOD = Period.parse("2023-01..2025-03")
THREADS = 2
MOST_TIMES, MOST_AGAIN, MOST_MEMORY = 3.0, 0.5, 2_000


@dataclass
class Run:
    """One side of a pair."""

    seconds: float
    processor: float
    megabytes: float
    stages: dict[str, float] = field(default_factory=dict)
    summary: str = ""


def make_files(folder: Path, rows: int) -> tuple[Path, Path]:
    """The file and its changed copy."""
    first, changed = folder / "2023-01-first-street.csv", folder / "2023-01-changed-street.csv"
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET threads = {THREADS}")
    months = f"read_csv('{MONTHS}/*.csv.gz', all_varchar = true, header = true)"
    connection.execute(
        f"""CREATE TABLE real AS SELECT row_number() OVER () AS number, * FROM
            (FROM {months} ORDER BY "Month", "Crime ID", "Longitude", "Latitude", "LSOA code")"""
    )
    real = connection.execute("SELECT count(*) FROM real").fetchall()[0][0]
    copies = -(-rows // real)
    connection.execute(
        f"""CREATE VIEW many AS
            SELECT number + copy * {real} AS number,
                   sha256(concat("Crime ID", copy)) AS crime_id, "Crime ID" IS NOT NULL AS has_id,
                   "Month", concat('Force ', copy) AS force,
                   printf('%.6f', "Longitude"::DOUBLE + copy / 1e6) AS longitude, "Latitude", "Location",
                   "LSOA code", "LSOA name", "Crime type", "Last outcome category", "Context"
            FROM real, (SELECT unnest(range({copies})) AS copy)"""
    )
    columns = """CASE WHEN has_id THEN crime_id END AS "Crime ID", "Month", force AS "Reported by",
        force AS "Falls within", longitude AS "Longitude", "Latitude", "Location", "LSOA code", "LSOA name",
        "Crime type", {outcome} AS "Last outcome category", "Context" """
    usual = columns.format(outcome='"Last outcome category"')
    other = columns.format(
        outcome="""CASE WHEN has_id AND number % 82 = 0 THEN 'Status update unavailable'
                   ELSE "Last outcome category" END"""
    )
    new = columns.format(outcome='"Last outcome category"').replace("crime_id", "sha256(crime_id)")
    within = f"number <= {rows}"
    for path, query in (
        (first, f"SELECT {usual} FROM many WHERE {within}"),
        (
            changed,
            f"SELECT {other} FROM many WHERE {within} AND number % 1000 <> 7 "
            f"UNION ALL SELECT {new} FROM many WHERE {within} AND number % 1000 = 8",
        ),
    ):
        connection.execute(f"COPY ({query}) TO '{path}' (FORMAT csv, HEADER)")
    connection.close()
    return first, changed


def processor_seconds() -> float:
    """What this process and its ended children have used of the processors."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


class Watch:
    """The most memory that this process and its children hold at once, looked at fifty times a second."""

    def __init__(self) -> None:
        self.megabytes = 0.0
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Watch:
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self._done.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._done.wait(0.02):
            own = os.getpid()
            children = [int(pid) for task in Path(f"/proc/{own}/task").iterdir() for pid in children_of(task)]
            self.megabytes = max(self.megabytes, sum(resident_megabytes(pid) for pid in (own, *children)))


def children_of(task: Path) -> list[str]:
    """The processes that a thread started; none if it has just ended."""
    try:
        return (task / "children").read_text().split()
    except OSError:
        return []


def resident_megabytes(process: int) -> float:
    """What a process holds in memory; 0 if it has just ended."""
    try:
        pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0.0
    return pages * resource.getpagesize() / 1e6


def bare_copy(file: Path, folder: Path) -> Run:
    """DuckDB alone."""
    target = folder / "bare.parquet"
    started, used = time.perf_counter(), processor_seconds()
    connection = duckdb.connect()
    connection.execute("SET enable_progress_bar = false")
    connection.execute(f"SET threads = {THREADS}")
    connection.execute(f"COPY (FROM read_csv('{file}')) TO '{target}' (FORMAT parquet)")
    connection.close()
    seconds = time.perf_counter() - started
    used = processor_seconds() - used
    target.unlink()
    return Run(seconds, used, 0.0)


def new_workspace(folder: Path) -> None:
    """A workspace with the places of Teesside."""
    from joinedup.accounts import add_agency, add_user
    from joinedup.demo.places import load_demo_places
    from joinedup.terms import Role
    from joinedup.workspace import Workspace

    workspace = Workspace.create(folder, partnership="Bench")
    agency = add_agency("bench", "Bench")
    add_user("bench", name="Bench", role=Role.ANALYST, agency=agency)
    load_demo_places(workspace, None)
    workspace.close()


def deliver_file(file: Path, folder: Path) -> Run:
    """joinedup, from opening the workspace to the acknowledged delivery."""
    started, used = time.perf_counter(), processor_seconds()
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import deliver
    from joinedup.workspace import Workspace

    workspace = Workspace.open(folder)
    with Watch() as watch:
        receipt = deliver(workspace, "police-uk-street", file, by=acting_viewer(None), period=PERIOD)
    workspace.close()
    seconds, used = time.perf_counter() - started, processor_seconds() - used
    return Run(seconds, used, watch.megabytes, dict(receipt.seconds), receipt.summary())


def apart(function, *arguments):
    """Run in a new process."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def run_pairs(first: Path, changed: Path, scratch: Path, pairs: int) -> list[tuple[Run, Run, Run]]:
    """Bare copy, first delivery and redelivery, in turns."""
    found = []
    for pair in range(1, pairs + 1):
        folder = scratch / f"workspace-{pair}"
        apart(new_workspace, folder)
        bare = apart(bare_copy, first, scratch)
        once = apart(deliver_file, first, folder)
        again = apart(deliver_file, changed, folder)
        found.append((bare, once, again))
        print(
            f"pair {pair}: bare {bare.seconds:.2f} s ({bare.processor:.2f} s of processor); "
            f"delivery {_against(once, bare)}; changed copy {_against(again, once)}",
            flush=True,
        )
    return found


def _against(run: Run, other: Run) -> str:
    """Seconds, and processor seconds, each with its ratio; and memory."""
    return (
        f"{run.seconds:.2f} s ({run.seconds / other.seconds:.2f} x), processor {run.processor:.2f} s "
        f"({run.processor / other.processor:.2f} x), {run.megabytes:,.0f} MB"
    )


def _spread(pairs: list[tuple[Run, Run]]) -> str:
    """Least, median and most of the ratios of time and of processor time."""
    told = []
    for what in ("seconds", "processor"):
        ratios = [getattr(one, what) / getattr(other, what) for one, other in pairs]
        told.append(f"{min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f} x")
    return f"time {told[0]}, processor time {told[1]} (least / median / most)"


def report(found: list[tuple[Run, Run, Run]]) -> bool:
    """Print the medians; whether all reaches are met."""
    times = statistics.median(once.seconds / bare.seconds for bare, once, _ in found)
    again = statistics.median(more.seconds / once.seconds for _, once, more in found)
    memory = max(run.megabytes for _, *runs in found for run in runs)
    for name, run in (("delivery", found[-1][1]), ("changed copy", found[-1][2])):
        print(f"last {name}: {run.summary}")
        print("  " + ", ".join(f"{stage} {seconds:.2f} s" for stage, seconds in run.stages.items()))
    first = _spread([(once, bare) for bare, once, _ in found])
    changed = _spread([(more, once) for _, once, more in found])
    print(f"delivery against bare copy: {first}; reach: at most {MOST_TIMES}")
    print(f"changed copy against first delivery: {changed}; reach: at most {MOST_AGAIN}")
    print(f"memory: {memory:,.0f} MB (reach: under {MOST_MEMORY:,})")
    return times <= MOST_TIMES and again <= MOST_AGAIN and memory < MOST_MEMORY


def main() -> int:
    """Make the files, run the pairs, print the medians."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rows", type=int, default=5_000_000)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="make the files here and keep them")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="joinedup-bench-") as scratch:
        folder = options.keep or Path(scratch)
        folder.mkdir(parents=True, exist_ok=True)
        first, changed = make_files(folder, options.rows)
        print(
            f"{options.rows:,} rows, {first.stat().st_size / 1e6:,.0f} MB; DuckDB {duckdb.__version__}, "
            f"{THREADS} threads of {os.cpu_count()} cores"
        )
        report(run_pairs(first, changed, Path(scratch), options.pairs))
    return 0


if __name__ == "__main__":
    sys.exit(main())
