"""A bridge from one measure of reoffending to another: what each part in which they differ moves.

The parts change one after another, in the order of ``PARTS``, each on top of those before; the steps add up
to the whole difference exactly. In another order the same part may move another number.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

import pandas as pd

from joinedup.measures.reoffending.definitions import Once, Reoffending, differing

Counted = Callable[[Reoffending], pd.DataFrame]
"""Gives each entry that a measure follows: ``unit``, ``day``, ``reoffences``."""

_Key = tuple[str, str]
_Entries = dict[_Key, int]
_PERSON, _DAY, _ORDINAL = "person", "day", "ordinal"


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


def chain(one: Reoffending, other: Reoffending) -> list[tuple[str, Reoffending]]:
    """The measures that lead from the one to the other, with the part that each changes; the first changes
    none."""
    made = [("", replace(one, baseline=0))]
    for part in differing(one, other):
        made.append((part, replace(made[-1][1], **{part: getattr(other, part)})))
    return made


def steps(one: Reoffending, other: Reoffending, counted: Counted) -> list[Step]:
    """From the one to the other: first a step without a part, the one as it is, then one for each part."""
    (_, measure), *changed = chain(one, other)
    before = counted(measure)
    made = [_start(_entries(before, _ORDINAL))]
    for part, measure in changed:
        after = counted(measure)
        by = _ORDINAL if part in {"cohort", "once"} else _DAY if measure.once is Once.ENTRY else _PERSON
        made.append(_step(part, _entries(before, by), _entries(after, by)))
        before = after
    return made


def _entries(found: pd.DataFrame, by: str) -> _Entries:
    """Reoffences of each entry: by person; by person and day, where one counts at each entry; or by person
    and number (the first is 0), where it is the entries that are other ones."""
    ordered = found.sort_values(["unit", "day"], kind="stable")
    if by == _ORDINAL:
        which = ordered.groupby("unit").cumcount().astype(str)
    else:
        which = ordered["day"].astype(str) if by == _DAY else pd.Series("", index=ordered.index)
    return {
        (str(unit), str(one)): int(count)
        for unit, one, count in zip(ordered["unit"], which, ordered["reoffences"], strict=True)
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
