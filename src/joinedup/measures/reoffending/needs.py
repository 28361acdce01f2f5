"""What those who reoffend need, beside those who do not: odds ratios by need."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from django.utils.translation import gettext as _
from numpy.typing import NDArray

from joinedup.measures.linked import cells
from joinedup.measures.linked.cells import RATIO
from joinedup.measures.linked.definitions import ALL, Records
from joinedup.measures.linked.ground import figure_of
from joinedup.measures.linked.kinds.work import Work, read
from joinedup.measures.linked.reading import own_days
from joinedup.measures.linked.result import Cell, LinkedFigure, LinkedQuery
from joinedup.measures.reoffending.catalogue import reoffending_named
from joinedup.measures.reoffending.computing import counted_by, ground_told
from joinedup.measures.reoffending.definitions import ByNeed
from joinedup.measures.reoffending.gathering import gather
from joinedup.measures.repeats.counting import day_after
from joinedup.records import RecordBook
from joinedup.terms import RecordType, Strictness
from joinedup.workspace import Workspace

ASSESSMENTS = Records("oasys", RecordType.ASSESSMENT, ("client",))
BEFORE, AFTER = 12, 3
"""Months before the day on which somebody enters, and after it, in which an assessment is of then."""

_FIELDS = ("assessment_ref", "domain", "score", "threshold")
Days = NDArray[np.datetime64]


@dataclass(frozen=True)
class Assessed:
    """One element for each section of an assessment: whose, on which day, what it is of, and whether the
    score reaches the section's threshold."""

    unit: NDArray[np.object_]
    day: Days
    need: NDArray[np.object_]
    has: NDArray[np.bool_]


def by_need_of(name: str) -> ByNeed:
    """The measure of that name with the assessments. Raises ``NotFound``."""
    return ByNeed.of(reoffending_named(name), ASSESSMENTS)


def needs(workspace: Workspace, query: LinkedQuery) -> LinkedFigure:
    """Of the people whom a measure follows, by each need: who has it of those who reoffended and of the
    others, and the odds ratio. Each person once, at their first entry, by their assessment of then.

    Without data, or until the last clock has run, there is one row without numbers. Raises ``NotFound``.
    """
    measure = by_need_of(query.name)
    book = RecordBook(workspace)
    with book.reading(query.as_at) as reader:
        ground, told = ground_told(book, reader, measure, query)
        made: dict[Strictness, list[Cell]] = {}
        notes = list(told.notes)
        if told.ready and told.mature:
            work = Work(workspace, reader, measure, query, ground)
            gathered = gather(work, [measure])
            frame = read(work, [measure.needs], _FIELDS)
            for level in Strictness:
                followed = counted_by(reader.connection(), gathered, level, query.period)(measure)
                made[level] = cells_of(_first(followed), _assessed(frame, level))
            notes += _of_reading()
    small = workspace.settings.small_number
    return figure_of(ground, measure, query, made, notes, small=small, flags=told.flags)


def _of_reading() -> list[str]:
    note = _(
        "Needs are those of the latest assessment in the {before} months before somebody enters, else of the "
        "first within {after} months after."
    )
    return [
        note.format(before=BEFORE, after=AFTER),
        _("Of many needs one in twenty stands out by chance. Needs come together: a ratio is no cause."),
        _("Who was not assessed is in no ratio, which is not that they need nothing."),
    ]


def _first(followed: pd.DataFrame) -> pd.DataFrame:
    """Each person once: ``day`` of the first entry, and ``again`` whether anything followed any of them."""
    told = followed.assign(again=followed["reoffences"] > 0, day=pd.to_datetime(followed["day"]))
    return told.groupby("unit").agg(day=("day", "min"), again=("again", "any"))


def _assessed(frame: pd.DataFrame, level: Strictness) -> Assessed:
    known = frame[frame[level.value].notna() & frame["domain"].notna()]
    score, threshold = (pd.to_numeric(known[name], errors="coerce") for name in ("score", "threshold"))
    told = score.notna() & threshold.notna()
    known = known[told]
    return Assessed(
        known[level.value].to_numpy(dtype=np.object_),
        own_days(known),
        known["domain"].to_numpy(dtype=np.object_),
        (score[told] >= threshold[told]).to_numpy(dtype=np.bool_),
    )


def cells_of(people: pd.DataFrame, assessed: Assessed) -> list[Cell]:
    """``people`` by unit, with ``day`` and ``again``; see ``needs``. Sections that one assessment tells twice
    count as a need if either says so."""
    units = [str(unit) for unit in people.index]
    told = at_entry(dict(zip(units, people["day"], strict=True)), assessed)
    again = dict(zip(units, people["again"], strict=True))
    found = []
    for need in sorted({one for of in told.values() for one in of}):
        has = {unit: of[need] for unit, of in told.items() if need in of}
        counts = Counter((one, bool(again[unit])) for unit, one in has.items())
        found += _of_need(need, [counts[one, two] for one in (True, False) for two in (True, False)])
    found.append(cells.share("not-assessed", ALL, len(people) - len(told), len(people)))
    return found


def at_entry(entered: Mapping[str, pd.Timestamp], assessed: Assessed) -> dict[str, dict[str, bool]]:
    """By person the needs told by the assessment of when they entered; nobody without one."""
    rows: dict[str, list[int]] = {}
    for at, unit in enumerate(assessed.unit.tolist()):
        if unit in entered:
            rows.setdefault(unit, []).append(at)
    found: dict[str, dict[str, bool]] = {}
    for unit, own in rows.items():
        day = np.datetime64(entered[unit], "D")
        chosen = _chosen(day, assessed.day[own])
        if chosen is None:
            continue
        of = found.setdefault(unit, {})
        for at in own:
            if assessed.day[at] == chosen:
                need = str(assessed.need[at])
                of[need] = of.get(need, False) or bool(assessed.has[at])
    return found


def _chosen(day: np.datetime64, told: Days) -> np.datetime64 | None:
    first, last = day_after(day, -BEFORE), day_after(day, AFTER)
    before = told[(told > first) & (told <= day)]
    after = told[(told > day) & (told <= last)]
    if len(before):
        return before.max()
    return after.min() if len(after) else None


def _of_need(need: str, counts: Sequence[int]) -> list[Cell]:
    """``counts``: with the need and reoffended, with it and not, without it and reoffended, and neither."""
    a, b, c, d = counts
    return [
        cells.share("need-of-those-who-reoffended", need, a, a + c),
        cells.share("need-of-the-others", need, b, b + d),
        _odds_ratio(need, counts),
    ]


def _odds_ratio(need: str, counts: Sequence[int]) -> Cell:
    """The odds of reoffending with the need against without it: the conditional maximum likelihood estimate
    with its exact interval (R. A. Fisher, 1935; J. Cornfield, 1956), which holds for few people too."""
    from scipy.stats.contingency import odds_ratio

    a, b, c, d = counts
    cell = ("odds-ratio", need, RATIO, a, b)
    if not (a + b and c + d and a + c and b + d):
        return Cell(*cell)
    found = odds_ratio([[a, b], [c, d]], kind="conditional")
    interval = found.confidence_interval(cells.CONFIDENCE)
    value, lower, upper = (
        float(one) if math.isfinite(one) else None for one in (found.statistic, interval.low, interval.high)
    )
    return Cell(*cell, value, lower, upper)
