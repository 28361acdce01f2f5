"""Who is on a caseload in a period, and who they are. Pure functions over spells."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from joinedup.measures.intervals import poisson
from joinedup.measures.linked import cells
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.need import Need, penetration
from joinedup.measures.linked.result import Cell
from joinedup.terms import Period


@dataclass(frozen=True)
class Stay:
    """Somebody's spell of a kind. ``ended`` None where nobody said; ``seen`` is the last day of which a
    record tells it, until which such a spell lasts; ``kind`` is empty where it is not told."""

    unit: str
    kind: str
    started: dt.date
    ended: dt.date | None
    seen: dt.date


def on_it(stays: Iterable[Stay], period: Period) -> dict[str, frozenset[str]]:
    """By person with a spell open on some day of the period the kinds of these spells."""
    found: dict[str, set[str]] = defaultdict(set)
    for one in stays:
        if one.started < period.end and (one.ended or one.seen) >= period.start:
            found[one.unit].add(one.kind)
    return {unit: frozenset(kinds) for unit, kinds in found.items()}


def cells_of(
    people: Mapping[str, frozenset[str]],
    told: Mapping[str, Mapping[str, str]],
    adult: Mapping[str, dt.date] | None,
    period: Period,
    needs: Iterable[Need],
    counted: str = "people",
) -> list[Cell]:
    """The number of people (or what else is ``counted``), of each kind, the shares of each value in ``told``
    (by field, then by person), of those not of age (``adult`` None: nothing of ages), and the penetration of
    each need.

    Shares are of those of whom it is told; how many are not is told apart. Whoever has spells of two kinds is
    in both, and once in all.
    """
    number = len(people)
    found = [_number(counted, ALL, number)]
    kinds = Counter(kind for own in people.values() for kind in own if kind)
    found += [_number(counted, kind, count) for kind, count in sorted(kinds.items())]
    untold = sum(not any(own) for own in people.values())
    found.append(cells.share("kind-not-known", ALL, untold, number))
    for field, values in told.items():
        found += _shares(field, [values.get(unit) for unit in people])
    if adult is not None:
        ages = [adult[unit] for unit in people if unit in adult]
        found.append(cells.share("under-18", ALL, sum(month > period.start for month in ages), len(ages)))
        found.append(cells.share("age-not-known", ALL, number - len(ages), number))
    for need in needs:
        wanted = set(need.groups)
        reached = sum(bool(own & wanted) for own in people.values()) if wanted else number
        found.append(penetration(reached, need))
    return found


def _number(counted: str, group: str, number: int) -> Cell:
    lower, upper = (float(one.item()) for one in poisson(number))
    return Cell(counted, group, cells.COUNT, number, None, float(number), lower, upper)


def _shares(field: str, values: list[str | None]) -> list[Cell]:
    counts = Counter(one for one in values if one)
    known = sum(counts.values())
    of = f"by-{field.replace('_', '-')}"
    found = [cells.share(of, value, count, known) for value, count in sorted(counts.items())]
    return [
        *found,
        cells.share(f"{field.replace('_', '-')}-not-known", ALL, len(values) - known, len(values)),
    ]


def _age(need: Need) -> tuple[dt.date, dt.date]:
    return need.year.start, need.known_on


def chosen(needs: Iterable[Need], period: Period, known_by: dt.date | None) -> list[Need]:
    """Of estimates for the same groups and the same people the latest whose year began by the end of the
    period, and that was known by a day (None: whenever); of one year, the one that became known last."""
    latest: dict[tuple[object, ...], Need] = {}
    for one in needs:
        key = (tuple(sorted(one.groups)), repr(one.where))
        in_time = one.year.start < period.end and (known_by is None or one.known_on <= known_by)
        if in_time and (key not in latest or _age(latest[key]) < _age(one)):
            latest[key] = one
    return list(latest.values())
