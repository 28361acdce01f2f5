"""Computing measures of reoffending from the record book, and bridges between them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import pandas as pd
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from joinedup.errors import BadInput
from joinedup.measures.area_axis import listed
from joinedup.measures.linked.definitions import ALL
from joinedup.measures.linked.ground import Ground, figure_of, ground_of
from joinedup.measures.linked.kinds.work import Work
from joinedup.measures.linked.result import SHARE, Cell, LinkedFigure, LinkedQuery
from joinedup.measures.plan import months_of
from joinedup.measures.reoffending import bridging, counting
from joinedup.measures.reoffending.catalogue import reoffending_named
from joinedup.measures.reoffending.counting_sql import counted_sql
from joinedup.measures.reoffending.definitions import Ages, Proof, Reoffending, together
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
    book = RecordBook(workspace)
    with book.reading(query.as_at) as reader:
        ground, told = ground_told(book, reader, measure, query)
        cells: Mapping[Strictness, list[Cell]] = {}
        notes: list[str] = [*told.notes, *_of_length(measure, query.period)]
        if told.ready:
            work = Work(workspace, reader, measure, query, ground)
            gathered = gather(work, [measure])
            cells = {
                level: _cells(reader.connection(), gathered, level, measure, query.period, told)
                for level in Strictness
            }
            notes += [*_of_gathered(gathered), *_of_ages(gathered, measure, query.period)]
    small = workspace.settings.small_number
    return figure_of(ground, measure, query, cells, notes, small=small, flags=told.flags)


def bridge(workspace: Workspace, query: LinkedQuery, other: str) -> Bridge:
    """What leads from the measure of the query to another, on the same records and people.

    The clocks of all measures on the way have to have run. Raises ``NotFound`` for a measure there is not and
    ``BadInput`` for a bridge to itself.
    """
    one, far = reoffending_named(query.name), reoffending_named(other)
    if one.name == far.name:
        raise BadInput(_("A bridge is between two measures"), where=other)
    both = together([measure for _part, measure in bridging.chain(one, far)])
    book = RecordBook(workspace)
    with book.reading(query.as_at) as reader:
        ground, told = ground_told(book, reader, both, query)
        found: dict[Strictness, list[bridging.Step]] = {}
        notes = list(told.notes)
        if told.ready and told.mature:
            gathered = gather(Work(workspace, reader, both, query, ground), [one, far])
            cursor = reader.connection()
            for level in Strictness:
                found[level] = bridging.steps(one, far, counted_by(cursor, gathered, level, query.period))
            notes += _of_gathered(gathered)
    return Bridge(
        query,
        one,
        far,
        found,
        ground.flags | told.flags,
        ground.known_on(query),
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
class Told:
    """Whether there is what a measure needs, and until which day its proofs are told."""

    ready: bool
    mature: bool
    flags: frozenset[Flag]
    notes: tuple[str, ...]


def ground_told(
    book: RecordBook, reader: Reader, measure: Reoffending, query: LinkedQuery
) -> tuple[Ground, Told]:
    """What a measure rests on, and whether everything that it needs is told yet."""
    ground = ground_of(reader, measure, query)
    proving = [_proving(reader, ground, proof) for proof in measure.proof.proofs]
    if not ground.has(measure.records) or ground.linkage is None:
        return ground, Told(False, False, frozenset(), ())
    if not all(proving):
        note = _("No records were told of one kind that proves offences: too few would be found to reoffend.")
        return ground, Told(False, False, frozenset(), (note,))
    flags, notes = set(), []
    unread = {row.number for row in ground.deliveries} & {*book.unread(ground.linkage, ground.feeds)}
    if unread:
        flags.add(Flag.INCOMPLETE_FEED)
        note = ngettext(
            "{number} delivery came after the latest linkage: nobody of it is known yet.",
            "{number} deliveries came after the latest linkage: nobody of them is known yet.",
            len(unread),
        )
        notes.append(note.format(number=len(unread)))
    feeds = frozenset[str]().union(*proving)
    coverage = [one for one in reader.coverage(sorted(measure.sources)) if one.delivery not in unread]
    until = min(cautions.told_until(coverage, {feed}) for feed in feeds)
    runs_until = add_months(query.period.end, measure.clock_months)
    if until < runs_until:
        flags.add(Flag.NOT_YET_MATURE)
        notes.append(_not_yet(runs_until, until))
    begins = add_months(query.period.start, measure.starts_after - measure.baseline)
    looked_at = months_of(Period(begins, min(runs_until, max(until, add_months(begins, 1)))))
    for feed in sorted(feeds):
        covered = {month for one in coverage if one.feed == feed for month in months_of(one.period)}
        missing = sum(month not in covered for month in looked_at)
        if missing:
            flags.add(Flag.INCOMPLETE_FEED)
            note = _("{feed} has not told of {missing} of {months} months in which it could prove offences.")
            notes.append(note.format(feed=feed, missing=missing, months=len(looked_at)))
    return ground, Told(True, until >= runs_until, frozenset(flags), tuple(notes))


def _not_yet(runs_until: dt.date, until: dt.date) -> str:
    if until == dt.date.min:
        return _("Not yet mature: of no month is it told what could prove an offence.")
    note = _(
        "Not yet mature: the last clock runs until {runs:%Y-%m-%d}, and what proves it is told until "
        "{until:%Y-%m-%d}."
    )
    one_day = dt.timedelta(days=1)
    return note.format(runs=runs_until - one_day, until=until - one_day)


def _proving(reader: Reader, ground: Ground, proof: Proof) -> frozenset[str]:
    """The feeds that bring what proves an offence: those that name people in its roles and, where incidents
    tell its days, those of the incidents. None where either is not there."""
    of_source = [row for row in ground.deliveries if row.source == proof.records.source]
    kind = proof.records.record_type
    naming = {row.feed for row in of_source if RecordType(row.record_type) is kind} & ground.feeds
    cursor = reader.connection()
    reader.persons(cursor, naming)
    roles = listed(proof.records.roles)
    told = cursor.execute(f"SELECT DISTINCT feed FROM person WHERE role IN {roles}").fetchall()
    feeds = {str(row[0]) for row in told}
    if not proof.by_incident:
        return frozenset(feeds)
    incidents = {row.feed for row in of_source if RecordType(row.record_type) is RecordType.INCIDENT}
    return frozenset(feeds | incidents) if feeds and incidents else frozenset()


def _cells(
    cursor: duckdb.DuckDBPyConnection,
    gathered: Gathered,
    level: Strictness,
    measure: Reoffending,
    period: Period,
    told: Told,
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


def counted_by(
    cursor: duckdb.DuckDBPyConnection, gathered: Gathered, level: Strictness, period: Period
) -> bridging.Counted:
    """What counts by any of the measures that were gathered for: each entry that it follows, with its
    reoffences, by one linkage."""
    tables = counting.Tables(gathered.entries[level], gathered.proofs[level])

    def counted(measure: Reoffending) -> pd.DataFrame:
        ways, proofs = gathered.ways_of(measure), gathered.proofs_for(measure)
        return counting.outcomes(cursor, tables, measure, period, ways, proofs)

    return counted


def _of_length(measure: Reoffending, period: Period) -> list[str]:
    if not measure.cohort_months or period.months == measure.cohort_months:
        return []
    note = _("The published measure takes the people of {published}; these are of {asked}.")
    return [note.format(published=_months(measure.cohort_months), asked=_months(period.months))]


def _months(number: int) -> str:
    return ngettext("{number} month", "{number} months", number).format(number=number)


def _of_gathered(gathered: Gathered) -> list[str]:
    """What could not be read of the records, whatever their month: the period says only who enters."""
    told = (
        (
            gathered.of_nobody,
            ngettext(
                "Of all months, {number} record names nobody who is known: it counts for nothing.",
                "Of all months, {number} records name nobody who is known: they count for nothing.",
                gathered.of_nobody,
            ),
        ),
        (
            gathered.undated,
            ngettext(
                "Of all months, {number} record does not tell the day on which it came to that.",
                "Of all months, {number} records do not tell the day on which it came to that.",
                gathered.undated,
            ),
        ),
        (
            gathered.without_day,
            ngettext(
                "Of {number} proven offence of all months no day is told: the day of proof stands for it.",
                "Of {number} proven offences of all months no day is told: the day of proof stands for it.",
                gathered.without_day,
            ),
        ),
    )
    return [note.format(number=f"{number:,}") for number, note in told if number]


def _of_ages(gathered: Gathered, measure: Reoffending, period: Period) -> list[str]:
    """How many people enter whose age nobody tells, where ages are asked for."""
    if measure.ages is Ages.ALL:
        return []
    entries = gathered.entries[Strictness.BEST]
    day = pd.to_datetime(entries["day"])
    inside = (day >= pd.Timestamp(period.start)) & (day < pd.Timestamp(period.end))
    inside &= entries["way"].isin(gathered.ways_of(measure)) & entries["adult_month"].isna()
    people = int(entries.loc[inside, "unit"].nunique())
    if not people:
        return []
    note = ngettext(
        "Of {number} person no age is told: they are not followed.",
        "Of {number} people no age is told: they are not followed.",
        people,
    )
    return [note.format(number=f"{people:,}")]
