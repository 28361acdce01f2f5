"""Every measure on a whole workspace, at every area level: how long each takes, the slowest first.

    python bench/catalogue.py WORKSPACE [--period 2022-04..2025-03] [--listed 15]

Counts of the catalogue, quality, repeats, figures of linked people and measures of reoffending, each for the
whole period as the product asks it, in one process that has answered one figure before.
Reach: each in under 1 s, the catalogue as a whole in under 60 s. Nothing is compared: there is no peer.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from joinedup.errors import JoinedupError
from joinedup.measures import FigureQuery, catalogue, figure
from joinedup.places import catalogue as places_loaded
from joinedup.terms import AreaLevel, Form, Period
from joinedup.workspace import Workspace

MOST_EACH, MOST_ALL = 1.0, 60.0
Asked = tuple[str, str, Callable[[], object]]


def of_catalogue(workspace: Workspace, period: Period) -> Iterator[Asked]:
    """Counts at every level that is loaded."""
    loaded = {entry.level for entry in places_loaded(workspace)}
    for measure in catalogue().values():
        levels = [level for level in AreaLevel if level.value in loaded] if measure.placed else []
        form = Form.COUNT if Form.COUNT in measure.forms else measure.forms[0]
        for level in [AreaLevel.ALL, AreaLevel.PARTNERSHIP, *levels]:
            query = FigureQuery(measure.name, form, level, period=period)
            yield "catalogue", f"{measure.name} by {level}", lambda query=query: figure(workspace, query)


def of_people(workspace: Workspace, period: Period) -> Iterator[Asked]:
    """Repeats, linked people and reoffending, of all sources."""
    from joinedup.measures.linked import LinkedQuery, linked
    from joinedup.measures.linked.catalogue import LINKED
    from joinedup.measures.reoffending import REOFFENDING, reoffending
    from joinedup.measures.repeats import RepeatQuery, repeats
    from joinedup.measures.repeats.catalogue import REPEATS

    entered = Period.parse("2022-07..2023-06")
    for name, one in REPEATS.items():
        query = RepeatQuery(name, tuple(sorted(one.sources)), period)
        yield "repeats", name, lambda query=query: repeats(workspace, query)
    for name, two in LINKED.items():
        asked = LinkedQuery(name, tuple(sorted(two.sources)), period)
        yield "linked", name, lambda asked=asked: linked(workspace, asked)
    for name, three in REOFFENDING.items():
        query2 = LinkedQuery(name, tuple(sorted(three.sources)), entered)
        yield "reoffending", name, lambda query2=query2: reoffending(workspace, query2)


def of_quality(workspace: Workspace) -> Iterator[Asked]:
    """Quality of every feed, by month."""
    from joinedup.feeds import contracts
    from joinedup.measures.quality import QUALITY, QualityQuery, quality

    sources = tuple(sorted({one.source for one in contracts(workspace).values()}))
    for name in QUALITY:
        query = QualityQuery(name, sources)
        yield "quality", name, lambda query=query: quality(workspace, query)


def main() -> int:
    """Ask everything, print the slowest, the sums by kind and what could not be asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("workspace", type=Path)
    parser.add_argument("--period", default="2022-04..2025-03")
    parser.add_argument("--listed", type=int, default=15)
    options = parser.parse_args()
    workspace = Workspace.open(options.workspace)
    period = Period.parse(options.period)
    figure(workspace, FigureQuery("recorded-crime", period=period))
    times: list[tuple[float, str, str]] = []
    for kind, name, ask in (
        *of_catalogue(workspace, period),
        *of_quality(workspace),
        *of_people(workspace, period),
    ):
        started = time.perf_counter()
        try:
            ask()
        except JoinedupError as error:
            print(f"not asked: {kind} {name}: {error.what}")
            continue
        times.append((time.perf_counter() - started, kind, name))
    for seconds, kind, name in sorted(times, reverse=True)[: options.listed]:
        print(f"{seconds:8.2f} s  {kind:12} {name}")
    for kind in dict.fromkeys(kind for _, kind, _ in times):
        own = [seconds for seconds, of, _ in times if of == kind]
        print(f"{kind}: {len(own)} in {sum(own):.1f} s, the slowest {max(own):.2f} s")
    over = sum(seconds > MOST_EACH for seconds, _, _ in times)
    print(
        f"all: {len(times)} in {sum(one[0] for one in times):.1f} s (reach: {MOST_ALL:.0f} s); "
        f"over {MOST_EACH:.0f} s: {over}"
    )
    workspace.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
