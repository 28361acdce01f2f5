"""Computing a figure: one aggregate by an engine, then periods, rates, intervals and cautions over arrays."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from joinedup import places
from joinedup.errors import NotFound
from joinedup.measures import (
    answering,
    area_axis,
    asking,
    bases,
    cautions,
    coverage,
    forms,
    occurring,
    plan,
    sql,
    table,
)
from joinedup.measures.area_axis import UNPLACED, AreaAxis
from joinedup.measures.cells import Cells, cells_from
from joinedup.measures.definition import Measure
from joinedup.measures.kept import Kept, kept
from joinedup.measures.plan import Part
from joinedup.measures.query import FigureQuery
from joinedup.measures.registry import measure_named
from joinedup.measures.result import Figure
from joinedup.measures.rhythms import for_keeping, with_rhythms
from joinedup.records import Reader, RecordBook
from joinedup.terms import LONDON, AreaLevel, Form, Per, Period
from joinedup.workspace import Workspace


def figure(workspace: Workspace, query: FigureQuery) -> Figure:
    """Answer the query: every area, period and combination of breakdowns, zeros included, with workings.

    Raises ``NotFound`` for a measure, area or breakdown there is not, ``BadInput`` for a question the measure
    cannot answer.
    """
    return compute(workspace, measure_named(query.measure, workspace), query)


@dataclass(frozen=True)
class Question:
    """A query with everything filled in that it left open."""

    measure: Measure
    query: FigureQuery
    axis: AreaAxis
    parts: list[Part]
    holdings: coverage.Holdings
    shown: dict[str, list[str]]
    narrowing: dict[str, list[str]]


def compute(workspace: Workspace, measure: Measure, query: FigureQuery) -> Figure:
    """``figure`` for a definition that need not be in the catalogue."""
    plain = measure
    measure, rhythms = with_rhythms(workspace, plain, query)
    asking.check(measure, query)
    with RecordBook(workspace).reading(query.as_at) as reader:
        question = question_of(workspace, reader, measure, query)
        pairs = plan.counted_pairs(question.parts, question.holdings.delivered)
        text = sql.figure_sql(measure, question.axis, query.by, question.narrowing, pairs) if pairs else ""
        keepable = for_keeping(plain, measure, rhythms)
        ready = kept(workspace, reader, keepable, query, question.narrowing) if pairs and keepable else None
        if ready is not None:
            counted, lacking = _ready(ready, question, pairs)
        else:
            counted, lacking = answer_of(workspace, reader, question, text) if pairs else (None, [])
        values, absent = occurring.values_with_rows(
            workspace, reader, measure, found_values(counted, query.by), question.shown, query.engine, ready
        )
        cells = cells_from(counted, question.axis, values, len(question.parts))
    asked = answering.shown(text, query.engine) if text else ""
    return figure_from(workspace, question, cells, Workings(asked, _lacking_notes(lacking) + absent))


@dataclass(frozen=True)
class Workings:
    sql: str
    notes: tuple[str, ...]


def found_values(counted: pa.Table | None, by: tuple[str, ...]) -> dict[str, frozenset[str]]:
    """The values that the answer holds of each breakdown."""
    return {
        name: frozenset(pc.unique(counted[name]).to_pylist()) if counted is not None else frozenset()
        for name in by
    }


def _lacking_notes(fields: list[str]) -> tuple[str, ...]:
    if not fields:
        return ()
    note = _("No record of these months carries {fields}: not stated throughout.")
    return (note.format(fields=", ".join(fields)),)


def all_months(parts: list[Part]) -> set[dt.date]:
    periods = [period for part in parts for period in (part.period, part.before) if period]
    return {month for period in periods for month in plan.months_of(period)}


def question_of(workspace: Workspace, reader: Reader, measure: Measure, query: FigureQuery) -> Question:
    held = coverage.holdings(workspace, reader, measure)
    period = query.period or plan.latest_period(held.delivered)
    if period is None:
        raise _nothing_known(workspace, reader.as_at, measure)
    wanted: dict[str, list[str]] = {}
    for name, value in query.where:
        wanted.setdefault(name, []).append(value)
    shown = {name: values for name, values in wanted.items() if name in query.by}
    whole = shown if query.form is Form.SHARE and not measure.has_hit else {}  # a share needs the whole
    narrowing = {name: values for name, values in wanted.items() if name not in whole}
    filled = replace(query, period=period)
    axis = area_axis.area_axis(workspace, measure, query)
    return Question(measure, filled, axis, plan.parts_of(query, period), held, shown, narrowing)


def _nothing_known(workspace: Workspace, as_at: dt.datetime | None, measure: Measure) -> NotFound:
    """Why there is nothing to count: it was not known yet on that date, or was never delivered."""
    with RecordBook(workspace).reading() as now:
        feeds = {row.feed for row in coverage.holdings(workspace, now, measure).deliveries}
        covered = [one.known_from for one in now.coverage(measure.sources) if one.feed in feeds]
    first = min(covered, default=None)
    sources = f"source {', '.join(measure.sources)}"
    if as_at is None or first is None or first <= as_at:
        return NotFound(
            f"Nothing has been delivered yet that {measure.title.lower()} could be counted from",
            where=sources,
            next_step="Deliver it with: joinedup deliver FEED FILE, or name a period",
        )
    asked, known = (moment.astimezone(LONDON) for moment in (as_at, first))
    clock = ", %H:%M" if asked.date() == known.date() else ""
    return NotFound(
        f"On {asked.day} {asked:%B %Y{clock}} nothing of {measure.title.lower()} was known yet: "
        f"the first months of it are known from {known.day} {known:%B %Y{clock}}",
        where=sources,
        next_step=f"Ask as known on that day or later (--as-at {known:%Y-%m-%d}), or as known now",
    )


def answer_of(
    workspace: Workspace, reader: Reader, question: Question, text: str
) -> tuple[pa.Table, list[str]]:
    """The SQL's answer, and fields that it lacked; points that nobody placed yet are placed first."""
    records = answering.opened(workspace, reader, question.measure, _span(question), question.query.engine)
    answer = records.ask(text)
    if question.axis.joins_points and UNPLACED in answer["area"].unique().to_pylist():
        records.place_missing()
        answer = records.ask(text)
    return answer, records.lacking


def _ready(ready: Kept, question: Question, pairs: sql.Pairs) -> tuple[pa.Table, list[str]]:
    """The same from kept counts, which are equal to it."""
    return ready.ask(question.axis, pairs), ready.lacking(_span(question))


def _span(question: Question) -> Period | None:
    """The months that the records of the one record type lie in; None where others are looked up too."""
    if len(question.measure.record_types) > 1:
        return None
    periods = [period for part in question.parts for period in (part.period, part.before) if period]
    return Period(min(period.start for period in periods), max(period.end for period in periods))


def figure_from(workspace: Workspace, question: Question, cells: Cells, workings: Workings) -> Figure:
    measure, query, held = question.measure, question.query, question.holdings
    known_on = query.as_at or held.known_on
    if query.level is AreaLevel.SQUARE:
        cells = replace(cells, area_names=_square_names(workspace, cells))
    residents, notes = residents_of(workspace, query, cells)
    columns = forms.computed(query.form, cells, residents, workspace.settings.small_number)
    notes += question.axis.notes + workings.notes + _whose(measure)
    knowledge = cautions.Knowledge(held.delivered, held.known_on, held.breaks, held.provisional, held.erased)
    notes += cautions.apply(columns, measure, query, question.parts, knowledge)
    if query.form is Form.RATE and query.per is Per.RESIDENTS:
        notes += _misled(workspace, question, cells, columns, residents)
    rows = table.rows(
        query.level,
        cells,
        [part.period for part in question.parts],
        columns,
        question.shown,
    )
    return Figure(
        query=query,
        measure=measure,
        rows=rows,
        as_at=query.as_at,
        known_on=known_on,
        deliveries=held.behind(all_months(question.parts), measure.record_types[0]),
        sql=_explained(question, workings.sql),
        notes=notes,
        unit=asking.unit(measure, query.form, query.per),
    )


def _whose(measure: Measure) -> tuple[str, ...]:
    if not measure.own:
        return ()
    note = _("{name} is a measure of the partnership's own (definition {version}), not one of joinedup's.")
    return (note.format(name=measure.name, version=measure.version),)


def _square_names(workspace: Workspace, cells: Cells) -> tuple[str, ...]:
    named = {area.code: area.name for area in places.areas(workspace, AreaLevel.SQUARE)}
    return tuple(named.get(code, name) for code, name in zip(cells.area_codes, cells.area_names, strict=True))


def residents_of(
    workspace: Workspace, query: FigureQuery, cells: Cells
) -> tuple[forms.Numbers, tuple[str, ...]]:
    """What a rate divides by in each area (residents, where nothing else is asked for; NaN: none known), and
    the sentences that say where they are from. Raises NotFound for a count that is not loaded at all."""
    none = np.full(len(cells.area_codes), np.nan)
    if query.form is not Form.RATE:
        return none, ()
    found = bases.known(workspace, query.per, query.level, query.vintage)
    if not found:
        note = _("There is no count of {per} for {level}, so there is no rate.")
        return none, (note.format(per=bases.words(query.per), level=query.level),)
    numbers = np.array([found.get(code, np.nan) for code in cells.area_codes], dtype=np.float64)
    return numbers, bases.notes(query.per, found)


def _misled(
    workspace: Workspace,
    question: Question,
    cells: Cells,
    columns: forms.Columns,
    residents: forms.Numbers,
) -> tuple[str, ...]:
    """Mark the rates for residents that may mislead; the sentences say of which areas that is known."""
    pairs = zip(cells.area_codes, residents, strict=True)
    numbers = {code: int(number) for code, number in pairs if not np.isnan(number)}
    areas = tuple(zip(cells.area_codes, cells.area_names, strict=True))
    query = question.query
    found = bases.misled(workspace, query.level, query.vintage, areas, numbers)
    bases.mark(columns, found.areas, [part.period for part in question.parts])
    return found.notes


def _explained(question: Question, text: str) -> str:
    """The SQL with the lines that say what its views are."""
    if not text:
        return "-- No month of the figure was delivered: nothing was counted.\n"
    query, measure = question.query, question.measure
    known = query.as_at.isoformat() if query.as_at else "now"
    named = f"{measure.name}, definition {measure.version}"
    lines = [f"-- {measure.title} ({named}), {asking.unit(measure, query.form, query.per)}."]
    for kind in measure.record_types:
        lines.append(
            f"-- View {kind}: one row for each {kind} of the source {', '.join(measure.sources)}, "
            f"as known at {known}."
        )
    if question.axis.joins_points:
        lines.append("-- View points: for each distinct point its area at every level (NULL: outside).")
    lines.append("-- A part below 0 holds the months before, with which part -1 - part is compared.")
    return "\n".join(lines) + "\n" + text + "\n"


def delivered_months(
    workspace: Workspace, measure: Measure, as_at: dt.datetime | None = None
) -> frozenset[dt.date]:
    """The first days of the months with data of the measure, as known at ``as_at``."""
    with RecordBook(workspace).reading(as_at) as reader:
        held = coverage.holdings(workspace, reader, measure).delivered
    return frozenset(month for month, state in held.items() if state)


def delivered_period(
    workspace: Workspace, measure: Measure, as_at: dt.datetime | None = None
) -> Period | None:
    """From the first to the latest month with data of the measure, as known at ``as_at``; None: no data."""
    with RecordBook(workspace).reading(as_at) as reader:
        months = coverage.holdings(workspace, reader, measure).delivered
    return Period(min(months), Period.of_month(max(months)).end) if months else None
