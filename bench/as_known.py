"""As known: a figure on a past date of knowledge, against the same figure as known now, in turns.

    python bench/as_known.py [--rows 5000000] [--changes 4] [--pairs 5]

The file of ``delivery.py`` is delivered, then its changed copy and itself in turns, a month after each
other: the record book then holds every version of 1 % of the rows. The figure is recorded crime of every
ward and month. Each answer is computed in a process of its own, from opening the workspace; the figure on
the first date is compared with what it was before anything changed. Prints the ratio, pair by pair.
"""

from __future__ import annotations

import argparse
import datetime as dt
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from delivery import PERIOD, apart, make_files, new_workspace

from joinedup.terms import Every

MOST_TIMES = 3.0
FIRST_RECEIVED = dt.datetime(2025, 5, 1, 9, tzinfo=dt.UTC)
ONE_MONTH = dt.timedelta(days=31)


def deliver_at(file: Path, folder: Path, received_at: dt.datetime) -> int:
    """Deliver the file as received then; the versions stored."""
    from joinedup.accounts import acting_viewer
    from joinedup.feeds import deliver
    from joinedup.workspace import Workspace

    workspace = Workspace.open(folder)
    by = acting_viewer(None)
    receipt = deliver(workspace, "police-uk-street", file, by=by, period=PERIOD, received_at=received_at)
    workspace.close()
    return receipt.accepted + receipt.revised


def compute(folder: Path, as_at: dt.datetime | None) -> tuple[float, dict[tuple[str, str], float]]:
    """Seconds, and the count of each ward and month."""
    from joinedup.measures import FigureQuery, figure
    from joinedup.workspace import Workspace

    workspace = Workspace.open(folder)
    started = time.perf_counter()
    asked = FigureQuery("recorded-crime", level="ward", period=PERIOD, every=Every.MONTH, as_at=as_at)
    found = figure(workspace, asked)
    seconds = time.perf_counter() - started
    counts = {(row.area_code, str(row.period)): row.numerator for row in found.rows}
    workspace.close()
    return seconds, counts


def measured(folder: Path, before: dict[tuple[str, str], float], pairs: int) -> float:
    """Run the pairs; the median ratio. Exits where the past is not what it was."""
    ratios = []
    for pair in range(1, pairs + 1):
        now, _ = apart(compute, folder, None)
        past, counts = apart(compute, folder, FIRST_RECEIVED + dt.timedelta(days=1))
        if counts != before:
            sys.exit("The figures on the past date are not what they were then")
        ratios.append(past / now)
        print(f"pair {pair}: current {now:.2f} s, on the past date {past:.2f} s, ratio {ratios[-1]:.2f}")
    print(
        f"ratio {min(ratios):.2f} / {statistics.median(ratios):.2f} / {max(ratios):.2f} "
        f"(least / median / most); reach: at most {MOST_TIMES}"
    )
    return statistics.median(ratios)


def main() -> int:
    """Make the files, deliver them in turns, run the pairs."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, default=5_000_000)
    options.add_argument("--changes", type=int, default=4)
    options.add_argument("--pairs", type=int, default=5)
    chosen = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="joinedup-bench-") as name:
        files = make_files(Path(name), chosen.rows)
        folder = Path(name) / "workspace"
        apart(new_workspace, folder)
        versions = apart(deliver_at, files[0], folder, FIRST_RECEIVED)
        _, before = apart(compute, folder, None)
        for number in range(1, chosen.changes + 1):
            received_at = FIRST_RECEIVED + number * ONE_MONTH
            versions += apart(deliver_at, files[number % 2], folder, received_at)
        print(f"{versions:,} versions of {chosen.changes + 1} deliveries; {os.cpu_count()} cores")
        return int(measured(folder, before, chosen.pairs) > MOST_TIMES)


if __name__ == "__main__":
    sys.exit(main())
