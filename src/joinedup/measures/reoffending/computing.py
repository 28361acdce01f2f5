"""Computing measures of reoffending from the record book, and bridges between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd
from django.utils.translation import gettext as _

from joinedup.errors import BadInput
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.ground import Ground, ground_of
from joinedup.measures.linked.kinds.work import Work
from joinedup.measures.linked.result import SHARE, Cell, LinkedFigure, LinkedQuery, LinkedRow, rows_of
from joinedup.measures.plan import months_of
from joinedup.measures.reoffending import bridging, counting
from joinedup.measures.reoffending.catalogue import reoffending_named
from joinedup.measures.reoffending.counting_sql import counted_sql
from joinedup.measures.reoffending.definitions import Reoffending, together
from joinedup.measures.reoffending.gathering import Gathered, gather
from joinedup.measures.repeats import cautions
from joinedup.records import DeliveryRow, Reader, RecordBook
from joinedup.terms import Flag, Period, RecordType, Strictness, add_months
from joinedup.workspace import Workspace


@dataclass(frozen=True)
class Bridge:
    """From one measure to another over one period of entry: the steps by each linkage, and on what it rests.

    Without steps there is no bridge: ``notes`` say why.
    """

    query: LinkedQuery
    one: Reoffending
    other: Reoffending
    steps: Mapping[Strictness, Sequence[bridging.Step]]
    flags: frozenset[Flag]
    known_on: dt.datetime | None
    linkage: int | None
    deliveries: tuple[DeliveryRow, ...]
    notes: tuple[str, ...]


def reoffending(workspace: Workspace, query: LinkedQuery) -> LinkedFigure:
    """What a measure of reoffending gives for the people who enter in the period: by the best linkage, with
    the range of all three.

    Until the last clock has run, and the proofs of it are told, there is the number of people alone, flagged
    ``not-yet-mature``. Without data, or a linkage that read it, there is one row without numbers. Raises
    ``NotFound`` for a measure there is not.
    """
    measure = reoffending_named(query.name)
    with RecordBook(workspace).reading(query.as_at) as reader:
        ground, told = _ground(reader, measure, query)
        cells: Mapping[Strictness, list[Cell]] = {}
        notes: list[str] = [*told.notes, *_of_length(measure, query.period)]
        if told.ready:
            work = Work(workspace, reader, measure, query, ground)
            gathered = gather(work, [measure])
            cells = {
                level: _cells(reader.connection(), gathered, level, measure, query.period, told)
                for level in Strictness
            }
            notes += _of_gathered(gathered)
    flags = ground.flags | told.flags
    rows = rows_of(cells, flags, workspace.settings.small_number)
    if not rows:
        rows = [LinkedRow(Flag.NO_DATA.value, ALL, "", flags=tuple(sorted({*flags, Flag.NO_DATA})))]
    return LinkedFigure(
        query,
        measure,
        rows,
        _known_on(query, ground),
        ground.linkage.number if ground.linkage else None,
        ground.deliveries,
        (*ground.notes, *notes),
    )


def bridge(workspace: Workspace, query: LinkedQuery, other: str) -> Bridge:
    """What leads from the measure of the query to another, on the same records and people.

    Both clocks have to have run. Raises ``NotFound`` for a measure there is not and ``BadInput`` for a bridge
    to itself.
    """
    one, far = reoffending_named(query.name), reoffending_named(other)
    if one.name == far.name:
        raise BadInput(_("A bridge is between two measures"), where=other)
    both = together([one, far])
    with RecordBook(workspace).reading(query.as_at) as reader:
        ground, told = _ground(reader, both, query)
        found: dict[Strictness, list[bridging.Step]] = {}
        notes = list(told.notes)
        if told.ready and told.mature:
            gathered = gather(Work(workspace, reader, both, query, ground), [one, far])
            cursor = reader.connection()
            for level in Strictness:
                tables = counting.Tables(gathered.entries[level], gathered.proofs[level])
                found[level] = bridging.steps(one, far, _counted(cursor, tables, gathered, query.period))
            notes += _of_gathered(gathered)
    return Bridge(
        query,
        one,
        far,
        found,
        ground.flags | told.flags,
        _known_on(query, ground),
        ground.linkage.number if ground.linkage else None,
        ground.deliveries,
        (*ground.notes, *notes),
    )


def sql_of(measure: Reoffending, period: Period) -> str:
    """The SQL that counts a measure, over the tables of entries and proofs, its ways and proofs numbered from
    0 in its own order."""
    ways, proofs = range(len(measure.cohort.ways)), range(len(measure.proof.proofs))
    return counted_sql(measure, period, ways, proofs)


@dataclass(frozen=True)
class _Told:
    """Whether there is what a measure needs, and until which day its proofs are told."""

    ready: bool
    mature: bool
    flags: frozenset[Flag]
    notes: tuple[str, ...]


def _ground(reader: Reader, measure: Reoffending, query: LinkedQuery) -> tuple[Ground, _Told]:
    ground = ground_of(reader, measure, query)
    there = {row.source for row in ground.deliveries if row.feed in ground.feeds}
    if not ground.has(measure.records) or measure.needed - there:
        return ground, _Told(False, False, frozenset(), ())
    proving = {(one.source, one.record_type) for one in measure.waits_for}
    feeds = {
        row.feed
        for row in ground.deliveries
        if row.feed in ground.feeds and (row.source, RecordType(row.record_type)) in proving
    }
    coverage = reader.coverage(sorted(there))
    until = cautions.told_until(coverage, feeds)
    runs_until = add_months(query.period.end, measure.clock_months)
    flags, notes = set(), []
    if until < runs_until:
        flags.add(Flag.NOT_YET_MATURE)
        note = _(
            "Not yet mature: the last clock runs until {runs:%Y-%m-%d}, and what proves it is told until "
            "{until:%Y-%m-%d}."
        )
        one_day = dt.timedelta(days=1)
        notes.append(note.format(runs=runs_until - one_day, until=until - one_day))
    begins = add_months(query.period.start, measure.starts_after - measure.baseline)
    looked_at = months_of(Period(begins, min(runs_until, max(until, add_months(begins, 1)))))
    for feed in sorted(feeds):
        covered = {month for one in coverage if one.feed == feed for month in months_of(one.period)}
        missing = sum(month not in covered for month in looked_at)
        if missing:
            flags.add(Flag.INCOMPLETE_FEED)
            note = _("{feed} has not told of {missing} of {months} months in which it could prove offences.")
            notes.append(note.format(feed=feed, missing=missing, months=len(looked_at)))
    return ground, _Told(True, until >= runs_until, frozenset(flags), tuple(notes))


def _cells(
    cursor: duckdb.DuckDBPyConnection,
    gathered: Gathered,
    level: Strictness,
    measure: Reoffending,
    period: Period,
    told: _Told,
) -> list[Cell]:
    tables = counting.Tables(gathered.entries[level], gathered.proofs[level])
    ways, proofs = gathered.ways_of(measure), gathered.proofs_for(measure)
    found = counting.outcomes(cursor, tables, measure, period, ways, proofs)
    if not told.mature:
        return [Cell(counting.REOFFENDED, ALL, SHARE, None, len(found))]
    cells = counting.cells_of(found, [way.name for way, _standing in gathered.ways])
    if measure.baseline:
        before = counting.outcomes(cursor, tables, measure, period, ways, proofs, measure.baseline)
        cells += counting.cells_against(found, before)
    return cells


def _counted(
    cursor: duckdb.DuckDBPyConnection, tables: counting.Tables, gathered: Gathered, period: Period
) -> bridging.Counted:
    def counted(measure: Reoffending) -> pd.DataFrame:
        ways, proofs = gathered.ways_of(measure), gathered.proofs_for(measure)
        return counting.outcomes(cursor, tables, measure, period, ways, proofs)

    return counted


def _known_on(query: LinkedQuery, ground: Ground) -> dt.datetime | None:
    return query.as_at or max((row.known_from for row in ground.deliveries), default=None)


def _of_length(measure: Reoffending, period: Period) -> list[str]:
    if not measure.cohort_months or period.months == measure.cohort_months:
        return []
    note = _("The published measure takes people of {months} months; these are of {asked}.")
    return [note.format(months=measure.cohort_months, asked=period.months)]


def _of_gathered(gathered: Gathered) -> list[str]:
    notes = []
    if gathered.of_nobody:
        note = _("{number} records name nobody who is known: they neither enter nor prove anything.")
        notes.append(note.format(number=f"{gathered.of_nobody:,}"))
    if gathered.undated:
        note = _("{number} records do not tell the day on which it came to that, and count for nothing.")
        notes.append(note.format(number=f"{gathered.undated:,}"))
    if gathered.without_day:
        note = _("Of {number} proven offences no day is told: the day of the proof stands for it.")
        notes.append(note.format(number=f"{gathered.without_day:,}"))
    return notes
