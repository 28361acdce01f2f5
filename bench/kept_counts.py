"""Kept counts: the hub's figures from counts that are kept ready, against those from the records, in turns.

    python bench/kept_counts.py [--rows 5000000] [--pairs 5] [--keep FOLDER]

The rows of ``delivery.py`` are delivered month by month, then the last six months once more with 1 % of rows
revised. Each figure is asked with kept counts and without, in turns, in a process that has answered both
before; every answer is compared. Prints seconds and ratio of each figure; what the first question of all
takes, which counts everything; and what the first after another delivery of one month takes.
Reach: in the median of the figures at most half the time of counting. Exits with 1 where it is not reached
or where an answer differs.
"""

from __future__ import annotations

import argparse
import datetime as dt
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import duckdb
from delivery import PERIOD, THREADS, apart, make_files, new_workspace

from joinedup.terms import AreaLevel, Every, Form, Period

FEED = "police-uk-street"
RECEIVED = dt.datetime(2025, 5, 1, 9, tzinfo=dt.UTC)
MOST = 0.5
AGAIN = 6
ASKED = {
    "wards by month": {"level": AreaLevel.WARD, "every": Every.MONTH},
    "wards by month and type": {"level": AreaLevel.WARD, "every": Every.MONTH, "by": ("type",)},
    "LSOAs by month": {"level": AreaLevel.LSOA, "every": Every.MONTH},
    "burglary in LSOAs": {"level": AreaLevel.LSOA, "where": (("type", "burglary"),), "form": Form.RATE},
    "districts by month and type": {"level": AreaLevel.DISTRICT, "every": Every.MONTH, "by": ("type",)},
    "change of wards": {
        "level": AreaLevel.WARD,
        "form": Form.CHANGE,
        "period": Period.parse("2024-04..2025-03"),
    },
    "the partnership by month": {"level": AreaLevel.PARTNERSHIP, "every": Every.MONTH},
}


def by_month(folder: Path, rows: int) -> list[tuple[Period, Path]]:
    """The files to deliver, in order: each month, then the last ones changed, and one more for the end."""
    first, changed = make_files(folder, rows)
    months = PERIOD.each(Every.MONTH)
    found = []
    with duckdb.connect() as connection:
        connection.execute(f"SET threads = {THREADS}")
        for whole, some in ((first, months), (changed, months[-AGAIN:]), (first, months[-1:])):
            for month in some:
                path = folder / f"{len(found):02d}-{month}-street.csv"
                connection.execute(
                    f"""COPY (FROM read_csv('{whole}', all_varchar = true) WHERE "Month" = '{month}')
                        TO '{path}' (FORMAT csv, HEADER)"""
                )
                found.append((month, path))
    first.unlink()
    changed.unlink()
    return found


def deliver_them(folder: Path, files: list[tuple[Period, Path]], start: int) -> None:
    """Deliver the files, an hour after each other."""
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import Request, deliver_all
    from joinedup.workspace import Workspace

    workspace = Workspace.open(folder)
    requests = [
        Request(FEED, path, RECEIVED + dt.timedelta(hours=start + number), month)
        for number, (month, path) in enumerate(files)
    ]
    for _ in deliver_all(workspace, requests, by=acting_viewer(None)):
        pass
    workspace.close()


def first_question(folder: Path) -> tuple[float, float]:
    """Seconds of one figure, from the records and then with keeping counts."""
    from joinedup.measures import figure

    ready, direct, asked = _opened(folder)
    figure(direct, asked["wards by month"])
    seconds = []
    for workspace in (direct, ready):
        started = time.perf_counter()
        figure(workspace, asked["wards by month"])
        seconds.append(time.perf_counter() - started)
    return seconds[0], seconds[1]


def in_turns(folder: Path, pairs: int) -> dict[str, list[tuple[float, float]]]:
    """For each figure the seconds with kept counts and without, pair by pair. Exits where they differ."""
    from joinedup.measures import figure

    ready, direct, asked = _opened(folder)
    found: dict[str, list[tuple[float, float]]] = {}
    for name, query in asked.items():
        answers = [figure(workspace, query) for workspace in (ready, direct)]
        if answers[0].rows != answers[1].rows or answers[0].notes != answers[1].notes:
            sys.exit(f"{name}: the figure differs")
        for _ in range(pairs):
            seconds = []
            for workspace in (ready, direct):
                started = time.perf_counter()
                figure(workspace, query)
                seconds.append(time.perf_counter() - started)
            found.setdefault(name, []).append((seconds[0], seconds[1]))
    return found


def _opened(folder: Path):
    from joinedup.measures import FigureQuery
    from joinedup.measures.comparing_kept import without
    from joinedup.workspace import Workspace

    workspace = Workspace.open(folder)
    ready = replace(workspace, settings=replace(workspace.settings, keep_counts_from=1))
    asked = {
        name: FigureQuery("recorded-crime", **({"period": PERIOD} | query)) for name, query in ASKED.items()
    }
    return ready, without(workspace), asked


def report(found: dict[str, list[tuple[float, float]]]) -> float:
    """Print each figure; the median of their ratios."""
    ratios = []
    for name, pairs in found.items():
        ready, direct = (statistics.median(one) for one in zip(*pairs, strict=True))
        own = [one / other for one, other in pairs]
        ratios.append(statistics.median(own))
        print(
            f"{name:28} kept {ready:6.3f} s, counted {direct:6.3f} s, ratio "
            f"{min(own):.2f} / {ratios[-1]:.2f} / {max(own):.2f} (least / median / most)"
        )
    return statistics.median(ratios)


def main() -> int:
    """Deliver, ask in turns, deliver one month more, ask again."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--pairs", type=int, default=5)
    options.add_argument(
        "--keep", type=Path, help="make the workspace here and keep it; if it is there, ask it"
    )
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="joinedup-bench-") as name:
        base = chosen.keep or Path(name)
        folder = base / "workspace"
        last = base / "last"
        if not folder.exists():
            base.mkdir(parents=True, exist_ok=True)
            files = by_month(base, chosen.rows)
            apart(new_workspace, folder)
            apart(deliver_them, folder, files[:-1], 0)
            last.mkdir()
            for _, path in files[:-1]:
                path.unlink()
            files[-1][1].rename(last / files[-1][1].name)
        direct, making = apart(first_question, folder)
        kept = list((folder / "records" / "counts").glob("*.parquet"))
        size = sum(path.stat().st_size for path in kept)
        print(
            f"the first question: {making:.2f} s ({direct:.2f} s from the records); {size / 1e6:.2f} MB kept"
        )
        ratio = report(apart(in_turns, folder, chosen.pairs))
        apart(deliver_them, folder, [(PERIOD.each(Every.MONTH)[-1], path) for path in last.iterdir()], 100)
        direct, making = apart(first_question, folder)
        print(f"the first after a delivery of one month: {making:.2f} s ({direct:.2f} s from the records)")
    print(f"median of the figures' ratios {ratio:.2f}; reach: at most {MOST}")
    return int(ratio > MOST)


if __name__ == "__main__":
    sys.exit(main())
