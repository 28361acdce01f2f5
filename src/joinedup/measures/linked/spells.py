"""Spells and what follows them: coming of age, and what happens during stays. Pure functions over arrays."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.result import Cell
from joinedup.measures.repeats.counting import months_after
from joinedup.terms import Period, add_months


@dataclass(frozen=True)
class Spell:
    """Somebody's time on a programme; ``ended`` None where nobody said."""

    unit: str
    case: str
    started: dt.date
    ended: dt.date | None


@dataclass(frozen=True)
class Moves:
    """What became of the people who came of age with a spell: each is in one of the four but ``immature``.

    ``days`` are from the end of the last young spell to the start of the first adult one, of those who moved
    and whose young spell ended.
    """

    eligible: int
    moved: int
    stayed: int
    neither: int
    immature: int
    days: tuple[int, ...]


def moves(
    young: Iterable[Spell],
    adult: Iterable[Spell],
    adult_month: Mapping[str, dt.date],
    period: Period,
    before: int,
    after: int,
    told_until: dt.date,
) -> Moves:
    """Who moved on at 18, who stayed, who is in neither.

    ``adult_month`` is the first day of the month of the eighteenth birthday. Eligible is whose month lies in
    the period and who has a young spell that began before the month ended and was open in it. The window
    goes from ``before`` months before the month to the end of the ``after``-th month after it; moved is who
    has an adult spell, not one of the young ones, that begins in it; stayed is whose young spell is open at
    its end. Whose window has not been told of yet is immature, and in nothing else.
    """
    theirs, later = _by_unit(young), _by_unit(adult)
    counts: dict[str, int] = defaultdict(int)
    days = []
    for unit, month in adult_month.items():
        if not period.start <= month < period.end:
            continue
        open_then = [one for one in theirs.get(unit, []) if _open(one, month, add_months(month, 1))]
        if not open_then:
            continue
        opens, ends = add_months(month, -before), add_months(month, after + 1)
        if ends > told_until:
            counts["immature"] += 1
            continue
        own = {(one.case, one.started) for one in open_then}
        taken = [one for one in later.get(unit, []) if opens <= one.started < ends]
        taken = [one for one in taken if (one.case, one.started) not in own]
        counts[_became(taken, open_then, ends)] += 1
        if taken and all(one.ended for one in open_then):
            last = max(one.ended for one in open_then if one.ended)
            days.append((min(one.started for one in taken) - last).days)
    eligible = counts["moved"] + counts["stayed"] + counts["neither"]
    return Moves(
        eligible, counts["moved"], counts["stayed"], counts["neither"], counts["immature"], tuple(days)
    )


def _became(taken: list[Spell], open_then: list[Spell], ends: dt.date) -> str:
    if taken:
        return "moved"
    return "stayed" if any(one.ended is None or one.ended >= ends for one in open_then) else "neither"


def _open(spell: Spell, begins: dt.date, ends: dt.date) -> bool:
    """Whether a spell is open on some day of the month."""
    return spell.started < ends and (spell.ended is None or spell.ended >= begins)


def _by_unit(spells: Iterable[Spell]) -> dict[str, list[Spell]]:
    found: dict[str, list[Spell]] = defaultdict(list)
    for one in spells:
        found[one.unit].append(one)
    return found


def cells_of_moves(found: Moves) -> list[Cell]:
    """Shares of those who came of age, how many cannot be told yet, and the days between."""
    days = np.array(found.days, dtype=np.float64)
    return [
        *(
            cells.share(of, ALL, number, found.eligible)
            for of, number in (
                ("moved", found.moved),
                ("stayed", found.stayed),
                ("in-neither", found.neither),
            )
        ),
        Cell("not-yet-told", ALL, cells.COUNT, found.immature, None, float(found.immature)),
        *cells.quantiles("days-between", ALL, cells.DAYS, days, np.arange(len(days))),
    ]


@dataclass(frozen=True)
class Deed:
    """What somebody is suspected of, and on which day."""

    unit: str
    kind: str
    day: dt.date


def during_stays(
    stays: Iterable[Spell], deeds: Iterable[Deed], period: Period, after: int, told_until: dt.date
) -> list[Cell]:
    """Of the people with a stay in the period, those with a deed while they stayed, and within so many months
    after; by kind. A stay without an end lasts as long as is told."""
    by_unit, done = _by_unit(stays), defaultdict(list)
    for deed in deeds:
        done[deed.unit].append(deed)
    during: dict[str, set[str]] = defaultdict(set)
    later: dict[str, set[str]] = defaultdict(set)
    there, left = set(), set()
    for unit, spells in by_unit.items():
        for stay in spells:
            ended = stay.ended or told_until
            if stay.started >= period.end or ended < period.start:
                continue
            there.add(unit)
            until = dt.date.fromisoformat(str(months_after(np.array(ended, "datetime64[D]"), after)))
            followed = stay.ended is not None and until <= told_until
            if followed:
                left.add(unit)
            for deed in done[unit]:
                if stay.started <= deed.day <= ended:
                    during[deed.kind].add(unit)
                elif followed and ended < deed.day < until:
                    later[deed.kind].add(unit)
    found = []
    for of, kinds, among in (("during", during, there), (f"within-{after}-months-after", later, left)):
        everybody = set().union(*kinds.values()) if kinds else set()
        found.append(cells.share(of, ALL, len(everybody), len(among)))
        found += [cells.share(of, kind, len(who), len(among)) for kind, who in sorted(kinds.items())]
    return found
