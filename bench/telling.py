"""Can somebody outside tell by the time an answer takes that a restricted thing is there?

    python bench/telling.py [--times 300]

In the town of tests/doors an analyst of an agency without an agreement asks for a restricted thing and for
one that is not there, in turn and in random order. Printed for each door: the median times, and how often the
answer about the restricted thing took longer than one about the absent thing (0.50: nothing can be told; by
chance alone within 0.50 ± 0.82 / √times). Exits with 1 where it lies a tenth further away than that.
"""

from __future__ import annotations

import argparse
import logging
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from unittest.mock import patch

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "doors"))

from doors_town import MEASURES, NUMBER, OWN_MEASURES, RESTRICTED, SINGLE, build

from joinedup.errors import JoinedupError
from joinedup.measures import registry
from joinedup.workspace import Workspace

OUTSIDE = "hospital-analyst"
ABSENT = {"feed": "zephyrlodgx", "measure": "zephyrstayx", "number": "999"}
THERE = {"feed": RESTRICTED, "measure": MEASURES[RESTRICTED], "number": str(NUMBER[RESTRICTED])}
ADDRESSES = (
    "/data/?feed={feed}",
    "/data/deliveries/{number}/",
    "/data/desk/{number}/",
    "/measures/{measure}/",
    "/intelligence/?measure={measure}&level=ward",
    "/report/{feed}/",
)


def main() -> int:
    """Ask, print, and say whether anything can be told."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=300)
    times = parser.parse_args().times
    logging.disable(logging.WARNING)  # that a page was not found
    known = dict(registry.catalogue())
    with (
        tempfile.TemporaryDirectory() as folder,
        patch.object(registry, "_discovered", lambda: {**known, **OWN_MEASURES}),
    ):
        town = build(Path(folder))
        told = [_line(name, there, absent, times) for name, there, absent in _doors(town)]
        town.close()
    return int(any(told))


def _line(name: str, there: Callable[[], object], absent: Callable[[], object], times: int) -> bool:
    """Time one door and print what came of it; whether it tells."""
    chance = random.Random(name)
    spent: dict[bool, list[float]] = {True: [], False: []}
    for _warm in range(5):
        there(), absent()
    for _round in range(times):
        for restricted in chance.sample([True, False], 2):
            begun = time.perf_counter()
            (there if restricted else absent)()
            spent[restricted].append(time.perf_counter() - begun)
    longer = _longer(spent[True], spent[False])
    noise = 0.41 / times**0.5
    medians = [1000 * statistics.median(spent[which]) for which in (True, False)]
    tells = abs(longer - 0.5) > 2 * noise + 0.1
    verdict = "TELLS" if tells else "as by chance" if abs(longer - 0.5) <= 2 * noise else "faint"
    print(f"{name:48} {medians[0]:8.2f} ms {medians[1]:8.2f} ms   {longer:.3f}  {verdict}", flush=True)
    return tells


def _longer(first: list[float], second: list[float]) -> float:
    """The share of all pairs in which the first took longer (the area under the curve; ties count half)."""
    ordered = sorted([(one, True) for one in first] + [(one, False) for one in second])
    ranks = sum(rank for rank, (_, is_first) in enumerate(ordered, 1) if is_first)
    return (ranks - len(first) * (len(first) + 1) / 2) / (len(first) * len(second))


def _doors(town: Workspace) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    from django.test import Client

    from joinedup.accounts.models import User
    from joinedup.hub import application

    application(town)
    browser = Client(SERVER_NAME="localhost", raise_request_exception=False)
    browser.force_login(User.objects.get(username=OUTSIDE))

    def get(address: str, things: dict[str, str]) -> Callable[[], object]:
        return lambda: browser.get(address.format(**things))

    pages = [(one, get(one, THERE), get(one, ABSENT)) for one in ADDRESSES]
    return [*pages, *_in_python(town)]


def _in_python(town: Workspace) -> list[tuple[str, Callable[[], object], Callable[[], object]]]:
    from joinedup.accounts import acting_viewer
    from joinedup.measures import FigureQuery
    from joinedup.records import RecordBook
    from joinedup.release import release, reveal
    from joinedup.terms import AreaLevel, Purpose, RecordType

    outside, council = acting_viewer(OUTSIDE), acting_viewer("council-analyst")

    def figure(measure: str) -> Callable[[], object]:
        return _quietly(lambda: release(town, outside, FigureQuery(measure, level=AreaLevel.WARD)))

    def names(key: str) -> Callable[[], object]:
        return _quietly(
            lambda: reveal(
                town, council, RecordType.INCIDENT, [key], ["caller.full_name"],
                purpose=Purpose.CRIME_AND_DISORDER, reason="to look",
            )
        )  # fmt: skip

    def taking(reference: str) -> Callable[[], object]:
        book = RecordBook(town)
        return _quietly(lambda: book.take_back("calls", references=[reference], by=council, reason="twice"))

    hidden = str(RecordBook(town).restricted_keys(1)[0])
    return [
        ("figure of a measure", figure(THERE["measure"]), figure(ABSENT["measure"])),
        ("reveal of a restricted record", names(hidden), names("0" * 32)),
        ("taking back a restricted record", taking(SINGLE[0]), taking("RX78")),
    ]


def _quietly(act: Callable[[], object]) -> Callable[[], object]:
    def done() -> object:
        try:
            return act()
        except JoinedupError as error:
            return error

    return done


if __name__ == "__main__":
    sys.exit(main())
