"""Why a count moved between two dates of knowledge: every record's part in it, added up by reason.

A record counts once on each date or not at all; what it adds or takes away goes to exactly one reason, so the
reasons add up to the difference.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

import duckdb
import pyarrow as pa
from sqlglot import exp

from joinedup.errors import BadInput
from joinedup.measures import area_axis, asking, cautions, coverage, pairing, plan, views
from joinedup.measures.area_axis import AreaAxis, listed
from joinedup.measures.cautions import Knowledge
from joinedup.measures.coverage import Holdings
from joinedup.measures.definition import UNSTATED, Measure
from joinedup.measures.query import FigureQuery
from joinedup.measures.registry import measure_named
from joinedup.measures.result import OUTSIDE, UNLOCATED
from joinedup.measures.rhythms import with_rhythms
from joinedup.records import RecordBook
from joinedup.terms import AreaLevel, Every, Flag, Form, Period
from joinedup.workspace import Workspace


class Reason(StrEnum):
    """Why a record counts otherwise than before. Where several things changed, the first in this order."""

    NEW_MONTH = "month delivered since"
    ADDED_LATE = "added late"
    WITHDRAWN = "withdrawn"
    CANCELLED = "cancelled"  # or, gained, no longer cancelled
    RECLASSIFIED = "reclassified"
    RE_DATED = "re-dated"
    ATTRIBUTE = "attribute changed"
    RE_LOCATED = "re-located"
    RE_PLACED = "re-placed by other boundaries"
    REVISED = "amount revised"


@dataclass(frozen=True)
class Movement:
    """What one reason did to one area's count: ``change`` is ``gained`` less ``lost``.

    ``attribute`` says what changed where the reason is ATTRIBUTE, and is empty otherwise: the breakdowns that
    were asked for, or what makes a record hit; joined by "and" where several changed at once.
    """

    area_code: str
    area_name: str
    reason: Reason
    gained: int
    lost: int
    attribute: str = ""

    @property
    def change(self) -> int:
        """What the reason did to the count."""
        return self.gained - self.lost


@dataclass(frozen=True)
class Explanation:
    """A count on two dates of knowledge, and why it moved. Counts and names are by area code.

    ``flags`` are those that the count has on either date; ``notes`` say in sentences what stands in the way
    of the two counts: months that did not come, breaks, what is provisional, what was erased since.
    """

    query: FigureQuery
    measure: Measure
    earlier: dt.datetime
    later: dt.datetime
    before: Mapping[str, int]
    after: Mapping[str, int]
    names: Mapping[str, str]
    movements: Sequence[Movement]
    flags: tuple[Flag, ...] = ()
    notes: tuple[str, ...] = ()

    def to_json_rows(self) -> list[dict[str, Any]]:
        """The movements as plain dictionaries, with the counts that they lead from and to."""
        told = {"flags": [str(flag) for flag in self.flags], "notes": list(self.notes)}
        return [
            {
                "measure": self.measure.name,
                "area_code": row.area_code,
                "area_name": row.area_name,
                "period": str(self.query.period),
                "before": self.before[row.area_code],
                "reason": str(row.reason),
                "attribute": row.attribute or None,
                "gained": row.gained,
                "lost": row.lost,
                "change": row.change,
                "after": self.after[row.area_code],
                **told,
            }
            for row in self.movements
        ]


@dataclass(frozen=True)
class _Side:
    """The records on one date: a row each, with its area and whether it is of the kind and time asked.

    ``of_kind``: the measure counts it, and its classification is the one asked for; ``fits``: so is all else.
    """

    records: pa.Table
    months: frozenset[dt.date]
    held: Holdings


def explain(
    workspace: Workspace,
    query: FigureQuery,
    earlier: dt.datetime,
    later: dt.datetime,
    *,
    vintage_before: str | None = None,
) -> Explanation:
    """Split the movement of a count between two dates of knowledge by reason, for each area.

    The query is for a count over a whole period, not cut by breakdowns; ``where`` may narrow it. Without a
    period it is the latest 12 months with data on the later date. The definition is held fixed, and so are
    the boundaries, unless ``vintage_before`` names those that the earlier count was placed by. Each record
    that counts otherwise goes to the first ``Reason`` that holds, so that the parts add up to the difference.
    """
    measure, _rhythms = with_rhythms(workspace, measure_named(query.measure, workspace), query)
    _check(measure, query, earlier, later)
    with RecordBook(workspace).reading(later) as reader:
        held = coverage.holdings(workspace, reader, measure)
        brought = pairing.periods_of(reader.deliveries(measure.sources))
    period = query.period or plan.latest_period(held.delivered)
    if period is None:
        raise BadInput("Nothing was delivered by the later date", where=query.measure)
    query = replace(query, period=period)
    before = replace(query, vintage=vintage_before) if vintage_before else query
    axes = [area_axis.area_axis(workspace, measure, asked) for asked in (before, query)]
    sides = [
        _side(workspace, measure, query, axis, period, moment)
        for axis, moment in zip(axes, (earlier, later), strict=True)
    ]
    known = [(moment, _knowledge(side.held)) for side, moment in zip(sides, (earlier, later), strict=True)]
    flags, notes = cautions.of_two_dates(measure, query, period, known)
    found = _compared(measure, query, axes, (earlier, later), sides, brought)
    return replace(found, flags=flags, notes=notes)


def _knowledge(held: Holdings) -> Knowledge:
    return Knowledge(held.delivered, held.known_on, held.breaks, held.provisional, held.erased)


def _check(measure: Measure, query: FigureQuery, earlier: dt.datetime, later: dt.datetime) -> None:
    asking.check(measure, replace(query, form=Form.COUNT))
    if query.form is not Form.COUNT or query.by or query.every is not Every.WHOLE:
        raise BadInput("The movement is explained of a count over a whole period, not cut further")
    if query.level is AreaLevel.SQUARE:
        raise BadInput("The movement is not explained by square", next_step="Choose a wider level")
    if not earlier < later:
        raise BadInput("The first date of knowledge is not before the second")


def _with_identity(measure: Measure) -> tuple[str, str]:
    """The measure's SQL with the record's identity added, and the view that its records are rows of."""
    select = measure.select()
    source = select.args["from_"].this
    plain = isinstance(source, exp.Table) and source.name in {str(kind) for kind in measure.record_types}
    if not plain or any(select.args.get(part) for part in ("group", "distinct", "qualify")):
        raise BadInput(
            f"The movement of {measure.title.lower()} cannot be told record by record", where=measure.name
        )
    named = source.alias_or_name
    columns = [exp.column(name, named).as_(f"own_{name}") for name in ("feed", "record_key", "known_from")]
    return select.select(*columns).sql(dialect="duckdb", pretty=True), source.name


def _side_sql(measure: Measure, query: FigureQuery, axis: AreaAxis, months: Sequence[dt.date]) -> str:
    counted, view = _with_identity(measure)
    of_kind, others = _conditions(measure, query)
    fits = [*of_kind.values(), *others.values()]
    there = ", ".join(f"DATE '{month}'" for month in months) or "NULL"
    amount = "counted.amount" if measure.has_amount else "1"
    join = "LEFT JOIN points ON points.point = counted.point" if axis.joins_points else ""
    return (
        f"WITH counted AS ({counted}),\n"
        f"placed AS (SELECT own_feed, own_record_key, own_known_from, {axis.expression} AS area, "
        f"{' AND '.join(of_kind.values()) or 'true'} AS of_kind, {' AND '.join(fits) or 'true'} AS fits, "
        f"{_unmet(others)} AS unmet, "
        f"coalesce(counted.month IN ({there}), false) AS within, "
        f"CAST({amount} AS BIGINT) AS amount FROM counted {join})\n"
        "SELECT row_number() OVER () AS id, known.feed, known.record_key, known.known_from, known.delivery, "
        "known.status, known.month, "
        "known.point, known.stated_area, placed.area, coalesce(placed.of_kind, false) AS of_kind, "
        "coalesce(placed.fits, false) AS fits, coalesce(placed.unmet, '') AS unmet, "
        "coalesce(placed.within, false) AS within, "
        "coalesce(placed.amount, 0) AS amount\n"
        f'FROM "{view}" AS known LEFT JOIN placed '
        "ON placed.own_feed = known.feed AND placed.own_record_key = known.record_key "
        "AND placed.own_known_from = known.known_from"
    )


def _conditions(measure: Measure, query: FigureQuery) -> tuple[dict[str, str], dict[str, str]]:
    """SQL for being of the kind asked, and for all else that is asked of a record, by what it asks about."""
    wanted: dict[str, list[str]] = {}
    for name, value in query.where:
        wanted.setdefault(name, []).append(value)
    fits = {
        name: f"coalesce(counted.{name}, '{UNSTATED}') IN {listed(values)}" for name, values in wanted.items()
    }
    of_kind = {name: condition for name, condition in fits.items() if name in measure.classified_by}
    others = {name: condition for name, condition in fits.items() if name not in of_kind}
    return of_kind, others | ({_what_hits(measure): "counted.hit"} if measure.has_hit else {})


def _what_hits(measure: Measure) -> str:
    """What makes a record hit: its fields that the SQL reads for it, or where others' tell it the title."""
    select = measure.select()
    own = {"", select.args["from_"].this.alias_or_name}
    hit = next(one for one in select.selects if one.alias_or_name.lower() == "hit")
    read = sorted({column.name for column in hit.find_all(exp.Column) if column.table in own})
    return " or ".join(read) or str(measure.title)


def _unmet(conditions: Mapping[str, str]) -> str:
    """SQL for the names of the conditions that do not hold, in words."""
    names = {
        condition: exp.Literal.string(name).sql(dialect="duckdb") for name, condition in conditions.items()
    }
    each = [f"CASE WHEN coalesce({one}, false) THEN NULL ELSE {name} END" for one, name in names.items()]
    return f"concat_ws(' and ', {', '.join(each)})" if each else "''"


def _side(
    workspace: Workspace,
    measure: Measure,
    query: FigureQuery,
    axis: AreaAxis,
    period: Period,
    moment: dt.datetime,
) -> _Side:
    with RecordBook(workspace).reading(moment) as reader:
        held = coverage.holdings(workspace, reader, measure)
        months = [month for month in plan.months_of(period) if held.delivered.get(month)]
        cursor = reader.connection()
        views.define(workspace, reader, cursor, measure, None)
        if axis.joins_points:
            views.place_missing(workspace, cursor, measure)
        records = cursor.sql(_side_sql(measure, query, axis, months)).to_arrow_table()
    return _Side(records, frozenset(months), held)


_COMPARED = """
WITH weighed AS (
    SELECT
        earlier.id IS NOT NULL AS was,
        later.id IS NOT NULL AS is_now,
        earlier.area AS area_was,
        later.area AS area_now,
        CASE WHEN earlier.fits AND earlier.within THEN earlier.amount ELSE 0 END AS amount_was,
        CASE WHEN later.fits AND later.within THEN later.amount ELSE 0 END AS amount_now,
        CASE
            WHEN earlier.id IS NULL AND later.month NOT IN ({months}) THEN '{new_month}'
            WHEN earlier.id IS NULL THEN '{added}'
            WHEN later.id IS NULL THEN '{withdrawn}'
            WHEN earlier.of_kind <> later.of_kind AND 'cancelled' IN (earlier.status, later.status)
                AND earlier.status <> later.status THEN '{cancelled}'
            WHEN earlier.of_kind <> later.of_kind THEN '{reclassified}'
            WHEN earlier.month = later.month AND earlier.within <> later.within THEN '{new_month}'
            WHEN earlier.within <> later.within THEN '{re_dated}'
            WHEN earlier.fits <> later.fits THEN '{attribute}'
            WHEN earlier.area <> later.area AND (earlier.point IS DISTINCT FROM later.point
                OR earlier.stated_area IS DISTINCT FROM later.stated_area) THEN '{re_located}'
            WHEN earlier.area <> later.area THEN '{re_placed}'
            ELSE '{revised}'
        END AS reason,
        CASE WHEN reason <> '{attribute}' THEN '' WHEN earlier.fits THEN later.unmet ELSE earlier.unmet
        END AS attribute
    FROM earlier
    LEFT JOIN paired ON paired.was = earlier.id
    FULL JOIN later ON later.id = paired.is_now
),
moved AS (
    SELECT area_now AS area, reason, attribute, amount_was AS was, amount_now AS now FROM weighed
    WHERE area_was IS NOT DISTINCT FROM area_now
    UNION ALL
    SELECT area_was, reason, attribute, amount_was, 0 FROM weighed WHERE area_was IS DISTINCT FROM area_now
    UNION ALL
    SELECT area_now, reason, attribute, 0, amount_now FROM weighed WHERE area_was IS DISTINCT FROM area_now
)
SELECT
    area,
    reason,
    attribute,
    CAST(sum(was) AS BIGINT),
    CAST(sum(now) AS BIGINT),
    CAST(coalesce(sum(now - was) FILTER (now > was), 0) AS BIGINT),
    CAST(coalesce(sum(was - now) FILTER (was > now), 0) AS BIGINT)
FROM moved
WHERE area IS NOT NULL
GROUP BY area, reason, attribute
"""


def _compared(
    measure: Measure,
    query: FigureQuery,
    axes: Sequence[AreaAxis],
    moments: tuple[dt.datetime, dt.datetime],
    sides: Sequence[_Side],
    brought: pa.Table,
) -> Explanation:
    months = ", ".join(f"DATE '{month}'" for month in sorted(sides[0].months)) or "DATE '0001-01-01'"
    reasons = {reason.name.lower(): str(reason) for reason in Reason}
    text = _COMPARED.format(months=months, added=reasons["added_late"], **reasons)
    connection = duckdb.connect(":memory:", config={"enable_external_access": "false"})
    try:
        connection.register("earlier", sides[0].records)
        connection.register("later", sides[1].records)
        connection.register("brought", brought)
        pairing.pair(connection)
        found = connection.execute(text).fetchall()
    finally:
        connection.close()
    was_named, names = (dict(zip(axis.codes, axis.names, strict=True)) for axis in axes)
    names |= {code: name for code, name in was_named.items() if code not in names}
    before, after = dict.fromkeys(names, 0), dict.fromkeys(names, 0)
    movements = []
    for area, reason, attribute, was, now, gained, lost in found:
        if area not in names:
            continue
        before[area] += was
        after[area] += now
        if gained or lost:
            movements.append(Movement(area, names[area], Reason(reason), gained, lost, attribute))
    for stray in (OUTSIDE, UNLOCATED):
        if not before.get(stray) and not after.get(stray):
            before.pop(stray, None), after.pop(stray, None)
    order = {code: place for place, code in enumerate(names)}
    movements.sort(key=lambda row: (order[row.area_code], list(Reason).index(row.reason), row.attribute))
    return Explanation(query, measure, *moments, before, after, names, movements)
