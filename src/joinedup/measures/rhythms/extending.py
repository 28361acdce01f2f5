"""Cutting a measure by a rhythm: the same measure with one more column, for the time of what it counts."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from dataclasses import replace

import sqlglot
from sqlglot import exp

from joinedup.errors import BadInput
from joinedup.measures.definition import Measure
from joinedup.measures.rhythms.definitions import Dates, Grain, Rhythm
from joinedup.measures.rhythms.dividing import value_sql
from joinedup.measures.translating import language
from joinedup.terms import RecordType

_DATED = (RecordType.INCIDENT.value, RecordType.INVOLVEMENT.value)
_ORDER = (Grain.HOUR, Grain.DAY, Grain.MONTH)


def can_be_cut(measure: Measure, grain: Grain) -> bool:
    """Whether each thing that the measure counts is one dated record, dated as finely as the grain needs."""
    return dated_view(measure) is not None and _ORDER.index(grain) >= _ORDER.index(Grain(measure.dated_to))


@functools.lru_cache(maxsize=256)
def dated_view(measure: Measure) -> str | None:
    """By which name the SQL reads the records whose month it gives; None where a row is not one of them."""
    if measure.has_amount or measure.stated_area is not None:
        return None
    select = measure.select()
    parts = ("group", "having", "distinct", "qualify", "order", "with_")
    if any(select.args.get(part) for part in parts) or list(select.find_all(exp.AggFunc, exp.Window)):
        return None
    month = next(one for one in select.selects if one.alias_or_name.lower() == "month").unalias()
    if not isinstance(month, exp.Column) or month.name.lower() != "month":
        return None
    sources = [select.args["from_"].this, *(join.this for join in select.args.get("joins") or ())]
    named = {one.alias_or_name: one for one in sources}
    source = named.get(month.table) if month.table else sources[0] if len(sources) == 1 else None
    if not isinstance(source, exp.Table) or source.name.lower() not in _DATED:
        return None
    return source.alias_or_name


def cut_by(measure: Measure, rhythms: Sequence[Rhythm]) -> Measure:
    """The same measure with these rhythms as further breakdowns; what it counts does not change.

    Raises BadInput for a measure that does not count dated records, or not as finely as a rhythm needs.
    """
    return _cut_by(measure, tuple(rhythms), language()) if rhythms else measure


@functools.lru_cache(maxsize=64)
def _cut_by(measure: Measure, wanted: tuple[Rhythm, ...], _spoken: str | None) -> Measure:
    view = dated_view(measure)
    if view is None:
        raise BadInput(
            f"{measure.title} does not count dated records one by one, so it has no rhythm",
            where=f"measure {measure.name}",
        )
    for one in wanted:
        if not can_be_cut(measure, one.grain):
            raise BadInput(
                f"{measure.title} is dated to the {measure.dated_to}, and {one.name} needs the {one.grain}",
                where=f"measure {measure.name}",
                next_step="Ask for season, or for a measure of records with days and times",
            )
    select = measure.select()
    columns = [f"{value_sql(one, _quoted(view))} AS {one.name}" for one in wanted]
    return replace(
        measure,
        sql=select.select(*columns, dialect="duckdb", copy=False).sql(dialect="duckdb", pretty=True),
        breakdowns={**measure.breakdowns, **{one.name: one.values for one in wanted}},
    )


def _quoted(view: str) -> str:
    return sqlglot.exp.to_identifier(view).sql(dialect="duckdb")


def for_keeping(measure: Measure, whole: Measure, rhythms: Sequence[Rhythm]) -> Measure | None:
    """Of a measure cut by rhythms the definition by which its counts are kept: a name of its own, and no
    breakdown but the rhythm. None where none are kept: dates that people name come and go with the question.
    """
    if not rhythms:
        return whole
    if len(rhythms) > 1 or isinstance(rhythms[0].division, Dates):
        return None
    return _kept_as(kept_name(measure, rhythms[0]), whole, rhythms[0].name)


def kept_name(measure: Measure, rhythm: Rhythm) -> str:
    """Under which name counts of a measure cut by a rhythm are kept."""
    return f"{measure.name}-by-{rhythm.name.replace('_', '-')}"


@functools.lru_cache(maxsize=64)
def _kept_as(named: str, whole: Measure, name: str) -> Measure:
    return replace(
        whole,
        name=named,
        breakdowns={name: whole.breakdowns[name]},
        classified_by=(),
        breaks=(),
    )
