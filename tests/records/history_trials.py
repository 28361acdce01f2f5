"""Random histories of everything that can be done to records, against a naive replay of them.

What the book says as known on any date equals the replay's, and the parts of an explained movement add up.
"""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from naive_book import APRIL, BOTH, JULY, MAY, Deliver, NaiveBook
from two_books import Act, Again, Erase, LetIn, TakeBack, TwoBooks, Withdraw

from joinedup.errors import JoinedupError
from joinedup.measures import FigureQuery, Measure, explain, registry
from joinedup.records import RecordBook
from joinedup.terms import AreaLevel, DeliveryMode, Form, Period, RecordType, Sensitivity
from joinedup.workspace import Workspace

SPRING = Period.parse("2024-04..2024-07")
WORDS = "xyz"
TALLY = Measure(
    name="tally",
    version=1,
    title="Tally",
    noun="things",
    meaning="Things that happened.",
    unit="things",
    theme="Trials",
    sources=("test-source",),
    record_types=(RecordType.INCIDENT,),
    carries={RecordType.INCIDENT: "category"},
    sql="SELECT month, point, left(category, 1) AS kind FROM incident",
    breakdowns={"kind": {word: word.upper() for word in WORDS}},
    classified_by=("kind",),
    forms=(Form.COUNT,),
    additive_over_areas=True,
    additive_over_time=True,
    sensitivity=Sensitivity.OFFICIAL,
)
SNAPSHOTS = (DeliveryMode.SNAPSHOT,)
ALL_MODES = (*SNAPSHOTS, DeliveryMode.SNAPSHOT, DeliveryMode.CHANGES, DeliveryMode.APPEND)


def history(chance: random.Random) -> list[Act]:
    """Up to twelve acts on few records.

    Half of the feeds send snapshots only, as most do, and what adds to them; in half of all a record has a
    month of its own.
    """
    modes = chance.choice([SNAPSHOTS, ALL_MODES])
    own_months = chance.random() < 0.5
    keys = [name + own for name in "abc" for own in ("45" if own_months else "-")]
    acts: list[Act] = [_file(chance, modes, keys)]
    return acts + [_act(chance, modes, keys) for _ in range(chance.randint(2, 11))]


def _act(chance: random.Random, modes: tuple[DeliveryMode, ...], keys: list[str]) -> Act:
    kind = chance.choices([Deliver, Again, Withdraw, TakeBack, LetIn, Erase], [7, 2, 4, 4, 4, 1])[0]
    if kind is TakeBack:
        return TakeBack(tuple(chance.sample(keys, chance.choice([1, 1, 2]))))
    if kind is Erase:
        return Erase(chance.choice(keys))
    if kind is Withdraw:
        return Withdraw(chance.choice([0, 0, 0, 1, 2]))
    if kind in (Again, LetIn):
        return kind(chance.randrange(8))
    return _file(chance, modes, keys)


def _file(chance: random.Random, modes: tuple[DeliveryMode, ...], keys: list[str]) -> Deliver:
    mode, period = chance.choice(modes), chance.choice([APRIL, MAY, BOTH])
    rows: dict[str, tuple[str, dt.date]] = {}
    refused = []
    for key in keys:
        own = {"4": [APRIL.start], "5": [MAY.start]}.get(key[-1], [APRIL.start, MAY.start])
        months = [month for month in own if period.start <= month < period.end]
        dice = chance.random()
        if not months or dice > 0.8:
            continue
        month = chance.choice([*months, *months, *months, JULY])  # a stray is among what partners send
        if dice > 0.7:
            refused.append(key)
        else:
            rows[key] = (f"{chance.choice(WORDS)} {month:%m}", month)
    if modes == SNAPSHOTS and chance.random() < 0.2:  # rows that were refused come mended
        return Deliver(DeliveryMode.CHANGES, period, rows, tuple(refused), adds=True)
    return Deliver(mode, period, rows, tuple(refused))


def trials(empty: Path, folder: Path, times: int, seed: int) -> Iterator[tuple[int, int, str]]:
    """So many histories: number, how many answers were compared, and what was wrong (nothing: all right)."""
    with patch.object(registry, "_discovered", lambda: {"tally": TALLY}):
        for number in range(times):
            place = shutil.copytree(empty, folder / f"history-{number}")
            workspace = Workspace.open(place)
            try:
                chance = random.Random(f"{seed} {number}")
                compared, wrong = _compare(workspace, history(chance), chance)
                yield number, compared, wrong
            finally:
                workspace.close()
                shutil.rmtree(place)


def _compare(workspace: Workspace, acts: list[Act], chance: random.Random) -> tuple[int, str]:
    book = RecordBook(workspace)
    done = 0
    try:
        with book.writing() as writer:
            both = TwoBooks(book, writer)
            for done, act in enumerate(acts, 1):  # noqa: B007 - told where it goes wrong
                both.do(act)
        book.finish_erasing()
        both.compare_all_dates()
        explained = _explain(workspace, both.naive, both.moments, chance)
    except (AssertionError, JoinedupError) as error:
        return 0, f"{error!r}, after {done} acts of {acts}"
    return len(both.moments) + explained, ""


def _explain(
    workspace: Workspace, naive: NaiveBook, moments: dict[int, dt.datetime], chance: random.Random
) -> int:
    if len(moments) < 2:
        return 0
    first, last = sorted(chance.sample(sorted(moments), 2))
    for kind in (None, chance.choice(WORDS)):
        where = (("kind", kind),) if kind else ()
        query = FigureQuery("tally", level=AreaLevel.ALL, period=SPRING, where=where)
        found = explain(workspace, query, moments[first], moments[last])
        counted = (_tally(naive, first, kind), _tally(naive, last, kind))
        said = (sum(found.before.values()), sum(found.after.values()))
        assert said == counted, f"explain counts {said} of {kind} between {first} and {last}, not {counted}"
        change = sum(row.change for row in found.movements)
        assert change == counted[1] - counted[0], f"the parts do not add up: {found.movements}"
    return 2


def _tally(naive: NaiveBook, at: int, kind: str | None) -> int:
    """How many of a kind (None: any) were known at a time, in months that were covered."""
    months = naive.covered(at)
    return sum(version.month in months and kind in {None, version.content[0]} for version in naive.known(at))
