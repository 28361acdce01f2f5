"""A figure from counts that were made beforehand: every number is a sum of leaves, no record is counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from joinedup.measures import asking
from joinedup.measures.cells import cells_from
from joinedup.measures.definition import Measure
from joinedup.measures.engine import Question, Workings, figure_from, question_of
from joinedup.measures.plan import months_of
from joinedup.measures.query import FigureQuery
from joinedup.measures.result import Figure
from joinedup.records import RecordBook
from joinedup.terms import AreaLevel, Period
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Leaves:
    """Counts of areas × periods × the values of each breakdown, in the order of ``values``.

    ``areas`` has for each level the code of each leaf's area. ``words`` says what the counts are, in place of
    the SQL that the figure does not have.
    """

    counts: NDArray[np.int64]
    areas: Mapping[AreaLevel, Sequence[str]]
    periods: Sequence[Period]
    values: Mapping[str, Sequence[str]]
    words: str


def figure_of_leaves(workspace: Workspace, measure: Measure, query: FigureQuery, leaves: Leaves) -> Figure:
    """``figure`` with its numbers, rates, intervals and the flag of small numbers from the leaves alone.

    ``query`` asks for the leaves' date of knowledge, for a level and breakdowns that they have, and for
    periods that are whole ones of theirs. Months that are in no leaf are not there, whatever was delivered;
    a value or place that the definition does not declare has a row only where a leaf of it is not zero.
    """
    asking.check(measure, query)
    with RecordBook(workspace).reading(query.as_at) as reader:
        question = question_of(workspace, reader, measure, query)
    months = {month for period in leaves.periods for month in months_of(period)}
    delivered = {month: how for month, how in question.holdings.delivered.items() if month in months}
    held = replace(question.holdings, delivered=delivered, deliveries=())
    question = replace(question, holdings=held)
    declared = {name: tuple(measure.breakdowns[name]) for name in query.by}
    cells = cells_from(_summed(question, leaves), question.axis, declared, len(question.parts))
    return figure_from(workspace, question, cells, Workings(leaves.words, ()))


def _summed(question: Question, leaves: Leaves) -> pa.Table:
    """The leaves as the SQL would have answered: area, part, breakdowns and total, without zeros."""
    by = question.query.by
    counts, names = leaves.counts, list(leaves.values)
    for axis, name in enumerate(names, start=2):
        wanted = question.narrowing.get(name)
        if wanted is not None:
            counts = _only(counts, [value in wanted for value in leaves.values[name]], axis)
    other = tuple(axis for axis, name in enumerate(names, start=2) if name not in by)
    counts = counts.sum(axis=other)
    left = [name for name in names if name in by]
    counts = np.moveaxis(counts, [2 + left.index(name) for name in by], range(2, 2 + len(by)))
    codes = leaves.areas[question.query.level]
    wanted_codes = set(question.axis.codes)
    columns: dict[str, list[object]] = {name: [] for name in ("area", "part", *by, "total")}
    for code in dict.fromkeys(code for code in codes if code in wanted_codes):
        own = counts[np.array([one == code for one in codes])].sum(axis=0)
        for part, period in _periods(question):
            inside = [period.start <= one.start and one.end <= period.end for one in leaves.periods]
            block = own[np.array(inside, dtype=np.bool_)].sum(axis=0)
            for place in zip(*np.nonzero(np.atleast_1d(block)), strict=True):
                columns["area"].append(code)
                columns["part"].append(part)
                for name, index in zip(by, place, strict=False):
                    columns[name].append(leaves.values[name][index])
                columns["total"].append(int(np.atleast_1d(block)[place]))
    kinds = {"part": pa.int64(), "total": pa.int64()}
    return pa.table({name: pa.array(found, kinds.get(name, pa.string())) for name, found in columns.items()})


def _only(counts: NDArray[np.int64], kept: Sequence[bool], axis: int) -> NDArray[np.int64]:
    """The counts with zeros where a value is not kept."""
    shape = [1] * counts.ndim
    shape[axis] = len(kept)
    return counts * np.array(kept, dtype=np.int64).reshape(shape)


def _periods(question: Question) -> list[tuple[int, Period]]:
    """Each part's period under its number, and the months before under -1 - number, as the SQL has them."""
    found = []
    for number, part in enumerate(question.parts):
        found.append((number, part.period))
        if part.before is not None:
            found.append((-1 - number, part.before))
    return found
