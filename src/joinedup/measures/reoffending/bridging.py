"""A bridge from one measure of reoffending to another: what each part in which they differ moves.

The parts change one after another, in the order of ``PARTS``, each on top of those before; the steps add up
to the whole difference exactly. In another order the same part may move another number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import pandas as pd

from joinedup.measures.reoffending.definitions import Reoffending, differing

Counted = Callable[[Reoffending], pd.DataFrame]
"""Gives each entry that a measure follows: ``unit``, ``day``, ``reoffences``."""

_Key = tuple[str, int]
_Entries = dict[_Key, int]


@dataclass(frozen=True)
class Step:
    """One part changed: where it leads, and what it moved.

    People who are counted at several entries are several here. ``left`` and ``came`` are people of the
    cohort; of the change in reoffenders, ``reoffenders_left`` and ``reoffenders_came`` went with them, and
    of those who stayed ``now_reoffend`` and ``no_longer`` are judged otherwise. ``part`` is empty at the
    start, where nothing has moved yet.
    """

    part: str
    people: int
    left: int
    came: int
    reoffenders: int
    reoffenders_left: int
    reoffenders_came: int
    now_reoffend: int
    no_longer: int
    reoffences: int
    reoffences_change: int


def steps(one: Reoffending, other: Reoffending, counted: Counted) -> list[Step]:
    """From the one to the other: first a step without a part, the one as it is, then one for each part."""
    current = replace(one, baseline=0)
    before = _by_entry(counted(current))
    made = [_start(before)]
    for part in differing(one, other):
        current = replace(current, **{part: getattr(other, part)})
        after = _by_entry(counted(current))
        made.append(_step(part, before, after))
        before = after
    return made


def _by_entry(found: pd.DataFrame) -> _Entries:
    """Reoffences by person and the number of the entry, the first being 0."""
    ordered = found.sort_values(["unit", "day"], kind="stable")
    ordinal = ordered.groupby("unit").cumcount()
    return {
        (str(unit), int(number)): int(count)
        for unit, number, count in zip(ordered["unit"], ordinal, ordered["reoffences"], strict=True)
    }


def _start(entries: _Entries) -> Step:
    again = _again(entries, entries.keys())
    return Step("", len(entries), 0, 0, again, 0, 0, 0, 0, sum(entries.values()), 0)


def _step(part: str, before: _Entries, after: _Entries) -> Step:
    left, came = before.keys() - after.keys(), after.keys() - before.keys()
    stayed = before.keys() & after.keys()
    return Step(
        part=part,
        people=len(after),
        left=len(left),
        came=len(came),
        reoffenders=_again(after, after.keys()),
        reoffenders_left=_again(before, left),
        reoffenders_came=_again(after, came),
        now_reoffend=sum(after[key] > 0 and not before[key] for key in stayed),
        no_longer=sum(before[key] > 0 and not after[key] for key in stayed),
        reoffences=sum(after.values()),
        reoffences_change=sum(after.values()) - sum(before.values()),
    )


def _again(entries: _Entries, keys: Collection[_Key]) -> int:
    return sum(entries[key] > 0 for key in keys)
