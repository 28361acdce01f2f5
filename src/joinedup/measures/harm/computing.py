"""Computing a harm-weighted figure: counts by offence from an engine, weighed when the figure is made."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.utils.translation import gettext as _

from joinedup.measures import answering, asking, cautions, engine, occurring, plan, sql, table
from joinedup.measures.area_axis import listed
from joinedup.measures.cells import Cells
from joinedup.measures.definition import UNSTATED, Measure
from joinedup.measures.engine import Question
from joinedup.measures.forms import Columns, Numbers
from joinedup.measures.harm import statistics, weighing
from joinedup.measures.harm.definitions import CODE, Reading, harm_named
from joinedup.measures.harm.result import HarmFigure, HarmQuery, HarmRow
from joinedup.measures.harm.weighing import Weighed
from joinedup.measures.harm.weights import Weights
from joinedup.measures.rhythms import with_rhythms
from joinedup.records import Reader, RecordBook
from joinedup.terms import Flag, Form
from joinedup.workspace import Workspace

LEAST_FOR_AVERAGE = 300  # with fewer the interval held the average 68 to 85 times in 100
"""Of fewer crimes the mean weight has no interval: nobody can tell it from so few."""


def harm(workspace: Workspace, query: HarmQuery, weights: Weights) -> HarmFigure:
    """Every area, period and combination of breakdowns, with what its crimes weigh, and workings.

    Raises NotFound for a definition, area or breakdown there is not, BadInput for a question that it cannot
    answer.
    """
    definition = harm_named(query.name)
    asked = query.figure
    measure, _rhythms = with_rhythms(workspace, definition.by_offence, asked)
    asking.check(measure, asked)
    with RecordBook(workspace).reading(asked.as_at) as reader:
        question = engine.question_of(workspace, reader, measure, asked)
        pairs = plan.counted_pairs(question.parts, question.holdings.delivered)
        by = (*asked.by, CODE)
        text = sql.figure_sql(measure, question.axis, by, question.narrowing, pairs) if pairs else ""
        counted = engine.answer_of(workspace, reader, question, text)[0] if pairs else None
        found = engine.found_values(counted, asked.by)
        values, absent = occurring.values_with_rows(
            workspace, reader, measure, found, question.shown, asked.engine
        )
        sums = weighing.summed(counted, asked.by, weights) if counted is not None else None
        weighed = weighing.spread(sums, question.axis, values, len(question.parts))
        possible = _possible(workspace, reader, question)
    heaviest = weighing.greatest(possible, asked.by, weighed.cells.combinations, weights)
    columns, notes = _columns(workspace, question, definition.reading, weighed, heaviest)
    by_rule, unweighted = weighing.covered(_once(counted, asked.form), weights)
    held = question.holdings
    return HarmFigure(
        definition=definition,
        weights=weights,
        query=question.query,
        rows=_rows(question, weighed, columns),
        by_rule=by_rule,
        unweighted=unweighted,
        known_on=asked.as_at or held.known_on,
        deliveries=held.behind(engine.all_months(question.parts), measure.record_types[0]),
        sql=answering.shown(text, asked.engine) if text else "",
        notes=(*_coverage(weights, by_rule, unweighted), *notes, *question.axis.notes, *absent),
    )


def _once(counted: pa.Table | None, form: Form) -> pa.Table | None:
    """The crimes of the figure, each once: rolling months overlap, so of them the latest."""
    if counted is None or form is not Form.ROLLING_12:
        return counted
    return counted.filter(pc.equal(counted["part"], pc.max(counted["part"])))


def _possible(workspace: Workspace, reader: Reader, question: Question) -> pa.Table:
    """The offences that any record known is of, whenever and wherever, within the figure's narrowing; by its
    breakdowns."""
    measure: Measure = question.measure
    body = textwrap.indent(textwrap.dedent(measure.sql).strip(), "    ")
    columns = [f"coalesce({name}, '{UNSTATED}') AS {name}" for name in (*question.query.by, CODE)]
    narrowed = [
        f"coalesce({name}, '{UNSTATED}') IN {listed(values)}" for name, values in question.narrowing.items()
    ]
    where = f" WHERE {' AND '.join(narrowed)}" if narrowed else ""
    records = answering.opened(workspace, reader, measure, None, question.query.engine)
    return records.ask(
        f"WITH counted AS (\n{body}\n)\nSELECT DISTINCT {', '.join(columns)} FROM counted{where}"
    )


def _columns(
    workspace: Workspace, question: Question, reading: Reading, weighed: Weighed, heaviest: Numbers
) -> tuple[Columns, tuple[str, ...]]:
    """The numbers of every cell with their cautions, and sentences."""
    total = weighed.total
    none = np.full(total.shape, np.nan)
    notes: tuple[str, ...] = ()
    if reading is Reading.AVERAGE:
        crimes = weighed.counted.astype(np.float64)
        with np.errstate(divide="ignore", invalid="ignore"):
            value = np.where(crimes > 0, total / crimes, np.nan)
        limits = statistics.mean_weight(crimes, total, weighed.squares, LEAST_FOR_AVERAGE)
        columns = Columns(total.copy(), crimes, value, *limits)
    else:
        lower, upper = statistics.weighted_sum(total, weighed.squares, np.broadcast_to(heaviest, total.shape))
        columns = Columns(total.copy(), none, total.copy(), lower, upper)
        if reading is Reading.SCORE:
            columns, notes = _per_resident(workspace, question, weighed.cells, columns)
    columns.mark(Flag.SMALL_NUMBER, weighed.counted < workspace.settings.small_number)
    unweighed = (weighed.crimes > 0) & (weighed.counted == 0)
    columns.mark(Flag.NO_WEIGHT, unweighed)
    columns.blank(unweighed)
    held = question.holdings
    knowledge = cautions.Knowledge(held.delivered, held.known_on, held.breaks, held.provisional, held.erased)
    notes += cautions.apply(columns, question.measure, question.query, question.parts, knowledge)
    return columns, notes


def _per_resident(
    workspace: Workspace, question: Question, cells: Cells, columns: Columns
) -> tuple[Columns, tuple[str, ...]]:
    """The sums, for each resident of the area."""
    residents, notes = engine.residents_of(workspace, replace(question.query, form=Form.RATE), cells)
    people = np.broadcast_to(residents[:, None, None], columns.value.shape).copy()
    with np.errstate(divide="ignore", invalid="ignore"):
        scale = np.where(people > 0, 1 / people, np.nan)
    found = Columns(
        columns.numerator, people, columns.value * scale, columns.lower * scale, columns.upper * scale
    )
    found.mark(Flag.NO_DENOMINATOR, np.isnan(scale))
    return found, notes


def _coverage(
    weights: Weights, by_rule: dict[str, int], unweighted: Sequence[tuple[str, int]]
) -> Iterator[str]:
    """How many of the crimes are in the sums, by which rules, and that the others are not."""
    counted, without = sum(by_rule.values()), sum(count for _code, count in unweighted)
    if not counted + without:
        return
    rules = ", ".join(f"{rule} {count:,}" for rule, count in by_rule.items() if count)
    yield _(
        "{counted:,} of {all:,} crimes ({share:.1f}%) have a weight in {weights}{rules}; {without:,} have no "
        "weight and are in no sum."
    ).format(
        counted=counted,
        all=counted + without,
        share=100 * counted / (counted + without),
        weights=weights.words,
        rules=f" ({rules})" if rules else "",
        without=without,
    )


def _rows(question: Question, weighed: Weighed, columns: Columns) -> list[HarmRow]:
    """One row for each cell whose breakdown values are shown."""
    chosen = table.shown_combinations(weighed.cells, question.shown)
    periods = [part.period for part in question.parts]
    labels = table.labels_of(question.query.level, weighed.cells, periods, chosen)
    unknown = columns.flags.get(Flag.NO_DATA, np.zeros_like(columns.value, dtype=np.bool_))
    crimes, counted = (np.where(unknown, np.nan, one) for one in (weighed.crimes, weighed.counted))
    numbers = zip(
        table.real(columns.numerator[:, :, chosen]),
        table.whole(columns.denominator[:, :, chosen]),
        table.real(columns.value[:, :, chosen]),
        table.real(columns.lower[:, :, chosen]),
        table.real(columns.upper[:, :, chosen]),
        table.whole(crimes[:, :, chosen]),
        table.whole(counted[:, :, chosen]),
        table.flags_of(columns, chosen),
        strict=True,
    )
    return [HarmRow(*label, *number) for label, number in zip(labels, numbers, strict=True)]
