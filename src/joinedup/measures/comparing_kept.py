"""The doctor's look at kept counts: a sample of figures, from them and from the records."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace

from joinedup.measures.definition import Measure
from joinedup.measures.engine import compute, delivered_period
from joinedup.measures.kept import is_kept, listed
from joinedup.measures.kept.scope import LEVELS
from joinedup.measures.query import FigureQuery
from joinedup.measures.registry import catalogue
from joinedup.places import placed_by
from joinedup.terms import AreaLevel, Every, Form, Period, add_months
from joinedup.workspace import Workspace

_YEAR = 12


@dataclass(frozen=True)
class Compared:
    """One figure that was asked twice; ``asked`` says which, and holds no count."""

    measure: str
    asked: str
    equal: bool


def compared(workspace: Workspace, sample: int) -> Iterator[Compared]:
    """Ask so many figures of measures of which counts are kept now, with them and without: which is chance.

    Each is over every month of at most a year, by a level and a breakdown, and has to be equal in every row,
    flag and note.
    """
    measures = [one for one in catalogue(workspace).values() if is_kept(one)]
    there = {file.measure for file in listed(workspace, measures) if file.current}
    chosen = [one for one in measures if one.name in there]
    counted = without(workspace)
    levels = [AreaLevel.ALL, *(level for level in LEVELS if level in placed_by(workspace))]
    for _ in range(sample if chosen else 0):
        measure = secrets.choice(chosen)
        query = _some_question(workspace, measure, secrets.choice(levels))
        ready, direct = compute(workspace, measure, query), compute(counted, measure, query)
        equal = (ready.rows, ready.notes, ready.sql) == (direct.rows, direct.notes, direct.sql)
        cut = f" by {query.by[0]}" if query.by else ""
        yield Compared(measure.name, f"{query.level}{cut}, {query.period}", equal)


def without(workspace: Workspace) -> Workspace:
    """The same workspace, whose figures are counted from the records alone."""
    return replace(workspace, settings=replace(workspace.settings, keep_counts_from=0))


def _some_question(workspace: Workspace, measure: Measure, level: AreaLevel) -> FigureQuery:
    period = delivered_period(workspace, measure)
    if period is not None and period.months > _YEAR:
        start = add_months(period.start, secrets.randbelow(period.months - _YEAR + 1))
        period = Period(start, add_months(start, _YEAR))
    by = secrets.choice([(), *((name,) for name in measure.breakdowns)])
    counts = Form.COUNT in measure.forms
    form = Form.COUNT if counts else measure.forms[0]
    return FigureQuery(measure.name, form, level, period=period, every=Every.MONTH, by=by)
